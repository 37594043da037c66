/*
 * cat [-bAEensTtuv] [FILE]...: files one after the other to standard output; "-" is standard input. -n and -b number lines, -s
 * makes one of several empty ones, -E, -T and -v show ends, tabs and other controls (-A: all three).
 */
#include <fcntl.h>

#include "tool.h"

static const char usage[] = "[-AbEensTtuv] [FILE]...";
static bool number, number_full, squeeze, ends, tabs, controls;

/* What goes on from one file to the next. */
static struct {
	unsigned long line, empty;
	bool inside;		/* behind the first byte of a line */
} state;

/* A byte as -v shows it: ^X, M-X. */
static void show_byte(unsigned char c)
{
	if (c == '\t' ? tabs : controls) {
		if (c >= 128) {
			fputs("M-", stdout);
			c -= 128;
		}
		if (c < 32 || c == 127) {
			putchar('^');
			c ^= 64;
		}
	}
	putchar(c);
}

static void show_next(unsigned char c)
{
	if (!state.inside) {
		state.empty = c == '\n' ? state.empty + 1 : 0;
		if (squeeze && state.empty > 1)
			return;
		if (number_full ? c != '\n' : number)
			printf("%6lu\t", ++state.line);
	}
	state.inside = c != '\n';
	if (c != '\n')
		show_byte(c);
	else
		fputs(ends ? "$\n" : "\n", stdout);
}

/* The slow way, byte by byte; -1 with errno when reading fails. */
static int decorate(int fd)
{
	static unsigned char buffer[16384];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			show_next(buffer[i]);
	}
	return (int)n;
}

static void cat(const char *path)
{
	bool reading = true;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY) : 0, result;

	if (fd < 0) {
		tool_error(path);
		return;
	}
	result = number || squeeze || ends || tabs || controls ? decorate(fd) : tool_copy(fd, 1, &reading);
	if (result < 0) {
		tool_error(reading ? path : "write error");
		if (!reading)
			exit(1);
	}
	if (fd)
		close(fd);
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "cat";
	while ((option = getopt(argc, argv, "AbEensTtuv")) >= 0) {
		if (option == '?')
			tool_usage(usage);
		number |= option == 'n' || option == 'b';
		number_full |= option == 'b';
		squeeze |= option == 's';
		ends |= strchr("AEe", option) != NULL;
		tabs |= strchr("ATt", option) != NULL;
		controls |= strchr("Aetv", option) != NULL;
	}
	if (optind == argc)
		cat("-");
	for (; optind < argc; optind++)
		cat(argv[optind]);
	return tool_end();
}
