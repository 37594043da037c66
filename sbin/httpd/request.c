/* The head of a request: only what this server acts upon is taken from it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "httpd.h"

#define DATE "%a, %d %b %Y %H:%M:%S GMT"

size_t http_date(time_t time, char out[32])
{
	struct tm tm;

	return strftime(out, 32, DATE, gmtime_r(&time, &tm));
}

static time_t read_date(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, DATE, &tm);

	return end && !*end ? timegm(&tm) : -2;
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* "/a%20b?query" to "/a b". False: not a path, or with characters that no name should have. */
static bool decode_path(const char *target, char *out)
{
	if (!strncasecmp(target, "http://", 7)) {
		target += 7 + strcspn(target + 7, "/?");
		if (*target != '/')
			target = "/";
	}
	if (*target != '/' || strlen(target) >= TARGET_MAX)
		return false;
	for (; *target && *target != '?' && *target != '#'; target++) {
		int c = (unsigned char)*target;

		if (c == '%') {
			if (hex(target[1]) < 0 || hex(target[2]) < 0)
				return false;
			c = hex(target[1]) * 16 + hex(target[2]);
			target += 2;
		}
		if (c < ' ' || c == 0x7f)
			return false;
		*out++ = (char)c;
	}
	*out = '\0';
	return true;
}

/* Whether a list of words, separated by commas, has this one. */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		list += strspn(list, ", \t");
		if (!strncasecmp(list, word, n) && (!list[n] || strchr(", \t", list[n])))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

/* One header; 0 or a status. A body is not read, so a request that has one ends here. */
static int take_header(char *name, char *value, struct request *r, bool *has_host)
{
	if (!strcasecmp(name, "Host"))
		*has_host = true;
	else if (!strcasecmp(name, "Connection"))
		r->keep = has_word(value, "keep-alive") || (r->keep && !has_word(value, "close"));
	else if (!strcasecmp(name, "If-Modified-Since"))
		r->since = read_date(value);
	else if (!strcasecmp(name, "If-Range"))
		r->if_range = read_date(value);
	else if (!strcasecmp(name, "Range"))
		r->range = value;
	else if (!strcasecmp(name, "Transfer-Encoding") || (!strcasecmp(name, "Content-Length") && strcmp(value, "0")))
		return 413;
	return 0;
}

/* "GET /path HTTP/1.1"; 0 or a status. */
static int take_first_line(char *line, struct request *r, bool *new_enough)
{
	char *target = strchr(line, ' '), *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version)
		return 400;
	*target++ = *version++ = '\0';
	if (strncmp(version, "HTTP/1.", 7) || !isdigit((unsigned char)version[7]) || version[8])
		return strncmp(version, "HTTP/", 5) ? 400 : 505;
	*new_enough = version[7] != '0';
	r->keep = *new_enough;
	r->head = !strcmp(line, "HEAD");
	if (strcmp(line, "GET") && !r->head)
		return 405;
	return decode_path(target, r->path) ? 0 : strlen(target) >= TARGET_MAX ? 414 : 400;
}

/* The next line without its end; NULL behind the last one. */
static char *next_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*at = end + 1;
	*end = '\0';
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return line;
}

int request_parse(char *head, struct request *r)
{
	bool new_enough = false, has_host = false;
	char *line = next_line(&head);
	int status;

	*r = (struct request){ .since = -1, .if_range = -1 };
	status = line ? take_first_line(line, r, &new_enough) : 400;
	while (!status && (line = next_line(&head)) && *line) {
		char *value = strchr(line, ':'), *end;

		if (!value || value == line || isspace((unsigned char)value[-1]) || isspace((unsigned char)*line))
			return 400;
		*value++ = '\0';
		value += strspn(value, " \t");
		end = value + strlen(value);
		while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
		status = take_header(line, value, r, &has_host);
	}
	return status ? status : new_enough && !has_host ? 400 : 0;
}

/* Digits; -1: none or too large. */
static off_t read_offset(const char *text, const char **end)
{
	off_t value = 0;
	const char *start = text;

	for (; isdigit((unsigned char)*text); text++) {
		if (value > (INT64_MAX - 9) / 10)
			return -1;
		value = value * 10 + (*text - '0');
	}
	*end = text;
	return text == start ? -1 : value;
}

/* Several ranges, and what is no range, are answered with the whole (RFC 9110, 14.2). */
int request_range(const struct request *r, off_t size, struct range *range)
{
	const char *at = r->range;
	off_t first, last;

	if (!at || strncasecmp(at, "bytes=", 6))
		return 200;
	at += 6;
	first = *at == '-' ? -1 : read_offset(at, &at);
	if (*at != '-')
		return 200;
	last = at[1] ? read_offset(at + 1, &at) : -1;
	if ((first < 0 && last < 0) || (last >= 0 && *at) || (last >= 0 && first > last))
		return 200;
	if (first < 0) {
		first = last < size ? size - last : 0;
		last = last ? size - 1 : -1;
	} else if (last < 0 || last >= size) {
		last = size - 1;
	}
	*range = (struct range){ first, last };
	return first >= size || last < first ? 416 : 206;
}
