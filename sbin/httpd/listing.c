/* The page of a directory: its names in order, escaped for HTML and for links. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "httpd.h"

static void print_html(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			putc(*text, out);
	}
}

/* Only what RFC 3986 calls unreserved stays as it is. */
static void print_link(FILE *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text; text++) {
		if (strchr(plain, *text))
			putc(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*text);
	}
}

static void print_entry(FILE *out, int directory, const char *name)
{
	struct stat st;
	const char *slash;

	if (fstatat(directory, name, &st, 0) < 0)
		return;
	slash = S_ISDIR(st.st_mode) ? "/" : "";
	fputs("<tr><td><a href=\"./", out);
	print_link(out, name);
	fprintf(out, "%s\">", slash);
	print_html(out, name);
	fprintf(out, "%s</a><td align=right>", slash);
	if (S_ISREG(st.st_mode))
		fprintf(out, "%lld", (long long)st.st_size);
	putc('\n', out);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All names but "."; NULL: memory is out. */
static char **read_names(DIR *dir, size_t *count)
{
	char **names = NULL, **grown;
	struct dirent *entry;
	size_t room = 0;

	*count = 0;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, "."))
			continue;
		if (*count == room) {
			room = room * 2 + 64;
			grown = reallocarray(names, room, sizeof(*names));
			if (!grown)
				break;
			names = grown;
		}
		names[*count] = strdup(entry->d_name);
		if (!names[*count])
			break;
		(*count)++;
	}
	if (*count)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}

char *listing_make(int fd, const char *path, size_t *size)
{
	DIR *dir = fdopendir(fd);
	char *page = NULL, **names;
	size_t count;
	FILE *out;

	if (!dir) {
		close(fd);
		return NULL;
	}
	out = open_memstream(&page, size);
	if (out) {
		names = read_names(dir, &count);
		fputs("<!DOCTYPE html>\n<meta name=viewport content=\"width=device-width\">\n<title>", out);
		print_html(out, path);
		fputs("</title>\n<h1>", out);
		print_html(out, path);
		fputs("</h1>\n<table>\n", out);
		for (size_t i = 0; i < count; i++) {
			print_entry(out, dirfd(dir), names[i]);
			free(names[i]);
		}
		free(names);
		fputs("</table>\n", out);
		if (fclose(out) < 0) {
			free(page);
			page = NULL;
		}
	}
	closedir(dir);
	return page;
}
