/* Zone files of the time zone database (TZif, RFC 8536), as zone.c uses them. No lock: zone.c's guards them. */
#ifndef INTERNAL_ZONE_IMPL_H
#define INTERNAL_ZONE_IMPL_H

#include <stdbool.h>
#include <time.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* One kind of time in a zone. */
struct local_type {
	long offset;			/* seconds east of Greenwich */
	bool summer;
	const char *name;		/* stays valid */
};

struct zone_file;

/*
 * The file that TZ's text names (a colon in front allowed), absolute or in the database; of NULL /etc/localtime. NULL: there is none
 * that is well formed, or memory is out.
 */
struct zone_file *__zone_file_open(const char *name) HIDDEN;
void __zone_file_close(struct zone_file *f) HIDDEN;	/* NULL is fine */

/* The kind of time that a moment has; false when it is after all that the file lists and a rule goes on from there. */
bool __zone_file_type(const struct zone_file *f, time_t time, struct local_type *type) HIDDEN;

/* That rule, in POSIX's form; "" when there is none. */
const char *__zone_file_rule(const struct zone_file *f) HIDDEN;

#endif
