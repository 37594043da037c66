/*
 * Walking the tree. execute() returns the exit status and keeps last_status up to date; break, continue and return
 * travel as flags that every loop and list looks at. A process that is about to end anyway (EXEC_LAST) does not fork
 * again for its last command.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"
#include "sh.h"

int last_status;
pid_t last_background, shell_pid;
size_t command_line = 1, function_line, commands_run;
int loop_depth, skip_loops, function_depth;
bool skip_continue, returning;

static struct function *functions;
static int tested;			/* commands around this one whose failure does not end the shell under -e */
static int substitution_status;		/* of the last $( … ) of a command that is only assignments */

_Noreturn void exit_shell(int status)
{
	last_status = status;
	run_exit_trap();
	fflush(stdout);
	stop_job_control();
	exit(status);
}

/* ---- functions */

struct function *find_function(const char *name)
{
	struct function *f = functions;

	while (f && strcmp(f->name, name))
		f = f->next;
	return f;
}

void each_function(void (*each)(const char *name, void *data), void *data)
{
	for (struct function *f = functions; f; f = f->next)
		each(f->name, data);
}

void unset_function(const char *name)
{
	for (struct function **link = &functions; *link; link = &(*link)->next) {
		struct function *f = *link;

		if (strcmp(f->name, name))
			continue;
		*link = f->next;
		arena_release(f->arena);
		free(f->name);
		free(f);
		return;
	}
}

static struct arena *current_arena;	/* where the tree that is being executed lives */

static int define_function(const struct node *node)
{
	struct function *f = xmalloc(sizeof(*f));

	unset_function(node->name);
	*f = (struct function){ .next = functions, .name = xstrdup(node->name), .arena = current_arena,
				.line = node->line, .body = node->a };
	arena_hold(current_arena);
	functions = f;
	return 0;
}

/* A call in progress: what comes back at its end, also when an error jumps out of it. */
struct call {
	struct call *outer;
	struct parameters parameters;
	struct arena *arena;
	void *scope;
	int loops;
	size_t line;
};

static struct call *calls;

static void leave_call(void)
{
	struct call *call = calls;

	calls = call->outer;
	arena_release(current_arena);
	current_arena = call->arena;
	leave_scope(call->scope);
	free_parameters(&parameters);
	parameters = call->parameters;
	loop_depth = call->loops;
	function_line = call->line;
	free(call);
	function_depth--;
	returning = false;
}

/* What stood when a command began; an error that jumps back to there puts it back. All zero: nothing. */
struct mark {
	struct call *calls;
	struct saved_fd *redirects;
	void *scope;
	struct arena *arena;
	int loops, tested;
	size_t function_line;
};

static void unwind(const struct mark *mark)
{
	while (calls != mark->calls)
		leave_call();
	undo_redirects(mark->redirects);
	leave_scope(mark->scope);
	current_arena = mark->arena;
	loop_depth = mark->loops;
	tested = mark->tested;
	function_line = mark->function_line;
	skip_loops = 0;
}

void abandon_calls(void)
{
	unwind(&(struct mark){ 0 });
}

static int call_function(struct function *f, int argc, char **argv)
{
	struct call *call;
	int status;

	if (function_depth > 1000)
		fail(2, "%s: functions are nested too deeply", f->name);
	call = xmalloc(sizeof(*call));
	*call = (struct call){ calls, parameters, current_arena, enter_scope(), loop_depth, function_line };
	calls = call;
	parameters = (struct parameters){ 0 };
	set_parameters(argv + 1, argc - 1);
	current_arena = f->arena;
	arena_hold(current_arena);
	function_depth++;
	loop_depth = 0;
	function_line = f->line;
	status = execute(f->body, 0);
	leave_call();
	return status;
}

/* ---- simple commands */

static void assign(struct arena *arena, const char *text, bool export)
{
	size_t n = name_length(text);
	char *name = arena_text(arena, text, n);

	set_variable(name, expand_text(arena, text + n + 1));
	if (export)
		variable(name)->exported = true;
}

static void trace(struct arena *arena, const struct node *node, const struct fields *fields)
{
	const char *ps4 = get_variable("PS4"), *separator = "";

	options.trace = false;	/* what PS4 runs is not traced itself */
	fputs(ps4 ? expand_here(arena, ps4) : "+ ", stderr);
	options.trace = true;
	for (const struct word *w = node->assignments; w; w = w->next, separator = " ") {
		size_t n = name_length(w->text) + 1;

		fprintf(stderr, "%s%.*s%s", separator, (int)n, w->text, get_variable(arena_text(arena, w->text, n - 1)));
	}
	for (size_t i = 0; i < fields->count; i++, separator = " ")
		fprintf(stderr, "%s%s", separator, fields->at[i]);
	fputc('\n', stderr);
}

static int run_assignments(struct arena *arena, const struct node *node)
{
	struct saved_fd *mark = redirects_mark();
	int status = 0;

	substitution_status = 0;
	for (struct word *w = node->assignments; w; w = w->next)
		assign(arena, w->text, false);
	status = substitution_status;
	if (options.trace && node->assignments)
		trace(arena, node, &(struct fields){ 0 });
	if (!apply_redirects(expand_redirects(arena, node->redirects), true))
		status = 2;
	undo_redirects(mark);
	return status;
}

/* Errors of regular builtins end the command, not the shell. */
static int run_regular(const struct builtin_entry *builtin, const struct fields *fields)
{
	struct handler own = { .outer = handler, .source = source };
	struct mark mark = { calls, redirects_mark(), enter_scope(), current_arena, loop_depth, tested, function_line };
	int status;

	handler = &own;
	if (setjmp(own.jump)) {
		unwind(&mark);
		status = last_status;
	} else {
		status = builtin->run((int)fields->count, fields->at);
	}
	handler = own.outer;
	return status;
}

/* Builtins and functions run here; assignments before them are temporary unless the builtin is special. */
static int run_inside(struct arena *arena, const struct node *node, const struct fields *fields,
		      const struct builtin_entry *builtin, struct function *function)
{
	bool keep = builtin && builtin->special && !function, is_exec = builtin && !strcmp(builtin->name, "exec");
	struct redirect *redirects = expand_redirects(arena, node->redirects);
	struct saved_fd *mark = redirects_mark();
	void *scope = enter_scope();
	int status = 2;

	for (struct word *w = node->assignments; w; w = w->next) {
		if (!keep)
			save_variable(arena_text(arena, w->text, name_length(w->text)));
		assign(arena, w->text, !keep || (is_exec && fields->count > 1));
	}
	if (apply_redirects(redirects, !is_exec)) {
		if (function)
			status = call_function(function, (int)fields->count, fields->at);
		else if (keep)
			status = builtin->run((int)fields->count, fields->at);
		else
			status = run_regular(builtin, fields);
		fflush(stdout);
	} else if (keep && !options.interactive) {
		undo_redirects(mark);
		exit_shell(2);
	}
	undo_redirects(mark);
	if (!keep)
		leave_scope(scope);
	return status;
}

static _Noreturn void become(struct arena *arena, const char *path, char **argv, const struct redirect *redirects)
{
	if (!apply_redirects(redirects, false))
		_exit(2);
	_exit(exec_program(path, argv, arena));
}

/* Everything is expanded here, not in the child: ${x:=…} and $((x += 1)) have their effects in the shell. */
static int run_program(struct arena *arena, const struct node *node, const struct fields *fields, int flags)
{
	struct redirect *redirects = expand_redirects(arena, node->redirects);
	void *scope = enter_scope();
	const char *path;
	struct job *job;

	for (struct word *w = node->assignments; w; w = w->next) {
		save_variable(arena_text(arena, w->text, name_length(w->text)));
		assign(arena, w->text, true);
	}
	path = find_program(arena, fields->at[0]);
	if (flags & EXEC_LAST && !has_traps()) {
		fflush(stdout);
		become(arena, path, fields->at, redirects);
	}
	job = job_new(node->text);
	if (fork_shell(job, FORK_FOREGROUND) == 0)
		become(arena, path, fields->at, redirects);
	leave_scope(scope);
	return job_wait(job);
}

/* Is it a command whose operands NAME=value are read as assignments? */
static bool declares(const struct word *word)
{
	while (word && !strcmp(word->text, "command"))
		word = word->next;
	return word && (!strcmp(word->text, "export") || !strcmp(word->text, "readonly") || !strcmp(word->text, "local"));
}

static void expand_words(struct arena *arena, const struct word *words, struct fields *fields)
{
	bool assigns = declares(words);

	for (const struct word *w = words; w; w = w->next) {
		size_t n = assigns ? name_length(w->text) : 0;
		char *text;

		if (!n || w->text[n] != '=') {
			expand_word(arena, w->text, fields);
			continue;
		}
		text = expand_text(arena, w->text + n + 1);
		add_field(arena, fields, arena_alloc(arena, n + strlen(text) + 2));
		memcpy(fields->at[fields->count - 1], w->text, n + 1);
		strcpy(fields->at[fields->count - 1] + n + 1, text);
	}
}

static int run_simple(const struct node *node, int flags)
{
	struct arena *arena = arena_new();
	struct fields fields = { 0 };
	const struct builtin_entry *builtin;
	struct function *function;
	int status;

	substitution_status = 0;
	expand_words(arena, node->words, &fields);
	if (!fields.count) {
		status = run_assignments(arena, node);
		arena_release(arena);
		return status;
	}
	if (options.trace)
		trace(arena, node, &fields);
	builtin = find_builtin(fields.at[0]);
	function = builtin && builtin->special ? NULL : find_function(fields.at[0]);
	if (builtin || function)
		status = run_inside(arena, node, &fields, builtin, function);
	else
		status = run_program(arena, node, &fields, flags);
	arena_release(arena);
	return status;
}

/* ---- pipelines, subshells */

static _Noreturn void run_child(struct node *node)
{
	loop_depth = 0;
	exit_shell(execute(node, EXEC_LAST));
}

static void use_fd(int fd, int number)
{
	if (fd < 0 || fd == number)
		return;
	dup2(fd, number);
	close(fd);
}

static int run_pipe(struct node *node)
{
	struct job *job = job_new(node->text);
	int in = -1, fds[2];

	for (struct node *part = node; part; part = part->type == N_PIPE ? part->b : NULL) {
		bool more = part->type == N_PIPE;
		struct node *command = more ? part->a : part;

		fds[0] = fds[1] = -1;
		if (more && pipe(fds) < 0)
			fail(2, "Pipe call failed");
		if (fork_shell(job, FORK_FOREGROUND) == 0) {
			if (fds[0] >= 0)
				close(fds[0]);
			use_fd(in, 0);
			use_fd(fds[1], 1);
			run_child(command);
		}
		if (in >= 0)
			close(in);
		if (fds[1] >= 0)
			close(fds[1]);
		in = fds[0];
	}
	return job_wait(job);
}

static int run_subshell(struct node *node, int flags)
{
	struct arena *arena = arena_new();
	struct job *job = flags & EXEC_LAST && !has_traps() ? NULL : job_new(node->text);
	int status;

	if (!job || fork_shell(job, FORK_FOREGROUND) == 0) {
		if (!apply_redirects(expand_redirects(arena, node->redirects), false))
			_exit(2);
		run_child(node->a);
	}
	status = job_wait(job);
	arena_release(arena);
	return status;
}

static int run_background(struct node *node)
{
	struct job *job = job_new(node->text);
	bool monitor = options.monitor;
	pid_t pid = fork_shell(job, FORK_BACKGROUND);

	if (pid == 0) {
		if (!monitor)
			use_fd(open("/dev/null", O_RDONLY), 0);
		run_child(node->a);
	}
	last_background = pid;
	job_in_background(job);
	return 0;
}

char *command_output(struct arena *arena, const char *text)
{
	struct buffer out = { 0 };
	char chunk[4096], *result;
	struct job *job;
	int fds[2];
	ssize_t n;

	if (pipe(fds) < 0)
		fail(2, "Pipe call failed");
	job = job_new(NULL);
	if (fork_shell(job, FORK_INSIDE) == 0) {
		close(fds[0]);
		use_fd(fds[1], 1);
		loop_depth = 0;
		exit_shell(run_string(text, EXEC_LAST));
	}
	close(fds[1]);
	buffer_add(&out, "", 0);
	while ((n = read(fds[0], chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < n; i++) {
			if (chunk[i])
				buffer_char(&out, chunk[i]);
		}
	}
	close(fds[0]);
	substitution_status = last_status = job_wait(job);
	while (out.length && out.text[out.length - 1] == '\n')
		out.length--;
	result = arena_text(arena, out.text, out.length);
	buffer_free(&out);
	return result;
}

/* ---- compound commands */

static bool skipping(void)
{
	return skip_loops || returning;
}

/* After a round of a loop: true when the loop must end. */
static bool leave_loop(void)
{
	if (returning)
		return true;
	if (!skip_loops)
		return false;
	if (--skip_loops)
		return true;
	return !skip_continue;
}

static int run_loop(struct node *node, int flags)
{
	int status = 0;

	loop_depth++;
	for (;;) {
		bool good = execute(node->a, EXEC_TESTED) == 0;

		if (skipping()) {
			if (leave_loop())
				break;
			continue;
		}
		if (good != (node->type == N_WHILE))
			break;
		status = execute(node->b, flags & EXEC_TESTED);
		if (leave_loop())
			break;
	}
	loop_depth--;
	return status;
}

static int run_for(struct node *node, int flags)
{
	struct arena *arena = arena_new();
	struct fields fields = { 0 };
	int status = 0;

	if (node->has_in)
		for (struct word *w = node->words; w; w = w->next)
			expand_word(arena, w->text, &fields);
	else
		for (int i = 0; i < parameters.count; i++)
			add_field(arena, &fields, arena_text(arena, parameters.at[i], strlen(parameters.at[i])));
	loop_depth++;
	for (size_t i = 0; i < fields.count; i++) {
		set_variable(node->name, fields.at[i]);
		status = execute(node->b, flags & EXEC_TESTED);
		if (leave_loop())
			break;
	}
	loop_depth--;
	arena_release(arena);
	return status;
}

static int run_case(struct node *node, int flags)
{
	struct arena *arena = arena_new();
	const char *value = expand_text(arena, node->name);
	int status = 0;

	for (struct case_item *item = node->items; item; item = item->next) {
		for (struct word *p = item->patterns; p; p = p->next) {
			if (fnmatch(expand_pattern(arena, p->text), value, 0))
				continue;
			if (item->body)
				status = execute(item->body, flags);
			arena_release(arena);
			return status;
		}
	}
	arena_release(arena);
	return 0;
}

static int run_if(struct node *node, int flags)
{
	if (execute(node->a, EXEC_TESTED) == 0)
		return skipping() ? last_status : execute(node->b, flags);
	if (skipping())
		return last_status;
	return node->c ? execute(node->c, flags) : 0;
}

static int run_and_or(struct node *node, int flags)
{
	int status = execute(node->a, EXEC_TESTED);

	if (skipping() || (status == 0) != (node->type == N_AND))
		return status;
	return execute(node->b, flags);
}

static int run_list(struct node *list, int flags)
{
	int status = 0;

	for (; list && !skipping(); list = list->b)
		status = execute(list->a, list->b ? flags & EXEC_TESTED : flags);
	return status;
}

static int run_node(struct node *node, int flags)
{
	switch (node->type) {
	case N_SIMPLE:     return run_simple(node, flags);
	case N_PIPE:       return run_pipe(node);
	case N_AND:
	case N_OR:         return run_and_or(node, flags);
	case N_NOT:        return !execute(node->a, EXEC_TESTED);
	case N_LIST:       return run_list(node, flags);
	case N_BACKGROUND: return run_background(node);
	case N_SUBSHELL:   return run_subshell(node, flags);
	case N_GROUP:      return execute(node->a, flags);
	case N_IF:         return run_if(node, flags);
	case N_WHILE:
	case N_UNTIL:      return run_loop(node, flags);
	case N_FOR:        return run_for(node, flags);
	case N_CASE:       return run_case(node, flags);
	case N_FUNCTION:   return define_function(node);
	}
	return 0;
}

/* Compound commands carry redirections around the whole; simple ones and subshells apply their own. */
static int run_redirected(struct node *node, int flags)
{
	struct arena *arena = arena_new();
	struct saved_fd *mark = redirects_mark();
	bool good = apply_redirects(expand_redirects(arena, node->redirects), true);
	int status = good ? run_node(node, flags & ~EXEC_LAST) : 2;

	undo_redirects(mark);
	if (!good && options.exit_on_error && !tested)
		exit_shell(status);
	arena_release(arena);
	return status;
}

/* ^C at a terminal: the whole line is given up, unless a trap is set for it. */
static void abandon_line(void)
{
	interrupted = 0;
	if (is_trapped(SIGINT))
		return;
	pending_signals = 0;
	drop_handlers();
	leave_to_handler(128 + SIGINT);
}

int execute(struct node *node, int flags)
{
	bool own = node->type == N_SIMPLE || node->type == N_SUBSHELL;
	int status;

	if (options.no_exec && !options.interactive)
		return 0;
	command_line = node->line;
	if (interrupted && options.interactive)
		abandon_line();
	tested += flags & EXEC_TESTED;
	status = node->redirects && !own ? run_redirected(node, flags) : run_node(node, flags);
	tested -= flags & EXEC_TESTED;
	last_status = status;
	if (pending_signals && run_traps())
		status = last_status;
	if (status && options.exit_on_error && !tested && !(flags & EXEC_TESTED) && !skipping() &&
	    (own || node->type == N_PIPE))
		exit_shell(status);
	return status;
}

/* ---- whole texts */

/*
 * Runs the next command of the source; false at the end. The last command of a string may replace the process when the
 * caller ends with it (EXEC_LAST).
 */
bool run_next(int flags, int *status)
{
	struct arena *outer = current_arena, *arena = arena_new();
	struct node *node;
	bool more = parse_command(arena, &node);

	if (node) {
		bool last = flags & EXEC_LAST && source->fd < 0 && source->at == source->text.length;

		current_arena = arena;
		commands_run++;
		*status = execute(node, (flags & EXEC_TESTED) | (last ? EXEC_LAST : 0));
	}
	current_arena = outer;
	arena_release(arena);
	return more && !skipping();
}

static int run_source(int flags)
{
	int status = 0;

	while (run_next(flags, &status))
		;
	return status;
}

int run_string(const char *text, int flags)
{
	struct source string;
	int status;

	push_string(&string, text);
	status = run_source(flags);
	pop_source();
	return status;
}

int run_file(const char *path, bool must_exist)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), high, status;
	size_t line = function_line;
	struct source file;

	if (fd < 0) {
		if (!must_exist)
			return 0;
		warn("cannot open %s: %s", path, errno == ENOENT ? "No such file" : strerror(errno));
		return 127;
	}
	high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	if (high >= 0) {
		close(fd);
		fd = high;
	}
	push_fd(&file, fd, false);
	function_line = 0;
	status = run_source(0);
	function_line = line;
	pop_source();
	close(fd);
	return status;
}
