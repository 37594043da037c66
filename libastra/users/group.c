/* Groups. The line that the result points into is kept until the next one; not for several threads at once, as POSIX says. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *file;
static char *line, **members;
static size_t room;

void setgrent(void)
{
	endgrent();
}

void endgrent(void)
{
	if (file)
		fclose(file);
	file = NULL;
}

/* Cuts the list at its commas; false when memory ran out. */
static int split_members(char *list)
{
	size_t count = 0, commas = 1;
	char **grown;

	for (char *c = list; *c; c++)
		commas += *c == ',';
	grown = reallocarray(members, commas + 1, sizeof(*members));
	if (!grown)
		return 0;
	members = grown;
	while (list) {
		char *name = strsep(&list, ",");

		if (*name)
			members[count++] = name;
	}
	members[count] = NULL;
	return 1;
}

/* A line that is not four fields is passed over. */
struct group *getgrent(void)
{
	static struct group group;

	if (!file)
		file = fopen("/etc/group", "re");
	while (file && getline(&line, &room, file) > 0) {
		char *fields[4], *at = line;
		int n = 0;

		line[strcspn(line, "\n")] = 0;
		while (n < 4 && at)
			fields[n++] = strsep(&at, ":");
		if (n < 4)
			continue;
		if (!split_members(fields[3]))
			return NULL;
		group = (struct group){ fields[0], fields[1], (gid_t)strtoul(fields[2], NULL, 10), members };
		return &group;
	}
	return NULL;
}

struct group *getgrnam(const char *name)
{
	struct group *group;

	setgrent();
	while ((group = getgrent()) && strcmp(group->gr_name, name))
		;
	endgrent();
	return group;
}

struct group *getgrgid(gid_t gid)
{
	struct group *group;

	setgrent();
	while ((group = getgrent()) && group->gr_gid != gid)
		;
	endgrent();
	return group;
}
