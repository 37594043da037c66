/* POSIX getopt. One scan at a time: its state is global, as its interface is. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int position = 1;	/* in argv[optind], behind the dash */

static int complain(const char *program, const char *options, const char *message)
{
	if (opterr && *options != ':')
		fprintf(stderr, "%s: %s -- '%c'\n", program, message, optopt);
	return '?';
}

static void next_argument(void)
{
	optind++;
	position = 1;
}

int getopt(int argc, char *const argv[], const char *options)
{
	const char *argument, *known;

	if (optind == 0)
		next_argument();
	if (optind >= argc || !argv[optind] || argv[optind][0] != '-' || !argv[optind][1])
		return -1;
	argument = argv[optind];
	if (!strcmp(argument, "--")) {
		next_argument();
		return -1;
	}
	optopt = (unsigned char)argument[position++];
	known = optopt == ':' ? NULL : strchr(options, optopt);
	if (!known || known[1] != ':') {
		if (!argument[position])
			next_argument();
		return known ? optopt : complain(argv[0], options, "invalid option");
	}
	if (argument[position]) {
		optarg = (char *)argument + position;
		next_argument();
		return optopt;
	}
	next_argument();
	if (known[2] == ':') {		/* the argument is optional, and only in the same word */
		optarg = NULL;
		return optopt;
	}
	if (optind >= argc) {
		complain(argv[0], options, "option requires an argument");
		return *options == ':' ? ':' : '?';
	}
	optarg = argv[optind++];
	return optopt;
}
