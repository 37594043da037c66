/*
 * execve(2): find what the file is, build the new program beside the old one, then change over.
 *
 * Task context of the process that executes; takes tasks_lock and sighand locks for the change itself only. The
 * struct exec_image is the state of one call, on the heap because kernel stacks are small.
 */
#include "exec/exec.h"

#include "arch/arch.h"
#include "exec/image.h"
#include "exec/vdso.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process_internal.h"
#include "trace/trace.h"
#include "trace/unimplemented.h"

/* ---- What is it? ---- */

static int read_head(struct exec_image *x)
{
	ssize_t n;

	memset(x->head, 0, sizeof(x->head));
	n = file_read_kernel(x->program.file, x->head, sizeof(x->head), 0);
	return n < 0 ? (int)n : 0;
}

static int open_program(struct exec_image *x, const char *path)
{
	struct file *f = path_open_exec(AT_FDCWD, path);

	if (IS_ERR(f))
		return (int)PTR_ERR(f);
	if (x->program.file)
		file_put(x->program.file);
	x->program.file = f;
	return read_head(x);
}

/* One `#!` line: argv[0] gives way to the interpreter, its argument, and the script's own path. */
static int follow_script(struct exec_image *x)
{
	char *interpreter, *argument;
	int r = script_parse(x->head, &interpreter, &argument);

	if (r < 0)
		return r;
	args_pop(&x->args);
	r = args_push(&x->args, x->file_path);
	if (r == 0 && argument)
		r = args_push(&x->args, argument);
	if (r == 0)
		r = args_push(&x->args, interpreter);
	if (r < 0)
		return r;
	x->file_path = x->args.prefix[x->args.prefix_count - 1];
	return open_program(x, x->file_path);
}

/*
 * args_pop frees the interpreter's path that the previous script pushed, and that is file_path: keep the string until
 * it is pushed again as the script's own.
 */
static int follow_nested_script(struct exec_image *x)
{
	char *path = kstrdup(x->file_path);
	int r = -ENOMEM;

	if (path) {
		x->file_path = path;
		r = follow_script(x);
		if (x->file_path == path)
			x->file_path = x->path;
	}
	kfree(path);
	return r;
}

static int identify(struct exec_image *x)
{
	int r = open_program(x, x->path);

	for (unsigned depth = 0; r == 0 && script_is(x->head); depth++)
		r = depth == SCRIPT_DEPTH ? -ELOOP : follow_nested_script(x);
	if (r == 0)
		r = elf_image_read(&x->program, &x->header);
	return r == 0 ? exec_read_interpreter(x) : r;
}

/* ---- What it will be ---- */

/* credentials(7): set-uid and set-gid, unless it was given up for good; saved and file-system ids follow the effective. */
static int compute_cred(struct exec_image *x)
{
	const struct cred *old = current->cred;
	const struct inode *inode = x->program.file->inode;
	struct cred *c = cred_copy(old, old->group_count);
	bool set_id;

	if (!c)
		return -ENOMEM;
	x->cred = c;
	if (!current->process->no_new_privs && !trace_is_unprivileged() &&
	    !(dentry_mount(x->program.file->dentry)->flags & MS_NOSUID)) {
		if (inode->mode & S_ISUID)
			c->euid = inode->uid;
		if ((inode->mode & (S_ISGID | 0010)) == (S_ISGID | 0010))
			c->egid = inode->gid;
	}
	c->suid = c->fsuid = c->euid;
	c->sgid = c->fsgid = c->egid;
	set_id = c->euid != old->uid || c->egid != old->gid;
	capability_exec(c, old, set_id);
	x->secure = set_id || (c->uid != 0 && (c->caps.effective & ~c->caps.ambient));
	return 0;
}

static int prepare_resources(struct exec_image *x)
{
	int r = compute_cred(x);

	if (r == 0)
		r = exec_create_mm(x);
	if (r == 0 && current->process->shares_files) {
		x->files = fd_table_clone(current->files);
		if (!x->files)
			r = -ENOMEM;
	}
	return r == 0 ? sighand_unshare(current->process) : r;
}

/* The stack needs the addresses of the program, but lies where no segment may: it is placed by the plan of both. */
static int build(struct exec_image *x)
{
	int r = exec_map_segments(x);

	if (r == 0)
		r = vdso_map(x->mm);
	return r == 0 ? exec_build_stack(x) : r;
}

/* ---- The change ---- */

static void set_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	strlcpy(current->name, slash ? slash + 1 : path, sizeof(current->name));
}

static void change_mm(struct exec_image *x)
{
	struct process *p = current->process;
	struct mm *old = current->mm;
	irqstate s;

	if (old)
		process_release_mm();
	s = spin_lock_irqsave(&tasks_lock);
	if (old)
		p->max_rss = MAX(p->max_rss, old->peak_resident);
	current->mm = x->mm;
	set_name(x->path);
	strlcpy(p->name, current->name, sizeof(p->name));
	p->did_exec = true;
	p->dumpable = !x->secure;
	arch_switch_mm(x->mm);
	spin_unlock_irqrestore(&tasks_lock, s);
	x->mm = NULL;
	if (old)
		mm_put(old);
}

static void change_files(struct exec_image *x)
{
	struct fd_table *old = current->files;
	irqstate s;

	if (x->files) {
		s = spin_lock_irqsave(&tasks_lock);
		current->files = x->files;
		current->process->shares_files = false;
		spin_unlock_irqrestore(&tasks_lock, s);
		x->files = NULL;
		fd_table_put(old);
	}
	fd_table_close_on_exec(current->files);
}

/* The real uid stays, so that installing the credentials allocates nothing. */
static void change_cred(struct exec_image *x)
{
	if (x->secure)
		current->pdeath_signal = 0;
	if (cred_install(x->cred) == 0)
		x->cred = NULL;
}

static int commit(struct exec_image *x)
{
	/* The point of no return: from here on the old program is gone, whatever happens. */
	int r = process_kill_other_threads();

	if (r < 0)
		return r;
	change_mm(x);
	change_cred(x);
	change_files(x);
	signal_reset_for_exec();
	unimplemented_forget();
	posix_timers_delete_all(current->process);
	current->set_child_tid = current->robust_list = 0;
	arch_start_program(arch_task_regs(current), x->entry, x->stack);
	return 0;
}

static void free_image(struct exec_image *x)
{
	args_free(&x->args);
	elf_image_free(&x->program);
	elf_image_free(&x->interpreter);
	if (x->mm)
		mm_put(x->mm);
	if (x->cred)
		cred_put(x->cred);
	if (x->files)
		fd_table_put(x->files);
	kfree(x);
}

/* Linux would notice only without the old program; the new one dies of it before its first instruction. */
static int die_unbuilt(int r)
{
	if (current->mm)
		signal_force_fatal(SIGSEGV);
	return r;
}

int exec_program(const char *path, const struct exec_source *source)
{
	struct exec_image *x = kzalloc(sizeof(*x));
	int r, old_tid = current->tid;

	if (!x)
		return -ENOMEM;
	x->path = x->file_path = path;
	args_init(&x->args);
	r = args_read(&x->args, path, source);
	if (r == 0)
		r = identify(x);
	if (r == 0)
		r = prepare_resources(x);
	if (r == 0) {
		r = build(x);
		r = r < 0 ? die_unbuilt(r) : commit(x);
	}
	free_image(x);
	if (r == 0 && unlikely(READ_ONCE(current->trace)))
		trace_exec(old_tid);
	return r;
}
