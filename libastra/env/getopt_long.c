/* Long options over getopt. One scan at a time, as there. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Moves argv[from] to argv[to], to <= from; those between go up by one. */
static void move(char **argv, int from, int to)
{
	char *moved = argv[from];

	for (; from > to; from--)
		argv[from] = argv[from - 1];
	argv[to] = moved;
}

/* The option that a name means: its own, or the only one (or only meaning) that begins so. -1: none, -2: several. */
static int find(const struct option *list, const char *name, size_t length)
{
	int found = -1;

	for (int i = 0; list[i].name; i++) {
		if (strncmp(list[i].name, name, length))
			continue;
		if (!list[i].name[length])
			return i;
		if (found >= 0 && (list[found].val != list[i].val || list[found].flag != list[i].flag ||
				   list[found].has_arg != list[i].has_arg))
			return -2;
		if (found < 0)
			found = i;
	}
	return found;
}

static int complain(char *const *argv, const char *options, const char *message, const char *name, size_t length)
{
	bool quiet = options[*options == '+' || *options == '-'] == ':';

	if (opterr && !quiet)
		fprintf(stderr, "%s: %s '%.*s'\n", argv[0], message, (int)length, name);
	return '?';
}

static int long_option(int argc, char *const *argv, const char *options, const struct option *list, int *index, int dashes)
{
	const char *name = argv[optind] + dashes, *value = strchr(name, '=');
	size_t length = value ? (size_t)(value - name) : strlen(name);
	int which = find(list, name, length);
	const char *whole = argv[optind++];

	optopt = 0;
	if (which < 0)
		return complain(argv, options, which == -1 ? "unrecognized option" : "ambiguous option", whole, length + (size_t)dashes);
	optarg = value ? (char *)value + 1 : NULL;
	optopt = list[which].val;
	if (value && list[which].has_arg == no_argument)
		return complain(argv, options, "option takes no argument:", whole, length + (size_t)dashes);
	if (!value && list[which].has_arg == required_argument) {
		if (optind >= argc) {
			complain(argv, options, "option requires an argument:", whole, length + (size_t)dashes);
			return options[*options == '+' || *options == '-'] == ':' ? ':' : '?';
		}
		optarg = argv[optind++];
	}
	if (index)
		*index = which;
	if (!list[which].flag)
		return list[which].val;
	*list[which].flag = list[which].val;
	return 0;
}

static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1];
}

/* The option at argv[optind], which is one. */
static int next(int argc, char *const *argv, const char *options, const struct option *list, int *index, bool single)
{
	const char *argument = argv[optind];

	if (argument[1] == '-' && argument[2])
		return long_option(argc, argv, options, list, index, 2);
	if (single && argument[1] != '-' && list) {
		const char *name = argument + 1;

		if (find(list, name, strcspn(name, "=")) >= 0 && (name[1] || !strchr(options, *name)))
			return long_option(argc, argv, options, list, index, 1);
	}
	return getopt(argc, argv, options + (*options == '+' || *options == '-'));
}

static int scan(int argc, char *const *argv, const char *options, const struct option *list, int *index, bool single)
{
	static int inside;	/* the argument whose letters are being read, so that none is moved in between */
	bool permute = *options != '+' && !getenv("POSIXLY_CORRECT");
	int start, result;

	if (optind == 0)
		optind = 1;
	start = optind;
	if (inside != optind && permute) {
		while (optind < argc && !is_option(argv[optind]))
			optind++;
		if (optind >= argc) {
			optind = start;
			return -1;
		}
	} else if (optind >= argc || !is_option(argv[optind])) {
		return -1;
	}
	{
		int from = optind, taken;

		result = next(argc, argv, options, list, index, single);
		inside = optind == from ? from : 0;
		taken = optind - from;
		for (int i = 0; from > start && i < (taken ? taken : 1); i++)
			move((char **)argv, from + i, start + i);
		if (from > start) {
			optind -= from - start;
			inside = inside ? start : 0;
		}
	}
	return result;
}

int getopt_long(int argc, char *const argv[], const char *options, const struct option *list, int *index)
{
	return scan(argc, argv, options, list, index, false);
}

int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *list, int *index)
{
	return scan(argc, argv, options, list, index, true);
}
