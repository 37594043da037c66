/* wc [-cLlmw] [FILE]...: counts lines, words, characters, bytes and the width of the longest line, as wide as the sizes ask for. */
#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "tool.h"

enum { LINES, WORDS, CHARACTERS, BYTES, WIDTH, KINDS };

static bool wanted[KINDS];

static bool count(int fd, unsigned long counts[KINDS])
{
	static unsigned char buffer[65536];
	unsigned long column = 0;
	bool in_word = false;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		counts[BYTES] += (unsigned long)n;
		for (ssize_t i = 0; i < n; i++) {
			unsigned char c = buffer[i];
			bool space = isspace(c);

			counts[LINES] += c == '\n';
			counts[WORDS] += in_word && space;
			in_word = !space && (in_word || isprint(c) || c >= 128);
			column = c == '\n' || c == '\r' || c == '\f' ? 0 : c == '\t' ? (column | 7) + 1 : column + !!isprint(c);
			if (column > counts[WIDTH])
				counts[WIDTH] = column;
		}
	}
	counts[CHARACTERS] = counts[BYTES];
	counts[WORDS] += in_word;
	return n == 0;
}

static void print(const unsigned long counts[KINDS], const char *name, int width)
{
	const char *separator = "";

	for (int i = 0; i < KINDS; i++) {
		if (!wanted[i])
			continue;
		printf("%s%*lu", separator, width, counts[i]);
		separator = " ";
	}
	printf("%s%s\n", name ? " " : "", name ? name : "");
}

/* The digits of the sum of the files' sizes; 7 at least when one is no regular file. One number alone needs no width. */
static int width_of(char **names, int count)
{
	int kinds = 0, width = 1, least = 1;
	unsigned long total = 0;

	for (int i = 0; i < KINDS; i++)
		kinds += wanted[i];
	if (kinds == 1 && count < 2)
		return 1;
	for (int i = 0; i < (count ? count : 1); i++) {
		bool standard = !count || !strcmp(names[i], "-");
		struct stat status;

		if ((standard ? fstat(0, &status) : stat(names[i], &status)) < 0)
			continue;
		if (S_ISREG(status.st_mode))
			total += (unsigned long)status.st_size;
		else
			least = 7;
	}
	for (; total >= 10; total /= 10)
		width++;
	return width > least ? width : least;
}

int main(int argc, char **argv)
{
	static const char letters[] = "lwmcL";
	unsigned long total[KINDS] = { 0 };
	bool any = false;
	int option, width;

	tool_name = "wc";
	while ((option = getopt(argc, argv, "cLlmw")) >= 0) {
		if (option == '?')
			tool_usage("[-cLlmw] [FILE]...");
		wanted[strchr(letters, option) - letters] = any = true;
	}
	if (!any)
		wanted[LINES] = wanted[WORDS] = wanted[BYTES] = true;
	width = width_of(argv + optind, argc - optind);
	for (int i = optind; i < argc || i == optind; i++) {
		const char *name = i < argc ? argv[i] : NULL;
		unsigned long counts[KINDS] = { 0 };
		int fd = name && strcmp(name, "-") ? open(name, O_RDONLY) : 0;

		if (fd < 0 || !count(fd, counts)) {
			tool_error(name ? name : "standard input");
			if (fd < 0)
				continue;
		}
		print(counts, name, width);
		for (int k = 0; k < WIDTH; k++)
			total[k] += counts[k];
		if (counts[WIDTH] > total[WIDTH])
			total[WIDTH] = counts[WIDTH];
		if (fd > 0)
			close(fd);
	}
	if (argc - optind > 1)
		print(total, "total", width);
	return tool_end();
}
