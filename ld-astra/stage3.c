/*
 * Stage 3: everything is loaded, relocated and protected; foreign code runs. Constructors run dependencies first, each
 * object once also in a cycle; destructors in the opposite order of what ran. The program's own come last and first.
 */
#include "rtld.h"

typedef void (*constructor)(int, char **, char **);
typedef void (*destructor)(void);

static struct object *constructed;	/* newest first */

static void call(uintptr_t address)
{
	((constructor)address)(start_info.argc, start_info.argv, start_info.envp);
}

static void construct(struct object *object)
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
		call(object->init);
	for (size_t i = 0; i < object->init_count; i++)
		call(object->init_array[i]);
}

void run_constructors(void)
{
	for (size_t i = 0; i < program->preinit_count; i++)
		call(program->preinit_array[i]);
	for (struct object *o = program->next; o; o = o->next)
		construct(o);
	construct(program);
}

void run_destructors(void)
{
	while (constructed) {
		struct object *object = constructed;

		constructed = object->init_next;
		for (size_t i = object->fini_count; i--;)
			((destructor)object->fini_array[i])();
		if (object->fini)
			((destructor)object->fini)();
	}
}
