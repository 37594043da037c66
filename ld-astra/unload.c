/*
 * Taking libraries out again. Nobody counts references between objects: whatever cannot be reached from an object that
 * must stay (of the start, RTLD_NODELETE, or opened) along dependencies and bindings goes, so cycles go too. Destructors
 * may call dlopen and dlclose: what is doomed is not found any more, and a new round starts when a round removed something.
 * Under the lock.
 */
#include <sys/mman.h>

#include "rtld.h"

static bool running;			/* a round is under way: a nested dlclose leaves its work to it */
static bool again;

static void mark(struct object *object)
{
	if (object->marked || object->doomed)
		return;
	object->marked = true;
	for (size_t i = 0; i < object->needed_count; i++)
		mark(object->needed[i]);
	for (size_t i = 0; i < object->bound.count; i++)
		mark(object->bound.list[i]);
}

static bool doom_unreachable(void)
{
	bool any = false;

	for (struct object *o = objects; o; o = o->next)
		o->marked = false;
	for (struct object *o = objects; o; o = o->next) {
		if (o->permanent || o->open_count)
			mark(o);
	}
	for (struct object *o = objects; o; o = o->next) {
		o->doomed |= !o->marked;
		any |= o->doomed;
	}
	return any;
}

static struct object *take_newest_doomed(void)
{
	for (struct object **link = &constructed; *link; link = &(*link)->init_next) {
		struct object *object = *link;

		if (object->doomed) {
			*link = object->init_next;
			return object;
		}
	}
	return NULL;
}

static void unlink_object(struct object *object)
{
	struct object **link = &objects;

	while (*link != object)
		link = &(*link)->next;
	*link = object->next;
	if (object->map.l_prev)
		object->map.l_prev->l_next = object->map.l_next;
	if (object->map.l_next)
		object->map.l_next->l_prev = object->map.l_prev;
	objects_removed++;
}

/* Removes every trace of an object of the list and its memory; its destructors have run, or its constructors never did. */
void forget_object(struct object *object)
{
	uintptr_t start = object->start, size = object->end - object->start;

	unlink_object(object);
	scope_remove(&global_scope, object);
	for (struct object *o = objects; o; o = o->next) {
		scope_remove(&o->group, object);
		scope_remove(&o->bound, object);
		if (o->wanted_by == object)
			o->wanted_by = NULL;
	}
	tls_unregister(object);
	arena_release(object->arena);
	sys(munmap, start, size);
}

static void forget_doomed(void)
{
	struct object *next;

	debug_changing(RT_DELETE);
	for (struct object *o = objects; o; o = next) {
		next = o->next;
		if (o->doomed)
			forget_object(o);
	}
	debug_changed();
}

void unload_unneeded(void)
{
	again = true;
	if (running)
		return;
	running = true;
	while (again) {
		struct object *object;

		again = false;
		if (!doom_unreachable())
			break;
		while ((object = take_newest_doomed()))
			destruct(object);
		forget_doomed();
	}
	running = false;
}
