/*
 * Stage 3: everything is loaded, relocated and protected; foreign code runs. Constructors run dependencies first, each
 * object once also in a cycle; destructors in the opposite order of what ran. The program's own come last and first.
 * dlopen and dlclose use the same functions later, under the lock, which foreign code may take again.
 */
#include "rtld.h"

typedef void (*constructor)(int, char **, char **);
typedef void (*destructor)(void);

struct object *constructed;

static void check_code(const struct object *object, uintptr_t address, const char *what)
{
	if (!is_code(object, address))
		die(object_name(object), ": a ", what, " is not code", NULL);
}

static void call(const struct object *object, uintptr_t address)
{
	check_code(object, address, "constructor");
	((constructor)address)(start_info.argc, start_info.argv, start_info.envp);
}

/* Entries of zero and minus one, which old linkers put at the ends of the arrays, are no functions. */
static bool is_filler(uintptr_t address)
{
	return address + 1 <= 1;
}

static void call_array(const struct object *object, const uintptr_t *array, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_filler(array[i]))
			call(object, array[i]);
	}
}

void construct(struct object *object)
{
	if (object->init_visited)
		return;
	object->init_visited = true;
	for (size_t i = 0; i < object->needed_count; i++)
		construct(object->needed[i]);
	object->init_next = constructed;
	constructed = object;
	if (object == self)
		return;
	if (object->init)
		call(object, object->init);
	call_array(object, object->init_array, object->init_count);
}

void run_constructors(void)
{
	call_array(program, program->preinit_array, program->preinit_count);
	for (struct object *o = program->next; o; o = o->next)
		construct(o);
	construct(program);
}

void destruct(struct object *object)
{
	if (object == self)
		return;
	for (size_t i = object->fini_count; i--;) {
		if (is_filler(object->fini_array[i]))
			continue;
		check_code(object, object->fini_array[i], "destructor");
		((destructor)object->fini_array[i])();
	}
	if (object->fini)
		((destructor)object->fini)();
}

/* At exit: a destructor may open or close libraries, so the list is looked at anew after each. */
void run_destructors(void)
{
	rtld_lock();
	while (constructed) {
		struct object *object = constructed;

		constructed = object->init_next;
		destruct(object);
	}
	rtld_unlock();
}
