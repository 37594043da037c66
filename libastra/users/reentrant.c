/*
 * Users and groups for several threads: the file is read by a stream of the call's own, and the line and the pointers into it
 * lie in the caller's buffer. ERANGE when that is too small, so that the caller tries again with more.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next line into buf without its newline; false at the end or with *error. */
static bool read_line(FILE *file, char *buf, size_t size, int *error)
{
	if (size < 2) {
		*error = ERANGE;
		return false;
	}
	if (!fgets(buf, (int)(size > 65536 ? 65536 : size), file)) {
		*error = ferror(file) ? errno : 0;
		return false;
	}
	if (!strchr(buf, '\n') && !feof(file)) {
		*error = ERANGE;
		return false;
	}
	buf[strcspn(buf, "\n")] = 0;
	return true;
}

static bool split(char *line, char **fields, int count)
{
	int n = 0;

	while (n < count && line)
		fields[n++] = strsep(&line, ":");
	return n == count;
}

static int find_user(const char *name, uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result)
{
	FILE *file = fopen("/etc/passwd", "re");
	char *fields[7];
	int error = 0;

	*result = NULL;
	if (!file)
		return errno;
	while (!*result && read_line(file, buf, size, &error)) {
		if (!split(buf, fields, 7))
			continue;
		*user = (struct passwd){ fields[0], fields[1], (uid_t)strtoul(fields[2], NULL, 10),
					 (gid_t)strtoul(fields[3], NULL, 10), fields[4], fields[5], fields[6] };
		if (name ? !strcmp(user->pw_name, name) : user->pw_uid == uid)
			*result = user;
	}
	fclose(file);
	return error;
}

int getpwnam_r(const char *name, struct passwd *user, char *buf, size_t size, struct passwd **result)
{
	return find_user(name, 0, user, buf, size, result);
}

int getpwuid_r(uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result)
{
	return find_user(NULL, uid, user, buf, size, result);
}

/* The members' pointers stand behind the line, aligned. */
static int split_members(struct group *group, char *list, char *buf, size_t size)
{
	uintptr_t start = ((uintptr_t)list + strlen(list) + sizeof(char *)) & -sizeof(char *);
	char **members = (char **)start, **end = (char **)(((uintptr_t)buf + size) & -sizeof(char *));

	group->gr_mem = members;
	while (list && members < end) {
		char *name = strsep(&list, ",");

		if (*name)
			*members++ = name;
	}
	if (list || members >= end)
		return ERANGE;
	*members = NULL;
	return 0;
}

static int find_group(const char *name, gid_t gid, struct group *group, char *buf, size_t size, struct group **result)
{
	FILE *file = fopen("/etc/group", "re");
	char *fields[4];
	int error = 0;

	*result = NULL;
	if (!file)
		return errno;
	while (!*result && !error && read_line(file, buf, size, &error)) {
		if (!split(buf, fields, 4))
			continue;
		*group = (struct group){ fields[0], fields[1], (gid_t)strtoul(fields[2], NULL, 10), NULL };
		if (name ? strcmp(group->gr_name, name) != 0 : group->gr_gid != gid)
			continue;
		error = split_members(group, fields[3], buf, size);
		*result = error ? NULL : group;
	}
	fclose(file);
	return error;
}

int getgrnam_r(const char *name, struct group *group, char *buf, size_t size, struct group **result)
{
	return find_group(name, 0, group, buf, size, result);
}

int getgrgid_r(gid_t gid, struct group *group, char *buf, size_t size, struct group **result)
{
	return find_group(NULL, gid, group, buf, size, result);
}
