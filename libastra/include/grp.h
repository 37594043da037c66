/* Groups, from /etc/group. Results are static until the next call of the family. */
#ifndef _GRP_H
#define _GRP_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct group {
	char *gr_name, *gr_passwd;
	gid_t gr_gid;
	char **gr_mem;			/* names, then NULL */
};

/* NULL when there is none (errno untouched) or with errno. */
struct group *getgrnam(const char *name);
struct group *getgrgid(gid_t gid);
/* All groups, one after the other; set and end start again. Not for several threads at once. */
struct group *getgrent(void);
void setgrent(void);
void endgrent(void);
int setgroups(size_t size, const gid_t *list);

/* The same into *group and buf; 0 with *result group, or NULL for none; else an error number: ERANGE, make buf larger. */
int getgrnam_r(const char *name, struct group *group, char *buf, size_t size, struct group **result);
int getgrgid_r(gid_t gid, struct group *group, char *buf, size_t size, struct group **result);

__ASTRA_END_DECLS

#endif
