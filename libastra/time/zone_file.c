/*
 * Files of the time zone database: read whole, checked once, then searched. A file is anybody's who can set TZ, so that no count
 * or index in it is trusted. Names of zones outlive their files: programs keep what tm_zone points to. zone.c's lock guards all.
 */
#include "zone_impl.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE    "/usr/share/zoneinfo"
#define LOCALTIME   "/etc/localtime"
#define MAX_SIZE    (1 << 20)
#define HEADER_SIZE 44
#define TYPE_SIZE   6			/* offset, is summer time, where its name begins */
#define NAME_ROOM   16

struct zone_file {
	const uint8_t *times, *indices, *types;
	const char *names;
	size_t time_size;		/* of one transition: 4 or 8 bytes */
	size_t time_count, type_count, name_size;
	char *rule;			/* in `data`, terminated */
	uint8_t data[];
};

/* Names that were handed out; one that is known is not kept twice. */
struct kept_name {
	struct kept_name *next;
	char text[NAME_ROOM];
};
static struct kept_name *kept_names;	/* [zone.c's lock] */

static const char *keep_name(const char *text)
{
	struct kept_name *k;

	for (k = kept_names; k; k = k->next)
		if (!strncmp(k->text, text, NAME_ROOM - 1))
			return k->text;
	k = calloc(1, sizeof(*k));
	if (!k)
		return "";
	strncpy(k->text, text, NAME_ROOM - 1);
	k->next = kept_names;
	kept_names = k;
	return k->text;
}

static int64_t big_endian(const uint8_t *p, size_t size)
{
	uint64_t value = p[0] & 0x80 ? ~0ull : 0;

	while (size--)
		value = value << 8 | *p++;
	return (int64_t)value;
}

/* ---- Reading ---- */

/* What a header says of the block behind it. */
struct counts {
	size_t utc, standard, leap, times, types, names;
};

static bool read_header(const uint8_t *p, const uint8_t *end, struct counts *c)
{
	size_t *const fields[] = { &c->utc, &c->standard, &c->leap, &c->times, &c->types, &c->names };

	if (end - p < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
		return false;
	for (int i = 0; i < 6; i++) {
		int64_t n = big_endian(p + 20 + 4 * i, 4);

		if (n < 0 || n > MAX_SIZE)
			return false;
		*fields[i] = (size_t)n;
	}
	return c->types > 0 && c->types <= 256 && c->names > 0;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
	return c->times * (time_size + 1) + c->types * TYPE_SIZE + c->names + c->leap * (time_size + 4) + c->standard + c->utc;
}

/* Every index points at something, and transitions rise. */
static bool consistent(const struct zone_file *f)
{
	for (size_t i = 0; i < f->time_count; i++)
		if (f->indices[i] >= f->type_count)
			return false;
	for (size_t i = 1; i < f->time_count; i++)
		if (big_endian(f->times + i * f->time_size, f->time_size) < big_endian(f->times + (i - 1) * f->time_size, f->time_size))
			return false;
	for (size_t i = 0; i < f->type_count; i++)
		if (f->types[i * TYPE_SIZE + 5] >= f->name_size)
			return false;
	return f->names[f->name_size - 1] == '\0';
}

/* The rule is a line of its own behind the second block. */
static void find_rule(struct zone_file *f, uint8_t *p, uint8_t *end)
{
	uint8_t *stop;

	f->rule = (char *)end;		/* the byte behind the file is 0 */
	if (p >= end || *p != '\n')
		return;
	stop = memchr(p + 1, '\n', (size_t)(end - p - 1));
	if (!stop)
		return;
	*stop = '\0';
	f->rule = (char *)p + 1;
}

static bool parse(struct zone_file *f, size_t size)
{
	uint8_t *p = f->data, *end = p + size;
	struct counts c;

	if (!read_header(p, end, &c))
		return false;
	f->time_size = 4;
	if (p[4] >= '2') {		/* the same again, with wider times */
		if ((size_t)(end - p) < HEADER_SIZE + block_size(&c, 4))
			return false;
		p += HEADER_SIZE + block_size(&c, 4);
		f->time_size = 8;
		if (!read_header(p, end, &c))
			return false;
	}
	p += HEADER_SIZE;
	if ((size_t)(end - p) < block_size(&c, f->time_size))
		return false;
	f->times = p;
	f->indices = p + c.times * f->time_size;
	f->types = f->indices + c.times;
	f->names = (const char *)f->types + c.types * TYPE_SIZE;
	f->time_count = c.times;
	f->type_count = c.types;
	f->name_size = c.names;
	find_rule(f, p + block_size(&c, f->time_size), end);
	return consistent(f);
}

static struct zone_file *read_file(const char *path)
{
	struct zone_file *f = NULL;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= MAX_SIZE)
		f = malloc(sizeof(*f) + (size_t)st.st_size + 1);
	if (f && (read(fd, f->data, (size_t)st.st_size) != st.st_size)) {
		free(f);
		f = NULL;
	}
	close(fd);
	if (!f)
		return NULL;
	f->data[st.st_size] = 0;
	if (parse(f, (size_t)st.st_size))
		return f;
	free(f);
	return NULL;
}

/* A privileged program reads nothing but the database. */
static bool may_open(const char *name)
{
	return !getauxval(AT_SECURE) || (*name != '/' && !strstr(name, ".."));
}

struct zone_file *__zone_file_open(const char *name)
{
	char path[256];

	if (!name)
		return read_file(LOCALTIME);
	name += *name == ':';
	if (!*name || !may_open(name))
		return NULL;
	if (*name == '/')
		return read_file(name);
	if ((size_t)snprintf(path, sizeof(path), DATABASE "/%s", name) >= sizeof(path))
		return NULL;
	return read_file(path);
}

void __zone_file_close(struct zone_file *f)
{
	free(f);
}

/* ---- Asking ---- */

const char *__zone_file_rule(const struct zone_file *f)
{
	return f->rule;
}

/* How many transitions are at or before the time. */
static size_t transitions_until(const struct zone_file *f, time_t time)
{
	size_t low = 0, high = f->time_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (big_endian(f->times + middle * f->time_size, f->time_size) <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Before the first transition the first type counts (RFC 8536, 3.2). */
bool __zone_file_type(const struct zone_file *f, time_t time, struct local_type *type)
{
	size_t passed = transitions_until(f, time);
	const uint8_t *t = f->types + (passed ? f->indices[passed - 1] : 0) * TYPE_SIZE;

	if (passed == f->time_count && *f->rule)
		return false;
	*type = (struct local_type){ (long)big_endian(t, 4), t[4] != 0, keep_name(f->names + t[5]) };
	return true;
}
