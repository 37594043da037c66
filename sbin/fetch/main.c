/*
 * fetch [-cipq] [-o FILE] [-r FIRST-[LAST]] [-t SECONDS] [-H HEADER]... URL...: pages by HTTP/1.1 to standard output or FILE.
 *
 *   -c  continue FILE where it ends      -i  ask for the head alone and print it
 *   -p  the bar even if standard error is no terminal; -q never
 *
 * Status: 1 a local error, 2 usage, 3 no such host, 4 no connection, 5 a broken or cut transfer, 6 the server's refusal (400 and more).
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "fetch.h"
#include "tool.h"

#define REDIRECTS 20
#define TIMEOUT   30		/* seconds */
#define EXTRA_MAX 4096		/* bytes of -H together */
#define OPERANDS  "[-cipq] [-o FILE] [-r FIRST-[LAST]] [-t SECONDS] [-H HEADER]... URL..."

static struct {
	bool resume, head, bar;
	const char *file, *range;
	int timeout;
	char extra[EXTRA_MAX];
} options = { .timeout = TIMEOUT };

static struct stream stream;

static enum outcome complain(const char *what, const char *why, enum outcome outcome)
{
	fprintf(stderr, "fetch: %s: %s\n", what, why);
	return outcome;
}

/* Asks for the page, `from` bytes on (0: all of it), and reads the head of the answer. */
static enum outcome ask(const struct url *url, int64_t from, struct reply *reply)
{
	bool v6 = strchr(url->host, ':'), usual = !strcmp(url->port, "80");
	char text[URL_MAX + EXTRA_MAX + 1024], range[128] = "";
	enum outcome outcome;
	int n;

	outcome = stream_open(&stream, url, options.timeout);
	if (outcome != DONE)
		return outcome;
	if (from)
		snprintf(range, sizeof(range), "Range: bytes=%lld-\r\n", (long long)from);
	else if (options.range)
		snprintf(range, sizeof(range), "Range: bytes=%s\r\n", options.range);
	n = snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: %s%s%s%s%s\r\nUser-Agent: fetch (ASTRA.OS)\r\nAccept: */*\r\n"
		     "Connection: close\r\n%s%s\r\n", options.head ? "HEAD" : "GET", url->path, v6 ? "[" : "", url->host, v6 ? "]" : "",
		     usual ? "" : ":", usual ? "" : url->port, range, options.extra);
	if (!stream_send(&stream, text, (size_t)n))
		return complain(url->host, strerror(errno), BROKEN);
	errno = 0;
	if (reply_read(&stream, reply))
		return DONE;
	return complain(url->host, errno == EAGAIN ? "the server is silent" : errno ? strerror(errno) : "the answer is not HTTP", BROKEN);
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* As far as redirections lead. */
static enum outcome ask_through(struct url *url, int64_t from, struct reply *reply)
{
	enum outcome outcome;
	struct url next;
	const char *why;

	for (int i = 0; i < REDIRECTS; i++) {
		outcome = ask(url, from, reply);
		if (outcome != DONE || !is_redirect(reply->status) || !reply->location[0])
			return outcome;
		stream_close(&stream);
		if (!url_follow(url, reply->location, &next, &why))
			return complain(reply->location, why, BROKEN);
		*url = next;
	}
	return complain(url->host, "too many redirections", BROKEN);
}

/* Opens the file; *from is what it holds already. -1: failed. */
static int open_output(int64_t *from)
{
	struct stat st;
	int fd;

	*from = 0;
	if (!options.file || !strcmp(options.file, "-"))
		return 1;
	fd = open(options.file, O_WRONLY | O_CREAT | O_CLOEXEC | (options.resume ? 0 : O_TRUNC), 0666);
	if (fd < 0 || !options.resume)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		*from = st.st_size;
	return fd;
}

/* Sets the file to where the answer begins. */
static bool position(int fd, int64_t from, const struct reply *reply)
{
	int64_t start = from && reply->status == 206 ? from : 0;

	return fd == 1 || !options.resume || (ftruncate(fd, start) == 0 && lseek(fd, start, SEEK_SET) == start);
}

static enum outcome take_body(const char *name, int fd, int64_t from, const struct reply *reply)
{
	struct sink sink = { .fd = fd, .total = -1, .bar = options.bar, .name = name };
	enum outcome outcome;

	if (from && reply->status == 416 && reply->total == from)
		return DONE;			/* all of it is there */
	if (reply->status >= 400)
		return complain(name, reply->status == 404 ? "404: not found" : "the server refuses", REFUSED);
	if (from && reply->status == 206 && reply->first != from)
		return complain(name, "the server sends another part than was asked for", BROKEN);
	if (!position(fd, from, reply))
		return complain(name, strerror(errno), LOCAL_ERROR);
	if (reply->status == 206)
		sink.done = from;
	if (reply->length >= 0)
		sink.total = sink.done + reply->length;
	progress_start(&sink);
	outcome = body_copy(&stream, reply, &sink);
	progress_end(&sink);
	return outcome;
}

static void print_head(const struct reply *reply)
{
	printf("status: %d\n", reply->status);
	if (reply->length >= 0)
		printf("length: %lld\n", (long long)reply->length);
}

static enum outcome fetch(const char *text)
{
	struct reply reply;
	struct url url;
	const char *why;
	enum outcome outcome;
	int64_t from;
	int fd;

	if (!url_parse(text, &url, &why))
		return complain(text, why, USAGE);
	fd = options.head ? 1 : open_output(&from);
	if (fd < 0)
		return complain(options.file, strerror(errno), LOCAL_ERROR);
	if (options.head)
		from = 0;
	outcome = ask_through(&url, from, &reply);
	if (outcome == DONE && options.head) {
		print_head(&reply);
		outcome = reply.status >= 400 ? REFUSED : DONE;
	} else if (outcome == DONE) {
		outcome = take_body(text, fd, from, &reply);
	}
	stream_close(&stream);
	if (fd != 1 && close(fd) < 0)
		outcome = complain(options.file, strerror(errno), LOCAL_ERROR);
	return outcome;
}

static void add_header(const char *header)
{
	size_t used = strlen(options.extra);

	if (strpbrk(header, "\r\n") || !strchr(header, ':'))
		tool_fail(USAGE, "%s: not a header", header);
	if (snprintf(options.extra + used, EXTRA_MAX - used, "%s\r\n", header) >= (int)(EXTRA_MAX - used))
		tool_fail(USAGE, "too many headers");
}

static void read_options(int argc, char **argv)
{
	int option;

	options.bar = isatty(2);
	while ((option = getopt(argc, argv, "ciH:o:pqr:t:")) >= 0) {
		if (option == 'c')
			options.resume = true;
		else if (option == 'i')
			options.head = true;
		else if (option == 'H')
			add_header(optarg);
		else if (option == 'o')
			options.file = optarg;
		else if (option == 'p' || option == 'q')
			options.bar = option == 'p';
		else if (option == 'r' && strspn(optarg, "0123456789-,") == strlen(optarg) && strlen(optarg) < 64)
			options.range = optarg;
		else if (option == 't')
			options.timeout = (int)tool_number(optarg);
		else
			tool_usage(OPERANDS);
	}
	if (optind == argc || options.timeout < 1 || options.timeout > 86400 || (options.resume && (!options.file || options.range)))
		tool_usage(OPERANDS);
}

int main(int argc, char **argv)
{
	enum outcome outcome, worst = DONE;

	tool_name = "fetch";
	signal(SIGPIPE, SIG_IGN);
	read_options(argc, argv);
	for (; optind < argc; optind++) {
		outcome = fetch(argv[optind]);
		if (outcome != DONE)
			worst = outcome;
	}
	return tool_end() ? LOCAL_ERROR : (int)worst;
}
