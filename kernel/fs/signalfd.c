/*
 * signalfd. The file holds a set of signals and nothing else: whose signals is decided by who reads or polls it. A lasting
 * registration (epoll) is in the queue of the process that made it, so that process's structure is held until the file goes;
 * `lock` guards the list of such processes. Task context.
 */
#include "fs/signalfd.h"

#include "fs/file.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

/* struct signalfd_siginfo. */
struct linux_signalfd_info {
	u32 signo;
	i32 error, code;
	u32 pid, uid;
	i32 fd;
	u32 tid, band, overrun, trapno;
	i32 status, integer;
	u64 pointer, utime, stime, address;
	u16 address_lsb, pad2;
	i32 syscall;
	u64 call_address;
	u32 arch;
	u8 pad[28];
};
_Static_assert(sizeof(struct linux_signalfd_info) == 128, "Linux's size");

struct watched_process {
	struct watched_process *next;
	struct process *process;	/* referenced */
};

struct signalfd {
	u64 set;			/* [a] */
	struct mutex lock;		/* RANK_OBJECT */
	struct watched_process *watched;	/* [lock] */
};

static const struct file_ops signalfd_ops;

bool file_is_signalfd(const struct file *f)
{
	return f->ops == &signalfd_ops;
}

static void fill_info(struct linux_signalfd_info *to, const struct abi_siginfo *from)
{
	memset(to, 0, sizeof(*to));
	to->signo = (u32)from->si_signo;
	to->error = from->si_errno;
	to->code = from->si_code;
	if (from->si_code == ABI_SI_TIMER) {
		to->tid = (u32)from->timer_id;
		to->overrun = (u32)from->overrun;
		to->pointer = from->timer_value;
		to->integer = (i32)from->timer_value;
	} else if (from->si_code > 0 && from->si_code != ABI_SI_KERNEL && (SIGNALS_FAULT & SIGNAL_BIT(from->si_signo))) {
		to->address = from->address;
		to->address_lsb = (u16)from->address_lsb;
	} else {
		to->pid = (u32)from->pid;
		to->uid = from->uid;
	}
	if (from->si_signo == SIGCHLD && from->si_code > 0) {
		to->status = from->status;
		to->utime = (u64)from->utime;
		to->stime = (u64)from->stime;
	} else if (from->si_code < 0 && from->si_code != ABI_SI_TIMER) {
		to->pointer = from->value;
		to->integer = (i32)from->value;
	}
}

/* The next signal: its number, -EAGAIN (only when `wait` is false) or -ERESTARTSYS. */
static int next_signal(struct signalfd *s, struct abi_siginfo *info, bool wait)
{
	struct process *p = current->process;
	int sig, error = 0;
	struct waiter w;

	sig = signal_take(READ_ONCE(s->set), info);
	if (sig != 0 || !wait)
		return sig ? sig : -EAGAIN;
	wait_begin(&p->signal_wait, &w, true);
	while ((sig = signal_take(READ_ONCE(s->set), info)) == 0 && !error) {
		error = wait_sleep(true, TIME_NEVER);
		if (!error)
			wait_again(true);
	}
	wait_end(&p->signal_wait, &w);
	return sig ? sig : error;
}

static ssize_t signalfd_read(struct file *f, struct uio *u, u64 *pos)
{
	struct linux_signalfd_info record;
	struct abi_siginfo info;
	ssize_t done = 0;

	if (u->left < sizeof(record))
		return -EINVAL;
	while (u->left >= sizeof(record)) {
		int sig = next_signal(f->data, &info, done == 0 && !(f->flags & O_NONBLOCK));

		if (sig < 0)
			return done ? done : sig;
		fill_info(&record, &info);
		if (uio_read_in(u, &record, sizeof(record)) != sizeof(record))
			return done ? done : -EFAULT;
		done += (ssize_t)sizeof(record);
	}
	return done;
}

/* False when memory is out. */
static bool hold_process(struct signalfd *s, struct process *p)
{
	struct watched_process *w;

	mutex_lock(&s->lock);
	for (w = s->watched; w && w->process != p; w = w->next)
		;
	if (!w && (w = kmalloc(sizeof(*w))) != NULL) {
		process_get(p);
		*w = (struct watched_process){ .next = s->watched, .process = p };
		s->watched = w;
	}
	mutex_unlock(&s->lock);
	return w != NULL;
}

static unsigned signalfd_poll(struct file *f, struct poll_table *t)
{
	struct signalfd *s = f->data;
	struct process *p = current->process;

	if (t && t->lasting && !hold_process(s, p))
		t->out_of_memory = true;
	else
		poll_wait(t, &p->signal_wait);
	return signal_any_pending(READ_ONCE(s->set)) ? POLLIN : 0;
}

static void signalfd_release(struct file *f)
{
	struct signalfd *s = f->data;

	while (s->watched) {
		struct watched_process *w = s->watched;

		s->watched = w->next;
		process_put(w->process);
		kfree(w);
	}
	kfree(s);
}

static const struct file_ops signalfd_ops = {
	.read = signalfd_read,
	.poll = signalfd_poll,
	.release = signalfd_release,
	.seek_ignored = true,
	.no_splice_read = true,
};

struct file *signalfd_create(u64 set, u32 flags)
{
	struct signalfd *s = kzalloc(sizeof(*s));
	struct file *f;

	if (!s)
		return ERR_PTR(-ENOMEM);
	s->set = set & ~SIGNALS_NEVER_BLOCKED;
	mutex_init(&s->lock, "signalfd", RANK_OBJECT);
	f = file_create_anon("[signalfd]", &signalfd_ops, s, O_RDWR | flags);
	if (IS_ERR(f))
		kfree(s);
	return f;
}

/* Who waits for a signal that is in the set only now looks again. */
void signalfd_set(struct file *f, u64 set)
{
	struct signalfd *s = f->data;

	WRITE_ONCE(s->set, set & ~SIGNALS_NEVER_BLOCKED);
	wait_wake_all(&current->process->signal_wait, 0);
}
