/*
 * wordexp: what may not stand there is found here, and /bin/sh expands the rest, in a child whose answer is the words with
 * a NUL behind each. May be called from any thread, like fork.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

/* Behind a quote or "$(": the position of what ends it, or NULL. */
static const char *skip_to(const char *p, char end, bool escapes)
{
	for (; *p && *p != end; p++) {
		if (escapes && *p == '\\' && p[1])
			p++;
	}
	return *p ? p : NULL;
}

/* The end of ${…} or $(…), which may hold others. */
static const char *skip_braces(const char *p, char open, char close)
{
	int depth = 0;

	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '\'' && !(p = skip_to(p + 1, '\'', false)))
			return NULL;
		else if (*p == open)
			depth++;
		else if (*p == close && !--depth)
			return p;
	}
	return NULL;
}

/* At a dollar: moves to the end of what it begins. */
static int check_dollar(const char **at, int flags)
{
	const char *p = *at + 1;

	if (*p == '(' && p[1] != '(' && flags & WRDE_NOCMD)
		return WRDE_CMDSUB;
	if (*p != '(' && *p != '{')
		return 0;
	p = skip_braces(p, *p, *p == '(' ? ')' : '}');
	if (!p)
		return WRDE_SYNTAX;
	*at = p;
	return 0;
}

static int check(const char *p, int flags)
{
	bool quoted = false;
	int error = 0;

	for (; *p && !error; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == '\'' && !quoted && !(p = skip_to(p + 1, '\'', false)))
			return WRDE_SYNTAX;
		else if (*p == '`' && flags & WRDE_NOCMD)
			return WRDE_CMDSUB;
		else if (*p == '`' && !(p = skip_to(p + 1, '`', true)))
			return WRDE_SYNTAX;
		else if (*p == '$')
			error = check_dollar(&p, flags);
		else if (!quoted && strchr("|&;<>(){}\n", *p))
			return WRDE_BADCHAR;
	}
	return error ? error : quoted ? WRDE_SYNTAX : 0;
}

/* The first word only marks that the expansion went well. */
static _Noreturn void run_shell(const char *words, int out, int flags)
{
	static char script[] = "eval \"set -- x $1\"; printf '%s\\000' \"$@\"";
	char *argv[] = { "sh", flags & WRDE_UNDEF ? "-uc" : "-c", script, "sh", (char *)words, NULL };
	int null = flags & WRDE_SHOWERR ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, 2);
	dup2(out, 1);
	execv("/bin/sh", argv);
	_exit(127);
}

/* All that the shell writes, in *text (allocated); its wait status, or -1. */
static int ask_shell(const char *words, int flags, char **text, size_t *size)
{
	int ends[2], status = -1;
	FILE *answer;
	ssize_t n = 0;
	pid_t child;
	size_t room = 0;

	*text = NULL;
	*size = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	child = fork();
	if (!child)
		run_shell(words, ends[1], flags);
	close(ends[1]);
	answer = child < 0 ? NULL : fdopen(ends[0], "r");
	if (!answer)
		close(ends[0]);
	else
		n = getdelim(text, &room, -1, answer);
	if (answer)
		fclose(answer);
	if (child > 0 && waitpid(child, &status, 0) < 0)
		status = -1;
	*size = n > 0 ? (size_t)n : 0;
	return status;
}

static int add(wordexp_t *result, size_t offset, const char *word)
{
	char **grown = reallocarray(result->we_wordv, offset + result->we_wordc + 2, sizeof(char *)), *copy = strdup(word);

	if (grown)
		result->we_wordv = grown;
	if (!grown || !copy) {
		free(copy);
		return WRDE_NOSPACE;
	}
	grown[offset + result->we_wordc++] = copy;
	grown[offset + result->we_wordc] = NULL;
	return 0;
}

static int start(wordexp_t *result, size_t offset, int flags)
{
	if (flags & WRDE_REUSE)
		wordfree(result);
	if (flags & WRDE_APPEND)
		return 0;
	result->we_wordc = 0;
	result->we_wordv = calloc(offset + 1, sizeof(char *));
	return result->we_wordv ? 0 : WRDE_NOSPACE;
}

int wordexp(const char *restrict words, wordexp_t *restrict result, int flags)
{
	size_t offset = flags & WRDE_DOOFFS ? result->we_offs : 0, size;
	int error = check(words, flags), status;
	char *text;

	if (error)
		return error;
	if (!(flags & WRDE_DOOFFS))
		result->we_offs = 0;
	status = ask_shell(words, flags, &text, &size);
	if (status || !size) {
		free(text);
		return status < 0 ? WRDE_NOSPACE : flags & WRDE_UNDEF ? WRDE_BADVAL : WRDE_SYNTAX;
	}
	error = start(result, offset, flags);
	for (char *at = text + strlen(text) + 1; !error && at < text + size; at += strlen(at) + 1)
		error = add(result, offset, at);
	free(text);
	return error;
}

void wordfree(wordexp_t *result)
{
	if (!result->we_wordv)
		return;
	for (size_t i = 0; i < result->we_wordc; i++)
		free(result->we_wordv[result->we_offs + i]);
	free(result->we_wordv);
	result->we_wordv = NULL;
	result->we_wordc = 0;
}
