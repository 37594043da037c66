/*
 * Stage 2, loading: the program is known; brings in LD_PRELOAD and then, breadth-first, every DT_NEEDED. Own symbols
 * and memory may be used; nothing of a loaded library may be called yet. A library is loaded once, whatever its names.
 * dlopen uses the same functions later, under the lock.
 */
#include <sys/stat.h>

#include "rtld.h"

struct scope global_scope;
unsigned long long objects_added, objects_removed;

bool list_incomplete;

static int open_file;			/* the library that is being loaded */
static bool file_is_open;		/* ld-astra has no initialised variables, see stage 0 */

void add_object(struct object *object)
{
	struct object **link = &objects;
	struct object *last = NULL;

	for (; *link; link = &(*link)->next)
		last = *link;
	*link = object;
	object->map.l_prev = last ? &last->map : NULL;
	if (last)
		last->map.l_next = &object->map;
	arena_hold(object->arena);
	objects_added++;
}

static void close_file(void)
{
	if (file_is_open)
		sys(close, open_file);
	file_is_open = false;
}

/* After a failure: closes the file that was being loaded. */
void abandon_load(void)
{
	close_file();
	abandon_mapping();
}

static bool is_name(const char *own, uint32_t own_hash, const char *name, uint32_t hash)
{
	return own_hash == hash && own && !strcmp(own, name);
}

static struct object *find_by_name(const char *name)
{
	uint32_t hash = gnu_hash_of(name);

	for (struct object *o = objects; o; o = o->next) {
		if (!o->doomed && (is_name(o->soname, o->soname_hash, name, hash) || is_name(o->asked_name, o->asked_hash, name, hash)))
			return o;
	}
	if (self->soname && !strcmp(self->soname, name)) {
		add_object(self);
		return self;
	}
	return NULL;
}

static struct object *find_by_file(const struct stat *status)
{
	for (struct object *o = objects; o; o = o->next) {
		if (!o->doomed && o->ino && o->ino == status->st_ino && o->dev == status->st_dev)
			return o;
	}
	return NULL;
}

static struct object *load_file(const char *name, struct object *wanted_by, bool only_if_loaded)
{
	struct object *object = find_by_name(name);
	struct stat status;
	const char *path;

	if (object)
		return object;
	open_file = open_library(name, wanted_by, &path);
	file_is_open = true;
	stat_file(open_file, path, &status);
	object = find_by_file(&status);
	if (!object && !only_if_loaded) {
		object = map_object(open_file, &status, path, wanted_by, NULL);
		object->asked_name = join(name, strlen(name), "", 0);
		object->asked_hash = gnu_hash_of(name);
		add_object(object);
	}
	close_file();
	return object;
}

struct object *load(const char *name, struct object *wanted_by)
{
	return load_file(name, wanted_by, false);
}

/* The object if it is there, else NULL. */
struct object *loaded_already(const char *name, struct object *wanted_by)
{
	return load_file(name, wanted_by, true);
}

struct request {
	const char *name;
	struct object *wanted_by, *loaded;
};

static void load_request(void *context)
{
	struct request *request = context;

	request->loaded = load(request->name, request->wanted_by);
}

/* A failure is only reported: a preloaded library may be missing, and ldd wants to see all that is missing. */
static struct object *load_if_possible(const char *name, struct object *wanted_by, const char *before, const char *after)
{
	struct request request = { name, wanted_by, NULL };
	char error[RTLD_ERROR_SIZE];

	if (attempt(load_request, &request, error))
		return request.loaded;
	abandon_load();
	say(2, before);
	say(2, error);
	say(2, after);
	return NULL;
}

static void load_preloaded(void)
{
	const char *list = start_info.preload;

	while (list && *list) {
		size_t length = strcspn(list, ": ");

		if (length)
			load_if_possible(join(list, length, "", 0), NULL, "ld-astra: LD_PRELOAD: ", "; going on without\n");
		list += length;
		list += *list != 0;
	}
}

static const char *needed_name(const struct object *object, const Elf64_Dyn *d)
{
	if (d->d_un.d_val >= object->strings_size)
		die(object_name(object), ": the name of a needed library lies outside its string table", NULL);
	return object->strings + d->d_un.d_val;
}

void load_needed(struct object *object)
{
	object->needed = allocate(object->needed_room * sizeof(*object->needed));
	for (size_t i = 0; i < object->dynamic_count; i++) {
		const Elf64_Dyn *d = &object->dynamic[i];
		struct object *needed;

		if (d->d_tag != DT_NEEDED)
			continue;
		if (start_info.list)
			needed = load_if_possible(needed_name(object, d), object, "\t", "\n");
		else
			needed = load(needed_name(object, d), object);
		if (needed)
			object->needed[object->needed_count++] = needed;
		else
			list_incomplete = true;
	}
}

void load_dependencies(void)
{
	bool has_self = false;

	load_preloaded();
	for (struct object *o = objects; o; o = o->next) {
		load_needed(o);
		has_self |= o == self;
	}
	if (!has_self)
		add_object(self);
	for (struct object *o = objects; o; o = o->next) {
		o->permanent = true;
		o->global = true;
		scope_add(&global_scope, o);
		if (!start_info.list)
			check_wanted_versions(o);
	}
}
