/*
 * The environment. The array is the kernel's until the first change, then a copy of our own; strings that setenv made
 * are ours and freed when replaced. One lock; getenv's result stays valid until that name changes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lock.h"

FORK_LOCK(lock);
static char **own;		/* [l] the array that we allocated, when environ is it */
static char **made;		/* [l] strings that setenv allocated, so that they can be freed */
static size_t made_count;	/* [l] */

static size_t entry_count(void)
{
	size_t count = 0;

	while (environ && environ[count])
		count++;
	return count;
}

static char **find(const char *name, size_t length)
{
	for (char **entry = environ; entry && *entry; entry++) {
		if (!strncmp(*entry, name, length) && (*entry)[length] == '=')
			return entry;
	}
	return NULL;
}

char *getenv(const char *name)
{
	size_t length = strlen(name);
	char **entry = length && !strchr(name, '=') ? find(name, length) : NULL;

	return entry ? *entry + length + 1 : NULL;
}

static void forget(char *string)
{
	for (size_t i = 0; i < made_count; i++) {
		if (made[i] == string) {
			free(string);
			made[i] = made[--made_count];
			return;
		}
	}
}

static int remember(char *string)
{
	char **grown = reallocarray(made, made_count + 1, sizeof(*made));

	if (!grown)
		return -1;
	made = grown;
	made[made_count++] = string;
	return 0;
}

/* Puts NAME=value in place of the old entry or at the end; the lock is held. */
static int place(char *string, size_t name_length)
{
	char **entry = find(string, name_length);
	size_t count;
	char **grown;

	if (entry) {
		forget(*entry);
		*entry = string;
		return 0;
	}
	count = entry_count();
	grown = reallocarray(own, count + 2, sizeof(*grown));
	if (!grown)
		return -1;
	if (environ != own && count)
		memcpy(grown, environ, count * sizeof(*grown));
	grown[count] = string;
	grown[count + 1] = NULL;
	environ = own = grown;
	return 0;
}

static int name_is_bad(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return 0;
	errno = EINVAL;
	return -1;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t name_length, value_length;
	char *string;
	int result = -1;

	if (name_is_bad(name))
		return -1;
	if (!overwrite && getenv(name))
		return 0;
	name_length = strlen(name);
	value_length = strlen(value);
	string = malloc(name_length + value_length + 2);
	if (!string)
		return -1;
	memcpy(string, name, name_length);
	string[name_length] = '=';
	memcpy(string + name_length + 1, value, value_length + 1);
	lock_acquire(&lock);
	if (remember(string) == 0) {
		result = place(string, name_length);
		if (result < 0)
			forget(string);
	} else {
		free(string);
	}
	lock_release(&lock);
	return result;
}

int putenv(char *string)
{
	size_t name_length = strcspn(string, "=");
	int result;

	if (!string[name_length])
		return unsetenv(string);
	lock_acquire(&lock);
	result = place(string, name_length);
	lock_release(&lock);
	return result;
}

int unsetenv(const char *name)
{
	char **entry;

	if (name_is_bad(name))
		return -1;
	lock_acquire(&lock);
	while ((entry = find(name, strlen(name)))) {
		forget(*entry);
		for (; *entry; entry++)
			entry[0] = entry[1];
	}
	lock_release(&lock);
	return 0;
}

int clearenv(void)
{
	lock_acquire(&lock);
	if (environ)
		*environ = NULL;
	lock_release(&lock);
	return 0;
}
