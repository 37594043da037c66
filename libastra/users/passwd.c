/* Users. The line that the result points into is kept until the next one; not for several threads at once, as POSIX says. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *file;
static char *line;
static size_t room;

void setpwent(void)
{
	endpwent();
}

void endpwent(void)
{
	if (file)
		fclose(file);
	file = NULL;
}

/* A line that is not seven fields is passed over. */
struct passwd *getpwent(void)
{
	static struct passwd user;

	if (!file)
		file = fopen("/etc/passwd", "re");
	while (file && getline(&line, &room, file) > 0) {
		char *fields[7], *at = line;
		int n = 0;

		line[strcspn(line, "\n")] = 0;
		while (n < 7 && at)
			fields[n++] = strsep(&at, ":");
		if (n < 7)
			continue;
		user = (struct passwd){ fields[0], fields[1], (uid_t)strtoul(fields[2], NULL, 10),
					(gid_t)strtoul(fields[3], NULL, 10), fields[4], fields[5], fields[6] };
		return &user;
	}
	return NULL;
}

struct passwd *getpwnam(const char *name)
{
	struct passwd *user;

	setpwent();
	while ((user = getpwent()) && strcmp(user->pw_name, name))
		;
	endpwent();
	return user;
}

struct passwd *getpwuid(uid_t uid)
{
	struct passwd *user;

	setpwent();
	while ((user = getpwent()) && user->pw_uid != uid)
		;
	endpwent();
	return user;
}
