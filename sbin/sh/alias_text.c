/*
 * Aliases that were put into the source: none of them counts again inside its own text, which ends at `end`. While text is only
 * measured (skip.c) they stay as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define ALIASES_MAX 16

static struct {
	char *name;
	size_t end;
} active[ALIASES_MAX];
static size_t active_count;
static size_t check_behind;	/* an alias ended in a blank: the word behind this place is looked up, too; 0: none */

static bool is_active(const char *name)
{
	bool found = false;

	while (active_count && active[active_count - 1].end <= source->at)
		free(active[--active_count].name);
	for (size_t i = 0; i < active_count; i++)
		found |= !strcmp(active[i].name, name);
	return found;
}

/* Puts the alias's text in place of its name, which is the n characters ahead. */
static void substitute(char *name, const char *text, size_t n)
{
	struct buffer *all = &source->text, new = { 0 };
	size_t length = strlen(text);

	buffer_add(&new, all->text, source->at);
	buffer_add(&new, text, length);
	buffer_add(&new, all->text + source->at + n, all->length - source->at - n);
	buffer_free(all);
	*all = new;
	source->shown += length - n;
	for (size_t i = 0; i < active_count; i++)
		active[i].end += length - n;
	active[active_count].name = name;
	active[active_count++].end = source->at + length;
	if (check_behind)
		check_behind += length - n;
	else if (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		check_behind = source->at + length;
}

void expand_aliases(void)
{
	for (;;) {
		const char *text;
		size_t n = 0;
		char *name;

		skip_blanks();
		while (!is_delimiter(peek_at(n))) {
			if (strchr("\\'\"`$", peek_at(n)))
				return;
			n++;
		}
		if (!n || is_measuring() || active_count == ALIASES_MAX)
			return;
		name = strndup(source->text.text + source->at, n);
		text = is_active(name) ? NULL : find_alias(name);
		if (!text) {
			free(name);
			return;
		}
		substitute(name, text, n);
	}
}

void expand_behind_alias(bool first_word)
{
	if (!first_word && !(check_behind && source->at >= check_behind))
		return;
	check_behind = 0;
	expand_aliases();
}

void forget_active_aliases(void)
{
	check_behind = 0;
	while (active_count)
		free(active[--active_count].name);
}
