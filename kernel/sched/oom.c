/* When memory is out: one process is killed so that the others can go on. Task context; takes tasks_lock. */
#include "sched/oom.h"

#include "lib/log.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/frame.h"
#include "sched/clock.h"
#include "sched/process_internal.h"

#define PATIENCE NS_PER_SEC	/* with somebody who ends, to give the memory back */

struct victim {
	struct process *process;
	u64 pages;
	i64 score;
};

static u64 resident_pages(const struct process *p) REQUIRES(tasks_lock)
{
	struct task *t;
	u64 pages = 0;

	list_for_each(t, &p->threads, thread_link)
		if (t->mm)
			pages = MAX(pages, t->mm->resident_pages);
	return pages;
}

/* Since when do callers wait for somebody's end? They ask again and again, so a pause means that it is another time. */
static bool is_patient(void) REQUIRES(tasks_lock)
{
	static u64 since, last;		/* [tasks_lock] */
	u64 now = clock_now();

	if (now - last > PATIENCE)
		since = now;
	last = now;
	return now - since < PATIENCE;
}

/* Pages, moved by oom_score_adj: a thousandth of all memory for each step. */
static i64 score_of(const struct process *p, u64 pages, u64 total)
{
	return (i64)pages + (i64)total * p->oom_score_adj / 1000;
}

unsigned oom_score(const struct process *p)
{
	struct frame_stats stats;
	i64 score;

	frame_stats(&stats);
	if (p->pid == 1 || p->oom_score_adj == -1000)
		return 0;
	score = (1000 + score_of(p, resident_pages(p), stats.total) * 1000 / (i64)stats.total) * 2 / 3;
	return (unsigned)MAX(score, 0);
}

/*
 * The highest score. False when somebody is dying already: that will give memory back. But a victim may wait for a lock
 * whose holder waits for memory, so patience with the dying ends, and another one is chosen.
 */
static bool choose(struct victim *v, u64 total) REQUIRES(tasks_lock)
{
	struct process *p;

	list_for_each(p, &all_processes, all_link) {
		u64 pages = resident_pages(p);
		i64 score = score_of(p, pages, total);

		if (p->pid == 1 || pages == 0 || p->oom_score_adj == -1000)
			continue;
		if (p->exiting) {
			if (is_patient())
				return false;
			continue;
		}
		if (!v->process || score > v->score)
			*v = (struct victim){ p, pages, score };
	}
	return v->process != NULL;
}

void oom_kill(void)
{
	struct victim v = { 0 };
	struct frame_stats stats;
	char name[16];
	int pid = 0;
	irqstate s;

	frame_stats(&stats);
	s = spin_lock_irqsave(&tasks_lock);
	if (choose(&v, stats.total)) {
		pid = v.process->pid;
		strlcpy(name, v.process->name, sizeof(name));
		(void)!signal_send_process(v.process, SIGKILL, NULL);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	if (pid != 0)
		log_warn("oom", "out of memory: killed %s[%d], which had %llu KiB resident", name, pid,
			 (unsigned long long)(v.pages * (PAGE_SIZE / 1024)));
}
