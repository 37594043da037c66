/*
 * xargs [-0prtx] [-d C] [-n COUNT] [-L LINES] [-P COUNT] [-s BYTES] [-I TEXT] [-E END] [PROGRAM [ARGUMENT]...]: runs a program
 * with the words of standard input behind its arguments, as many at a time as fit, and with -P so many at once.
 */
#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/wait.h>

#include "text.h"

#define BYTES_MAX 65536

static char **command;		/* the arguments given, then the words collected */
static size_t fixed, count, room, bytes;
static long max_words, max_lines, max_running = 1, running;
static size_t max_bytes = BYTES_MAX;
static const char *placeholder, *end_word;
static int terminator = -1;	/* what ends a word instead of blanks, of -0 and -d */
static bool trace, not_empty, asks, exact;

static _Noreturn void become(char **argv)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	execvp(argv[0], argv);
	tool_error(argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

/* What a program ended with; 255 or a signal end xargs, when the others have ended. */
static void take_status(int status)
{
	int how = 0;

	if (WIFSIGNALED(status)) {
		fprintf(stderr, "xargs: %s: terminated by signal %d\n", command[0], WTERMSIG(status));
		how = 125;
	} else if (WEXITSTATUS(status) == 255) {
		fprintf(stderr, "xargs: %s: exited with status 255; aborting\n", command[0]);
		how = 124;
	} else if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127) {
		how = WEXITSTATUS(status);
	} else if (status) {
		tool_status = 123;
	}
	if (how) {
		while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
			;
		exit(how);
	}
}

/* Waits until at most so many programs run. */
static void await(long most)
{
	int status;

	while (running > most) {
		if (waitpid(-1, &status, 0) > 0) {
			running--;
			take_status(status);
		} else if (errno != EINTR) {
			running = 0;
		}
	}
}

/* -p: the answer comes from the terminal, because standard input has the words. */
static bool is_wanted(void)
{
	FILE *terminal = fopen("/dev/tty", "r");
	int first, c;

	if (!terminal)
		tool_fail(1, "/dev/tty: %s", strerror(errno));
	fputs("?...", stderr);
	for (first = c = getc(terminal); c != EOF && c != '\n';)
		c = getc(terminal);
	fclose(terminal);
	return first == 'y' || first == 'Y';
}

static void run(char **argv)
{
	pid_t pid;

	fflush(stdout);
	for (char **word = argv; trace && *word; word++)
		fprintf(stderr, "%s%c", *word, word[1] || asks ? ' ' : '\n');
	if (asks && !is_wanted())
		return;
	pid = fork();
	if (pid == 0)
		become(argv);
	if (pid < 0)
		tool_fail(1, "cannot fork: %s", strerror(errno));
	running++;
	await(max_running > 0 ? max_running - 1 : LONG_MAX);
}

static void flush_words(void)
{
	command[fixed + count] = NULL;
	run(command);
	for (size_t i = 0; i < count; i++)
		free(command[fixed + i]);
	count = bytes = 0;
	not_empty = true;
}

static char *replaced(const char *text, const char *word)
{
	char *out = NULL;
	size_t length = 0;

	for (;;) {
		const char *at = strstr(text, placeholder);
		size_t n = at ? (size_t)(at - text) : strlen(text);

		out = get_memory(out, length + n + strlen(word) + 1, 1);
		memcpy(out + length, text, n);
		length += n;
		out[length] = 0;
		if (!at)
			return out;
		strcpy(out + length, word);
		length += strlen(word);
		text = at + strlen(placeholder);
	}
}

/* -I: one run, the word in place of the text wherever that stands. */
static void run_replaced(const char *word)
{
	char **argv = get_memory(NULL, fixed + 1, sizeof(*argv));

	for (size_t i = 0; i < fixed; i++)
		argv[i] = replaced(command[i], word);
	argv[fixed] = NULL;
	run(argv);
	for (size_t i = 0; i < fixed; i++)
		free(argv[i]);
	free(argv);
}

static void add_word(const char *word)
{
	size_t n = strlen(word) + 1;

	if (placeholder) {
		run_replaced(word);
		return;
	}
	if (n > max_bytes)
		tool_fail(1, "argument line too long");
	if (count && bytes + n > max_bytes) {
		if (exact && max_words)
			tool_fail(1, "argument list too long");
		flush_words();
	}
	if (fixed + count + 2 > room) {
		room = room * 2 + 64;
		command = get_memory(command, room, sizeof(*command));
	}
	command[fixed + count++] = strdup(word);
	bytes += n;
	if (max_words && count == (size_t)max_words)
		flush_words();
}

/* The next word of the input in *line, quotes undone; false at its end. *newline: it was the last of its line. */
static bool next_word(struct line *line, bool *newline)
{
	char quote = 0;
	int c;

	line->length = 0;
	do
		c = getchar();
	while (placeholder ? c == ' ' || c == '\t' || c == '\n' : c != EOF && isspace(c));
	for (; c != EOF; c = getchar()) {
		if (line->length + 2 > line->size) {
			line->size = line->size * 2 + 128;
			line->text = get_memory(line->text, line->size, 1);
		}
		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? 0 : (char)c;
			continue;
		}
		if (c == '\n' && quote)
			tool_fail(1, "unmatched %s quote", quote == '"' ? "double" : "single");
		if (!quote && (c == '\n' || (!placeholder && isspace(c))))
			break;
		if (!quote && c == '\\' && (c = getchar()) == EOF)
			break;
		line->text[line->length++] = (char)c;
	}
	if (line->text)
		line->text[line->length] = 0;
	*newline = c == '\n';
	return c != EOF || line->length || quote;
}

static void read_words(void)
{
	struct line line = { 0 };
	long lines = 0;
	bool newline;

	while (next_word(&line, &newline)) {
		if (end_word && !strcmp(line.text, end_word))
			break;
		add_word(line.text);
		if (newline && max_lines && ++lines % max_lines == 0 && count)
			flush_words();
	}
	free(line.text);
}

static void read_terminated(void)
{
	char *word = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getdelim(&word, &size, terminator, stdin)) > 0) {
		if (word[n - 1] == (char)terminator)
			word[n - 1] = 0;
		add_word(word);
	}
	free(word);
}

/* -d's argument: a byte, or an escape of one. */
static int parse_terminator(const char *text)
{
	static const char letters[] = "abfnrtv0\\", values[] = "\a\b\f\n\r\t\v\0\\";
	const char *found = *text == '\\' && text[1] && !text[2] ? strchr(letters, text[1]) : NULL;

	if (found)
		return values[found - letters];
	if (!*text || text[1])
		tool_fail(1, "the delimiter must be one character, not '%s'", text);
	return (unsigned char)*text;
}

static long at_least_one(int option, const char *text)
{
	long n = tool_number(text);

	if (n < 1)
		tool_fail(1, "value %s for -%c option should be >= 1", text, option);
	return n;
}

int main(int argc, char **argv)
{
	static char *echo[] = { "echo", NULL };
	bool skip_empty = false;
	int option;

	tool_name = "xargs";
	optind = 1;
	while ((option = getopt(argc, argv, "+0d:pP:rtn:L:s:I:E:x")) >= 0) {
		switch (option) {
		case '0': terminator = 0; break;
		case 'd': terminator = parse_terminator(optarg); break;
		case 'p': asks = trace = true; break;
		case 'P': max_running = tool_number(optarg); break;
		case 'r': skip_empty = true; break;
		case 't': trace = true; break;
		case 'n': max_words = at_least_one(option, optarg); break;
		case 'L': max_lines = at_least_one(option, optarg); break;
		case 's': max_bytes = (size_t)at_least_one(option, optarg); break;
		case 'I': placeholder = optarg; break;
		case 'E': end_word = optarg; break;
		case 'x': exact = true; break;
		default: tool_usage("[-0prtx] [-d C] [-n COUNT] [-L LINES] [-P COUNT] [-s BYTES] [-I TEXT] [-E END] [PROGRAM [ARGUMENT]...]");
		}
	}
	argv = optind < argc ? argv + optind : echo;
	while (argv[fixed])
		fixed++;
	room = fixed + 64;
	command = get_memory(NULL, room, sizeof(*command));
	memcpy(command, argv, fixed * sizeof(*command));
	terminator >= 0 ? read_terminated() : read_words();
	if (ferror(stdin))
		tool_error("standard input");
	if (count || (!not_empty && !skip_empty && !placeholder))
		flush_words();
	await(0);
	return tool_status;
}
