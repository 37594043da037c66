/*
 * The stops of a traced thread, made by the thread itself on its way through the kernel. Takes tasks_lock, and inside it the
 * sighand lock of its process; sleeps without either.
 *
 *	stopped thread                               tracer, or who kills
 *	A: state = TRACED, under both locks          C: stop->over = true, under tasks_lock;
 *	B: stop->over? must exit? then go on            or exiting = true, under the sighand lock
 *	                                             D: wake it when its state is TRACED
 *
 *	C comes before A and B sees it, or after both locks were released and D finds TRACED.
 */
#include "trace/trace.h"

#include "arch/arch.h"
#include "arch/x86_64/regs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "sched/process_internal.h"

/* Must a thread go on at once? One that is about to end anyway is held back by its exit event, unless SIGKILL came. */
static bool is_killed(const struct process *p, enum trace_kind kind, int event)
{
	if (kind == TRACE_EVENT && event == ABI_PTRACE_EVENT_EXIT)
		return p->exiting && p->exit_code == SIGKILL;
	return p->exiting || (p->exec_task && p->exec_task != current);
}

/* Does a listening thread have news for its tracer? It traps again, then. */
static bool has_news(const struct trace *tie, const struct trace_stop *stop) REQUIRES(sighand_capability)
{
	return stop->listening && (tie->interrupt || !current->process->stopped);
}

/* One look under both locks: true when the thread shall go on. */
static bool look(struct trace_stop *stop) REQUIRES(tasks_lock)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	struct trace *tie = current->trace;
	bool on = stop->over || is_killed(p, stop->kind, stop->code >> 8);

	current->state = TASK_TRACED;
	if (!on && has_news(tie, stop)) {
		tie->interrupt = true;
		stop->signal = 0;
		on = true;
	}
	if (on)
		current->state = TASK_RUNNING;
	sighand_unlock(h, s);
	return on;
}

/* Killed threads stop no more. False without a tracer, too. */
static bool may_stop(const struct trace_stop *stop) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h = sighand_lock(current->process, &s);
	bool may = current->trace && !is_killed(current->process, stop->kind, stop->code >> 8);

	sighand_unlock(h, s);
	return may;
}

static bool mode_is(enum trace_mode mode)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool is = current->trace && current->trace->mode == mode;

	spin_unlock_irqrestore(&tasks_lock, s);
	return is;
}

/* stop->signal afterwards is what to go on with: as it was without a tracer, what the tracer gave otherwise. */
static void trace_stop(struct trace_stop *stop)
{
	irqstate s;

	arch_trace_enter_stop(&stop->fs_base, &stop->gs_base);
	s = spin_lock_irqsave(&tasks_lock);
	if (may_stop(stop)) {
		stop->unreported = true;
		current->trace->stop = stop;
		trace_tell(current->trace, ABI_CLD_TRAPPED, stop->code & 0x7f);
		while (!look(stop)) {
			spin_unlock_irqrestore(&tasks_lock, s);
			schedule();
			s = spin_lock_irqsave(&tasks_lock);
		}
		if (current->trace)
			current->trace->stop = NULL;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	arch_trace_leave_stop(stop->fs_base, stop->gs_base);
	signal_recalculate();
	if (mode_is(TRACE_STEP))
		atomic_or(&current->work, WORK_SIGNAL);		/* signal_deliver arms the step */
}

/* The siginfo of stops that no signal caused. */
static void fill_info(struct trace_stop *stop)
{
	memset(&stop->info, 0, sizeof(stop->info));
	stop->info.si_signo = stop->code & 0x7f;
	stop->info.si_code = stop->code;
	stop->info.pid = current->tid;
	stop->info.uid = current->cred->uid;
	stop->has_info = true;
}

/* Options of the current thread's tracer, 0 without one; *seized as well. */
static u32 my_options(bool *seized)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = current->trace;
	u32 options = tie ? tie->options : 0;

	*seized = tie && tie->seized;
	spin_unlock_irqrestore(&tasks_lock, s);
	return options;
}

static void stop_simply(enum trace_kind kind, int code, u64 message)
{
	struct trace_stop stop = { .kind = kind, .code = code, .message = message };

	fill_info(&stop);
	trace_stop(&stop);
}

/* ---- Calls ---- */

static void call_stop(enum trace_kind kind)
{
	bool seized;
	int code = my_options(&seized) & ABI_PTRACE_O_TRACESYSGOOD ? SIGTRAP | 0x80 : SIGTRAP;
	struct trace_stop stop = { .kind = kind, .code = code, .message = kind == TRACE_CALL_BEGIN ? 1 : 2 };

	fill_info(&stop);
	trace_stop(&stop);
	if (stop.signal > 0 && stop.signal <= NSIG) {
		struct abi_siginfo info;

		signal_info_user(&info, stop.signal, ABI_SI_USER);
		(void)!signal_send_task(current, stop.signal, &info);
	}
}

void trace_call_begins(struct regs *regs)
{
	trace_disarm_step(regs);
	if (mode_is(TRACE_CALLS))
		call_stop(TRACE_CALL_BEGIN);
}

/* A call that replaced the registers (execve, rt_sigreturn) shows its number all the same, but is not in a call afterwards. */
void trace_call_ends(struct regs *regs, u64 number)
{
	u64 after = regs->orig_rax;

	if (mode_is(TRACE_STEP)) {
		signal_force(SIGTRAP, ABI_TRAP_BRKPT, arch_program_counter(regs));
		return;
	}
	if (!mode_is(TRACE_CALLS))
		return;
	regs->orig_rax = number;
	call_stop(TRACE_CALL_END);
	if (regs->orig_rax == number)
		regs->orig_rax = after;
}

/* ---- Signals ---- */

/* Another signal than the one that came is the tracer's, and says so. */
static void make_tracers(struct abi_siginfo *info, int sig)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = current->trace;

	memset(info, 0, sizeof(*info));
	info->si_signo = sig;
	info->si_code = ABI_SI_USER;
	info->pid = tie ? tie->tracer->process->pid : current->process->pid;
	info->uid = tie ? tie->tracer->process->cred->uid : current->cred->uid;
	spin_unlock_irqrestore(&tasks_lock, s);
}

int trace_signal(int sig, struct abi_siginfo *info)
{
	struct trace_stop stop = { .kind = TRACE_SIGNAL, .code = sig, .signal = sig, .has_info = true, .info = *info };

	trace_stop(&stop);
	if (stop.signal <= 0 || stop.signal > NSIG)
		return 0;
	*info = stop.info;
	if (stop.signal != sig)
		make_tracers(info, stop.signal);
	if (current->sigmask & SIGNAL_BIT(stop.signal)) {
		(void)!signal_send_task(current, stop.signal, info);
		return 0;
	}
	return stop.signal;
}

void trace_group_stop(int sig)
{
	bool seized;
	struct trace_stop stop = { .kind = TRACE_GROUP, .code = sig };

	(void)my_options(&seized);
	if (seized) {
		stop.code |= ABI_PTRACE_EVENT_STOP << 8;
		fill_info(&stop);
	}
	trace_stop(&stop);
}

void trace_trap(void)
{
	stop_simply(TRACE_TRAP, SIGTRAP | ABI_PTRACE_EVENT_STOP << 8, 0);
}

/* A step into a handler ends before its first instruction. */
void trace_handler_started(void)
{
	if (mode_is(TRACE_STEP))
		stop_simply(TRACE_EVENT, SIGTRAP, 0);
}

/* ---- Steps ---- */

/* Before anything looks at the flags: they are the program's own then. */
void trace_disarm_step(struct regs *regs)
{
	if (!current->forced_step)
		return;
	current->forced_step = false;
	arch_set_single_step(regs, false);
}

void trace_arm_step(struct regs *regs)
{
	if (mode_is(TRACE_STEP))
		current->forced_step = arch_set_single_step(regs, true);
}

/* ---- Events ---- */

static void event_stop(int event, u64 message)
{
	stop_simply(TRACE_EVENT, SIGTRAP | event << 8, message);
}

void trace_exec(int old_tid)
{
	struct abi_siginfo info;
	bool seized;
	u32 options = my_options(&seized);

	if (options & ABI_PTRACE_O_TRACEEXEC) {
		event_stop(ABI_PTRACE_EVENT_EXEC, (u64)old_tid);
	} else if (!seized) {
		signal_info_user(&info, SIGTRAP, ABI_SI_USER);
		(void)!signal_send_task(current, SIGTRAP, &info);
	}
}

void trace_exit(int code)
{
	bool seized;

	if (my_options(&seized) & ABI_PTRACE_O_TRACEEXIT)
		event_stop(ABI_PTRACE_EVENT_EXIT, (u64)code);
}

bool trace_is_unprivileged(void)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool is = current->trace && !cred_capable(current->trace->tracer->cred, CAP_SYS_PTRACE);

	spin_unlock_irqrestore(&tasks_lock, s);
	return is;
}

static int fork_event(const struct clone_args *args, u32 *option)
{
	if (args->flags & CLONE_VFORK) {
		*option = ABI_PTRACE_O_TRACEVFORK;
		return ABI_PTRACE_EVENT_VFORK;
	}
	if ((args->flags & CLONE_THREAD) || args->exit_signal != SIGCHLD) {
		*option = ABI_PTRACE_O_TRACECLONE;
		return ABI_PTRACE_EVENT_CLONE;
	}
	*option = ABI_PTRACE_O_TRACEFORK;
	return ABI_PTRACE_EVENT_FORK;
}

int trace_fork_prepare(struct trace_fork *f, const struct clone_args *args)
{
	bool seized, wanted;
	u32 option, options;
	int event = fork_event(args, &option);

	*f = (struct trace_fork){ NULL, 0, false };
	if (likely(!READ_ONCE(current->trace)) || (args->flags & CLONE_UNTRACED))
		return 0;
	options = my_options(&seized);
	wanted = options & option;
	f->event = wanted ? event : 0;
	f->vfork_done = (args->flags & CLONE_VFORK) && (options & ABI_PTRACE_O_TRACEVFORKDONE);
	if (!wanted && !(args->flags & CLONE_PTRACE))
		return 0;
	f->tie = trace_create(NULL, seized, options);
	return f->tie ? 0 : -ENOMEM;
}

/* The child's first act is a stop. Its tracer may be gone by now: then it is nobody's. */
void trace_fork_link(struct trace_fork *f, struct task *child)
{
	struct trace *mine = current->trace;
	irqstate s;
	struct sighand *h;

	if (!f->tie || !mine)
		return;
	f->tie->tracer = mine->tracer;
	f->tie->seized = mine->seized;
	f->tie->options = mine->options;
	trace_tie(f->tie, child);
	h = sighand_lock(child->process, &s);
	if (f->tie->seized)
		f->tie->interrupt = true;
	else
		child->pending.set |= SIGNAL_BIT(SIGSTOP);
	atomic_or(&child->work, WORK_SIGNAL);
	sighand_unlock(h, s);
	f->tie = NULL;
}

void trace_fork_done(const struct trace_fork *f, int tid)
{
	if (f->event)
		event_stop(f->event, (u64)tid);
}

void trace_vfork_done(const struct trace_fork *f, int tid)
{
	if (f->vfork_done)
		event_stop(ABI_PTRACE_EVENT_VFORK_DONE, (u64)tid);
}
