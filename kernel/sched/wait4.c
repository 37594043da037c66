/*
 * wait4(2) and waitid(2): looking through the children for one to report, and sleeping until there is one.
 *
 * The tree is looked at under tasks_lock. A child that changes state does so under that lock and then wakes the
 * parent's child_wait, on which the waiter is queued before it looks (the race is drawn in wait.h).
 */
#include "lib/error.h"
#include "mm/aspace.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/process_internal.h"
#include "sched/sched.h"
#include "trace/trace.h"

static bool is_wanted(const struct process *child, enum wait_which which, int id, unsigned options)
{
	bool is_clone = child->exit_signal != SIGCHLD;

	if (which == WAIT_PID && child->pid != id)
		return false;
	if (which == WAIT_PGRP && child->pgrp != id)
		return false;
	if ((options & __WNOTHREAD) && child->parent_tid != current->tid)
		return false;
	return (options & __WALL) || is_clone == !!(options & __WCLONE);
}

static void usage_of_ended(const struct process *p, struct rusage_values *u)
{
	u->user_ns = p->user_ns + p->child_user_ns;
	u->system_ns = p->system_ns + p->child_system_ns;
	u->max_rss_pages = MAX(p->max_rss, p->child_max_rss);
	u->min_faults = p->min_faults + p->child_min_faults;
	u->maj_faults = p->maj_faults + p->child_maj_faults;
	u->switches_voluntary = p->switches_voluntary + p->child_switches_voluntary;
	u->switches_forced = p->switches_forced + p->child_switches_forced;
}

static void add_to_children(struct process *parent, const struct rusage_values *u)
{
	parent->child_user_ns += u->user_ns;
	parent->child_system_ns += u->system_ns;
	parent->child_max_rss = MAX(parent->child_max_rss, u->max_rss_pages);
	parent->child_min_faults += u->min_faults;
	parent->child_maj_faults += u->maj_faults;
	parent->child_switches_voluntary += u->switches_voluntary;
	parent->child_switches_forced += u->switches_forced;
}

static void add_live_threads(const struct process *p, struct rusage_values *u) REQUIRES(tasks_lock)
{
	struct task *t;

	list_for_each(t, &p->threads, thread_link) {
		u64 user, system;

		sched_task_times(t, &user, &system);
		u->user_ns += user;
		u->system_ns += system;
		u->min_faults += t->min_faults;
		u->maj_faults += t->maj_faults;
		u->switches_voluntary += t->switches_voluntary;
		u->switches_forced += t->switches_forced;
		if (t->mm)
			u->max_rss_pages = MAX(u->max_rss_pages, t->mm->peak_resident);
	}
}

static void fill_report(struct process *child, struct wait_report *report, int code, int status) REQUIRES(tasks_lock)
{
	report->pid = child->pid;
	report->uid = child->cred->uid;
	report->code = code;
	report->status = status;
	usage_of_ended(child, &report->usage);
	add_live_threads(child, &report->usage);
}

/* A zombie that no tracer must see first; *reaped is set when it is to be put. */
static bool report_zombie(struct process *child, unsigned options, struct wait_report *report, struct process **reaped)
	REQUIRES(tasks_lock)
{
	int status = child->exit_code;

	if (!child->zombie || child->leader_trace || !(options & WEXITED))
		return false;
	fill_report(child, report, (status & 0x7f) == 0 ? ABI_CLD_EXITED :
		    status & 0x80 ? ABI_CLD_DUMPED : ABI_CLD_KILLED, status);
	if (!(options & WNOWAIT)) {
		add_to_children(child->parent, &report->usage);
		process_unlink(child);
		*reaped = child;
	}
	return true;
}

static bool report_job_control(struct process *child, unsigned options, struct wait_report *report) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h = sighand_lock(child, &s);
	int stop_signal = child->stop_signal;
	bool stopped = (options & WSTOPPED) && stop_signal != 0;
	bool continued = !stopped && (options & WCONTINUED) && child->continued;

	if (stopped && !(options & WNOWAIT))
		child->stop_signal = 0;
	if (continued && !(options & WNOWAIT))
		child->continued = false;
	sighand_unlock(h, s);
	if (stopped)
		fill_report(child, report, ABI_CLD_STOPPED, stop_signal << 8 | 0x7f);
	else if (continued)
		fill_report(child, report, ABI_CLD_CONTINUED, 0xffff);
	return stopped || continued;
}

/* What there is of traced threads, when the children have nothing (r) to report. */
static int look_at_traced(int r, enum wait_which which, int id, unsigned options, struct wait_report *report,
			  struct process **reaped) REQUIRES(tasks_lock)
{
	struct list zombies = LIST_INIT(zombies);
	enum trace_found found = trace_wait(which, id, options, report, &zombies);

	if (!list_empty(&zombies)) {
		*reaped = list_first(&zombies, struct process, sibling);
		list_del(&(*reaped)->sibling);
	}
	if (found == TRACE_REPORT)
		return report->pid;
	return found == TRACE_NOTHING ? 0 : r;
}

/* One look at the children: a pid, 0 when there are some but none to report, -ECHILD. */
static int look(enum wait_which which, int id, unsigned options, struct wait_report *report, struct process **reaped)
{
	struct process *child, *me = current->process;
	int r = -ECHILD;
	irqstate s = spin_lock_irqsave(&tasks_lock);

	list_for_each(child, &me->children, sibling) {
		if (!is_wanted(child, which, id, options))
			continue;
		r = 0;
		if (report_zombie(child, options, report, reaped) ||
		    (!child->zombie && !trace_is_mine(child) && report_job_control(child, options, report))) {
			r = report->pid;
			break;
		}
	}
	if (unlikely(!list_empty(&me->tracees)) && r <= 0)
		r = look_at_traced(r, which, id, options, report, reaped);
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

int process_wait(enum wait_which which, int id, unsigned options, struct wait_report *report)
{
	struct process *me = current->process, *reaped = NULL;
	struct waiter w;
	int r = look(which, id, options, report, &reaped);

	if (r == 0 && !(options & WNOHANG)) {
		wait_begin(&me->child_wait, &w, true);
		while ((r = look(which, id, options, report, &reaped)) == 0) {
			r = wait_sleep(true, TIME_NEVER);
			if (r < 0)
				break;
			wait_again(true);
		}
		wait_end(&me->child_wait, &w);
	}
	if (reaped)
		process_put(reaped);
	return r;
}

void process_usage(enum usage_who who, struct rusage_values *u)
{
	struct process *p = current->process;
	irqstate s;

	sched_account_current();
	s = spin_lock_irqsave(&tasks_lock);
	*u = (struct rusage_values){ 0 };
	switch (who) {
	case USAGE_SELF:
		*u = (struct rusage_values){ p->user_ns, p->system_ns, p->max_rss, p->min_faults, p->maj_faults,
					     p->switches_voluntary, p->switches_forced };
		add_live_threads(p, u);
		break;
	case USAGE_CHILDREN:
		*u = (struct rusage_values){ p->child_user_ns, p->child_system_ns, p->child_max_rss, p->child_min_faults,
					     p->child_maj_faults, p->child_switches_voluntary, p->child_switches_forced };
		break;
	case USAGE_THREAD:
		*u = (struct rusage_values){ current->user_ns, current->system_ns, current->mm->peak_resident,
					     current->min_faults, current->maj_faults, current->switches_voluntary,
					     current->switches_forced };
		break;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
}
