/*
 * sh, the POSIX shell: shared declarations. Single-threaded; signal handlers only set flags (trap.c).
 *
 * How a command runs: input.c gives characters; parse.c, with token.c, skip.c, alias_text.c and here.c, makes a tree whose words
 * are raw text; exec.c walks the tree; expand.c turns a word into fields at that moment. A syntax or expansion error jumps out (fail()).
 */
#ifndef SH_H
#define SH_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- memory.c: memory of an arena lives until the arena is released; xmalloc ends the shell when there is none. */
struct arena;
void *xmalloc(size_t size);
void *xrealloc(void *block, size_t size);
char *xstrdup(const char *s);
struct arena *arena_new(void);
void arena_hold(struct arena *arena);
void arena_release(struct arena *arena);	/* frees it when nobody holds it any more */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, const char *s, size_t n);

/* A string that grows; the owner frees `text`. */
struct buffer {
	char *text;
	size_t length, size;
};
void buffer_add(struct buffer *buffer, const char *s, size_t n);
void buffer_char(struct buffer *buffer, char c);
void buffer_free(struct buffer *buffer);

/* ---- input.c: text to parse, from a string or a descriptor, kept from the start of the current command on. */
struct source {
	struct source *outer;
	int fd;				/* -1: a string */
	bool interactive;
	bool at_end;			/* no more to read from fd */
	struct buffer text;
	size_t at;			/* next character */
	size_t line;			/* of that character, from 1 */
	bool more;			/* the command goes on: prompt with PS2 */
	size_t shown;			/* text before this was looked at already, and written under set -v */
};
extern struct source *source;
void push_string(struct source *new, const char *text);
void push_fd(struct source *new, int fd, bool interactive);
void pop_source(void);
int peek(void);				/* the next character, or -1 at the end */
int peek_at(size_t ahead);
int next(void);
void drop_consumed(void);

/* ---- parse.c */
enum node_type {
	N_SIMPLE, N_PIPE, N_AND, N_OR, N_NOT, N_LIST, N_BACKGROUND, N_SUBSHELL, N_GROUP, N_IF, N_WHILE, N_UNTIL, N_FOR, N_CASE,
	N_FUNCTION,
};

struct word {
	struct word *next;
	const char *text;		/* raw: quotes and expansions still in it */
};

enum redirect_type { R_READ, R_WRITE, R_CLOBBER, R_APPEND, R_READ_WRITE, R_DUP, R_HERE };

struct redirect {
	struct redirect *next;
	enum redirect_type type;
	int fd;
	const char *word;		/* raw target, expanded one behind expand_redirects; of a here-document the delimiter */
	const char *body;		/* R_HERE: raw text, expanded behind expand_redirects */
	bool literal, strip;		/* R_HERE: delimiter was quoted; <<- */
};

struct case_item {
	struct case_item *next;
	struct word *patterns;
	struct node *body;		/* may be NULL */
};

struct node {
	enum node_type type;
	size_t line;
	const char *text;		/* as it was written, for jobs; NULL when nobody asks */
	struct node *a, *b, *c;		/* parts in order of execution; see exec.c */
	struct word *assignments, *words;
	struct redirect *redirects;
	struct case_item *items;
	const char *name;		/* N_FOR variable, N_CASE word, N_FUNCTION name */
	bool has_in;			/* N_FOR: with a list */
};

/* The next complete command of the source in *node (NULL for an empty line); false at the end. Jumps on an error. */
bool parse_command(struct arena *arena, struct node **node);
/* The length of what starts at '$' or '`' in text; *arithmetic: it is $(( … )). */
size_t dollar_length(const char *text, bool quoted, bool *arithmetic);
size_t backquote_length(const char *text);
/* Length of text up to an unquoted '}' that ends ${…; quoted: all of it stands between double quotes. */
size_t brace_length(const char *text, bool quoted);
bool is_name_start(int c);
bool is_name_char(int c);
size_t name_length(const char *text);

/* ---- expand.c: results live in the arena. */
struct fields {
	char **at;			/* NULL-terminated */
	size_t count, size;
};
void expand_word(struct arena *arena, const char *text, struct fields *fields);
char *expand_text(struct arena *arena, const char *text);	/* no splitting, no globbing: assignments, targets */
char *expand_pattern(struct arena *arena, const char *text);	/* quoted characters come out with a backslash */
char *expand_here(struct arena *arena, const char *text);
void add_field(struct arena *arena, struct fields *fields, char *text);
/* glob.c: adds the matching names in order; false when there is none. */
bool glob(struct arena *arena, const char *pattern, struct fields *fields);
/* arith.c */
long arithmetic(const char *text);

/* ---- var.c */
struct variable {
	struct variable *next;
	char *name, *value;		/* value NULL: not set, attributes only */
	bool exported, readonly;
	bool counts_lines;		/* LINENO until a script sets it: its value is made when it is looked at */
};
const char *get_variable(const char *name);		/* NULL when unset */
void set_variable(const char *name, const char *value);	/* jumps when read-only */
struct variable *variable(const char *name);		/* makes it when it is not there */
bool unset_variable(const char *name);			/* false when read-only */
void import_environment(void);
void start_line_number(void);				/* makes LINENO */
char **make_environment(struct arena *arena);
void each_variable(void (*each)(const struct variable *v, void *data), void *data);
void print_quoted(const char *value);	/* so that the shell reads the same back */
void list_variables(const char *prefix, bool (*select)(const struct variable *));
/* Remembers a variable's state, to be put back by leave_scope. */
void save_variable(const char *name);
void *enter_scope(void);
void leave_scope(void *mark);

struct parameters {
	char **at;
	int count;
	bool owned;
};
extern struct parameters parameters;			/* $1 … */
void set_parameters(char **values, int count);		/* copies */
void free_parameters(struct parameters *p);
extern const char *shell_name;				/* $0 */

/* ---- exec.c */
#define EXEC_TESTED 1	/* a failure does not end the shell under -e */
#define EXEC_LAST   2	/* nothing follows: the process may be replaced */
extern int last_status;
extern pid_t last_background, shell_pid;
extern int loop_depth, skip_loops;			/* break and continue in progress: loops still to leave */
extern bool skip_continue, returning;
extern int function_depth;
extern size_t command_line;				/* of the command that runs, for messages */
extern size_t function_line;				/* where the function that runs begins; 0 outside of one and in a file of . */
extern size_t commands_run;				/* complete commands so far */
void abandon_calls(void);				/* after an error: no function, loop, redirection or local variable is left */
int execute(struct node *node, int flags);
bool run_next(int flags, int *status);			/* one command of the source; false at its end */
int run_string(const char *text, int flags);		/* parses and executes all of it */
int run_file(const char *path, bool must_exist);
_Noreturn void exit_shell(int status);
/* $(…): the output without its last newlines, owned by the arena. */
char *command_output(struct arena *arena, const char *text);

struct function {
	struct function *next;
	char *name;
	struct arena *arena;		/* held: where body lives */
	size_t line;			/* its definition's */
	struct node *body;
};
struct function *find_function(const char *name);
void each_function(void (*each)(const char *name, void *data), void *data);
void unset_function(const char *name);

/* ---- program.c: programs by name, and the table of where they were found. */
const char *find_program(struct arena *arena, const char *name);	/* NULL: nowhere in PATH */
void forget_programs(void);						/* PATH changed */
/* Becomes the program at `path` (NULL: not found); returns the status that says why not. */
int exec_program(const char *path, char **argv, struct arena *arena);

/* redirect.c: redirections are expanded all, then applied one by one until one fails. */
struct saved_fd;
struct saved_fd *redirects_mark(void);
struct redirect *expand_redirects(struct arena *arena, const struct redirect *list);
bool apply_redirects(const struct redirect *list, bool keep_old);
void undo_redirects(struct saved_fd *mark);	/* those that were applied since, with keep_old */

/* ---- builtin*.c, test.c, printf.c */
typedef int (*builtin)(int argc, char **argv);
struct builtin_entry {
	const char *name;
	builtin run;
	bool special;			/* assignments before it stay; its errors end a script */
};
const struct builtin_entry *find_builtin(const char *name);
bool may_exit(void);		/* false once, with a message, while there are stopped jobs */
int builtin_test(int argc, char **argv);
int builtin_printf(int argc, char **argv);
int builtin_echo(int argc, char **argv);
int builtin_read(int argc, char **argv);
int builtin_set(int argc, char **argv);
int builtin_trap(int argc, char **argv);
int builtin_kill(int argc, char **argv);
int builtin_wait(int argc, char **argv);
int builtin_command(int argc, char **argv);
int builtin_type(int argc, char **argv);
int builtin_getopts(int argc, char **argv);
int builtin_hash(int argc, char **argv);
int builtin_cd(int argc, char **argv);
int builtin_pwd(int argc, char **argv);
int builtin_jobs(int argc, char **argv);
int builtin_fg(int argc, char **argv);
int builtin_alias(int argc, char **argv);
int builtin_unalias(int argc, char **argv);
int builtin_umask(int argc, char **argv);
int builtin_ulimit(int argc, char **argv);
int builtin_times(int argc, char **argv);
int builtin_history(int argc, char **argv);
/* Calls `each` for every builtin's name. */
void each_builtin(void (*each)(const char *name, void *data), void *data);

/* ---- options */
struct options {
	bool exit_on_error, trace, unset_is_error, no_glob, no_exec, verbose, all_export, no_clobber, interactive, from_stdin;
	bool monitor, ignore_eof, pipe_fail, notify;
};
extern struct options options;
bool set_option(char letter, bool on);
bool set_named_option(const char *name, bool on);
void option_letters(char *out);

/* ---- trap.c */
extern volatile sig_atomic_t pending_signals;
bool run_traps(void);				/* true when a trap returned: its status is last_status */
void run_exit_trap(void);
void reset_traps(void);
bool has_traps(void);
bool is_trapped(int sig);			/* an action is set, maybe to ignore */
int first_pending_signal(void);			/* of those with an action to run; 0 when there is none */
void setup_signals(void);
void ignore_interrupts(void);
int signal_number(const char *name);		/* 0 is EXIT; -1 unknown */
const char *signal_name(int sig);
extern volatile sig_atomic_t interrupted;

/* ---- alias.c */
const char *find_alias(const char *name);	/* its text, or NULL */
void each_alias(void (*each)(const char *name, void *data), void *data);

/* ---- error.c: a message on stderr; fail also jumps to the innermost handler with the status. */
struct handler {
	struct handler *outer;
	struct source *source;		/* that commands come from behind the jump */
	jmp_buf jump;
};
extern struct handler *handler;
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void leave_to_handler(int status);
void drop_handlers(void);		/* the outermost stays */

#endif
