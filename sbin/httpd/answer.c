/* Answers: a head in c->out, and behind it a short text there or a file for sendfile. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "httpd.h"

#define RESOLVE_NO_MAGICLINKS 0x02	/* of openat2(2) */
#define RESOLVE_BENEATH       0x08
#define EXTRA_MAX             (3 * TARGET_MAX + 64)

static const struct {
	int status;
	const char *text;
} statuses[] = {
	{ 200, "OK" }, { 206, "Partial Content" }, { 301, "Moved Permanently" }, { 304, "Not Modified" }, { 400, "Bad Request" },
	{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 408, "Request Timeout" },
	{ 413, "Content Too Large" }, { 414, "URI Too Long" }, { 416, "Range Not Satisfiable" },
	{ 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" }, { 505, "HTTP Version Not Supported" },
};

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" }, { ".htm", "text/html; charset=utf-8" }, { ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" }, { ".mjs", "text/javascript; charset=utf-8" }, { ".json", "application/json" },
	{ ".txt", "text/plain; charset=utf-8" }, { ".md", "text/plain; charset=utf-8" }, { ".c", "text/plain; charset=utf-8" },
	{ ".h", "text/plain; charset=utf-8" }, { ".xml", "application/xml" }, { ".svg", "image/svg+xml" }, { ".png", "image/png" },
	{ ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".gif", "image/gif" }, { ".webp", "image/webp" },
	{ ".ico", "image/vnd.microsoft.icon" }, { ".woff2", "font/woff2" }, { ".wasm", "application/wasm" }, { ".pdf", "application/pdf" },
	{ ".mp4", "video/mp4" }, { ".webm", "video/webm" }, { ".mp3", "audio/mpeg" }, { ".gz", "application/gzip" },
	{ ".tar", "application/x-tar" }, { ".zip", "application/zip" },
};

static const char *status_text(int status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		if (statuses[i].status == status)
			return statuses[i].text;
	}
	return "Unknown";
}

static const char *type_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(*types); i++) {
		if (!strcasecmp(dot, types[i].ending))
			return types[i].type;
	}
	return "application/octet-stream";
}

/* The head, and body_size bytes of a body behind it unless `head`. `more`: further header lines. */
static bool make_out(struct connection *c, int status, const char *more, off_t length, const char *body, bool head)
{
	size_t room = 512 + strlen(more) + (body && !head ? (size_t)length : 0);
	char date[32];
	int n;

	c->out = malloc(room);
	if (!c->out)
		return false;
	http_date(time(NULL), date);
	n = snprintf(c->out, room, "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: httpd (ASTRA.OS)\r\nConnection: %s\r\n%s", status,
		     status_text(status), date, c->keep ? "keep-alive" : "close", more);
	if (status != 304)
		n += snprintf(c->out + n, room - (size_t)n, "Content-Length: %lld\r\n", (long long)length);
	n += snprintf(c->out + n, room - (size_t)n, "\r\n");
	if (body && !head) {
		memcpy(c->out + n, body, (size_t)length);
		n += (int)length;
	}
	c->out_at = 0;
	c->out_end = (size_t)n;
	return true;
}

bool answer_status(struct connection *c, int status, bool head, const char *extra)
{
	char more[EXTRA_MAX], body[128];
	int n = snprintf(body, sizeof(body), "<!DOCTYPE html><title>%d</title><p>%d %s\n", status, status, status_text(status));

	if (snprintf(more, sizeof(more), "%sContent-Type: text/html; charset=utf-8\r\n", extra) >= (int)sizeof(more))
		return false;
	return make_out(c, status, more, status == 304 ? 0 : n, status == 304 ? NULL : body, head);
}

/* Opens below the root, following no link out of it. -1 with errno. */
static int open_beneath(const char *path)
{
	const struct {
		uint64_t flags, mode, resolve;
	} how = { O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

	path += strspn(path, "/");
	return (int)syscall(SYS_openat2, settings.root, *path ? path : ".", &how, sizeof(how));
}

static int status_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return 404;
	case EACCES:
	case EPERM:
	case EXDEV:
	case ELOOP:
		return 403;
	default:
		return 500;
	}
}

static bool answer_range_error(struct connection *c, const struct request *r, off_t size)
{
	char extra[64];

	snprintf(extra, sizeof(extra), "Content-Range: bytes */%lld\r\n", (long long)size);
	return answer_status(c, 416, r->head, extra);
}

/* A regular file: takes fd. */
static bool answer_file(struct connection *c, const struct request *r, int fd, const struct stat *st, const char *name)
{
	bool may_range = r->if_range == -1 || r->if_range == st->st_mtime;
	struct range range = { 0, st->st_size - 1 };
	int status = may_range ? request_range(r, st->st_size, &range) : 200;
	char more[512], date[32], part[128] = "";

	if (r->since >= 0 && st->st_mtime <= r->since) {
		close(fd);
		return answer_status(c, 304, true, "");
	}
	if (status == 416) {
		close(fd);
		return answer_range_error(c, r, st->st_size);
	}
	if (status == 206)
		snprintf(part, sizeof(part), "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)range.first, (long long)range.last,
			 (long long)st->st_size);
	http_date(st->st_mtime, date);
	snprintf(more, sizeof(more), "Last-Modified: %s\r\nAccept-Ranges: bytes\r\nContent-Type: %s\r\n%s", date, type_of(name), part);
	if (r->head || range.last < range.first) {
		close(fd);
	} else {
		c->file = fd;
		c->at = range.first;
		c->end = range.last + 1;
	}
	return make_out(c, status, more, range.last + 1 - range.first, NULL, r->head);
}

/* Characters that a header's URL must not have are escaped. */
static void escape_path(const char *path, char *out)
{
	for (; *path; path++) {
		unsigned char b = (unsigned char)*path;

		if (b <= ' ' || b >= 0x7f || strchr("%?#\"<>\\^`{|}", b))
			out += sprintf(out, "%%%02X", b);
		else
			*out++ = *path;
	}
	*out = '\0';
}

static bool answer_slash(struct connection *c, const struct request *r)
{
	char escaped[3 * TARGET_MAX], extra[EXTRA_MAX];
	const char *path = r->path;

	while (path[0] == '/' && path[1] == '/')
		path++;			/* "//host/" would be another server */
	escape_path(path, escaped);
	snprintf(extra, sizeof(extra), "Location: %s/\r\n", escaped);
	return answer_status(c, 301, r->head, extra);
}

/* A directory: its index.html, or a listing. Takes fd. */
static bool answer_directory(struct connection *c, const struct request *r, int fd)
{
	char name[TARGET_MAX + 16], *page;
	struct stat st;
	size_t size;
	bool good;
	int index;

	snprintf(name, sizeof(name), "%sindex.html", r->path);
	index = open_beneath(name);
	if (index >= 0 && fstat(index, &st) == 0 && S_ISREG(st.st_mode)) {
		close(fd);
		return answer_file(c, r, index, &st, name);
	}
	if (index >= 0)
		close(index);
	page = listing_make(fd, r->path, &size);
	if (!page)
		return answer_status(c, 500, r->head, "");
	good = make_out(c, 200, "Content-Type: text/html; charset=utf-8\r\n", (off_t)size, page, r->head);
	free(page);
	return good;
}

bool answer_request(struct connection *c, const struct request *r)
{
	size_t length = strlen(r->path);
	int fd = open_beneath(r->path);
	struct stat st;

	if (fd < 0)
		return answer_status(c, status_of(errno), r->head, "");
	if (fstat(fd, &st) == 0) {
		if (S_ISREG(st.st_mode) && r->path[length - 1] != '/')
			return answer_file(c, r, fd, &st, r->path);
		if (S_ISDIR(st.st_mode) && r->path[length - 1] == '/')
			return answer_directory(c, r, fd);
	}
	close(fd);
	return S_ISDIR(st.st_mode) ? answer_slash(c, r) : answer_status(c, S_ISREG(st.st_mode) ? 404 : 403, r->head, "");
}
