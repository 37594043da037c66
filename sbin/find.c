/*
 * find [-H|-L] [PATH]... [EXPRESSION]: the files of trees for which an expression holds. Known are -name -iname -path
 * -type -size -mtime -atime -ctime -mmin -newer -user -group -nouser -nogroup -perm -links -inum -empty -true -false -maxdepth
 * -mindepth -xdev -depth -prune -print -print0 -delete -exec … ; -exec … + -ok, and ! -a -o ( ).
 */
#include <ctype.h>
#include <fnmatch.h>
#include <limits.h>
#include <sys/wait.h>
#include <time.h>

#include "names.h"
#include "symbolic.h"
#include "tree.h"

enum kind {
	T_AND, T_OR, T_NOT, T_TRUE, T_NAME, T_INAME, T_PATH, T_TYPE, T_SIZE, T_MTIME, T_MMIN, T_NEWER, T_USER, T_GROUP, T_PERM,
	T_LINKS, T_ATIME, T_CTIME, T_NOUSER, T_NOGROUP, T_FALSE, T_INUM, T_EMPTY, T_PRUNE, T_PRINT, T_PRINT0, T_DELETE, T_EXEC, T_OK,
};

struct term {
	enum kind kind;
	struct term *a, *b;		/* of T_AND, T_OR, T_NOT */
	const char *text;
	long number;
	int compare;			/* -1: less than number, 1: more, 0: equal */
	long unit;			/* of T_SIZE, bytes */
	struct timespec time;
	char **argv;			/* of T_EXEC: the program, NULL-terminated */
	size_t fixed, count, room;	/* T_EXEC with +: words given, paths collected */
	char **batch;			/* T_EXEC with +: the argument list; else NULL */
};

static char **words;			/* of the expression, the next one first */
static bool acts, one_device, contents_first;
static int least_depth, most_depth = INT_MAX;
static dev_t start_device;
static time_t now;

/* What is being looked at. */
static const char *path;
static const struct stat *status;
static bool pruned;

static struct term *parse_or(void);

/* ---- parsing */

static struct term *new_term(enum kind kind)
{
	struct term *term = calloc(1, sizeof(*term));

	if (!term)
		tool_fail(1, "out of memory");
	term->kind = kind;
	return term;
}

static const char *argument_of(const char *name)
{
	if (!*words)
		tool_fail(1, "missing argument to '%s'", name);
	return *words++;
}

/* [+-]N, and for sizes a unit. */
static void parse_number(struct term *term, const char *name)
{
	const char *text = argument_of(name);
	char *end;

	term->compare = *text == '+' ? 1 : *text == '-' ? -1 : 0;
	errno = 0;
	term->number = strtol(text + (term->compare != 0), &end, 10);
	term->unit = 512;
	if (term->kind == T_SIZE && *end && !end[1] && strchr("cwbkMG", *end)) {
		term->unit = *end == 'c' ? 1 : *end == 'w' ? 2 : *end == 'b' ? 512 : *end == 'k' ? 1l << 10 :
			     *end == 'M' ? 1l << 20 : 1l << 30;
		end++;
	}
	if (*end || errno || !isdigit((unsigned char)text[term->compare != 0]))
		tool_fail(1, "invalid argument '%s' to '%s'", text, name);
}

/* -exec and -ok: words up to ';', or to "{} +". */
static void parse_exec(struct term *term, const char *name)
{
	term->argv = words;
	while (*words && strcmp(*words, ";") && !(words > term->argv && !strcmp(*words, "+") && !strcmp(words[-1], "{}")))
		words++;
	if (!*words || words == term->argv)
		tool_fail(1, "missing argument to '%s'", name);
	if (**words == '+') {
		term->fixed = (size_t)(words - term->argv) - 1;
		term->room = term->fixed + 1024;
		term->batch = calloc(term->room + 1, sizeof(char *));
		if (!term->batch)
			tool_fail(1, "out of memory");
		memcpy(term->batch, term->argv, term->fixed * sizeof(char *));
	}
	*words++ = NULL;
}

static const struct {
	const char *name;
	enum kind kind;
	char argument;		/* s text, n number, a account, f file, x program, 0 none */
	bool action;
} primaries[] = {
	{ "-name", T_NAME, 's', false }, { "-iname", T_INAME, 's', false }, { "-path", T_PATH, 's', false },
	{ "-type", T_TYPE, 's', false }, { "-size", T_SIZE, 'n', false }, { "-mtime", T_MTIME, 'n', false },
	{ "-mmin", T_MMIN, 'n', false }, { "-newer", T_NEWER, 'f', false }, { "-user", T_USER, 'a', false },
	{ "-group", T_GROUP, 'a', false }, { "-perm", T_PERM, 'p', false }, { "-links", T_LINKS, 'n', false },
	{ "-inum", T_INUM, 'n', false }, { "-empty", T_EMPTY, 0, false }, { "-prune", T_PRUNE, 0, false },
	{ "-atime", T_ATIME, 'n', false }, { "-ctime", T_CTIME, 'n', false }, { "-nouser", T_NOUSER, 0, false },
	{ "-nogroup", T_NOGROUP, 0, false }, { "-false", T_FALSE, 0, false },
	{ "-true", T_TRUE, 0, false }, { "-print", T_PRINT, 0, true }, { "-print0", T_PRINT0, 0, true },
	{ "-delete", T_DELETE, 0, true }, { "-exec", T_EXEC, 'x', true }, { "-ok", T_OK, 'x', true },
};

/* MODE exactly, -MODE all of its bits, /MODE one of them; the mode may be symbolic, applied to no bits at all. */
static void parse_perm(struct term *term, const char *text)
{
	mode_t mode = 0;

	term->compare = *text == '-' ? 1 : *text == '/' ? 2 : 0;
	if (!change_mode(text + (term->compare != 0), 0, &mode))
		tool_fail(1, "invalid mode '%s'", text);
	term->number = (long)mode;
}

static bool has_permissions(const struct term *term, mode_t mode)
{
	mode_t asked = (mode_t)term->number;

	if (term->compare == 2)
		return !asked || mode & asked;
	return term->compare ? (mode & asked) == asked : mode == asked;
}

/* Is there no such account? */
static bool is_unknown(const char *file, long number)
{
	char name[64];
	long found;

	return !find_account(file, NULL, number, name, &found);
}

static void parse_argument(struct term *term, char argument, const char *name)
{
	struct stat other;

	switch (argument) {
	case 's':
		term->text = argument_of(name);
		break;
	case 'n':
		parse_number(term, name);
		break;
	case 'a':
		term->text = argument_of(name);
		term->number = number_of_name(term->kind == T_USER ? USERS : GROUPS, term->text);
		if (term->number < 0)
			tool_fail(1, "'%s' is not the name of a known %s", term->text, name + 1);
		break;
	case 'f':
		term->text = argument_of(name);
		if (stat(term->text, &other) < 0)
			tool_fail(1, "%s: %s", term->text, strerror(errno));
		term->time = other.st_mtim;
		break;
	case 'p':
		parse_perm(term, argument_of(name));
		break;
	case 'x':
		parse_exec(term, name);
		break;
	}
}

static int parse_depth(const char *name)
{
	const char *text = argument_of(name);

	if (!isdigit((unsigned char)*text))
		tool_fail(1, "invalid argument '%s' to '%s'", text, name);
	return (int)tool_number(text);
}

/* Options stand among the primaries, but count for the whole walk. */
static bool parse_option(const char *name)
{
	if (!strcmp(name, "-maxdepth"))
		most_depth = parse_depth(name);
	else if (!strcmp(name, "-mindepth"))
		least_depth = parse_depth(name);
	else if (!strcmp(name, "-xdev"))
		one_device = true;
	else if (!strcmp(name, "-depth"))
		contents_first = true;
	else
		return false;
	return true;
}

static struct term *parse_primary(void)
{
	const char *name = argument_of("expression");
	struct term *term;

	if (!strcmp(name, "!") || !strcmp(name, "-not")) {
		term = new_term(T_NOT);
		term->a = parse_primary();
		return term;
	}
	if (!strcmp(name, "(")) {
		term = parse_or();
		if (strcmp(argument_of("("), ")"))
			tool_fail(1, "invalid expression; ')' expected");
		return term;
	}
	if (parse_option(name))
		return new_term(T_TRUE);
	for (size_t i = 0; i < sizeof(primaries) / sizeof(primaries[0]); i++) {
		if (strcmp(primaries[i].name, name))
			continue;
		term = new_term(primaries[i].kind);
		acts |= primaries[i].action;
		contents_first |= term->kind == T_DELETE;
		parse_argument(term, primaries[i].argument, name);
		return term;
	}
	tool_fail(1, "unknown predicate '%s'", name);
}

static struct term *join(enum kind kind, struct term *a, struct term *b)
{
	struct term *term = new_term(kind);

	term->a = a;
	term->b = b;
	return term;
}

static struct term *parse_and(void)
{
	struct term *term = parse_primary();

	while (*words && strcmp(*words, "-o") && strcmp(*words, ")")) {
		if (!strcmp(*words, "-a"))
			words++;
		term = join(T_AND, term, parse_primary());
	}
	return term;
}

static struct term *parse_or(void)
{
	struct term *term = parse_and();

	while (*words && !strcmp(*words, "-o")) {
		words++;
		term = join(T_OR, term, parse_and());
	}
	return term;
}

/* ---- evaluating */

static bool compare(const struct term *term, long value)
{
	return term->compare < 0 ? value < term->number : term->compare > 0 ? value > term->number : value == term->number;
}

static bool has_type(const char *letters)
{
	static const char types[] = "?pc?d?b?f?l?s???";

	return strchr(letters, types[status->st_mode >> 12 & 15]) != NULL;
}

static bool is_empty(void)
{
	struct dirent **entries;
	int count;

	if (S_ISREG(status->st_mode))
		return !status->st_size;
	if (!S_ISDIR(status->st_mode))
		return false;
	count = scandir(path, &entries, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	if (count >= 0)
		free(entries);
	return count == 2;
}

static int run(char **argv)
{
	int result;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		tool_error(argv[0]);
		_exit(127);
	}
	if (pid < 0)
		tool_fail(1, "cannot fork: %s", strerror(errno));
	while (waitpid(pid, &result, 0) < 0 && errno == EINTR)
		;
	return result;
}

static void run_batch(struct term *term)
{
	if (!term->count)
		return;
	term->batch[term->fixed + term->count] = NULL;
	if (run(term->batch))
		tool_status = 1;
	for (size_t i = 0; i < term->count; i++)
		free(term->batch[term->fixed + i]);
	term->count = 0;
}

/* The word with every {} replaced by the path. Allocated. */
static char *with_path(const char *word)
{
	size_t room = strlen(word) + 1, n = strlen(path);
	char *out, *to;

	for (const char *at = word; (at = strstr(at, "{}")); at += 2)
		room += n;
	out = to = malloc(room);
	if (!out)
		tool_fail(1, "out of memory");
	while (*word) {
		if (word[0] == '{' && word[1] == '}') {
			memcpy(to, path, n);
			to += n;
			word += 2;
		} else {
			*to++ = *word++;
		}
	}
	*to = 0;
	return out;
}

static bool is_agreed(const struct term *term)
{
	char answer[64];

	fflush(stdout);
	fprintf(stderr, "< %s ... %s > ? ", term->argv[0], path);
	return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

static bool execute(struct term *term)
{
	char **argv;
	size_t count = 0;
	int result;

	if (term->batch) {
		term->batch[term->fixed + term->count++] = strdup(path);
		if (term->fixed + term->count == term->room)
			run_batch(term);
		return true;
	}
	if (term->kind == T_OK && !is_agreed(term))
		return false;
	while (term->argv[count])
		count++;
	argv = calloc(count + 1, sizeof(*argv));
	if (!argv)
		tool_fail(1, "out of memory");
	for (size_t i = 0; i < count; i++)
		argv[i] = with_path(term->argv[i]);
	result = run(argv);
	for (size_t i = 0; i < count; i++)
		free(argv[i]);
	free(argv);
	return result == 0;
}

static bool delete(void)
{
	if (!strcmp(path, "."))
		return true;
	if ((S_ISDIR(status->st_mode) ? rmdir : unlink)(path) == 0)
		return true;
	tool_error(path);
	return false;
}

/* fnmatch of the lower-case forms. */
static bool matches_folded(const char *pattern, const char *name)
{
	char *a = strdup(pattern), *b = strdup(name);
	bool result;

	if (!a || !b)
		tool_fail(1, "out of memory");
	for (char *c = a; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	for (char *c = b; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	result = fnmatch(a, b, 0) == 0;
	free(a);
	free(b);
	return result;
}

static bool is_newer(const struct timespec *than)
{
	const struct timespec *t = &status->st_mtim;

	return t->tv_sec > than->tv_sec || (t->tv_sec == than->tv_sec && t->tv_nsec > than->tv_nsec);
}

static bool evaluate(struct term *term)
{
	mode_t mode = status->st_mode & 07777;

	switch (term->kind) {
	case T_AND:    return evaluate(term->a) && evaluate(term->b);
	case T_OR:     return evaluate(term->a) || evaluate(term->b);
	case T_NOT:    return !evaluate(term->a);
	case T_TRUE:   return true;
	case T_NAME:   return fnmatch(term->text, tool_base_name(path), 0) == 0;
	case T_INAME:  return matches_folded(term->text, tool_base_name(path));
	case T_PATH:   return fnmatch(term->text, path, 0) == 0;
	case T_TYPE:   return has_type(term->text);
	case T_SIZE:   return compare(term, (status->st_size + term->unit - 1) / term->unit);
	case T_MTIME:  return compare(term, (now - status->st_mtim.tv_sec) / 86400);
	case T_ATIME:  return compare(term, (now - status->st_atim.tv_sec) / 86400);
	case T_CTIME:  return compare(term, (now - status->st_ctim.tv_sec) / 86400);
	case T_NOUSER: return is_unknown(USERS, status->st_uid);
	case T_NOGROUP: return is_unknown(GROUPS, status->st_gid);
	case T_FALSE:  return false;
	case T_MMIN:   return compare(term, (now - status->st_mtim.tv_sec + 59) / 60);
	case T_NEWER:  return is_newer(&term->time);
	case T_USER:   return status->st_uid == (uid_t)term->number;
	case T_GROUP:  return status->st_gid == (gid_t)term->number;
	case T_PERM:   return has_permissions(term, mode);
	case T_LINKS:  return compare(term, (long)status->st_nlink);
	case T_INUM:   return compare(term, (long)status->st_ino);
	case T_EMPTY:  return is_empty();
	case T_PRUNE:  pruned = true; return true;
	case T_PRINT:  puts(path); return true;
	case T_PRINT0: fwrite(path, 1, strlen(path) + 1, stdout); return true;
	case T_DELETE: return delete();
	case T_EXEC:
	case T_OK:     return execute(term);
	}
	return false;
}

/* ---- the walk */

static struct term *expression;

static bool visit(const char *file, const struct stat *its_status, int depth)
{
	path = file;
	status = its_status;
	pruned = false;
	if (depth == 0)
		start_device = status->st_dev;
	if (depth >= least_depth && depth <= most_depth)
		evaluate(expression);
	return !pruned && depth < most_depth && !(one_device && its_status->st_dev != start_device);
}

static void finish_batches(struct term *term)
{
	if (!term)
		return;
	finish_batches(term->a);
	finish_batches(term->b);
	if (term->batch)
		run_batch(term);
}

int main(int argc, char **argv)
{
	static char *here[] = { ".", NULL };
	int flags = 0, first, paths;

	tool_name = "find";
	now = time(NULL);
	for (first = 1; first < argc && (!strcmp(argv[first], "-H") || !strcmp(argv[first], "-L")); first++)
		flags = argv[first][1] == 'L' ? WALK_LINKS : WALK_FOLLOW;
	for (paths = first; paths < argc && argv[paths][0] != '-' && strcmp(argv[paths], "!") && strcmp(argv[paths], "("); paths++)
		;
	words = argv + paths;
	expression = *words ? parse_or() : new_term(T_TRUE);
	if (*words)
		tool_fail(1, "unexpected '%s'", *words);
	if (!acts)
		expression = join(T_AND, expression, new_term(T_PRINT));
	flags |= contents_first ? WALK_AFTER : 0;
	argv = paths > first ? argv + first : here;
	for (int i = 0; i < (paths > first ? paths - first : 1); i++)
		walk_tree(argv[i], visit, flags);
	finish_batches(expression);
	return tool_end();
}
