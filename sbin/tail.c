/*
 * tail [-fqv] [-n [+]LINES | -c [+]BYTES] [FILE]...: the last lines (10) or bytes of files, or with + everything from one on. -f
 * goes on with what is appended to the last file, looked for once a second, for as long as the program lives.
 */
#include <ctype.h>
#include <sys/stat.h>

#include "text.h"

static const char usage[] = "[-fqv] [-n [+]LINES | -c [+]BYTES] [FILE]...";
static long count = 10;
static bool from_start, bytes, follow;

static void skip_then_copy(FILE *file)
{
	long at = 1;
	int c;

	while ((c = getc(file)) != EOF) {
		if (at >= count)
			putchar(c);
		at += bytes || c == '\n';
	}
}

/* Keeps the last bytes in a ring that holds them and one free place. */
static void tail_bytes(FILE *file)
{
	size_t size = (size_t)count + 1, next = 0;
	unsigned long total = 0;
	char *ring = get_memory(NULL, size, 1);
	int c;

	while ((c = getc(file)) != EOF) {
		ring[next] = (char)c;
		next = (next + 1) % size;
		total++;
	}
	if (total < size)
		fwrite(ring, 1, total, stdout);
	for (size_t i = 1; total >= size && i < size; i++)
		putchar(ring[(next + i) % size]);
	free(ring);
}

/* Keeps the last lines in a ring. */
static void tail_lines(FILE *file)
{
	size_t places = (size_t)count + 1, next = 0;
	struct line *ring = get_memory(NULL, places, sizeof(*ring));

	memset(ring, 0, places * sizeof(*ring));
	while (read_line(file, &ring[next]))
		next = (next + 1) % places;
	for (size_t i = 1; i < places; i++) {
		const struct line *line = &ring[(next + i) % places];

		if (!line->text)
			continue;
		fwrite(line->text, 1, line->length, stdout);
		if (line->newline)
			putchar('\n');
	}
	for (size_t i = 0; i < places; i++)
		free(ring[i].text);
	free(ring);
}

/* Copies what is appended, and starts again when the file has become shorter. Does not return but for an error. */
static void follow_file(FILE *file)
{
	struct stat status;
	int c;

	for (;;) {
		clearerr(file);
		while ((c = getc(file)) != EOF)
			putchar(c);
		if (ferror(file) || fflush(stdout) < 0)
			return;
		sleep(1);
		if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) && status.st_size < ftell(file))
			rewind(file);
	}
}

static void parse_count(const char *text)
{
	from_start = *text == '+';
	count = tool_number(text);
	if (count < 0)
		count = -count;
}

static void tail(const char *name, bool headed, bool last)
{
	static bool later;
	FILE *file = open_text(name);

	if (!file)
		return;
	if (headed)
		printf("%s==> %s <==\n", later ? "\n" : "", file == stdin ? "standard input" : name);
	later = true;
	if (from_start)
		skip_then_copy(file);
	else if (bytes)
		tail_bytes(file);
	else
		tail_lines(file);
	if (follow && last)
		follow_file(file);
	close_text(file, name);
}

int main(int argc, char **argv)
{
	bool quiet = false, headed = false;
	int option;

	tool_name = "tail";
	if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		parse_count(argv[1] + 1);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "fn:c:qv")) >= 0) {
		if (option == '?')
			tool_usage(usage);
		follow |= option == 'f';
		quiet |= option == 'q';
		headed |= option == 'v';
		if (option == 'n' || option == 'c') {
			bytes = option == 'c';
			parse_count(optarg);
		}
	}
	headed |= argc - optind > 1 && !quiet;
	for (int i = optind; i < argc || i == optind; i++)
		tail(i < argc ? argv[i] : "-", headed, i + 1 >= argc);
	return tool_end();
}
