/* Addresses of pages: http://host[:port]/path, and references to other ones (RFC 3986, 5.2). */
#include <string.h>
#include <strings.h>

#include "fetch.h"

/* Copies a host and its port up to `end`; a host in brackets is an IPv6 address. */
static bool take_authority(const char *text, const char *end, struct url *url, const char **why)
{
	const char *at = memchr(text, '@', (size_t)(end - text)), *host_end, *port;
	size_t n;

	*why = "the host is missing or too long";
	text = at ? at + 1 : text;
	if (text < end && *text == '[') {
		text++;
		host_end = memchr(text, ']', (size_t)(end - text));
		port = host_end ? host_end + 1 : NULL;
	} else {
		host_end = memchr(text, ':', (size_t)(end - text));
		port = host_end = host_end ? host_end : end;
	}
	if (!host_end || host_end == text || (size_t)(host_end - text) >= sizeof(url->host))
		return false;
	n = (size_t)(host_end - text);
	memcpy(url->host, text, n);
	url->host[n] = '\0';
	strcpy(url->port, "80");
	if (port == end)
		return true;
	*why = "the port is not a number";
	n = (size_t)(end - port - 1);
	if (*port != ':' || n > 5 || strspn(port + 1, "0123456789") < n)
		return false;
	if (n) {
		memcpy(url->port, port + 1, n);
		url->port[n] = '\0';
	}
	return true;
}

/* The path up to a fragment; blanks and control characters would break the request apart. */
static bool take_path(const char *text, struct url *url, const char **why)
{
	size_t n = strcspn(text, "#"), slash = *text != '/';

	*why = "the path is too long";
	if (n + slash >= sizeof(url->path))
		return false;
	url->path[0] = '/';
	memcpy(url->path + slash, text, n);
	url->path[n + slash] = '\0';
	*why = "the path has blanks or control characters";
	for (const char *c = url->path; *c; c++) {
		if (*c <= ' ' || *c == 0x7f)
			return false;
	}
	return true;
}

bool url_parse(const char *text, struct url *url, const char **why)
{
	const char *end;

	*why = "https is not supported";
	if (!strncasecmp(text, "https://", 8))
		return false;
	*why = "not an http URL";
	if (!strncasecmp(text, "http://", 7))
		text += 7;
	else if (strstr(text, "://"))
		return false;
	end = text + strcspn(text, "/?#");
	return take_authority(text, end, url, why) && take_path(end, url, why);
}

/* Removes "." and ".." from the path in front of the query. */
static void remove_dots(char *path)
{
	char query[URL_MAX], *out = path, *in = path;
	size_t n = strcspn(path, "?");

	strcpy(query, path + n);
	path[n] = '\0';
	while (*in) {
		size_t part = 1 + strcspn(in + 1, "/");

		if (part == 2 && in[1] == '.') {
			if (!in[2])
				*out++ = '/';
		} else if (part == 3 && in[1] == '.' && in[2] == '.') {
			while (out > path && *--out != '/')
				;
			if (!in[3])
				*out++ = '/';
		} else {
			memmove(out, in, part);
			out += part;
		}
		in += part;
	}
	if (out == path)
		*out++ = '/';
	strcpy(out, query);
}

bool url_follow(const struct url *base, const char *reference, struct url *url, const char **why)
{
	char joined[2 * URL_MAX];
	const char *slash;
	size_t n = 0;

	*why = "the redirection is too long";
	if (strncmp(reference, "//", 2) == 0) {
		strcpy(joined, "http:");
		return strlcat(joined, reference, sizeof(joined)) < sizeof(joined) && url_parse(joined, url, why);
	}
	if (strcspn(reference, ":") < strcspn(reference, "/?#"))
		return url_parse(reference, url, why);
	*url = *base;
	if (*reference != '/') {
		n = strcspn(base->path, "?");
		if (*reference != '?') {
			slash = memrchr(base->path, '/', n);
			n = slash ? (size_t)(slash - base->path) + 1 : 0;
		}
	}
	*why = "the redirection is too long";
	if (n + strlen(reference) >= sizeof(joined))
		return false;
	memcpy(joined, base->path, n);
	strcpy(joined + n, reference);
	if (!take_path(joined, url, why))
		return false;
	remove_dots(url->path);
	return true;
}
