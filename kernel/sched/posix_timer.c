/*
 * Timers of timer_create. The table's lock guards who is in the table, timer->lock (a mutex) orders settings, and the process's
 * sighand lock guards what an expiry and the taking of its signal share (the queue entry, overruns).
 *
 * A timer's course: armed → its callback queues the signal → a program takes the signal, which arms a periodic timer for its next
 * time and counts what was passed over. In between it is not armed, so a program that does not take its signals costs nothing.
 * A setting that comes in between makes the queued signal stale: taking it does not arm anything.
 *
 * clock_timer_stop waits for the callback, which takes the sighand lock: it is called without that. Under the sighand lock
 * only clock_timer_forward is called, for a timer whose callback has queued its signal and needs no lock any more.
 */
#include "sched/posix_timer.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/cpu_timer.h"
#include "sched/pid.h"
#include "sched/process.h"

#define IGNORED_GAP (100 * NS_PER_USEC)	/* a shorter interval would keep the CPU in its timer interrupt */

/* Letters: [I] immutable, [a] atomic, [t] the table's lock, [m] lock, [s] the process's sighand lock. */
struct posix_timer {
	atomic32 refs;			/* [a] the table, a queued signal, calls */
	struct tree_node node;		/* [t] */
	int id;				/* [t] */
	struct mutex lock;		/* RANK_OBJECT */
	struct process *process;	/* [I] not counted: the process deletes its timers before it goes */
	int clock;			/* [I] */
	int notify;			/* [I] */
	int tid;			/* [I] SIGEV_THREAD_ID */
	u64 thread_start;		/* [I] of that thread: its number may be another's one day */
	struct clock_timer timer;	/* [m] to start and stop, with [s] to change its times */
	bool on_cpu_time;		/* [I] `cpu` is what expires, and `timer` is not used */
	struct cpu_timer cpu;		/* [m] to arm and disarm */
	u64 cpu_due;			/* [m] as cpu_interval: when it expires next */
	u64 cpu_interval;		/* [m] to change while disarmed; read by the callback */
	atomic32 cpu_overrun;		/* [a] expirations since the queued signal was queued */
	struct sigqueue signal;		/* [s] */
	bool deleted;			/* [s] */
	int overrun;			/* [s] of the last signal that was taken */
};

void posix_timers_init(struct posix_timers *t)
{
	spin_init(&t->lock, "posix timers", RANK_PAGES);
}

static void timer_put(struct posix_timer *t)
{
	if (!atomic_dec_and_test(&t->refs))
		return;
	atomic_dec(&t->signal.user->signals);
	user_put(t->signal.user);
	kfree(t);
}

/* ---- Expiry and the signal ---- */

/* To the process, or to the thread if that still is. */
static enum signal_sent send(struct posix_timer *t)
{
	enum signal_sent sent = SIGNAL_UNWANTED;
	struct task *thread;
	irqstate s;

	if (t->notify != SIGEV_THREAD_ID)
		return signal_send_prepared(t->process, NULL, &t->signal);
	s = spin_lock_irqsave(&tasks_lock);
	thread = pid_task(t->tid);
	if (thread && thread->process == t->process && thread->start_time == t->thread_start)
		sent = signal_send_prepared(t->process, thread, &t->signal);
	spin_unlock_irqrestore(&tasks_lock, s);
	return sent;
}

/* A signal that is ignored cannot let a periodic timer go on by being taken. */
static void posix_timer_expired(struct clock_timer *timer)
{
	struct posix_timer *t = container_of(timer, struct posix_timer, timer);

	enum signal_sent sent;

	if (t->notify == SIGEV_NONE)
		return;
	atomic_inc(&t->refs);			/* the queued signal's */
	sent = send(t);
	if (sent == SIGNAL_QUEUED)
		return;
	if (sent == SIGNAL_UNWANTED && t->timer.interval != 0)
		clock_timer_again(&t->timer, IGNORED_GAP);
	timer_put(t);
}

/* One of CPU time goes on by itself: its clock only goes while its process runs, so that nothing is gained by waiting. */
static void cpu_time_expired(struct cpu_timer *timer)
{
	struct posix_timer *t = container_of(timer, struct posix_timer, cpu);
	u64 now = cpu_clock_read(&timer->clock), passed = 0;
	enum signal_sent sent;

	if (t->cpu_interval != 0) {
		passed = (now - t->cpu_due) / t->cpu_interval;
		t->cpu_due += (passed + 1) * t->cpu_interval;
		cpu_timer_rearm(timer, t->cpu_due);
	}
	if (t->notify == SIGEV_NONE)
		return;
	atomic_inc(&t->refs);			/* the queued signal's */
	sent = send(t);
	if (sent == SIGNAL_QUEUED) {
		(void)atomic_xchg(&t->cpu_overrun, (i32)MIN(passed, (u64)INT32_MAX));
		return;
	}
	if (sent == SIGNAL_PENDING)
		(void)atomic_add(&t->cpu_overrun, (i32)MIN(passed + 1, (u64)INT32_MAX / 2));
	(void)atomic_dec_and_test(&t->refs);	/* the table holds another one: an armed timer is not deleted */
}

void posix_timer_signal_gone(struct posix_timer *t, struct abi_siginfo *info)
{
	u64 passed = 0;

	if (t->on_cpu_time)
		passed = t->signal.stale || t->deleted ? 0 : (u64)atomic_xchg(&t->cpu_overrun, 0);
	else if (t->timer.interval != 0 && !t->signal.stale && !t->deleted)
		passed = clock_timer_forward(&t->timer, info ? 0 : IGNORED_GAP);
	t->overrun = (int)MIN(passed, (u64)INT32_MAX);
	if (info) {
		*info = t->signal.info;
		info->overrun = t->overrun;
	}
	timer_put(t);
}

/* ---- The table ---- */

static int by_id(const struct tree_node *a, const struct tree_node *b)
{
	int x = tree_entry(a, struct posix_timer, node)->id, y = tree_entry(b, struct posix_timer, node)->id;

	return x < y ? -1 : x > y;
}

static struct posix_timer *look_up(struct posix_timers *table, int id) REQUIRES(table->lock)
{
	struct tree_node *n = table->tree.root;

	while (n) {
		struct posix_timer *t = tree_entry(n, struct posix_timer, node);

		if (t->id == id)
			return t;
		n = id < t->id ? n->left : n->right;
	}
	return NULL;
}

static struct posix_timer *find(int id)
{
	struct posix_timers *table = &current->process->posix_timers;
	struct posix_timer *t;

	spin_lock(&table->lock);
	t = look_up(table, id);
	if (t)
		atomic_inc(&t->refs);
	spin_unlock(&table->lock);
	return t;
}

/* Numbers are given out in rising order and used again only after all of them have been. */
static void insert(struct posix_timers *table, struct posix_timer *t, bool own_value)
{
	spin_lock(&table->lock);
	do {
		t->id = table->next_id;
		table->next_id = t->id == INT32_MAX ? 0 : t->id + 1;
	} while (look_up(table, t->id));
	t->signal.info.timer_id = t->id;
	if (own_value)
		t->signal.info.timer_value = (u64)t->id;
	tree_insert(&table->tree, &t->node, by_id);
	spin_unlock(&table->lock);
}

/* ---- Making ---- */

static int set_thread(struct posix_timer *t, int tid)
{
	struct task *thread = task_find(tid);
	bool ours = thread && thread->process == t->process;

	if (ours) {
		t->tid = tid;
		t->thread_start = thread->start_time;
	}
	if (thread)
		task_put(thread);
	return ours ? 0 : -EINVAL;
}

static struct posix_timer *timer_alloc(struct process *p)
{
	struct posix_timer *t;

	if ((u64)atomic_read(&p->user->signals) >= rlimit_get(RLIMIT_SIGPENDING))
		return ERR_PTR(-EAGAIN);
	t = kzalloc(sizeof(*t));
	if (!t)
		return ERR_PTR(-EAGAIN);
	atomic_set(&t->refs, 1);
	mutex_init(&t->lock, "posix timer", RANK_OBJECT);
	t->process = p;
	clock_timer_init(&t->timer, posix_timer_expired);
	list_init(&t->signal.link);
	t->signal.timer = t;
	t->signal.user = p->user;
	user_hold(p->user);
	atomic_inc(&p->user->signals);
	return t;
}

int posix_timer_create(int clock, const struct posix_timer_event *event)
{
	struct posix_timer *t = timer_alloc(current->process);
	struct cpu_clock cpu_clock;
	int error = 0;

	if (IS_ERR(t))
		return (int)PTR_ERR(t);
	if (clock_is_cpu_time(clock)) {
		error = cpu_clock_get(clock, &cpu_clock);
		t->on_cpu_time = !error;
	}
	if (t->on_cpu_time)
		cpu_timer_init(&t->cpu, &cpu_clock, cpu_time_expired);
	t->clock = clock;
	t->notify = event->notify;
	if (!error && event->notify == SIGEV_THREAD_ID)
		error = set_thread(t, event->tid);
	if (error) {
		if (t->on_cpu_time)
			cpu_timer_destroy(&t->cpu);
		timer_put(t);
		return error;
	}
	t->signal.info.si_signo = event->signal;
	t->signal.info.si_code = ABI_SI_TIMER;
	t->signal.info.timer_value = event->value;
	insert(&t->process->posix_timers, t, event->own_value);
	return t->id;
}

/* ---- Setting and asking ---- */

static void get_cpu_time(struct posix_timer *t, struct posix_timer_setting *s) REQUIRES(t->lock)
{
	u64 expires, now;

	*s = (struct posix_timer_setting){ 0 };
	if (t->deleted)
		return;
	expires = cpu_timer_expires(&t->cpu);
	now = cpu_clock_read(&t->cpu.clock);
	s->interval = t->cpu_interval;
	s->value = expires == 0 ? 0 : expires > now ? expires - now : 1;
}

static void set_cpu_time(struct posix_timer *t, bool absolute, const struct posix_timer_setting *new) REQUIRES(t->lock)
{
	t->cpu_interval = new->interval;
	if (new->value == 0)
		return;
	t->cpu_due = absolute ? new->value : deadline_after(cpu_clock_read(&t->cpu.clock), new->value);
	cpu_timer_arm(&t->cpu, t->cpu_due);
}

static void stop(struct posix_timer *t) REQUIRES(t->lock)
{
	if (t->on_cpu_time && !t->deleted)
		cpu_timer_disarm(&t->cpu);
	else if (!t->on_cpu_time)
		clock_timer_stop(&t->timer);
}

static void get_locked(struct posix_timer *t, struct posix_timer_setting *s) REQUIRES(t->lock)
{
	irqstate irq;
	struct sighand *h;

	if (t->on_cpu_time) {
		get_cpu_time(t, s);
		return;
	}
	h = sighand_lock(t->process, &irq);
	s->interval = t->timer.interval;
	s->value = clock_timer_left(&t->timer);
	/* Due this moment, the interrupt yet to come: "armed" is what the caller must see. */
	if (s->value == 0 && t->notify != SIGEV_NONE && timer_armed(&t->timer.timer))
		s->value = 1;
	sighand_unlock(h, irq);
}

/* What is queued belongs to the setting before. */
static void mark_stale(struct posix_timer *t)
{
	irqstate s;
	struct sighand *h = sighand_lock(t->process, &s);

	t->signal.stale = true;
	sighand_unlock(h, s);
}

int posix_timer_set(int id, bool absolute, const struct posix_timer_setting *new, struct posix_timer_setting *old)
{
	struct posix_timer *t = find(id);

	if (!t)
		return -EINVAL;
	mutex_lock(&t->lock);
	get_locked(t, old);
	mark_stale(t);
	stop(t);
	mark_stale(t);			/* a callback that ran meanwhile was of the setting before, too */
	if (!t->deleted && t->on_cpu_time)
		set_cpu_time(t, absolute, new);
	else if (!t->deleted)
		clock_timer_start(&t->timer, t->clock, absolute, new->value, new->interval, false);
	mutex_unlock(&t->lock);
	timer_put(t);
	return 0;
}

int posix_timer_get(int id, struct posix_timer_setting *now)
{
	struct posix_timer *t = find(id);

	if (!t)
		return -EINVAL;
	mutex_lock(&t->lock);
	get_locked(t, now);
	mutex_unlock(&t->lock);
	timer_put(t);
	return 0;
}

int posix_timer_overrun(int id)
{
	struct posix_timer *t = find(id);
	int overrun;

	if (!t)
		return -EINVAL;
	overrun = READ_ONCE(t->overrun);
	timer_put(t);
	return overrun;
}

/* ---- Ending ---- */

/* The table's reference is the caller's now. `deleted` changes under both locks. */
static void end(struct posix_timer *t)
{
	irqstate s;
	struct sighand *h;

	mutex_lock(&t->lock);
	if (t->on_cpu_time)
		cpu_timer_disarm(&t->cpu);
	h = sighand_lock(t->process, &s);
	t->deleted = true;
	sighand_unlock(h, s);
	stop(t);
	mutex_unlock(&t->lock);
	if (t->on_cpu_time)			/* nobody looks at its clock again; may put a process, so under no lock */
		cpu_timer_destroy(&t->cpu);
	timer_put(t);
}

static struct posix_timer *take_out(struct posix_timers *table, int id, bool any)
{
	struct posix_timer *t;

	spin_lock(&table->lock);
	if (any)
		t = table->tree.root ? tree_entry(table->tree.root, struct posix_timer, node) : NULL;
	else
		t = look_up(table, id);
	if (t)
		tree_remove(&table->tree, &t->node);
	spin_unlock(&table->lock);
	return t;
}

int posix_timer_delete(int id)
{
	struct posix_timer *t = take_out(&current->process->posix_timers, id, false);

	if (!t)
		return -EINVAL;
	end(t);
	return 0;
}

void posix_timers_delete_all(struct process *p)
{
	struct posix_timer *t;

	while ((t = take_out(&p->posix_timers, 0, true)) != NULL)
		end(t);
}
