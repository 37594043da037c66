/* Variables, positional parameters and scopes of `local`. One hash table; values are owned by it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

#define BUCKETS 64
#define LINE_DIGITS 24

/* A variable as it was, to be put back. */
struct saved {
	struct saved *next;
	char *name, *value;
	bool exported, readonly, counts_lines;
};

static struct variable *table[BUCKETS];
static struct saved *saved_variables;
struct parameters parameters;
const char *shell_name = "sh";

static struct variable **slot(const char *name)
{
	unsigned hash = 0;
	struct variable **link;

	for (const char *c = name; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	for (link = &table[hash % BUCKETS]; *link && strcmp((*link)->name, name); link = &(*link)->next)
		;
	return link;
}

/* Its value as of now. LINENO counts from the function's own first line, as POSIX says. */
static const char *value_of(const struct variable *v)
{
	if (v->counts_lines)
		snprintf(v->value, LINE_DIGITS, "%zu", function_line ? command_line - function_line + 1 : command_line);
	return v->value;
}

const char *get_variable(const char *name)
{
	const struct variable *v = *slot(name);

	return v ? value_of(v) : NULL;
}

struct variable *variable(const char *name)
{
	struct variable **link = slot(name);

	if (!*link) {
		*link = xmalloc(sizeof(**link));
		**link = (struct variable){ .name = xstrdup(name) };
	}
	return *link;
}

void set_variable(const char *name, const char *value)
{
	struct variable *v = variable(name);
	char *copy;

	if (v->readonly)
		fail(2, "%s: is read only", name);
	copy = xstrdup(value);
	if (!strcmp(name, "PATH"))
		forget_programs();
	free(v->value);
	v->value = copy;
	v->counts_lines = false;
	v->exported |= options.all_export;
}

bool unset_variable(const char *name)
{
	struct variable **link = slot(name), *v = *link;

	if (!v)
		return true;
	if (v->readonly)
		return false;
	if (!strcmp(name, "PATH"))
		forget_programs();
	*link = v->next;
	free(v->name);
	free(v->value);
	free(v);
	return true;
}

void import_environment(void)
{
	for (char **entry = environ; entry && *entry; entry++) {
		size_t n = name_length(*entry);
		char *name;

		if (!n || (*entry)[n] != '=')
			continue;
		name = strndup(*entry, n);
		if (name) {
			set_variable(name, *entry + n + 1);
			variable(name)->exported = true;
		}
		free(name);
	}
}

void start_line_number(void)
{
	struct variable *v = variable("LINENO");

	free(v->value);
	v->value = xmalloc(LINE_DIGITS);
	v->counts_lines = true;
	v->exported = false;
}

char **make_environment(struct arena *arena)
{
	struct fields fields = { 0 };

	for (int i = 0; i < BUCKETS; i++) {
		for (struct variable *v = table[i]; v; v = v->next) {
			const char *value = value_of(v);
			size_t n = strlen(v->name);
			char *entry;

			if (!v->exported || !value)
				continue;
			entry = arena_alloc(arena, n + strlen(value) + 2);
			memcpy(entry, v->name, n);
			entry[n] = '=';
			strcpy(entry + n + 1, value);
			add_field(arena, &fields, entry);
		}
	}
	if (!fields.at)
		fields.at = arena_alloc(arena, sizeof(char *));
	return fields.at;
}

void each_variable(void (*each)(const struct variable *v, void *data), void *data)
{
	for (int i = 0; i < BUCKETS; i++) {
		for (struct variable *v = table[i]; v; v = v->next)
			each(v, data);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct variable *const *)a)->name, (*(struct variable *const *)b)->name);
}

void print_quoted(const char *value)
{
	do {
		size_t plain = strcspn(value, "'"), quotes = strspn(value + plain, "'");

		printf("'%.*s'", (int)plain, value);
		if (quotes)
			printf("\"%.*s\"", (int)quotes, value + plain);
		value += plain + quotes;
	} while (*value);
}

void list_variables(const char *prefix, bool (*select)(const struct variable *))
{
	struct variable **all = NULL;
	size_t count = 0;

	for (int i = 0; i < BUCKETS; i++) {
		for (struct variable *v = table[i]; v; v = v->next) {
			if (!select(v))
				continue;
			all = xrealloc(all, (count + 1) * sizeof(*all));
			all[count++] = v;
		}
	}
	qsort(all, count, sizeof(*all), by_name);
	for (size_t i = 0; i < count; i++) {
		printf("%s%s", prefix, all[i]->name);
		if (all[i]->value) {
			putchar('=');
			print_quoted(value_of(all[i]));
		}
		putchar('\n');
	}
	free(all);
}

void save_variable(const char *name)
{
	struct variable *v = *slot(name);
	struct saved *saved = xmalloc(sizeof(*saved));

	*saved = (struct saved){ .next = saved_variables, .name = xstrdup(name) };
	if (v) {
		saved->counts_lines = v->counts_lines;
		saved->exported = v->exported;
		saved->readonly = v->readonly;
		if (!v->counts_lines)
			saved->value = v->value ? xstrdup(v->value) : NULL;
		else
			saved->value = xmalloc(LINE_DIGITS);
	}
	saved_variables = saved;
}

void *enter_scope(void)
{
	return saved_variables;
}

void leave_scope(void *mark)
{
	while (saved_variables != mark) {
		struct saved *saved = saved_variables;
		struct variable *v = variable(saved->name);

		if (!strcmp(saved->name, "PATH"))
			forget_programs();
		saved_variables = saved->next;
		free(v->value);
		v->value = saved->value;
		v->exported = saved->exported;
		v->readonly = saved->readonly;
		v->counts_lines = saved->counts_lines;
		if (!v->value && !v->exported && !v->readonly)
			unset_variable(saved->name);
		free(saved->name);
		free(saved);
	}
}

void free_parameters(struct parameters *p)
{
	for (int i = 0; p->owned && i < p->count; i++)
		free(p->at[i]);
	if (p->owned)
		free(p->at);
	*p = (struct parameters){ 0 };
}

void set_parameters(char **values, int count)
{
	struct parameters old = parameters;

	parameters.at = xmalloc(((size_t)count + 1) * sizeof(char *));
	for (int i = 0; i < count; i++)
		parameters.at[i] = xstrdup(values[i]);
	parameters.at[count] = NULL;
	parameters.count = count;
	parameters.owned = true;
	free_parameters(&old);
}
