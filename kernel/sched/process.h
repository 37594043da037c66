/*
 * Processes: threads with one pid, their place in the tree of parents, groups and sessions, their exit status.
 *
 *  - tasks_lock guards the tree: parents, children, groups, sessions, the pid table, zombies.
 *  - The list of a process's threads changes under tasks_lock and the sighand lock together, so either is enough to
 *    walk it.
 *  - A zombie keeps its struct process until its parent waits; then the pid is free.
 *  - Orphans go to the nearest subreaper, in the end to pid 1. When pid 1 dies the machine ends with a message.
 *  - task->process is valid while the task is on the list of threads, and for the task itself until its last act.
 */
#ifndef SCHED_PROCESS_H
#define SCHED_PROCESS_H

#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/capability.h"
#include "sched/cpu_timer.h"
#include "sched/posix_timer.h"
#include "sched/signal.h"
#include "sched/task.h"
#include "sched/timer.h"
#include "sched/wait.h"

#define PID_MAX 32768
#define UNIMPLEMENTED_MAX 16

enum rlimit_resource {
	RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_RSS, RLIMIT_NPROC, RLIMIT_NOFILE,
	RLIMIT_MEMLOCK, RLIMIT_AS, RLIMIT_LOCKS, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_RTTIME,
	RLIMIT_COUNT
};
#define RLIM_INFINITY UINT64_MAX

struct rlimit {
	u64 soft, hard;
};

/* What one real user has in use, over all of that user's processes. Counted; found by uid (cred.c). */
struct user {
	struct list link;		/* [users_lock] */
	u32 refs;			/* [users_lock] */
	u32 uid;			/* [I] */
	atomic32 tasks;			/* [a] RLIMIT_NPROC */
	atomic32 signals;		/* [a] queued ones, RLIMIT_SIGPENDING */
	atomic32 in_flight;		/* [a] descriptors in messages of AF_UNIX */
	atomic32 inotify_instances, inotify_watches;	/* [a] limits of fs/inotify.c */
};
struct user *user_get(u32 uid);		/* NULL when memory is out */
void user_hold(struct user *u);		/* one more reference */
void user_put(struct user *u);

/* Credentials: immutable once published, counted; a change makes a new one. */
struct cred {
	atomic32 refs;
	union {				/* the same four, by name and by enum id_role */
		struct {
			u32 uid, euid, suid, fsuid;
		};
		u32 uids[4];
	};
	union {
		struct {
			u32 gid, egid, sgid, fsgid;
		};
		u32 gids[4];
	};
	u32 securebits;
	struct cap_sets caps;
	u32 group_count;
	u32 groups[];
};

extern const struct cred root_cred;
const struct cred *cred_get(const struct cred *c);
void cred_put(const struct cred *c);
struct cred *cred_copy(const struct cred *c, u32 group_count);	/* NULL when memory is out */
bool cred_in_group(const struct cred *c, u32 gid);		/* fsgid or a supplementary group */
static inline bool cred_capable(const struct cred *c, enum capability cap) { return c->caps.effective & CAP_BIT(cap); }
static inline bool cred_is_root(const struct cred *c) { return cred_capable(c, CAP_SYS_ADMIN); }

/*
 * The calls of credentials(7) on the current task; ids of (u32)-1 leave a field as it is. 0, -EPERM, -EINVAL, -ENOMEM,
 * -EAGAIN.
 */
#define ID_KEEP ((u32)-1)
enum id_kind { IDS_USER, IDS_GROUP };
enum id_role { ID_REAL, ID_EFFECTIVE, ID_SAVED, ID_FILES };
int cred_set_id(enum id_kind kind, u32 id);				/* setuid, setgid */
int cred_set_re_ids(enum id_kind kind, u32 real, u32 effective);	/* setreuid, setregid */
int cred_set_res_ids(enum id_kind kind, u32 real, u32 effective, u32 saved);
u32 cred_set_files_id(enum id_kind kind, u32 id);			/* setfsuid, setfsgid: the old one, whether it was changed or not */
int cred_set_groups(const u32 *groups, u32 count);

/* Publish `c` (whose reference is taken over) as the current task's; 0 or -ENOMEM, then the reference stays the caller's. */
int cred_install(const struct cred *c) __must_check;

extern struct spinlock tasks_lock;	/* RANK_TASKS, irq */

struct tty;

/* An interval timer over CPU time (itimer.h): ns. */
struct cpu_itimer {
	atomic64 left, interval;	/* [a] */
};

/* Letters: [t] tasks_lock, [s] sighand->lock, [ts] both to change, either to read, [it] itimer_lock, [I] immutable, [a] atomic. */
struct process {
	atomic32 refs;			/* [a] one of its own until it is reaped, one a task, and lookups */
	int pid;			/* [I] */
	struct list all_link;		/* [t] every process */
	struct process *parent;		/* [t] NULL for pid 1 */
	struct list children;		/* [t] */
	struct list sibling;		/* [t] */
	int parent_tid;			/* [t] the parent's thread that made it (__WNOTHREAD, PR_SET_PDEATHSIG) */
	int exit_signal;		/* [t] what the parent gets in the end; 0 for none */
	struct list threads;		/* [ts] task->thread_link */
	unsigned thread_count;		/* [ts] threads on the list */
	unsigned live;			/* [s] of these, those that have not begun to exit */
	struct task *leader;		/* [ts] NULL once it is gone */
	int pgrp, session;		/* [t] */
	struct list pgrp_link;		/* [t] members of the process group */
	struct tty *tty;		/* [t] controlling terminal */
	int hangup_pgrp;		/* [t] foreground group when it hung up on this leader, 0: it did not */
	bool did_exec;			/* [t] setpgid refuses then */
	bool subreaper;			/* [t] */
	bool has_subreaper;		/* [t] an ancestor is one */
	bool shares_files;		/* [a] some other process may use the same descriptor table */
	bool no_new_privs;		/* [a] prctl(PR_SET_NO_NEW_PRIVS) */
	bool dumpable;			/* [a] prctl(PR_SET_DUMPABLE) */
	char name[16];			/* [t] the leader's, for what outlives it */

	struct user *user;		/* [ts] of the real uid; holds a reference */
	const struct cred *cred;	/* [t] the leader's, as others see it; holds a reference */

	struct sighand *sighand;	/* [ts] replaced by exec alone; valid as long as the process */
	struct sigpending pending;	/* [s] directed at the process */
	struct waitq signal_wait;	/* woken when a signal becomes pending: signalfd, sigtimedwait */
	bool unkillable;		/* [s] pid 1: no default actions but for its own faults */

	bool zombie;			/* [t] */
	bool exiting;			/* [s] exit_group or a fatal signal: every thread ends */
	struct task *exec_task;		/* [s] every other thread ends */
	int exit_code;			/* [s, then t] as wait4 gives it */
	bool stop_dequeued;		/* [s] a stop signal is taken but not carried out; SIGCONT and SIGKILL clear it */
	bool stopped;			/* [s] by job control: every thread parks */
	unsigned parked;		/* [s] threads that do */
	int stop_code;			/* [s] the signal that stops it */
	int job_signal;			/* [s] the signal that stopped it last */
	int stop_signal;		/* [ts] to be reported by WUNTRACED, 0 when it was */
	bool continued;			/* [ts] to be reported by WCONTINUED */
	int notify;			/* [s] CLD_STOPPED or CLD_CONTINUED that the parent shall still hear of, or 0 */
	struct list tracees;		/* [t] struct trace of those that its threads trace */
	struct trace *leader_trace;	/* [t] of the leader, once that has ended */
	struct waitq child_wait;	/* children's changes; exec waiting for threads; vfork waiting for the child */

	struct rlimit limits[RLIMIT_COUNT];	/* [s] to change; single words are read without */
	u64 user_ns, system_ns;		/* [t] of threads that ended */
	u64 child_user_ns, child_system_ns;	/* [t] of children that were waited for */
	u64 min_faults, maj_faults;	/* [t] of threads that ended */
	u64 child_min_faults, child_maj_faults;	/* [t] */
	u64 switches_voluntary, switches_forced;	/* [t] of threads that ended */
	u64 child_switches_voluntary, child_switches_forced;	/* [t] */
	u64 max_rss, child_max_rss;	/* [t] pages */
	u64 start_time;			/* [I] ns since boot */
	struct timer alarm;		/* ITIMER_REAL */
	u64 alarm_interval;		/* [it] ns */
	struct mutex itimer_lock;	/* RANK_OBJECT: settings of the interval timers */
	atomic32 cpu_watch;		/* [a] what its CPU time is watched for: 1 << enum itimer_which, CPU_WATCH_ */
	struct cpu_timers cpu_timers;
	struct cpu_itimer cpu_itimers[2];	/* ITIMER_VIRTUAL, ITIMER_PROF */
	struct posix_timers posix_timers;
	u32 unimplemented[UNIMPLEMENTED_MAX];	/* [s] hashes of what the log has said already (trace/unimplemented.c); 0: free */
	int oom_score_adj;		/* [a] -1000 … 1000; -1000: never */
	int oom_score_adj_min;		/* [a] what it may be lowered to without CAP_SYS_RESOURCE */
	struct io_counts io;		/* [t] of threads that ended */
};

static inline void process_get(struct process *p) { atomic_inc(&p->refs); }
void process_put(struct process *p);		/* not under tasks_lock */

/* Boot: make pid 1 out of nothing and run `path` with argv in it. Task context; returns when it runs. Never fails: boot_fail. */
void process_start_init(const char *path, const char *const *argv, const char *const *envp);

#define CLONE_VM             0x00000100ul
#define CLONE_FS             0x00000200ul
#define CLONE_FILES          0x00000400ul
#define CLONE_SIGHAND        0x00000800ul
#define CLONE_PIDFD          0x00001000ul
#define CLONE_PTRACE         0x00002000ul
#define CLONE_VFORK          0x00004000ul
#define CLONE_PARENT         0x00008000ul
#define CLONE_THREAD         0x00010000ul
#define CLONE_NEWNS          0x00020000ul
#define CLONE_SYSVSEM        0x00040000ul
#define CLONE_SETTLS         0x00080000ul
#define CLONE_PARENT_SETTID  0x00100000ul
#define CLONE_CHILD_CLEARTID 0x00200000ul
#define CLONE_DETACHED       0x00400000ul
#define CLONE_UNTRACED       0x00800000ul
#define CLONE_CHILD_SETTID   0x01000000ul
#define CLONE_NEWCGROUP      0x02000000ul
#define CLONE_NEWUTS         0x04000000ul
#define CLONE_NEWIPC         0x08000000ul
#define CLONE_NEWUSER        0x10000000ul
#define CLONE_NEWPID         0x20000000ul
#define CLONE_NEWNET         0x40000000ul
#define CLONE_IO             0x80000000ul
#define CLONE_CLEAR_SIGHAND  0x100000000ul	/* clone3 alone, as the next */
#define CLONE_INTO_CGROUP    0x200000000ul
#define CLONE_NEWTIME        0x00000080ul	/* clone3 alone: in clone it is a part of the signal */

struct clone_args {
	u64 flags;			/* CLONE_ bits without the signal */
	int exit_signal;
	u64 stack;			/* stack pointer, 0 for the parent's */
	u64 tls;
	u64 parent_tid, child_tid;	/* user addresses */
	u64 pidfd;			/* user address of CLONE_PIDFD's descriptor */
	int set_tid;			/* the number that the child shall have, 0 for any */
};
long process_clone(const struct clone_args *args);	/* child's tid or -errno */
void process_child_start(void);			/* a new task's first act, before it sees ring 3 */

/* unshare(2): 0, -EINVAL, -EPERM, -ENOMEM; then nothing has changed. */
int process_unshare(u64 flags);

__noreturn void process_exit_group(int code);		/* code as wait4 gives it: status << 8 or a signal */
__noreturn void process_exit_thread(int code);

/*
 * The current task leaves its old address space, for exit or because exec gave it another one: robust futexes, the tid
 * word and a waiting vfork are served. It must still be current->mm.
 */
void process_release_mm(void);

/* exec: end every other thread; the current task becomes the leader. 0, or -EAGAIN when the process is being killed. */
int process_kill_other_threads(void);

/* waitpid's work. `report` is filled when a child was found. Its pid, 0 (WNOHANG) or -errno. */
struct rusage_values {
	u64 user_ns, system_ns, max_rss_pages, min_faults, maj_faults, switches_voluntary, switches_forced;
};
struct wait_report {
	int pid;
	u32 uid;
	int code;			/* CLD_ */
	int status;			/* as wait4 gives it */
	struct rusage_values usage;
};
enum wait_which { WAIT_ANY, WAIT_PID, WAIT_PGRP };
#define WNOHANG    0x00000001
#define WUNTRACED  0x00000002
#define WSTOPPED   WUNTRACED
#define WEXITED    0x00000004
#define WCONTINUED 0x00000008
#define WNOWAIT    0x01000000
#define __WNOTHREAD 0x20000000
#define __WALL     0x40000000
#define __WCLONE   0x80000000
int process_wait(enum wait_which which, int id, unsigned options, struct wait_report *report);

/* Usage of the current process, of its waited-for children, or of the current thread. */
enum usage_who { USAGE_SELF = 0, USAGE_CHILDREN = -1, USAGE_THREAD = 1 };
void process_usage(enum usage_who who, struct rusage_values *usage);

/* Groups and sessions: setpgid(2), setsid(2) of the current process. 0 or the new id, or -errno. */
int process_set_pgrp(int pid, int pgrp);
int process_set_session(void);
bool pgrp_is_orphaned(int pgrp) REQUIRES(tasks_lock);	/* POSIX: nobody outside could continue it */

/* The number of processes, and of tasks, for sysinfo, /proc/loadavg. */
unsigned process_count(void);
unsigned process_task_count(void);
u64 process_fork_count(void);		/* tasks made since boot */

/* Call fn for every process, tasks_lock held, interrupts off. */
void process_for_each(void (*fn)(struct process *p, void *arg), void *arg);

/* The process with this pid (zombies too) or the live task with this tid, referenced; NULL when there is none. */
struct process *process_find(int pid);
struct task *task_find(int tid);

/* RLIMIT lookups of the current process. */
u64 rlimit_get(enum rlimit_resource r);

/* May `current` send `sig` to p (kill(2))? tasks_lock held. */
bool signal_allowed(struct process *p, int sig) REQUIRES(tasks_lock);

#endif
