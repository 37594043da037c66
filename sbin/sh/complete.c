/*
 * Completion: the names that a word of the line being edited can become. At the start of a command these are builtins,
 * aliases, functions and the programs of $PATH; elsewhere, and where the word has a slash, files; behind '$' variables.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edit.h"

#define SPECIAL " \t\n\\'\"`$&|;<>()*?[#~"

struct search {
	struct arena *arena;
	const char *prefix;
	struct fields *names;
};

static void offer(const char *name, void *data)
{
	struct search *search = data;

	if (!strncmp(name, search->prefix, strlen(search->prefix)))
		add_field(search->arena, search->names, arena_text(search->arena, name, strlen(name)));
}

/* Where the word that ends at `at` starts: behind the last blank or operator that no backslash or quote hides. */
static size_t word_start(const char *line, size_t at)
{
	size_t start = 0;
	char quote = 0;

	for (size_t i = 0; i < at; i++) {
		if (quote) {
			if (line[i] == quote)
				quote = 0;
		} else if (line[i] == '\\') {
			i++;
		} else if (line[i] == '\'' || line[i] == '"') {
			quote = line[i];
		} else if (strchr(" \t\n;&|<>()`=", line[i])) {
			start = i + 1;
		}
	}
	return start < at ? start : at;
}

/* Is the word at `start` the name of a command? */
static bool is_command(const char *line, size_t start)
{
	static const char *const openers[] = { "then", "else", "elif", "do", "if", "while", "until", "{", "!", "exec", "command" };
	size_t from;

	while (start && (line[start - 1] == ' ' || line[start - 1] == '\t'))
		start--;
	if (!start || strchr(";&|(`\n", line[start - 1]))
		return true;
	for (from = start; from && !strchr(" \t;&|(", line[from - 1]);)
		from--;
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
		if (strlen(openers[i]) == start - from && !memcmp(openers[i], line + from, start - from))
			return true;
	}
	return false;
}

/* The word without quotes and backslashes. */
static char *plain_word(struct arena *arena, const char *text, size_t n)
{
	char *out = arena_alloc(arena, n + 1), *to = out;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\' && i + 1 < n)
			*to++ = text[++i];
		else if (text[i] != '\'' && text[i] != '"')
			*to++ = text[i];
	}
	return out;
}

void add_quoted(struct buffer *out, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr(SPECIAL, word[i]) && !(word[i] == '~' && i == 0 && word[1] == '/'))
			buffer_char(out, '\\');
		buffer_char(out, word[i]);
	}
}

static char *concatenate(struct arena *arena, const char *a, size_t n, const char *b, const char *c)
{
	char *text = arena_alloc(arena, n + strlen(b) + strlen(c) + 1);

	memcpy(text, a, n);
	strcpy(text + n, b);
	strcat(text, c);
	return text;
}

/* Files whose path starts with the word; programs only when they shall be run. */
static void offer_files(struct search *search, bool programs)
{
	const char *word = search->prefix, *slash = strrchr(word, '/'), *home = get_variable("HOME");
	size_t directory_length = slash ? (size_t)(slash - word) + 1 : 0;
	const char *base = word + directory_length, *directory = arena_text(search->arena, word, directory_length);
	struct dirent *entry;
	DIR *dir;

	if (directory[0] == '~' && directory[1] == '/' && home)
		directory = concatenate(search->arena, home, strlen(home), directory + 1, "");
	dir = opendir(*directory ? directory : ".");
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		char *path = concatenate(search->arena, directory, strlen(directory), name, "");
		struct stat status;
		bool is_directory;

		if (strncmp(name, base, strlen(base)) || !strcmp(name, ".") || !strcmp(name, "..") || (*name == '.' && *base != '.'))
			continue;
		is_directory = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
		if (!programs || is_directory || access(path, X_OK) == 0)
			add_field(search->arena, search->names,
				  concatenate(search->arena, word, directory_length, name, is_directory ? "/" : ""));
	}
	closedir(dir);
}

static void offer_programs(struct search *search)
{
	const char *list = get_variable("PATH");

	for (; list && *list; list += *list == ':') {
		size_t n = strcspn(list, ":");
		DIR *dir = opendir(arena_text(search->arena, list, n));
		struct dirent *entry;

		while (dir && (entry = readdir(dir))) {
			if (entry->d_name[0] != '.' &&
			    access(concatenate(search->arena, list, n, "/", entry->d_name), X_OK) == 0)
				offer(entry->d_name, search);
		}
		if (dir)
			closedir(dir);
		list += n;
	}
}

static void offer_variable(const struct variable *v, void *data)
{
	struct search *search = data;

	if (!strncmp(v->name, search->prefix + 1, strlen(search->prefix + 1)))
		add_field(search->arena, search->names, concatenate(search->arena, "$", 1, v->name, ""));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_unique(struct fields *names)
{
	size_t kept = 0;

	if (!names->count)
		return;
	qsort(names->at, names->count, sizeof(char *), by_text);
	for (size_t i = 0; i < names->count; i++) {
		if (!kept || strcmp(names->at[kept - 1], names->at[i]))
			names->at[kept++] = names->at[i];
	}
	names->count = kept;
	names->at[kept] = NULL;
}

void complete(struct arena *arena, const char *line, size_t at, size_t *start, struct fields *names)
{
	struct search search = { .arena = arena, .names = names };

	*start = word_start(line, at);
	search.prefix = plain_word(arena, line + *start, at - *start);
	if (*search.prefix == '$' && !strchr(search.prefix, '/')) {
		each_variable(offer_variable, &search);
	} else if (is_command(line, *start) && !strchr(search.prefix, '/')) {
		each_builtin(offer, &search);
		each_alias(offer, &search);
		each_function(offer, &search);
		offer_programs(&search);
	} else {
		offer_files(&search, is_command(line, *start));
	}
	sort_unique(names);
}
