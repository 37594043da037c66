/*
 * Users and groups by name and by number, from /etc/passwd and /etc/group, whose first and third fields they share. Each
 * lookup reads the file; callers that ask for many files keep the last answer (name_of does).
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USERS  "/etc/passwd"
#define GROUPS "/etc/group"

/* Finds the line whose name (if not NULL) or number is as given, and fills in both. */
static bool find_account(const char *file, const char *name, long number, char found[64], long *found_number)
{
	FILE *stream = fopen(file, "r");
	char line[512];
	bool good = false;

	while (stream && !good && fgets(line, sizeof(line), stream)) {
		char *at = line, *fields[3];
		int count = 0;

		while (count < 3 && (fields[count] = strsep(&at, ":\n")))
			count++;
		if (count < 3)
			continue;
		*found_number = atol(fields[2]);
		good = name ? !strcmp(fields[0], name) : *found_number == number;
		strlcpy(found, fields[0], 64);
	}
	if (stream)
		fclose(stream);
	return good;
}

/* The name of a number, or its digits; valid until the next call for the same file. */
static __attribute__((unused)) const char *name_of(const char *file, long number)
{
	static struct {
		char name[64];
		long number;
		bool known;
	} last[2];
	int which = !strcmp(file, GROUPS);
	long found;

	if (last[which].known && last[which].number == number)
		return last[which].name;
	if (!find_account(file, NULL, number, last[which].name, &found))
		snprintf(last[which].name, sizeof(last[which].name), "%ld", number);
	last[which].number = number;
	last[which].known = true;
	return last[which].name;
}

/* The number of a name, or of digits; -1 when there is no such account. */
static __attribute__((unused)) long number_of_name(const char *file, const char *name)
{
	char found[64], *end;
	long number;

	if (find_account(file, name, 0, found, &number))
		return number;
	number = strtol(name, &end, 10);
	return *name && !*end && number >= 0 && number < 4294967295 ? number : -1;
}

#endif
