/*
 * Process descriptors. pidfd.h states the rules. A poller is queued on the process's own child_wait, which exit.c wakes
 * after it made the process a zombie; the process lives as long as the file, and so does the queue.
 */
#include "sched/pidfd.h"

#include "fs/file.h"
#include "lib/error.h"
#include "sched/pid.h"
#include "sched/process.h"

static unsigned pidfd_poll(struct file *f, struct poll_table *t)
{
	struct process *p = f->data;

	poll_wait(t, &p->child_wait);
	return READ_ONCE(p->zombie) ? POLLIN | POLLRDNORM : 0;
}

static void pidfd_release(struct file *f)
{
	process_put(f->data);
}

static const struct file_ops pidfd_ops = {
	.poll = pidfd_poll,
	.release = pidfd_release,
};

struct file *pidfd_create(struct process *p, u32 flags)
{
	struct file *f = file_create_anon("[pidfd]", &pidfd_ops, p, O_RDWR | flags);

	if (!IS_ERR(f))
		process_get(p);
	return f;
}

struct process *pidfd_process(const struct file *f)
{
	return f->ops == &pidfd_ops ? f->data : NULL;
}

struct process *pidfd_get(int fd, bool *nonblock)
{
	struct file *f = fd_get(fd);
	struct process *p = f ? pidfd_process(f) : NULL;

	if (p) {
		process_get(p);
		if (nonblock)
			*nonblock = f->flags & O_NONBLOCK;
	}
	if (f)
		file_put(f);
	return p ? p : ERR_PTR(-EBADF);
}

bool process_is_listed(struct process *p)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool listed = pid_process(p->pid) == p;

	spin_unlock_irqrestore(&tasks_lock, s);
	return listed;
}

int pidfd_open(int pid, u32 flags)
{
	struct process *p = process_find(pid);
	struct file *f;
	int fd;

	if (!p) {
		struct task *t = task_find(pid);

		if (t)
			task_put(t);
		return t ? -EINVAL : -ESRCH;
	}
	f = pidfd_create(p, flags);
	process_put(p);
	if (IS_ERR(f))
		return (int)PTR_ERR(f);
	fd = fd_add(f, O_CLOEXEC);
	if (fd < 0)
		file_put(f);
	return fd;
}

/* As ptrace(2) asks it: the same user in every respect, and a process that may be looked into; or root. */
static bool may_take_from(const struct process *p) REQUIRES(tasks_lock)
{
	const struct cred *me = current->cred, *c = p->cred;

	if (p == current->process || cred_capable(me, CAP_KILL))
		return true;
	return p->dumpable && me->uid == c->uid && me->uid == c->euid && me->uid == c->suid && me->gid == c->gid &&
	       me->gid == c->egid && me->gid == c->sgid;
}

/* Any thread that still has a table; ERR_PTR(-ESRCH) when none has. */
static struct fd_table *files_of(const struct process *p) REQUIRES(tasks_lock)
{
	struct task *t;

	list_for_each(t, &p->threads, thread_link) {
		if (!t->files)
			continue;
		fd_table_get(t->files);
		return t->files;
	}
	return ERR_PTR(-ESRCH);
}

static struct file *take_file(struct process *p, int fd)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct fd_table *files = may_take_from(p) ? files_of(p) : ERR_PTR(-EPERM);
	struct file *f;

	spin_unlock_irqrestore(&tasks_lock, s);
	if (IS_ERR(files))
		return ERR_PTR(PTR_ERR(files));
	f = fd_table_get_file(files, fd);
	fd_table_put(files);
	return f ? f : ERR_PTR(-EBADF);
}

int pidfd_getfd(int pidfd, int fd)
{
	struct process *p = pidfd_get(pidfd, NULL);
	struct file *f;
	int r;

	if (IS_ERR(p))
		return (int)PTR_ERR(p);
	f = take_file(p, fd);
	process_put(p);
	if (IS_ERR(f))
		return (int)PTR_ERR(f);
	r = fd_add(f, O_CLOEXEC);
	if (r < 0)
		file_put(f);
	return r;
}
