/*
 * Tasks: what the scheduler runs. A task is a thread of a process (process.h) or a kernel task (process == NULL).
 *
 *  - State changes to not-running are made by the task itself; task_wake makes it running again, from any context.
 *  - A task's structure lives until its last reference is put; `current` needs none.
 */
#ifndef SCHED_TASK_H
#define SCHED_TASK_H

#include "arch/arch.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "lib/types.h"
#include "sched/lock.h"
#include "sched/signal.h"
#include "sched/timer.h"

struct process;
struct mm;
struct fd_table;
struct fs_context;
struct cred;
struct trace;

enum task_state {
	TASK_RUNNING,		/* on a CPU or on a run queue */
	TASK_SLEEPING,		/* until woken or a signal */
	TASK_WAITING,		/* until woken */
	TASK_STOPPED,		/* by job control, until SIGCONT or SIGKILL */
	TASK_TRACED,		/* until its tracer lets it go on, or SIGKILL */
	TASK_DEAD,		/* switched away for good */
};

/* Bits of task->work, looked at on the way to ring 3. */
enum task_work {
	WORK_RESCHEDULE = 1 << 0,
	WORK_SIGNAL     = 1 << 1,	/* look at pending signals */
	WORK_FPU        = 1 << 2,	/* the CPU does not hold this task's FPU state */
	WORK_CPU_TIME   = 1 << 4,	/* timers or limits of CPU time to be looked at (cpu_timer.h) */
	WORK_RSEQ       = 1 << 3,	/* interrupted or moved since it last looked at its block (rseq.h) */
};

/* What the machine-dependent code keeps for each task. Offsets are known to entry.S (arch/x86_64/offsets.h). */
struct arch_task {
	u64 rsp;		/* [T] saved stack pointer while switched out */
	u64 stack_top;		/* [I] initial stack pointer on entry from ring 3 */
	u64 fs_base, gs_base;	/* [T] of ring 3 */
	void *fpu;		/* [T] XSAVE area, 64-byte aligned; NULL for kernel tasks */
	u32 fpu_cpu;		/* [T] CPU that last loaded it */
};

/* The last exception that became a signal, for the frames of that one and later ones. */
struct arch_trap {
	u32 number, error;
	u64 address;		/* of the last page fault that did */
};

struct pi_waiter;

/* What a task has moved by reads and writes: /proc/PID/io. */
struct io_counts {
	u64 reads, writes;		/* calls */
	u64 read_bytes, written_bytes;
};

static inline void io_counts_add(struct io_counts *to, const struct io_counts *from)
{
	to->reads += from->reads;
	to->writes += from->writes;
	to->read_bytes += from->read_bytes;
	to->written_bytes += from->written_bytes;
}

struct restart_block {
	long (*fn)(struct restart_block *r);	/* [T] what restart_syscall runs */
	u64 a, b, c, d;
};

/* Letters: [I] immutable, [T] only the task itself, [a] atomic, [q] the run queue's lock, [t] the task lock (tasks_lock), [s] process->sighand lock. */
struct task {
	struct arch_task arch;		/* first: entry.S knows the offsets */
	atomic32 work;			/* [a] enum task_work */
	atomic32 refs;			/* [a] */
	u8 state;			/* [q] to change to RUNNING; [T] otherwise. enum task_state */
	bool queued;			/* [q] on a run queue */
	bool is_idle;			/* [I] */
	unsigned cpu;			/* [q] whose run queue it belongs to */
	u8 policy;			/* [q] enum sched_policy (sched.h) */
	u8 rt_priority;			/* [q] 1 … 99 of the policies FIFO and RR, else 0 */
	u8 inherited;			/* [q] 1 … 99 of who waits for what this task holds, else 0 */
	u8 priority;			/* [q] the higher of the two: what it runs at; 0: in the fair class */
	bool reset_on_fork;		/* [q] */
	bool yields;			/* [T] in sched_yield */
	u32 weight;			/* [q] in the fair class, by nice value */
	i64 vruntime;			/* [q] ns, see runqueue.h */
	struct tree_node fair_node;	/* [q] */
	struct list run_link;		/* [q] among those of the same real-time priority */
	u64 rr_left;			/* [q] ns of SCHED_RR's slice; 0: over, or FIFO that yields */
	u64 rt_ns;			/* [q] that it ran with a real-time policy since it slept last: RLIMIT_RTTIME */
	u64 slice_end;			/* [q] ns of clock_now() */
	u64 charged_at;			/* [q] up to when its time is counted; while it sleeps: since when */
	u64 user_ns, system_ns;		/* [q] time spent; read by others without the lock, a tick late */
	u64 start_time;			/* [I] ns since boot */
	u64 switches_voluntary, switches_forced;	/* [T] */
	u64 woke_at;			/* [T] ns of clock_now() when it woke somebody last */
	u32 wakes;			/* [T] whom it woke since it slept, or handed the CPU over */
	u32 handovers;			/* [T] so many wake-ups may hand the CPU over (class.c); cleared by who takes it off a queue */
	int nice;			/* [q] -20 … 19 */
	u64 affinity[MAX_CPUS / 64];	/* [q] */

	void *kernel_stack;		/* [I] lowest address */
	struct mm *mm;			/* [T] NULL for kernel tasks; written under tasks_lock so that others may look */
	struct process *process;	/* [I] NULL for kernel tasks */
	struct list thread_link;	/* [t] process->threads */
	int tid;			/* [I] */
	char name[16];			/* [T] comm, NUL-terminated */

	struct fd_table *files;		/* [T] as mm */
	struct fs_context *fs;		/* [T] root, cwd, umask */
	const struct cred *cred;	/* [T] as mm; replaced whole */

	u64 sigmask;			/* [s] blocked; only the task itself changes it */
	u64 saved_sigmask;		/* [T] to be restored when restore_sigmask */
	bool restore_sigmask;		/* [T] sigsuspend, ppoll: after the handler */
	struct sigpending pending;	/* [s] directed at this thread */
	struct sigqueue *spare_entry;	/* [T] interrupts off; one for its next signal, or NULL */
	u64 altstack_base, altstack_size;	/* [T] */
	u32 altstack_flags;		/* [T] */
	struct arch_trap trap;		/* [T] */
	struct restart_block restart;	/* [T] */
	u64 rseq;			/* [T] user address of its restartable sequences' block, 0 for none */
	u32 rseq_size, rseq_signature;	/* [T] as registered */
	u32 rseq_cpu;			/* [T] the CPU that the block names */
	u64 set_child_tid;		/* [T] user address that a new task writes its tid to, 0 for none */
	u64 clear_child_tid;		/* [T] user address, 0 for none */
	u64 robust_list;		/* [T] user address */
	struct list pi_owned;		/* [P] locks that others wait for in the kernel (futex_pi.c); [P] is futex_pi_lock */
	struct pi_waiter *pi_blocked;	/* [P] the one that it waits for itself, or NULL */
	bool pi_exiting;		/* [a] it gives no locks away any more */
	int exit_signal;		/* [I] what the parent gets when the leader ends */
	int pdeath_signal;		/* [T] */
	struct vfork_done *vfork;	/* [T] completed when the mm is released (exec or exit) */
	u64 min_faults, maj_faults;	/* [T] */
	struct io_counts io;		/* [T] */
	struct trace *trace;		/* [ts] who traces it (trace/trace.h), or NULL; s: sighand lock, t: tasks_lock, both to change */
	struct list *unix_dying;	/* [T] descriptors of messages that it is throwing away (net/unix_rights.c), or NULL */
	bool follows_calendar;		/* [a] it waits for a time of the calendar clock (futex_deadline.c) */
	bool forced_step;		/* [T] the single-step flag of its registers is its tracer's */
};

/* A kernel task: runs entry(arg) once woken; it ends by returning. NULL when memory is out. */
struct task *task_create_kernel(const char *name, void (*entry)(void *), void *arg);

/* A blank task with stack, not yet runnable; process code fills it in. NULL when memory is out. */
struct task *task_alloc(const char *name);
static inline void task_get(struct task *t) { atomic_inc(&t->refs); }
void task_put(struct task *t);

/* Put a new task on a run queue for the first time. */
void task_start(struct task *t);

/* Make it runnable if its state is one of `states` (bit mask of 1 << enum task_state); true when it was. Any context. */
bool task_wake_if(struct task *t, unsigned states);
static inline bool task_wake(struct task *t) { return task_wake_if(t, 1u << TASK_SLEEPING | 1u << TASK_WAITING); }

/*
 * Let t run only on the CPUs of `mask` (MAX_CPUS bits, at least one of a CPU that runs). Where it waits or sleeps that is so at
 * once; a task that runs elsewhere leaves on its way to ring 3, the current one before this returns.
 */
void sched_set_affinity(struct task *t, const u64 *mask);

/*
 * Give the CPU to who is due, which with state RUNNING may be the caller again. sched_yield: let the others of the same kind go
 * first. No spinlock held.
 */
void schedule(void);
void sched_yield(void);

/* In long loops of kernel code, no spinlock held: gives way when another task is due. */
static inline void preempt_point(void)
{
	if (unlikely(atomic_read(&current->work) & WORK_RESCHEDULE))
		schedule();
}

/* The task's last act: never returns; its reference is put by the CPU that switched away. */
__noreturn void task_exit(void);

/* Boot: the calling context becomes CPU `cpu`'s idle task. */
void sched_init_cpu(unsigned cpu);
__noreturn void sched_idle(void);

/* From the timer interrupt: is the slice over? `user`: it came in ring 3. */
void sched_tick(u64 now, bool user);

bool signal_pending(void);		/* does the current task have an unblocked signal? cheap */

/* Bring the current task's user_ns and system_ns up to this moment: what a tick has not counted yet was a call's. */
void sched_account_current(void);

struct cpu_load {
	u64 idle_ns, busy_ns;
	unsigned runnable;
};
void sched_cpu_load(unsigned cpu, struct cpu_load *load);
u64 sched_context_switches(void);

#endif
