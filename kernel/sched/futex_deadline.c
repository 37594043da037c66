/*
 * The ends of futex waits. A time of the calendar clock becomes one since boot when its wait goes to sleep; when the clock is set, those
 * who wait by it are woken to work that out again. That costs the one who sets the clock a walk over all tasks, and who waits nothing.
 *
 *	sleeper                                 who sets the clock
 *	A: follows_calendar = true,             C: changes the offset of the calendar clock
 *	   state = SLEEPING (full barrier)         (full barrier: tasks_lock)
 *	B: reads the offset, sleeps             D: follows_calendar? then wakes it
 *
 * If B reads the old offset then B came before C, so A came before D, which finds the flag and a sleeper.
 */
#include "lib/error.h"
#include "sched/clock.h"
#include "sched/futex.h"
#include "sched/futex_internal.h"
#include "sched/process_internal.h"
#include "sched/task.h"
#include "sched/wait.h"

void futex_follow(const struct futex_deadline *d, bool on)
{
	if (d->calendar)
		WRITE_ONCE(current->follows_calendar, on);
}

int futex_doze(const struct futex_deadline *d)
{
	u64 shown;

	if (!d->calendar)
		return wait_sleep(true, d->at);
	shown = clock_realtime();
	return wait_sleep(true, d->at > shown ? deadline_after(clock_now(), d->at - shown) : 0);
}

void futex_calendar_was_set(void)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct process *p;
	struct task *t;

	list_for_each(p, &all_processes, all_link)
		list_for_each(t, &p->threads, thread_link)
			if (READ_ONCE(t->follows_calendar))
				task_wake_if(t, 1u << TASK_SLEEPING);
	spin_unlock_irqrestore(&tasks_lock, s);
}
