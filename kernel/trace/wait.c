/* What wait4 and waitid report of traced threads. Under tasks_lock, by a thread of the tracer's process. */
#include "lib/string.h"
#include "sched/process_internal.h"
#include "trace/trace.h"

bool trace_is_mine(const struct process *child)
{
	const struct trace *tie = child->leader ? child->leader->trace : child->leader_trace;

	return tie && tie->tracer->process == current->process;
}

static bool is_wanted(const struct trace *tie, enum wait_which which, int id, unsigned options)
{
	if (which == WAIT_PID && tie->tid != id)
		return false;
	if (which == WAIT_PGRP && (tie->task ? tie->process->pgrp : tie->pgrp) != id)
		return false;
	return !(options & __WNOTHREAD) || tie->tracer == current;
}

static void fill(const struct trace *tie, struct wait_report *report, int code, int status)
{
	memset(report, 0, sizeof(*report));
	report->pid = tie->tid;
	report->uid = tie->task ? tie->process->cred->uid : tie->uid;
	report->code = code;
	report->status = status;
}

static bool report_end(struct trace *tie, unsigned options, struct wait_report *report, struct list *reaped) REQUIRES(tasks_lock)
{
	int status = tie->exit_status;

	if (!tie->ended || !(options & WEXITED))
		return false;
	fill(tie, report, (status & 0x7f) == 0 ? ABI_CLD_EXITED : status & 0x80 ? ABI_CLD_DUMPED : ABI_CLD_KILLED, status);
	if (!(options & WNOWAIT))
		trace_cut(tie, 0, reaped);
	return true;
}

/* A stop is reported whether or not the wait asks for stops: the tracer could not go on without. */
static bool report_stop(struct trace *tie, unsigned options, struct wait_report *report) REQUIRES(tasks_lock)
{
	struct trace_stop *stop = tie->stop;

	if (!stop || !stop->unreported)
		return false;
	fill(tie, report, ABI_CLD_TRAPPED, stop->code << 8 | 0x7f);
	if (!(options & WNOWAIT))
		stop->unreported = false;
	return true;
}

enum trace_found trace_wait(enum wait_which which, int id, unsigned options, struct wait_report *report, struct list *reaped)
{
	enum trace_found found = TRACE_NOBODY;
	struct trace *tie;

	list_for_each(tie, &current->process->tracees, link) {
		if (!is_wanted(tie, which, id, options))
			continue;
		found = TRACE_NOTHING;
		if (report_end(tie, options, report, reaped) || report_stop(tie, options, report))
			return TRACE_REPORT;
	}
	return found;
}
