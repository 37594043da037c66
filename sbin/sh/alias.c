/* Aliases: names that stand for text at the start of a command. alias_text.c puts them into the source. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct alias {
	struct alias *next;		/* in the order of names */
	char *name, *text;
};

static struct alias *aliases;

/* Where an alias is, or where it would be linked. */
static struct alias **slot(const char *name, size_t n)
{
	struct alias **link = &aliases;

	while (*link && (strncmp((*link)->name, name, n) < 0 ||
			 (!strncmp((*link)->name, name, n) && strlen((*link)->name) < n)))
		link = &(*link)->next;
	return link;
}

static struct alias *found(struct alias *alias, const char *name, size_t n)
{
	return alias && strlen(alias->name) == n && !memcmp(alias->name, name, n) ? alias : NULL;
}

const char *find_alias(const char *name)
{
	struct alias *alias = found(*slot(name, strlen(name)), name, strlen(name));

	return alias ? alias->text : NULL;
}

void each_alias(void (*each)(const char *name, void *data), void *data)
{
	for (struct alias *alias = aliases; alias; alias = alias->next)
		each(alias->name, data);
}

static void print_alias(const struct alias *alias)
{
	printf("%s=", alias->name);
	print_quoted(alias->text);
	putchar('\n');
}

static void define(const char *definition, size_t n)
{
	struct alias **link = slot(definition, n), *alias = found(*link, definition, n);

	if (!alias) {
		alias = xmalloc(sizeof(*alias));
		*alias = (struct alias){ .next = *link, .name = strndup(definition, n) };
		*link = alias;
	}
	free(alias->text);
	alias->text = xstrdup(definition + n + 1);
}

static void remove_alias(struct alias **link)
{
	struct alias *alias = *link;

	*link = alias->next;
	free(alias->name);
	free(alias->text);
	free(alias);
}

int builtin_alias(int argc, char **argv)
{
	int status = 0;

	for (struct alias *alias = aliases; argc == 1 && alias; alias = alias->next)
		print_alias(alias);
	for (int i = 1; i < argc; i++) {
		size_t n = strcspn(argv[i], "=");
		struct alias *alias = found(*slot(argv[i], n), argv[i], n);

		if (n && argv[i][n]) {
			define(argv[i], n);
		} else if (alias) {
			print_alias(alias);
		} else {
			warn("alias: %s not found", argv[i]);
			status = 1;
		}
	}
	return status;
}

int builtin_unalias(int argc, char **argv)
{
	int status = 0;

	if (argc > 1 && !strcmp(argv[1], "-a")) {
		while (aliases)
			remove_alias(&aliases);
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		struct alias **link = slot(argv[i], strlen(argv[i]));

		if (found(*link, argv[i], strlen(argv[i]))) {
			remove_alias(link);
		} else {
			warn("unalias: %s not found", argv[i]);
			status = 1;
		}
	}
	return status;
}
