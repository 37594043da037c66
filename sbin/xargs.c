/*
 * xargs [-0rt] [-n COUNT] [-L LINES] [-s BYTES] [-I TEXT] [-E END] [PROGRAM [ARGUMENT]...]: runs a program with the words
 * of standard input behind its arguments, as many at a time as fit.
 */
#include <ctype.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "text.h"

#define BYTES_MAX 65536

static char **command;		/* the arguments given, then the words collected */
static size_t fixed, count, room, bytes;
static long max_words, max_lines;
static size_t max_bytes = BYTES_MAX;
static const char *placeholder, *end_word;
static bool nul_ends, trace, not_empty;

static _Noreturn void become(char **argv)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	execvp(argv[0], argv);
	tool_error(argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Runs it; a program that exits with 255 or dies ends xargs. */
static void run(char **argv)
{
	int status;
	pid_t pid;

	fflush(stdout);
	for (char **word = argv; trace && *word; word++)
		fprintf(stderr, "%s%c", *word, word[1] ? ' ' : '\n');
	pid = fork();
	if (pid == 0)
		become(argv);
	if (pid < 0)
		tool_fail(1, "cannot fork: %s", strerror(errno));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		tool_fail(125, "%s: terminated by signal %d", argv[0], WTERMSIG(status));
	if (WEXITSTATUS(status) == 255)
		tool_fail(124, "%s: exited with status 255; aborting", argv[0]);
	if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127)
		exit(WEXITSTATUS(status));
	if (status)
		tool_status = 123;
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
	if (count && bytes + n > max_bytes)
		flush_words();
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

static void read_nul_ended(void)
{
	char *word = NULL;
	size_t size = 0;

	while (getdelim(&word, &size, 0, stdin) > 0)
		add_word(word);
	free(word);
}

int main(int argc, char **argv)
{
	static char *echo[] = { "echo", NULL };
	bool skip_empty = false;
	int option;

	tool_name = "xargs";
	optind = 1;
	while ((option = getopt(argc, argv, "+0rtn:L:s:I:E:x")) >= 0) {
		switch (option) {
		case '0': nul_ends = true; break;
		case 'r': skip_empty = true; break;
		case 't': trace = true; break;
		case 'n': max_words = tool_number(optarg); break;
		case 'L': max_lines = tool_number(optarg); break;
		case 's': max_bytes = (size_t)tool_number(optarg); break;
		case 'I': placeholder = optarg; break;
		case 'E': end_word = optarg; break;
		case 'x': break;	/* a word that does not fit always ends up alone */
		default: tool_usage("[-0rt] [-n COUNT] [-L LINES] [-s BYTES] [-I TEXT] [-E END] [PROGRAM [ARGUMENT]...]");
		}
	}
	argv = optind < argc ? argv + optind : echo;
	while (argv[fixed])
		fixed++;
	room = fixed + 64;
	command = get_memory(NULL, room, sizeof(*command));
	memcpy(command, argv, fixed * sizeof(*command));
	nul_ends ? read_nul_ended() : read_words();
	if (count || (!not_empty && !skip_empty && !placeholder))
		flush_words();
	return tool_status;
}
