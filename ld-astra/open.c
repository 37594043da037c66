/*
 * dlopen and dlclose, and the table of functions that libastra calls. A dlopen is one transaction: all that it loads lives
 * in one arena; it fails before the first constructor runs, and then what it loaded is forgotten as if it had never been.
 */
#include <dlfcn.h>

#include "rtld.h"

struct opening {
	const char *name;
	int mode;
	struct object *caller;
	struct object *last;		/* the newest object before */
	struct object *root;		/* the answer; NULL: RTLD_NOLOAD, and it is not there */
};

static struct object *first_new(const struct opening *opening)
{
	return opening->last->next;
}

/* Breadth first: the object, what it needs, what that needs. */
static void make_group(struct object *root)
{
	if (root->group.count)
		return;
	scope_add(&root->group, root);
	for (size_t i = 0; i < root->group.count; i++) {
		struct object *o = root->group.list[i];

		for (size_t k = 0; k < o->needed_count; k++) {
			if (!scope_has(&root->group, o->needed[k]))
				scope_add(&root->group, o->needed[k]);
		}
	}
}

static void place_new(struct opening *opening)
{
	for (struct object *o = first_new(opening); o; o = o->next) {
		check_wanted_versions(o);
		o->scope = &opening->root->group;
		o->deep = opening->mode & RTLD_DEEPBIND;
		if (!o->tls)
			continue;
		tls_register(o);
		if (o->static_tls && !tls_make_static(o))
			die(object_name(o), ": wants static thread-local storage, which has no room left", NULL);
	}
}

static void relocate_new(struct opening *opening)
{
	struct object *newest = opening->last;

	while (newest->next)
		newest = newest->next;
	for (struct object *o = newest; o != opening->last; o = (struct object *)o->map.l_prev)
		relocate(o, opening->mode & RTLD_NOW);
	for (struct object *o = first_new(opening); o; o = o->next)
		protect(o);
}

static void open_all(void *context)
{
	struct opening *opening = context;

	if (opening->mode & RTLD_NOLOAD) {
		opening->root = loaded_already(opening->name, opening->caller);
		return;
	}
	opening->root = load(opening->name, opening->caller);
	for (struct object *o = first_new(opening); o; o = o->next)
		load_needed(o);
	if (opening->root->arena == arena_in_use() || !opening->root->group.count) {
		struct arena *before = arena_use(opening->root->arena);

		make_group(opening->root);
		arena_use(before);
	}
	place_new(opening);
	relocate_new(opening);
}

static void forget_new(const struct opening *opening)
{
	abandon_load();
	while (first_new(opening))
		forget_object(first_new(opening));
}

/* What cannot fail any more. */
static void commit(struct opening *opening)
{
	struct object *root = opening->root;
	struct arena *before = arena_use(program->arena);

	root->open_count++;
	root->permanent |= (opening->mode & RTLD_NODELETE) != 0;
	for (size_t i = 0; i < root->group.count && opening->mode & RTLD_GLOBAL; i++) {
		struct object *o = root->group.list[i];

		if (!o->global)
			scope_add(&global_scope, o);
		o->global = true;
	}
	arena_use(before);
}

static bool bad_mode(int mode)
{
	int known = RTLD_LAZY | RTLD_NOW | RTLD_NOLOAD | RTLD_DEEPBIND | RTLD_GLOBAL | RTLD_NODELETE;

	return mode & ~known || !(mode & (RTLD_LAZY | RTLD_NOW));
}

static void *open_locked(struct opening *opening, char *error)
{
	struct arena *arena = arena_new(), *before = arena_use(arena);
	bool good;

	while (opening->last->next)
		opening->last = opening->last->next;
	debug_changing(RT_ADD);
	good = attempt(open_all, opening, error);
	if (!good)
		forget_new(opening);
	arena_use(before);
	arena_release(arena);
	debug_changed();
	if (!good || !opening->root)
		return NULL;
	commit(opening);
	construct(opening->root);
	return opening->root;
}

void *rtld_open(const char *name, int mode, const void *caller, char *error)
{
	struct opening opening = { .name = name, .mode = mode, .last = objects };
	void *handle;

	error[0] = 0;
	if (bad_mode(mode)) {
		set_error(error, name ? name : "the program", ": dlopen with an invalid mode", NULL);
		return NULL;
	}
	if (!name || !*name)
		return program;
	rtld_lock();
	opening.caller = object_at((uintptr_t)caller);
	if (!opening.caller)
		opening.caller = program;
	handle = open_locked(&opening, error);
	rtld_unlock();
	return handle;
}

int rtld_close(void *handle, char *error)
{
	struct object *object = handle;
	int result = 0;

	rtld_lock();
	if (!is_handle(handle) || (object != program && !object->open_count)) {
		set_error(error, "dlclose: not a handle that dlopen returned", NULL);
		result = -1;
	} else if (object->open_count) {
		object->open_count--;
		unload_unneeded();
	}
	rtld_unlock();
	return result;
}

void *rtld_variable(const uintptr_t index[2])
{
	return __tls_get_addr((const struct tls_index *)index);
}

struct tcb *rtld_make_thread(void)
{
	struct tcb *tcb;

	rtld_lock();
	tcb = tls_make_thread();
	rtld_unlock();
	return tcb;
}

void rtld_free_thread(struct tcb *tcb)
{
	rtld_lock();
	tls_free_thread(tcb);
	rtld_unlock();
}

void rtld_renew_thread(struct tcb *tcb)
{
	rtld_lock();
	tls_renew_thread(tcb);
	rtld_unlock();
}

/* A row of the table: the distance, which the linker works out. */
#define ROW(name) "\t.long\trtld_" #name " - __rtld_functions\n"
__asm__("\t.section .rodata.rtld_functions, \"a\", @progbits\n"
	"\t.balign\t4\n"
	"\t.globl\t__rtld_functions\n"
	"\t.type\t__rtld_functions, @object\n"
	"__rtld_functions:\n"
	RTLD_FUNCTIONS(ROW)
	"\t.size\t__rtld_functions, . - __rtld_functions\n"
	"\t.previous\n");
