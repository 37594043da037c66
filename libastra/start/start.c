/*
 * From the entry point to main and on to exit. Runs once, on the initial thread. In a dynamic program ld-astra has
 * made thread-local storage and will run the constructors of all libraries before it comes here; in a static one both
 * happen here.
 */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#include "start.h"
#include "thread_impl.h"

char **environ;
char *program_invocation_name = "", *program_invocation_short_name = "";
const Elf64_auxv_t *__auxv;

static struct program_arrays own_arrays;

static void set_program_name(char *name)
{
	program_invocation_name = program_invocation_short_name = name;
	for (; *name; name++) {
		if (*name == '/')
			program_invocation_short_name = name + 1;
	}
}

static void run_own_destructors(void)
{
	for (initializer *f = own_arrays.fini_end; f != own_arrays.fini;)
		((void (*)(void))*--f)();
}

static void run_own_constructors(int argc, char **argv)
{
	for (initializer *f = own_arrays.preinit; f != own_arrays.preinit_end; f++)
		(*f)(argc, argv, environ);
	for (initializer *f = own_arrays.init; f != own_arrays.init_end; f++)
		(*f)(argc, argv, environ);
}

_Noreturn void __libc_start(uintptr_t *stack, int (*program)(int, char **, char **), void (*rtld_fini)(void),
			    const struct program_arrays *arrays)
{
	int argc = (int)stack[0];
	char **argv = (char **)stack + 1, **end;

	environ = argv + argc + 1;
	if (argc)
		set_program_name(argv[0]);
	for (end = environ; *end; end++)
		;
	__auxv = (const Elf64_auxv_t *)(end + 1);

	if (rtld_fini) {
		__thread_init();
		atexit(rtld_fini);
	} else {
		__static_tls_setup(__auxv);
		__thread_init();
		own_arrays = *arrays;
		atexit(run_own_destructors);
		run_own_constructors(argc, argv);
	}
	exit(program(argc, argv, environ));
}
