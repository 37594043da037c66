/*
 * hexdump [-bcCdovx] [-n LENGTH] [-s OFFSET] [FILE]...: the bytes of all files, sixteen a line: as words of two bytes in
 * hexadecimal, or as the letters of the options say. Lines that equal the one before are one "*" unless -v.
 */
#include <ctype.h>

#include "tool.h"

static const char usage[] = "[-bcCdovx] [-n LENGTH] [-s OFFSET] [FILE]...";
static char form;		/* the option's letter; 0: words with nothing between them */
static bool all_lines;
static long length = -1, skip;
static char **names;
static FILE *file;

/* The next byte of all the files together, or EOF. */
static int next_byte(void)
{
	int c;

	for (;;) {
		if (!file) {
			if (!*names)
				return EOF;
			file = strcmp(*names, "-") ? fopen(*names, "r") : stdin;
			if (!file) {
				tool_error(*names++);
				continue;
			}
		}
		c = getc(file);
		if (c != EOF)
			return c;
		if (ferror(file))
			tool_error(*names);
		file = NULL;
		names++;
	}
}

static size_t read_row(unsigned char *bytes)
{
	size_t n = 0;
	int c;

	while (n < 16 && length && (c = next_byte()) != EOF) {
		bytes[n++] = (unsigned char)c;
		length -= length > 0;
	}
	return n;
}

static void show_canonical(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < 16; i++) {
		if (i < n)
			printf("%s%02x", i % 8 ? " " : "  ", bytes[i]);
		else
			printf("%s  ", i % 8 ? " " : "  ");
	}
	printf("  |");
	for (size_t i = 0; i < n; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	putchar('|');
}

static void show_character(unsigned char c)
{
	static const char controls[] = "\0\a\b\t\n\v\f\r", letters[] = "0abtnvfr";
	const char *found = memchr(controls, c, 8);

	if (found)
		printf("  \\%c", letters[found - controls]);
	else
		printf(isprint(c) ? "   %c" : " %03o", c);
}

static void show_words(const unsigned char *bytes, size_t n)
{
	const char *format = form == 'x' ? "    %04x" : form == 'd' ? "   %05u" : form == 'o' ? "  %06o" : " %04x";
	int width = form ? 8 : 5;

	for (size_t i = 0; i < 16; i += 2) {
		if (i < n)
			printf(format, bytes[i] | (i + 1 < n ? bytes[i + 1] << 8 : 0));
		else
			printf("%*s", width, "");
	}
}

static void show_row(unsigned long offset, const unsigned char *bytes, size_t n)
{
	printf(form == 'C' ? "%08lx" : "%07lx", offset);
	if (form == 'C') {
		show_canonical(bytes, n);
	} else if (form == 'b' || form == 'c') {
		for (size_t i = 0; i < 16; i++) {
			if (i >= n)
				fputs("    ", stdout);
			else if (form == 'b')
				printf(" %03o", bytes[i]);
			else
				show_character(bytes[i]);
		}
	} else {
		show_words(bytes, n);
	}
	putchar('\n');
}

static void dump(void)
{
	unsigned char row[2][16] = { 0 };
	unsigned long offset = (unsigned long)skip;
	bool starred = false;
	size_t n;

	for (long i = 0; i < skip && next_byte() != EOF; i++)
		;
	for (int now = 0; (n = read_row(row[now])) > 0; offset += n, now = !now) {
		if (!all_lines && n == 16 && offset > (unsigned long)skip && !memcmp(row[0], row[1], 16)) {
			if (!starred)
				puts("*");
			starred = true;
			continue;
		}
		starred = false;
		show_row(offset, row[now], n);
	}
	if (offset > (unsigned long)skip)
		printf(form == 'C' ? "%08lx\n" : "%07lx\n", offset);
}

int main(int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL };
	int option;

	tool_name = "hexdump";
	while ((option = getopt(argc, argv, "bcCdovxn:s:")) >= 0) {
		switch (option) {
		case '?': tool_usage(usage);
		case 'n': length = strtol(optarg, NULL, 0); break;
		case 's': skip = strtol(optarg, NULL, 0); break;
		case 'v': all_lines = true; break;
		default: form = (char)option;
		}
	}
	names = optind < argc ? argv + optind : standard_input;
	dump();
	return tool_end();
}
