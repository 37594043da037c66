/* The shell's start: options, where commands come from, and the loop that survives errors when interactive. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"
#include "jobs.h"
#include "sh.h"

struct options options;

static const char *command_text;	/* -c */

/* Options of the command line; returns the index of the first operand. */
static int parse_options(int argc, char **argv)
{
	bool has_command = false;
	int i = 1;

	for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (argv[i][1] == 'o' && !argv[i][2] && i + 1 < argc) {
			if (!set_named_option(argv[i + 1], argv[i][0] == '-')) {
				fprintf(stderr, "sh: Illegal option -o %s\n", argv[i + 1]);
				exit(2);
			}
			i++;
			continue;
		}
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			if (*letter == 'c')
				has_command = true;
			else if (*letter != 'l' && !set_option(*letter, argv[i][0] == '-')) {
				fprintf(stderr, "sh: Illegal option -%c\n", *letter);
				exit(2);
			}
		}
	}
	if (has_command) {
		if (i >= argc) {
			fprintf(stderr, "sh: -c requires an argument\n");
			exit(2);
		}
		command_text = argv[i++];
	}
	return i;
}

static void set_up_variables(void)
{
	char path[4096], number[16];

	import_environment();
	start_line_number();
	set_variable("IFS", " \t\n");
	set_variable("OPTIND", "1");
	snprintf(number, sizeof(number), "%d", (int)getppid());
	set_variable("PPID", number);
	if (!get_variable("PS1"))
		set_variable("PS1", getuid() ? "$ " : "# ");
	set_variable("PS2", "> ");
	set_variable("PS4", "+ ");
	if (!get_variable("PATH"))
		set_variable("PATH", "/sbin:/bin:/usr/sbin:/usr/bin");
	if (getcwd(path, sizeof(path)))
		set_variable("PWD", path);
}

/* What a user at a terminal gets: job control, history, and the commands of $ENV. */
static void start_session(void)
{
	const char *startup = get_variable("ENV");

	options.monitor = start_job_control();
	if (!options.monitor)
		fprintf(stderr, "%s: can't access tty; job control turned off\n", shell_name);
	load_history();
	if (startup && *startup) {
		struct arena *arena = arena_new();

		run_file(expand_here(arena, startup), false);
		arena_release(arena);
	}
}

/* Commands of the base source, one by one. An error ends a script; at a terminal the line is forgotten. */
static void read_commands(struct source *base)
{
	struct handler own = { .source = base };
	int status;

	handler = &own;
	for (;;) {
		if (setjmp(own.jump)) {
			abandon_calls();
			interrupted = 0;
			if (!options.interactive)
				exit_shell(last_status);
			base->at = base->text.length;
		}
		interrupted = 0;
		if (!run_next(0, &status))
			return;
	}
}

int main(int argc, char **argv)
{
	static struct source base;
	static struct handler own;
	int operand = parse_options(argc, argv);

	shell_pid = getpid();
	shell_name = argv[0][0] == '-' ? argv[0] + 1 : argv[0];
	set_up_variables();
	handler = &own;
	if (setjmp(own.jump))
		exit_shell(last_status);
	if (command_text) {
		if (operand < argc)
			shell_name = argv[operand++];
		set_parameters(argv + operand, argc - operand);
		setup_signals();
		exit_shell(run_string(command_text, EXEC_LAST));
	}
	if (operand < argc && !options.from_stdin) {
		shell_name = argv[operand++];
		set_parameters(argv + operand, argc - operand);
		setup_signals();
		exit_shell(run_file(shell_name, true));
	}
	set_parameters(argv + operand, argc - operand);
	options.from_stdin = true;
	options.interactive |= isatty(0) && isatty(2);
	setup_signals();
	if (options.interactive)
		start_session();
	push_fd(&base, 0, options.interactive);
	read_commands(&base);
	exit_shell(last_status);
}
