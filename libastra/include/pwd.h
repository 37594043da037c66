/* Users, from /etc/passwd. Results are static until the next call of the family. */
#ifndef _PWD_H
#define _PWD_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct passwd {
	char *pw_name, *pw_passwd;
	uid_t pw_uid;
	gid_t pw_gid;
	char *pw_gecos, *pw_dir, *pw_shell;
};

/* NULL when there is none (errno untouched) or with errno. */
struct passwd *getpwnam(const char *name);
struct passwd *getpwuid(uid_t uid);
/* All users, one after the other; set and end start again. Not for several threads at once. */
struct passwd *getpwent(void);
void setpwent(void);
void endpwent(void);

/* The same into *user and buf; 0 with *result user, or NULL for none; else an error number: ERANGE, make buf larger. */
int getpwnam_r(const char *name, struct passwd *user, char *buf, size_t size, struct passwd **result);
int getpwuid_r(uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result);

__ASTRA_END_DECLS

#endif
