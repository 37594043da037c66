/* The builtin commands that change the shell itself, and the table of all of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"
#include "sh.h"

static int builtin_true(int argc, char **argv)
{
	return 0;
}

static int builtin_false(int argc, char **argv)
{
	return 1;
}

static int number_argument(int argc, char **argv, int otherwise)
{
	char *end;
	long n;

	if (argc < 2)
		return otherwise;
	n = strtol(argv[1], &end, 10);
	if (*end || n < 0)
		fail(2, "%s: Illegal number: %s", argv[0], argv[1]);
	return (int)n;
}

static int leave_loops(int argc, char **argv)
{
	int count = number_argument(argc, argv, 1);

	if (count < 1)
		fail(2, "%s: Illegal number: %s", argv[0], argv[1]);
	skip_loops = count < loop_depth ? count : loop_depth;
	skip_continue = argv[0][0] == 'c';
	return 0;
}

static int builtin_dot(int argc, char **argv)
{
	struct arena *arena = arena_new();
	const char *path = NULL;
	int status;

	if (argc < 2)
		fail(2, ".: filename argument required");
	if (!strchr(argv[1], '/')) {
		const char *list = get_variable("PATH");

		for (; list && *list && !path; list += *list == ':') {
			size_t n = strcspn(list, ":");
			char *candidate = arena_alloc(arena, n + strlen(argv[1]) + 2);

			memcpy(candidate, list, n);
			strcat(candidate, n ? "/" : "");
			strcat(candidate, argv[1]);
			if (access(candidate, R_OK) == 0)
				path = candidate;
			list += n;
		}
		if (!path)
			fail(2, ".: %s: not found", argv[1]);
	} else {
		path = argv[1];
		if (access(path, R_OK) < 0)
			fail(2, ".: cannot open %s: %s", path, errno == ENOENT ? "No such file" : strerror(errno));
	}
	status = run_file(path, true);
	if (!function_depth)
		returning = false;
	arena_release(arena);
	return status;
}

static int builtin_eval(int argc, char **argv)
{
	struct buffer text = { 0 };
	int status;

	buffer_add(&text, "", 0);
	for (int i = 1; i < argc; i++) {
		if (i > 1)
			buffer_char(&text, ' ');
		buffer_add(&text, argv[i], strlen(argv[i]));
	}
	status = run_string(text.text, 0);
	buffer_free(&text);
	return status;
}

/* At a terminal stopped jobs deserve a warning: the first wish to leave is not granted. */
bool may_exit(void)
{
	static size_t warned_at;	/* the command that was warned */

	if (!options.interactive || !any_stopped_job() || (warned_at && warned_at + 1 >= commands_run))
		return true;
	fputs("You have stopped jobs.\n", stderr);
	warned_at = commands_run;
	return false;
}

static int builtin_exec(int argc, char **argv)
{
	struct arena *arena;
	int status;

	if (argc > 1 && !strcmp(argv[1], "--")) {
		argc--;
		argv++;
	}
	if (argc > 1) {
		arena = arena_new();
		for (int sig = 1; sig < NSIG && options.interactive; sig++)
			if (sig == SIGINT || sig == SIGTERM || sig == SIGQUIT)
				signal(sig, SIG_DFL);
		status = exec_program(find_program(arena, argv[1]), argv + 1, arena);
		if (options.interactive)
			setup_signals();
		leave_to_handler(status);
	}
	return 0;
}

static int builtin_exit(int argc, char **argv)
{
	int status = number_argument(argc, argv, last_status) & 255;

	if (!may_exit())
		return 1;
	exit_shell(status);
}

static int builtin_return(int argc, char **argv)
{
	int status = number_argument(argc, argv, last_status);

	returning = true;
	return status;
}

static int builtin_shift(int argc, char **argv)
{
	int n = number_argument(argc, argv, 1);
	struct parameters old = parameters;

	if (n > parameters.count)
		fail(2, "can't shift that many");
	parameters = (struct parameters){ 0 };
	set_parameters(old.at + n, old.count - n);
	free_parameters(&old);
	return 0;
}

static bool is_exported(const struct variable *v)
{
	return v->exported;
}

static bool is_readonly(const struct variable *v)
{
	return v->readonly;
}

/* NAME or NAME=value: makes the variable and returns its name, owned by the caller; jumps when it is no name. */
static char *declare(const char *command, const char *text, bool local)
{
	size_t n = name_length(text);
	char *name;

	if (!n || (text[n] && text[n] != '='))
		fail(2, "%s: %s: bad variable name", command, text);
	name = strndup(text, n);
	if (local)
		save_variable(name);
	if (text[n])
		set_variable(name, text + n + 1);
	return name;
}

static int builtin_export(int argc, char **argv)
{
	bool is_export = argv[0][0] == 'e', print = false;
	int i = 1;

	if (argc > i && !strcmp(argv[i], "-p")) {
		print = true;
		i++;
	}
	if (argc > i && !strcmp(argv[i], "--"))
		i++;
	if (print || argc == i) {
		list_variables(is_export ? "export " : "readonly ", is_export ? is_exported : is_readonly);
		return 0;
	}
	for (; i < argc; i++) {
		char *name = declare(argv[0], argv[i], false);

		if (is_export)
			variable(name)->exported = true;
		else
			variable(name)->readonly = true;
		free(name);
	}
	return 0;
}

static int builtin_local(int argc, char **argv)
{
	if (!function_depth)
		fail(2, "local: not in a function");
	for (int i = 1; i < argc; i++)
		free(declare(argv[0], argv[i], true));
	return 0;
}

static int builtin_unset(int argc, char **argv)
{
	bool function = false;
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (strcmp(argv[i], "-f") && strcmp(argv[i], "-v"))
			fail(2, "unset: Illegal option %s", argv[i]);
		function = argv[i][1] == 'f';
	}
	for (; i < argc; i++) {
		size_t n = name_length(argv[i]);

		if (function)
			unset_function(argv[i]);
		else if (!n || argv[i][n])
			fail(2, "unset: %s: bad variable name", argv[i]);
		else if (!unset_variable(argv[i]))
			fail(2, "unset: %s: is read only", argv[i]);
	}
	return 0;
}

static const struct builtin_entry builtins[] = {
	{ ".", builtin_dot, true }, { ":", builtin_true, true }, { "[", builtin_test, false },
	{ "alias", builtin_alias, false }, { "bg", builtin_fg, false }, { "break", leave_loops, true },
	{ "cd", builtin_cd, false }, { "command", builtin_command, false }, { "continue", leave_loops, true },
	{ "echo", builtin_echo, false }, { "eval", builtin_eval, true }, { "exec", builtin_exec, true },
	{ "exit", builtin_exit, true }, { "export", builtin_export, true }, { "false", builtin_false, false },
	{ "fg", builtin_fg, false }, { "getopts", builtin_getopts, false }, { "kill", builtin_kill, false },
	{ "hash", builtin_hash, false }, { "history", builtin_history, false }, { "jobs", builtin_jobs, false }, { "local", builtin_local, true },
	{ "printf", builtin_printf, false }, { "pwd", builtin_pwd, false }, { "read", builtin_read, false },
	{ "readonly", builtin_export, true }, { "return", builtin_return, true }, { "set", builtin_set, true },
	{ "shift", builtin_shift, true }, { "test", builtin_test, false }, { "times", builtin_times, true },
	{ "trap", builtin_trap, true }, { "true", builtin_true, false }, { "type", builtin_type, false },
	{ "ulimit", builtin_ulimit, false }, { "umask", builtin_umask, false },
	{ "unalias", builtin_unalias, false }, { "unset", builtin_unset, true }, { "wait", builtin_wait, false },
};

void each_builtin(void (*each)(const char *name, void *data), void *data)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		each(builtins[i].name, data);
}

const struct builtin_entry *find_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	}
	return NULL;
}
