/*
 * The program's entry point; linked into every program and built apart from the library (position independent). Hands
 * the kernel's stack, main and the program's own constructor arrays to libastra. The arrays matter to static programs
 * only: ld-astra runs those of a dynamic one.
 */
#include <stdint.h>

typedef void (*initializer)(int, char **, char **);

extern int main(int argc, char **argv, char **envp);
extern initializer __preinit_array_start[] __attribute__((weak, visibility("hidden")));
extern initializer __preinit_array_end[] __attribute__((weak, visibility("hidden")));
extern initializer __init_array_start[] __attribute__((weak, visibility("hidden")));
extern initializer __init_array_end[] __attribute__((weak, visibility("hidden")));
extern initializer __fini_array_start[] __attribute__((weak, visibility("hidden")));
extern initializer __fini_array_end[] __attribute__((weak, visibility("hidden")));

/* The handle of a program's own exit functions: it is never closed. */
__attribute__((visibility("hidden"))) void *__dso_handle;

struct program_arrays {
	initializer *preinit, *preinit_end, *init, *init_end, *fini, *fini_end;
};

_Noreturn void __libc_start(uintptr_t *stack, int (*program)(int, char **, char **), void (*rtld_fini)(void),
			    const struct program_arrays *arrays);

__attribute__((used)) static _Noreturn void start(uintptr_t *stack, void (*rtld_fini)(void))
{
	const struct program_arrays arrays = {
		__preinit_array_start, __preinit_array_end, __init_array_start, __init_array_end, __fini_array_start,
		__fini_array_end,
	};

	__libc_start(stack, main, rtld_fini, &arrays);
}

__asm__(".text\n"
	".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	mov %rdx, %rsi\n"
	"	and $-16, %rsp\n"
	"	call start\n"
	"	ud2\n"
	".size _start, . - _start\n");
