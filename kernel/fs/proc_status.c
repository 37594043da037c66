/*
 * /proc/PID/status, stat, statm and limits, with the fields of proc(5). A snapshot is taken under tasks_lock and the process's
 * signal lock, then written out without them, so the text's memory is never allocated under a spinlock. Task context.
 */
#include "drivers/tty.h"
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/task.h"
#include "trace/trace.h"

#define TICKS_PER_SEC 100
#define GROUPS_SHOWN 32

/* What the files say about a process or thread. */
struct snapshot {
	char name[16];
	char state;
	int pid, tid, parent, tracer, pgrp, session, exit_signal, nice, policy, rt_priority, exit_code;
	unsigned threads, cpu, priority;
	bool no_new_privs;
	struct cap_sets caps;
	u64 tty;
	int tty_pgrp;
	u32 uid[4], gid[4], groups[GROUPS_SHOWN], group_count;
	u64 pending, shared_pending, blocked, ignored, caught;
	u64 user_ns, system_ns, child_user_ns, child_system_ns, start_time;
	u64 min_faults, maj_faults, child_min_faults, child_maj_faults;
	u64 switches_voluntary, switches_forced;
	u64 affinity[MAX_CPUS / 64];
	/* Of the address space; zero without one. */
	u64 mapped, peak_mapped, resident, peak_resident, data, locked, stack;
	u64 code_start, code_end, data_start, data_end, stack_start, brk_start, arg_start, arg_end, env_start, env_end;
};

static char state_letter(const struct process *p, const struct task *t)
{
	static const char letters[] = {
		[TASK_RUNNING] = 'R', [TASK_SLEEPING] = 'S', [TASK_WAITING] = 'D', [TASK_STOPPED] = 'T', [TASK_TRACED] = 't',
		[TASK_DEAD] = 'X',
	};

	if (p->zombie || !t)
		return 'Z';
	return letters[t->state];
}

static void take_ids(struct snapshot *s, const struct cred *c)
{
	s->uid[0] = c->uid;
	s->uid[1] = c->euid;
	s->uid[2] = c->suid;
	s->uid[3] = c->fsuid;
	s->gid[0] = c->gid;
	s->gid[1] = c->egid;
	s->gid[2] = c->sgid;
	s->gid[3] = c->fsgid;
	s->caps = c->caps;
	s->group_count = MIN(c->group_count, (u32)GROUPS_SHOWN);
	memcpy(s->groups, c->groups, s->group_count * sizeof(u32));
}

static void take_thread(struct snapshot *s, const struct task *t)
{
	memcpy(s->name, t->name, sizeof(s->name));
	s->tid = t->tid;
	s->nice = t->nice;
	s->policy = t->policy;
	s->rt_priority = t->rt_priority;
	s->cpu = t->cpu;
	s->switches_voluntary += t->switches_voluntary;
	s->switches_forced += t->switches_forced;
	s->blocked = t->sigmask;
	s->pending = t->pending.set;
	s->exit_signal = t->exit_signal;
	s->tracer = t->trace ? t->trace->tracer->process->pid : 0;
	memcpy(s->affinity, t->affinity, sizeof(s->affinity));
}

static void add_usage(struct snapshot *s, const struct task *t)
{
	s->user_ns += t->user_ns;
	s->system_ns += t->system_ns;
	s->min_faults += t->min_faults;
	s->maj_faults += t->maj_faults;
}

static void take_signals(struct snapshot *s, struct process *p)
{
	irqstate state;
	struct sighand *h = sighand_lock(p, &state);

	s->shared_pending = p->pending.set;
	for (int sig = 1; sig <= NSIG; sig++) {
		u64 handler = h->actions[sig - 1].handler;

		if (handler == ABI_SIG_IGN)
			s->ignored |= SIGNAL_BIT(sig);
		else if (handler != ABI_SIG_DFL)
			s->caught |= SIGNAL_BIT(sig);
	}
	sighand_unlock(h, state);
}

static void take_process(struct snapshot *s, const struct proc_node *n)
{
	struct process *p = n->process;
	irqstate state = spin_lock_irqsave(&tasks_lock);
	struct task *t = proc_task(n), *each;

	memcpy(s->name, p->name, sizeof(s->name));
	s->pid = s->tid = p->pid;
	s->parent = p->parent ? p->parent->pid : 0;
	s->pgrp = p->pgrp;
	s->session = p->session;
	tty_of_process(p, &s->tty, &s->tty_pgrp);
	s->no_new_privs = p->no_new_privs;
	s->threads = p->thread_count;
	s->start_time = p->start_time;
	s->exit_code = p->zombie ? p->exit_code : 0;
	s->child_user_ns = p->child_user_ns;
	s->child_system_ns = p->child_system_ns;
	s->child_min_faults = p->child_min_faults;
	s->child_maj_faults = p->child_maj_faults;
	s->state = state_letter(p, t);
	take_ids(s, p->cred);
	take_signals(s, p);
	if (t)
		take_thread(s, t);
	if (n->tid && t) {
		add_usage(s, t);
	} else {
		s->user_ns = p->user_ns;
		s->system_ns = p->system_ns;
		s->min_faults = p->min_faults;
		s->maj_faults = p->maj_faults;
		list_for_each(each, &p->threads, thread_link)
			add_usage(s, each);
	}
	spin_unlock_irqrestore(&tasks_lock, state);
}

static int add_stack(const struct area *a, void *arg)
{
	struct snapshot *s = arg;

	if (a->flags & AREA_GROWS_DOWN)
		s->stack += (a->end - a->start) / PAGE_SIZE;
	return 0;
}

static void take_memory(struct snapshot *s, const struct proc_node *n)
{
	struct mm *mm = proc_mm(n);

	if (!mm)
		return;
	s->mapped = mm->mapped_pages;
	s->peak_mapped = MAX(mm->peak_mapped, mm->mapped_pages);
	s->resident = mm->resident_pages;
	s->peak_resident = MAX(mm->peak_resident, mm->resident_pages);
	s->data = mm->data_pages;
	s->locked = mm->locked_pages;
	s->code_start = mm->code_start;
	s->code_end = mm->code_end;
	s->data_start = mm->data_start;
	s->data_end = mm->data_end;
	s->stack_start = mm->arg_start;
	s->brk_start = mm->brk_start;
	s->arg_start = mm->arg_start;
	s->arg_end = mm->arg_end;
	s->env_start = mm->env_start;
	s->env_end = mm->env_end;
	mm_for_each_area(mm, add_stack, s);
	mm_put(mm);
}

static void take_snapshot(struct snapshot *s, const struct proc_node *n)
{
	memset(s, 0, sizeof(*s));
	take_process(s, n);
	take_memory(s, n);
}

static const char *state_word(char letter)
{
	switch (letter) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "disk sleep";
	case 'T':
		return "stopped";
	case 't':
		return "tracing stop";
	case 'Z':
		return "zombie";
	default:
		return "dead";
	}
}

/* A name with a newline or backslash is written with escapes here, as in proc(5). */
static void put_escaped(struct text *t, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n')
			text_printf(t, "\\n");
		else if (*name == '\\')
			text_printf(t, "\\\\");
		else
			text_char(t, *name);
	}
}

static void put_identity(struct text *t, const struct snapshot *s, const struct proc_node *n)
{
	struct fs_context *fs = proc_fs_context(n);
	struct fd_table *files = proc_files(n);

	text_printf(t, "Name:\t");
	put_escaped(t, s->name);
	if (fs) {
		text_printf(t, "\nUmask:\t%04o", fs->umask);
		fs_context_put(fs);
	}
	text_printf(t, "\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n", s->state,
		    state_word(s->state), s->pid, s->tid, s->parent, s->tracer);
	text_printf(t, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", s->uid[0], s->uid[1], s->uid[2], s->uid[3], s->gid[0],
		    s->gid[1], s->gid[2], s->gid[3]);
	text_printf(t, "FDSize:\t%u\nGroups:\t", files ? fd_table_size(files) : 0);
	if (files)
		fd_table_put(files);
	for (u32 i = 0; i < s->group_count; i++)
		text_printf(t, "%u ", s->groups[i]);
	text_printf(t, "\nNStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n", s->pid, s->tid, s->pgrp, s->session);
}

static void put_kib(struct text *t, const char *label, u64 pages)
{
	text_printf(t, "%s:\t%8llu kB\n", label, (unsigned long long)pages * (PAGE_SIZE / 1024));
}

static void put_memory(struct text *t, const struct snapshot *s)
{
	if (s->mapped == 0)
		return;
	put_kib(t, "VmPeak", s->peak_mapped);
	put_kib(t, "VmSize", s->mapped);
	put_kib(t, "VmLck", s->locked);
	put_kib(t, "VmPin", 0);
	put_kib(t, "VmHWM", s->peak_resident);
	put_kib(t, "VmRSS", s->resident);
	put_kib(t, "VmData", s->data);
	put_kib(t, "VmStk", s->stack);
	put_kib(t, "VmExe", (s->code_end - s->code_start + PAGE_MASK) / PAGE_SIZE);
	put_kib(t, "VmSwap", 0);
}

static void put_mask(struct text *t, const char *label, u64 mask)
{
	text_printf(t, "%s:\t%016llx\n", label, (unsigned long long)mask);
}

/* "0-3" of a mask; runs of CPUs that exist. */
static void put_cpus(struct text *t, const struct snapshot *s)
{
	u32 mask = (u32)s->affinity[0];
	unsigned cpu = 0, end;
	bool first = true;

	if (cpu_count < 32)
		mask &= (1u << cpu_count) - 1;
	text_printf(t, "Cpus_allowed:\t%x\nCpus_allowed_list:\t", mask);
	while (cpu < cpu_count) {
		if (!(s->affinity[cpu / 64] >> (cpu % 64) & 1)) {
			cpu++;
			continue;
		}
		for (end = cpu; end + 1 < cpu_count && (s->affinity[(end + 1) / 64] >> ((end + 1) % 64) & 1); end++)
			;
		text_printf(t, end > cpu ? "%s%u-%u" : "%s%u", first ? "" : ",", cpu, end);
		first = false;
		cpu = end + 1;
	}
	text_char(t, '\n');
}

int proc_show_status(struct text *t, const struct proc_node *n)
{
	struct snapshot s;

	take_snapshot(&s, n);
	put_identity(t, &s, n);
	put_memory(t, &s);
	text_printf(t, "Threads:\t%u\nSigQ:\t0/%llu\n", s.threads, (unsigned long long)n->process->limits[RLIMIT_SIGPENDING].soft);
	put_mask(t, "SigPnd", s.pending);
	put_mask(t, "ShdPnd", s.shared_pending);
	put_mask(t, "SigBlk", s.blocked);
	put_mask(t, "SigIgn", s.ignored);
	put_mask(t, "SigCgt", s.caught);
	put_mask(t, "CapInh", s.caps.inheritable);
	put_mask(t, "CapPrm", s.caps.permitted);
	put_mask(t, "CapEff", s.caps.effective);
	put_mask(t, "CapBnd", s.caps.bounding);
	put_mask(t, "CapAmb", s.caps.ambient);
	text_printf(t, "NoNewPrivs:\t%u\nSeccomp:\t0\n", s.no_new_privs);
	put_cpus(t, &s);
	text_printf(t, "voluntary_ctxt_switches:\t%llu\nnonvoluntary_ctxt_switches:\t%llu\n",
		    (unsigned long long)s.switches_voluntary, (unsigned long long)s.switches_forced);
	return 0;
}

static unsigned long long ticks(u64 ns)
{
	return ns / (NS_PER_SEC / TICKS_PER_SEC);
}

/* The 52 fields of proc(5). What only the owner may see, and what does not exist here, is 0. */
int proc_show_stat(struct text *t, const struct proc_node *n)
{
	struct snapshot s;
	bool may_look = proc_may_look(n) == 0;

	take_snapshot(&s, n);
	text_printf(t, "%d (%s) %c %d %d %d %d %d 0 ", n->tid ? s.tid : s.pid, s.name, s.state, s.parent, s.pgrp, s.session,
		    (int)s.tty, s.tty_pgrp);
	text_printf(t, "%llu %llu %llu %llu ", (unsigned long long)s.min_faults, (unsigned long long)s.child_min_faults,
		    (unsigned long long)s.maj_faults, (unsigned long long)s.child_maj_faults);
	text_printf(t, "%llu %llu %llu %llu ", ticks(s.user_ns), ticks(s.system_ns), ticks(s.child_user_ns),
		    ticks(s.child_system_ns));
	text_printf(t, "%d %d %u 0 %llu ", s.rt_priority ? -1 - s.rt_priority : 20 + s.nice, s.nice, s.threads, ticks(s.start_time));
	text_printf(t, "%llu %llu %llu ", (unsigned long long)s.mapped * PAGE_SIZE, (unsigned long long)s.resident,
		    (unsigned long long)n->process->limits[RLIMIT_RSS].soft);
	text_printf(t, "%llu %llu %llu 0 0 ", may_look ? (unsigned long long)s.code_start : 0,
		    may_look ? (unsigned long long)s.code_end : 0, may_look ? (unsigned long long)s.stack_start : 0);
	text_printf(t, "%llu %llu %llu %llu ", (unsigned long long)s.pending, (unsigned long long)s.blocked,
		    (unsigned long long)s.ignored, (unsigned long long)s.caught);
	text_printf(t, "0 0 0 %d %u %d %d 0 0 0 ", s.exit_signal, s.cpu, s.rt_priority, s.policy);
	if (may_look)
		text_printf(t, "%llu %llu %llu %llu %llu %llu %llu ", (unsigned long long)s.data_start,
			    (unsigned long long)s.data_end, (unsigned long long)s.brk_start, (unsigned long long)s.arg_start,
			    (unsigned long long)s.arg_end, (unsigned long long)s.env_start, (unsigned long long)s.env_end);
	else
		text_printf(t, "0 0 0 0 0 0 0 ");
	text_printf(t, "%d\n", may_look ? s.exit_code : 0);
	return 0;
}

int proc_show_statm(struct text *t, const struct proc_node *n)
{
	struct snapshot s;

	take_snapshot(&s, n);
	text_printf(t, "%llu %llu 0 %llu 0 %llu 0\n", (unsigned long long)s.mapped, (unsigned long long)s.resident,
		    (unsigned long long)(s.code_end - s.code_start + PAGE_MASK) / PAGE_SIZE, (unsigned long long)s.data);
	return 0;
}

/* There is no disk: what reaches "storage" is nothing. */
int proc_show_io(struct text *t, const struct proc_node *n)
{
	struct io_counts io = { 0 };
	int error = proc_may_look(n);
	struct task *task;
	irqstate s;

	if (error)
		return error;
	s = spin_lock_irqsave(&tasks_lock);
	if (!n->tid)
		io = n->process->io;
	list_for_each(task, &n->process->threads, thread_link)
		if (!n->tid || task->tid == n->tid)
			io_counts_add(&io, &task->io);
	spin_unlock_irqrestore(&tasks_lock, s);
	text_printf(t, "rchar: %llu\nwchar: %llu\nsyscr: %llu\nsyscw: %llu\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n",
		    (unsigned long long)io.read_bytes, (unsigned long long)io.written_bytes, (unsigned long long)io.reads,
		    (unsigned long long)io.writes);
	return 0;
}

static void put_limit(struct text *t, u64 value)
{
	if (value == RLIM_INFINITY)
		text_printf(t, "%-20s ", "unlimited");
	else
		text_printf(t, "%-20llu ", (unsigned long long)value);
}

int proc_show_limits(struct text *t, const struct proc_node *n)
{
	static const struct {
		const char *name, *unit;
	} rows[RLIMIT_COUNT] = {
		[RLIMIT_CPU] = { "Max cpu time", "seconds" },
		[RLIMIT_FSIZE] = { "Max file size", "bytes" },
		[RLIMIT_DATA] = { "Max data size", "bytes" },
		[RLIMIT_STACK] = { "Max stack size", "bytes" },
		[RLIMIT_CORE] = { "Max core file size", "bytes" },
		[RLIMIT_RSS] = { "Max resident set", "bytes" },
		[RLIMIT_NPROC] = { "Max processes", "processes" },
		[RLIMIT_NOFILE] = { "Max open files", "files" },
		[RLIMIT_MEMLOCK] = { "Max locked memory", "bytes" },
		[RLIMIT_AS] = { "Max address space", "bytes" },
		[RLIMIT_LOCKS] = { "Max file locks", "locks" },
		[RLIMIT_SIGPENDING] = { "Max pending signals", "signals" },
		[RLIMIT_MSGQUEUE] = { "Max msgqueue size", "bytes" },
		[RLIMIT_NICE] = { "Max nice priority", "" },
		[RLIMIT_RTPRIO] = { "Max realtime priority", "" },
		[RLIMIT_RTTIME] = { "Max realtime timeout", "us" },
	};

	text_printf(t, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (unsigned i = 0; i < RLIMIT_COUNT; i++) {
		const struct rlimit *l = &n->process->limits[i];

		text_printf(t, "%-25s ", rows[i].name);
		put_limit(t, l->soft);
		put_limit(t, l->hard);
		text_printf(t, "%-10s\n", rows[i].unit);
	}
	return 0;
}
