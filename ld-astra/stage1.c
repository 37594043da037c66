/*
 * Stage 1: own symbols work, so globals and other files may be used; no thread-local storage, no library. Reads the
 * initial stack, makes the objects of the program and of ld-astra, and leads through stages 2 and 3.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "rtld.h"

struct start_info start_info;
struct object *objects, *program, *self;

static const char *environment_value(const char *entry, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(entry, name, n) && entry[n] == '=' ? entry + n + 1 : NULL;
}

static void read_environment(void)
{
	for (char **e = start_info.envp; *e && !start_info.secure; e++) {
		const char *value;

		if (strncmp(*e, "LD_", 3))
			continue;
		if ((value = environment_value(*e, "LD_LIBRARY_PATH")))
			start_info.library_path = value;
		else if ((value = environment_value(*e, "LD_PRELOAD")))
			start_info.preload = value;
		else if ((value = environment_value(*e, "LD_BIND_NOW")))
			start_info.bind_now = *value != 0;
	}
}

static void read_stack(uintptr_t *stack)
{
	char **end;

	start_info.argc = (int)stack[0];
	start_info.argv = (char **)stack + 1;
	start_info.envp = start_info.argv + start_info.argc + 1;
	for (end = start_info.envp; *end; end++)
		;
	start_info.auxv = (Elf64_auxv_t *)(end + 1);
	for (Elf64_auxv_t *a = start_info.auxv; a->a_type != AT_NULL; a++) {
		uintptr_t value = a->a_un.a_val;

		switch (a->a_type) {
		case AT_PHDR:   start_info.phdr = (const Elf64_Phdr *)value; break;
		case AT_PHNUM:  start_info.phnum = value; break;
		case AT_ENTRY:  start_info.entry = value; break;
		case AT_RANDOM: start_info.random = value; break;
		case AT_SECURE: start_info.secure = value != 0; break;
		case AT_EXECFN: start_info.exec_name = (const char *)value; break;
		}
	}
	read_environment();
}

static struct object *self_object(uintptr_t base, const Elf64_Dyn *dynamic)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
	struct object *object = allocate(sizeof(*object));

	object->base = base;
	object->phdr = (const Elf64_Phdr *)(base + header->e_phoff);
	object->phnum = header->e_phnum;
	object->dynamic = dynamic;
	object->arena = arena_in_use();
	object->map.l_name = "/lib/ld-astra.so.1";
	set_span(object);
	parse_dynamic(object);
	return object;
}

/* Where the program lies against its link address: by PT_PHDR, or else by the segment that starts at file offset 0. */
static uintptr_t program_base(void)
{
	for (size_t i = 0; i < start_info.phnum; i++) {
		if (start_info.phdr[i].p_type == PT_PHDR)
			return (uintptr_t)start_info.phdr - start_info.phdr[i].p_vaddr;
	}
	for (size_t i = 0; i < start_info.phnum; i++) {
		const Elf64_Phdr *p = &start_info.phdr[i];

		if (p->p_type == PT_LOAD && p->p_offset == 0)
			return ((uintptr_t)start_info.phdr & -PAGE_SIZE) - p->p_vaddr;
	}
	die("the program's headers are not in memory", NULL);
}

/* Debuggers look for the linker's file under the name by which the program asked for it. */
static void learn_own_name(const struct object *object)
{
	for (size_t i = 0; i < object->phnum; i++) {
		const Elf64_Phdr *p = &object->phdr[i];
		char *name = p->p_type == PT_INTERP ? image_range(object, p->p_vaddr, p->p_filesz, PF_R) : NULL;

		if (name && p->p_filesz && !name[p->p_filesz - 1])
			self->map.l_name = name;
	}
}

/* The kernel checked and mapped the program; what its dynamic section says is still only the file's word. */
static struct object *kernel_program(void)
{
	struct object *object = allocate(sizeof(*object));

	object->base = program_base();
	object->phdr = start_info.phdr;
	object->phnum = start_info.phnum;
	object->arena = arena_in_use();
	object->map.l_name = "";
	set_span(object);
	find_dynamic(object);
	parse_dynamic(object);
	learn_own_name(object);
	return object;
}

static void replace_auxv(uint64_t type, uintptr_t value)
{
	for (Elf64_auxv_t *a = start_info.auxv; a->a_type != AT_NULL; a++) {
		if (a->a_type == type)
			a->a_un.a_val = value;
	}
}

static struct object *map_program(const char *path)
{
	struct object *object;
	struct stat status;
	long fd = sys(open, path, O_RDONLY | O_CLOEXEC, 0);

	if (fd < 0)
		die(path, ": cannot open the program", NULL);
	stat_file((int)fd, path, &status);
	object = map_object((int)fd, &status, path, NULL, &start_info.entry);
	sys(close, fd);
	return object;
}

/* Moves all of the stack behind argc down by `words`, which take from argv. */
static void drop_arguments(uintptr_t *stack, size_t words)
{
	uintptr_t *end = (uintptr_t *)start_info.auxv;

	while (((Elf64_auxv_t *)end)->a_type != AT_NULL)
		end += 2;
	memmove(stack + 1, stack + 1 + words, (size_t)((char *)(end + 2) - (char *)(stack + 1 + words)));
	stack[0] -= words;
	read_stack(stack);
}

/*
 * `ld-astra.so.1 [--list] PROGRAM ARGUMENT…`: loads the program itself. It sees its own argv at the place where the kernel
 * would have put it, with the stack pointer still aligned as the psABI wants it.
 */
static struct object *program_from_argv(uintptr_t *stack)
{
	struct object *object;

	start_info.list = start_info.argc > 1 && !strcmp(start_info.argv[1], "--list");
	drop_arguments(stack, 1);
	if (start_info.list)
		drop_arguments(stack, 1);
	if (start_info.argc < 1)
		die("usage: ld-astra.so.1 [--list] PROGRAM [ARGUMENT]...", NULL);
	start_info.exec_name = start_info.argv[0];
	object = map_program(start_info.exec_name);
	replace_auxv(AT_PHDR, (uintptr_t)object->phdr);
	replace_auxv(AT_PHNUM, object->phnum);
	replace_auxv(AT_ENTRY, start_info.entry);
	replace_auxv(AT_BASE, self->base);
	replace_auxv(AT_EXECFN, (uintptr_t)start_info.exec_name);
	object->map.l_name = "";
	return object;
}

uintptr_t stage1(uintptr_t *stack, uintptr_t base, const Elf64_Dyn *dynamic)
{
	memory_setup();
	read_stack(stack);
	self = self_object(base, dynamic);

	if (start_info.entry == base + ((const Elf64_Ehdr *)base)->e_entry)
		program = program_from_argv(stack);
	else
		program = kernel_program();
	add_object(program);
	debug_setup(base);

	load_dependencies();
	if (start_info.list)
		list_objects();
	setup_tls();
	relocate_all();
	debug_changed();

	run_constructors();
	return start_info.entry;
}
