/*
 * Stage 2, loading: the program is known; brings in LD_PRELOAD and then, breadth-first, every DT_NEEDED. Own symbols
 * and memory may be used; nothing of a loaded library may be called yet. A library is loaded once, whatever its names.
 */
#include <sys/stat.h>

#include "rtld.h"

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
}

static struct object *find_by_name(const char *name)
{
	for (struct object *o = objects; o; o = o->next) {
		if ((o->soname && !strcmp(o->soname, name)) || (o->asked_name && !strcmp(o->asked_name, name)))
			return o;
	}
	if (self->soname && !strcmp(self->soname, name)) {
		add_object(self);
		return self;
	}
	return NULL;
}

static struct object *find_by_file(int fd)
{
	struct stat status;

	if (sys(fstat, fd, &status) < 0)
		return NULL;
	for (struct object *o = objects; o; o = o->next) {
		if (o->ino && o->ino == status.st_ino && o->dev == status.st_dev)
			return o;
	}
	return NULL;
}

static struct object *load(const char *name, struct object *wanted_by)
{
	struct object *object = find_by_name(name);
	const char *path;
	int fd;

	if (object)
		return object;
	fd = open_library(name, wanted_by, &path);
	object = find_by_file(fd);
	if (!object) {
		object = map_object(fd, path, wanted_by, NULL);
		object->asked_name = name;
		add_object(object);
	}
	sys(close, fd);
	return object;
}

static void load_preloaded(void)
{
	const char *list = start_info.preload;

	while (list && *list) {
		size_t length = strcspn(list, ": ");

		if (length)
			load(join(list, length, "", 0), NULL);
		list += length;
		list += *list != 0;
	}
}

static void load_needed(struct object *object)
{
	size_t count = 0;

	for (size_t i = 0; i < object->dynamic_count; i++)
		count += object->dynamic[i].d_tag == DT_NEEDED;
	object->needed = allocate(count * sizeof(*object->needed));
	for (size_t i = 0; i < object->dynamic_count; i++) {
		uint64_t offset = object->dynamic[i].d_un.d_val;

		if (object->dynamic[i].d_tag != DT_NEEDED)
			continue;
		if (offset >= object->strings_size)
			die(object_name(object), ": the name of a needed library lies outside its string table", NULL);
		object->needed[object->needed_count++] = load(object->strings + offset, object);
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
	for (struct object *o = objects; o; o = o->next)
		check_wanted_versions(o);
}
