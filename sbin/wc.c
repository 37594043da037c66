/* wc [-clw] [FILE]...: counts lines, words and bytes. */
#include <ctype.h>
#include <fcntl.h>

#include "tool.h"

struct counts {
	unsigned long lines, words, bytes;
};

static bool show_lines, show_words, show_bytes;

static bool count(int fd, struct counts *c)
{
	static unsigned char buffer[65536];
	bool in_word = false;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		c->bytes += (unsigned long)n;
		for (ssize_t i = 0; i < n; i++) {
			bool space = isspace(buffer[i]);

			c->lines += buffer[i] == '\n';
			c->words += in_word && space;
			in_word = !space;
		}
	}
	c->words += in_word;
	return n == 0;
}

static void print(const struct counts *c, const char *name, int width)
{
	const char *separator = "";

	if (show_lines)
		printf("%*lu", width, c->lines), separator = " ";
	if (show_words)
		printf("%s%*lu", separator, width, c->words), separator = " ";
	if (show_bytes)
		printf("%s%*lu", separator, width, c->bytes);
	printf("%s%s\n", name ? " " : "", name ? name : "");
}

int main(int argc, char **argv)
{
	struct counts total = { 0 };
	int option, width, shown;

	tool_name = "wc";
	while ((option = getopt(argc, argv, "clwm")) >= 0) {
		show_lines |= option == 'l';
		show_words |= option == 'w';
		show_bytes |= option == 'c' || option == 'm';
		if (option == '?')
			return 2;
	}
	if (!show_lines && !show_words && !show_bytes)
		show_lines = show_words = show_bytes = true;
	shown = show_lines + show_words + show_bytes;
	width = shown == 1 && argc - optind < 2 ? 1 : 7;
	if (optind == argc) {
		if (!count(0, &total))
			tool_error("standard input");
		print(&total, NULL, width);
		return tool_end();
	}
	for (int i = optind; i < argc; i++) {
		struct counts c = { 0 };
		int fd = strcmp(argv[i], "-") ? open(argv[i], O_RDONLY) : 0;

		if (fd < 0 || !count(fd, &c)) {
			tool_error(argv[i]);
		} else {
			print(&c, argv[i], width);
			total.lines += c.lines;
			total.words += c.words;
			total.bytes += c.bytes;
		}
		if (fd > 0)
			close(fd);
	}
	if (argc - optind > 1)
		print(&total, "total", width);
	return tool_end();
}
