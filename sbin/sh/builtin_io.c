/* read, set, command, type, getopts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"
#include "sh.h"

/* ---- read */

#define ESCAPED 0x100	/* a character behind a backslash separates nothing */

/* One line, byte by byte, because what follows belongs to others. False at the end of the input. */
static bool read_line(bool raw, uint16_t **line, size_t *length)
{
	size_t size = 0;
	bool escape = false;

	*length = 0;
	*line = NULL;
	for (;;) {
		unsigned char c;
		ssize_t n = read(0, &c, 1);

		if (n < 0 && errno == EINTR && !pending_signals)
			continue;
		if (n <= 0)
			return false;
		if (!c)			/* NUL bytes are no text */
			continue;
		if (escape && c == '\n') {
			escape = false;
			continue;
		}
		if (!escape && c == '\\' && !raw) {
			escape = true;
			continue;
		}
		if (!escape && c == '\n')
			return true;
		if (*length == size) {
			size = size ? size * 2 : 128;
			*line = xrealloc(*line, size * sizeof(**line));
		}
		(*line)[(*length)++] = (uint16_t)(c | (escape ? ESCAPED : 0));
		escape = false;
	}
}

static bool is_blank_separator(uint16_t c, const char *ifs)
{
	return (c == ' ' || c == '\t' || c == '\n') && strchr(ifs, c);
}

static bool is_separator(uint16_t c, const char *ifs)
{
	return c < ESCAPED && c && strchr(ifs, c);
}

static void assign_part(const char *name, const uint16_t *from, size_t n)
{
	char *text = xmalloc(n + 1);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)from[i];
	text[n] = 0;
	set_variable(name, text);
	free(text);
}

/* Behind one separator at `at`: a character of IFS, with the blanks of IFS around it. */
static size_t behind_separator(const uint16_t *line, size_t at, size_t end, const char *ifs)
{
	while (at < end && is_blank_separator(line[at], ifs))
		at++;
	if (at < end && is_separator(line[at], ifs)) {
		at++;
		while (at < end && is_blank_separator(line[at], ifs))
			at++;
	}
	return at;
}

/* The last name takes the rest; a single separator at its very end is dropped. */
static void assign_rest(const char *name, const uint16_t *line, size_t n, const char *ifs)
{
	size_t end = n, field = 0;

	while (end && is_blank_separator(line[end - 1], ifs))
		end--;
	while (field < end && !is_separator(line[field], ifs))
		field++;
	assign_part(name, line, behind_separator(line, field, end, ifs) == end ? field : end);
}

static void assign_fields(char **names, int count, const uint16_t *line, size_t n)
{
	const char *ifs = get_variable("IFS");
	size_t at = 0;

	if (!ifs)
		ifs = " \t\n";
	while (at < n && is_blank_separator(line[at], ifs))
		at++;
	for (int i = 0; i < count; i++) {
		size_t start = at;

		if (i == count - 1) {
			assign_rest(names[i], line + at, n - at, ifs);
			return;
		}
		while (at < n && !is_separator(line[at], ifs))
			at++;
		assign_part(names[i], line + start, at - start);
		at = behind_separator(line, at, n, ifs);
	}
}

int builtin_read(int argc, char **argv)
{
	bool raw = false, good;
	uint16_t *line;
	size_t length;
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (!strcmp(argv[i], "-r")) {
			raw = true;
		} else if (!strcmp(argv[i], "-p") && i + 1 < argc) {
			if (isatty(0))
				fputs(argv[i + 1], stderr);
			i++;
		} else {
			warn("read: Illegal option %s", argv[i]);
			return 2;
		}
	}
	if (i >= argc) {
		warn("read: arg count");
		return 2;
	}
	for (int k = i; k < argc; k++) {
		if (!name_length(argv[k]) || argv[k][name_length(argv[k])])
			fail(2, "read: %s: bad variable name", argv[k]);
	}
	good = read_line(raw, &line, &length);
	assign_fields(argv + i, argc - i, line, length);
	free(line);
	return good ? 0 : 1;
}

/* ---- set */

static bool any_variable(const struct variable *v)
{
	return v->value != NULL;
}

#define PIPE_FAIL 1

static const struct {
	const char *name;
	char letter;			/* PIPE_FAIL: there is none */
} option_names[] = {
	{ "errexit", 'e' }, { "noglob", 'f' }, { "ignoreeof", 'I' }, { "interactive", 'i' }, { "monitor", 'm' },
	{ "noexec", 'n' }, { "stdin", 's' }, { "xtrace", 'x' }, { "verbose", 'v' }, { "noclobber", 'C' },
	{ "allexport", 'a' }, { "notify", 'b' }, { "nounset", 'u' }, { "pipefail", PIPE_FAIL },
};

#define OPTIONS (sizeof(option_names) / sizeof(option_names[0]))

static bool *option(char letter)
{
	switch (letter) {
	case 'e': return &options.exit_on_error;
	case 'x': return &options.trace;
	case 'u': return &options.unset_is_error;
	case 'f': return &options.no_glob;
	case 'n': return &options.no_exec;
	case 'v': return &options.verbose;
	case 'a': return &options.all_export;
	case 'C': return &options.no_clobber;
	case 'i': return &options.interactive;
	case 's': return &options.from_stdin;
	case 'm': return &options.monitor;
	case 'I': return &options.ignore_eof;
	case 'b': return &options.notify;
	case PIPE_FAIL: return &options.pipe_fail;
	}
	return NULL;
}

bool set_option(char letter, bool on)
{
	bool *flag = option(letter);

	if (!flag)
		return false;
	if (letter == 'm' && on != options.monitor && shell_pid) {
		if (!on) {
			stop_job_control();
		} else if (!start_job_control()) {
			warn("can't access tty; job control turned off");
			return true;
		}
	}
	*flag = on;
	return true;
}

void option_letters(char *out)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (*option(option_names[i].letter) && option_names[i].letter != PIPE_FAIL)
			*out++ = option_names[i].letter;
	}
	*out = 0;
}

/* For people, or (set +o) as commands that bring the state back. */
static void list_options(bool as_commands)
{
	if (!as_commands)
		puts("Current option settings");
	for (size_t i = 0; i < OPTIONS; i++) {
		const char *name = option_names[i].name;
		bool on = *option(option_names[i].letter);

		if (!as_commands)
			printf("%-15s %s\n", name, on ? "on" : "off");
		else if (strcmp(name, "interactive") && strcmp(name, "stdin"))
			printf("set %co %s\n", on ? '-' : '+', name);
	}
}

bool set_named_option(const char *name, bool on)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (!strcmp(option_names[i].name, name))
			return set_option(option_names[i].letter, on);
	}
	return false;
}

int builtin_set(int argc, char **argv)
{
	int i = 1;

	if (argc == 1) {
		list_variables("", any_variable);
		return 0;
	}
	for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
		bool on = argv[i][0] == '-';

		if (!strcmp(argv[i], "--")) {
			set_parameters(argv + i + 1, argc - i - 1);
			return 0;
		}
		if (argv[i][1] == 'o' && !argv[i][2]) {
			if (++i >= argc)
				list_options(!on);
			else if (!set_named_option(argv[i], on))
				fail(2, "set: Illegal option -o %s", argv[i]);
			continue;
		}
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			if (*letter == 'i' || *letter == 's' || !set_option(*letter, on))
				fail(2, "set: Illegal option -%c", *letter);
		}
	}
	if (i < argc && !strcmp(argv[i], "-")) {
		options.trace = options.verbose = false;
		i++;
	}
	if (i < argc)
		set_parameters(argv + i, argc - i);
	return 0;
}

/* ---- command, type */

static const char *const reserved[] = {
	"!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", NULL,
};

static bool is_reserved(const char *name)
{
	for (size_t i = 0; reserved[i]; i++) {
		if (!strcmp(name, reserved[i]))
			return true;
	}
	return false;
}

static int describe(const char *name, bool verbose)
{
	struct arena *arena = arena_new();
	const char *kind = NULL, *path = NULL;

	if (find_alias(name)) {
		printf(verbose ? "%s is an alias for " : "alias %s=", name);
		if (verbose)
			fputs(find_alias(name), stdout);
		else
			print_quoted(find_alias(name));
		putchar('\n');
		arena_release(arena);
		return 0;
	}
	if (is_reserved(name))
		kind = "a shell keyword";
	else if (find_function(name))
		kind = "a shell function";
	else if (find_builtin(name))
		kind = find_builtin(name)->special ? "a special shell builtin" : "a shell builtin";
	else
		path = find_program(arena, name);
	if (path && access(path, X_OK) < 0)
		path = NULL;
	if (verbose && (kind || path))
		printf("%s is %s\n", name, kind ? kind : path);
	else if (kind || path)
		printf("%s\n", kind ? name : path);
	else if (verbose)
		printf("%s: not found\n", name);
	arena_release(arena);
	return kind || path ? 0 : 127;
}

int builtin_type(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++)
		status |= describe(argv[i], true);
	return status;
}

/* The letters of command's options in *letter (the last one counts); the index of the first operand. */
static int command_options(int argc, char **argv, char *letter)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--"))
			return i + 1;
		for (const char *at = argv[i] + 1; *at; at++) {
			if (!strchr("pvV", *at))
				fail(2, "command: Illegal option -%c", *at);
			if (*at != 'p')
				*letter = *at;
		}
	}
	return i;
}

int builtin_command(int argc, char **argv)
{
	const struct builtin_entry *builtin;
	struct job *job;
	char letter = 0;
	int i = command_options(argc, argv, &letter);

	if (i >= argc)
		return 0;
	if (letter)
		return describe(argv[i], letter == 'V');
	builtin = find_builtin(argv[i]);
	if (builtin)
		return builtin->run(argc - i, argv + i);
	job = job_new(argv[i]);
	if (fork_shell(job, FORK_FOREGROUND) == 0) {
		struct arena *arena = arena_new();

		_exit(exec_program(find_program(arena, argv[i]), argv + i, arena));
	}
	return job_wait(job);
}

/* ---- getopts: the position inside a group of letters is kept here, the argument's number in OPTIND. */

static int letter_at = 1;

static int finish_options(const char *name, int index)
{
	char digits[16];

	letter_at = 1;
	snprintf(digits, sizeof(digits), "%d", index + 1);
	set_variable("OPTIND", digits);
	set_variable(name, "?");
	return 1;
}

int builtin_getopts(int argc, char **argv)
{
	char **list = argc > 3 ? argv + 3 : parameters.at, result[2] = "?", letter_text[2] = "", digits[16];
	int count = argc > 3 ? argc - 3 : parameters.count, index;
	const char *text, *known;
	bool quiet;

	if (argc < 3)
		fail(2, "getopts: Usage: getopts optstring var [arg]");
	if (!name_length(argv[2]) || argv[2][name_length(argv[2])])
		fail(2, "getopts: %s: bad variable name", argv[2]);
	quiet = argv[1][0] == ':';
	text = get_variable("OPTIND");
	index = text ? atoi(text) - 1 : 0;
	if (index < 0)
		index = 0;
	if (index >= count || list[index][0] != '-' || !list[index][1] || (size_t)letter_at >= strlen(list[index]))
		return finish_options(argv[2], index);
	if (!strcmp(list[index], "--"))
		return finish_options(argv[2], index + 1);
	*letter_text = list[index][letter_at++];
	known = *letter_text == ':' ? NULL : strchr(argv[1], *letter_text);
	unset_variable("OPTARG");
	if (known)
		*result = *letter_text;
	if (known && known[1] == ':') {
		if (list[index][letter_at]) {
			set_variable("OPTARG", list[index] + letter_at);
		} else if (index + 1 < count) {
			set_variable("OPTARG", list[++index]);
		} else {
			*result = quiet ? ':' : '?';
			if (quiet)
				set_variable("OPTARG", letter_text);
			else
				fprintf(stderr, "No arg for -%s option\n", letter_text);
		}
		letter_at = (int)strlen(list[index]);
	} else if (!known) {
		if (quiet)
			set_variable("OPTARG", letter_text);
		else
			fprintf(stderr, "Illegal option -%s\n", letter_text);
	}
	if (!list[index][letter_at]) {
		index++;
		letter_at = 1;
	}
	snprintf(digits, sizeof(digits), "%d", index + 1);
	set_variable("OPTIND", digits);
	set_variable(argv[2], result);
	return 0;
}
