/* hexdump [-C] [FILE]: bytes as hexadecimal numbers and as text, sixteen a line. */
#include <ctype.h>

#include "tool.h"

static void line(unsigned long offset, const unsigned char *bytes, size_t n)
{
	printf("%08lx", offset);
	for (size_t i = 0; i < 16; i++) {
		if (i < n)
			printf("%s%02x", i % 8 ? " " : "  ", bytes[i]);
		else
			printf("%s  ", i % 8 ? " " : "  ");
	}
	printf("  |");
	for (size_t i = 0; i < n; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	printf("|\n");
}

int main(int argc, char **argv)
{
	unsigned char bytes[16];
	unsigned long offset = 0;
	FILE *file;
	size_t n;

	tool_name = "hexdump";
	while (getopt(argc, argv, "C") == 'C')
		;
	file = optind < argc ? fopen(argv[optind], "r") : stdin;
	if (!file)
		tool_fail(1, "%s: %s", argv[optind], strerror(errno));
	for (; (n = fread(bytes, 1, 16, file)) > 0; offset += n)
		line(offset, bytes, n);
	if (ferror(file))
		tool_error("read error");
	printf("%08lx\n", offset);
	return tool_end();
}
