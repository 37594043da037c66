/*
 * ptrace(2): the requests, one function each or each family. What a stopped thread's stop holds is looked at under tasks_lock; memory
 * on either side is touched without it. Task context of the tracer.
 */
#include "trace/request.h"

#include "arch/arch.h"
#include "arch/x86_64/regs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/pid.h"
#include "sched/process_internal.h"

struct trace *trace_find(int pid)
{
	struct task *t = pid_task(pid);

	return t && t->trace && t->trace->tracer == current ? t->trace : NULL;
}

struct trace *trace_find_stopped(int pid)
{
	struct trace *tie = trace_find(pid);

	return tie && tie->stop && !tie->stop->listening ? tie : NULL;
}

/* ---- Memory ---- */

/* The address space of a thread that is stopped for the caller, referenced, or NULL. */
static struct mm *stopped_mm(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	struct mm *mm = tie ? tie->task->mm : NULL;

	if (mm)
		mm_get(mm);
	spin_unlock_irqrestore(&tasks_lock, s);
	return mm;
}

static long peek(int pid, u64 addr, uaddr to)
{
	struct mm *mm = stopped_mm(pid);
	u64 word;
	ssize_t n;

	if (!mm)
		return -ESRCH;
	n = mm_read(mm, addr, &word, sizeof(word));
	mm_put(mm);
	return n == sizeof(word) ? put_user_object(to, &word) : -EIO;
}

static long poke(int pid, u64 addr, u64 word)
{
	struct mm *mm = stopped_mm(pid);
	ssize_t n;

	if (!mm)
		return -ESRCH;
	n = mm_write(mm, addr, &word, sizeof(word), true);
	mm_put(mm);
	return n == sizeof(word) ? 0 : -EIO;
}

/* ---- Going on ---- */

static long go_on(int pid, enum trace_mode mode, u64 signal)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	long r = tie ? 0 : -ESRCH;

	if (tie && signal > NSIG)
		r = -EIO;
	if (r == 0) {
		tie->mode = mode;
		trace_resume(tie, (int)signal);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

static long kill_traced(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find(pid);
	long r = tie ? 0 : -ESRCH;

	if (tie)
		(void)!signal_send_process(tie->process, SIGKILL, NULL);
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

/* A stop of PTRACE_INTERRUPT's kind, or of job control under PTRACE_SEIZE. */
static long listen(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	long r = !tie ? -ESRCH : tie->seized && tie->stop->code >> 8 == ABI_PTRACE_EVENT_STOP ? 0 : -EIO;

	if (r == 0) {
		tie->stop->listening = true;
		task_wake_if(tie->task, 1u << TASK_TRACED);	/* a SIGCONT may have come before */
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

static long set_options(int pid, u64 options)
{
	irqstate s;
	struct trace *tie;
	long r = -ESRCH;

	if (options & ~(u64)ABI_PTRACE_O_MASK)
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	tie = trace_find_stopped(pid);
	if (tie) {
		tie->options = (u32)options;
		r = 0;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

/* ---- What the stop says ---- */

static long get_event_message(int pid, uaddr to)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	u64 message = tie ? tie->stop->message : 0;

	spin_unlock_irqrestore(&tasks_lock, s);
	return tie ? put_user_object(to, &message) : -ESRCH;
}

static long get_siginfo(int pid, uaddr to)
{
	struct abi_siginfo info;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	long r = !tie ? -ESRCH : tie->stop->has_info ? 0 : -EINVAL;

	if (r == 0)
		info = tie->stop->info;
	spin_unlock_irqrestore(&tasks_lock, s);
	return r == 0 ? put_user_object(to, &info) : r;
}

static long set_siginfo(int pid, uaddr from)
{
	struct abi_siginfo info;
	struct trace *tie;
	irqstate s;
	long r;

	if (get_user_object(&info, from) < 0)
		return -EFAULT;
	s = spin_lock_irqsave(&tasks_lock);
	tie = trace_find_stopped(pid);
	r = !tie ? -ESRCH : tie->stop->has_info ? 0 : -EINVAL;
	if (r == 0)
		tie->stop->info = info;
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

static long get_mask(int pid, u64 size, uaddr to)
{
	u64 mask = 0;
	irqstate s;
	struct trace *tie;

	if (size != sizeof(mask))
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	tie = trace_find_stopped(pid);
	if (tie)
		mask = tie->task->sigmask;
	spin_unlock_irqrestore(&tasks_lock, s);
	return tie ? put_user_object(to, &mask) : -ESRCH;
}

/* The thread recomputes what there is to do when it leaves its stop. */
static long set_mask(int pid, u64 size, uaddr from)
{
	u64 mask;
	irqstate s, inner;
	struct trace *tie;
	struct sighand *h;

	if (size != sizeof(mask))
		return -EINVAL;
	if (get_user_object(&mask, from) < 0)
		return -EFAULT;
	s = spin_lock_irqsave(&tasks_lock);
	tie = trace_find_stopped(pid);
	if (tie) {
		h = sighand_lock(tie->process, &inner);
		tie->task->sigmask = mask & ~SIGNALS_NEVER_BLOCKED;
		sighand_unlock(h, inner);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return tie ? 0 : -ESRCH;
}

/* How many bytes of the structure mean something. */
static size_t fill_call_info(struct trace *tie, struct abi_ptrace_syscall_info *info) REQUIRES(tasks_lock)
{
	const struct regs *r = arch_task_regs(tie->task);

	memset(info, 0, sizeof(*info));
	info->arch = ABI_AUDIT_ARCH_X86_64;
	info->instruction_pointer = r->rip;
	info->stack_pointer = r->rsp;
	switch (tie->stop->kind) {
	case TRACE_CALL_BEGIN:
		info->op = ABI_PTRACE_SYSCALL_INFO_ENTRY;
		info->entry.number = r->orig_rax;
		memcpy(info->entry.args, (u64[]){ r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 }, sizeof(info->entry.args));
		return offsetof(struct abi_ptrace_syscall_info, entry) + sizeof(info->entry);
	case TRACE_CALL_END:
		info->op = ABI_PTRACE_SYSCALL_INFO_EXIT;
		info->exit.value = (i64)r->rax;
		info->exit.is_error = (i64)r->rax < 0 && (i64)r->rax >= -4095;
		return offsetof(struct abi_ptrace_syscall_info, exit.is_error) + sizeof(info->exit.is_error);
	default:
		return offsetof(struct abi_ptrace_syscall_info, entry);
	}
}

static long get_call_info(int pid, u64 size, uaddr to)
{
	struct abi_ptrace_syscall_info info;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	size_t actual = tie ? fill_call_info(tie, &info) : 0;

	spin_unlock_irqrestore(&tasks_lock, s);
	if (!tie)
		return -ESRCH;
	return copy_to_user(to, &info, MIN(size, actual)) < 0 ? -EFAULT : (long)actual;
}

/* ---- All of them ---- */

static long stopped_request(long request, int pid, u64 addr, u64 data)
{
	switch (request) {
	case ABI_PTRACE_SETOPTIONS:
		return set_options(pid, data);
	case ABI_PTRACE_GETEVENTMSG:
		return get_event_message(pid, UADDR(data));
	case ABI_PTRACE_GETSIGINFO:
		return get_siginfo(pid, UADDR(data));
	case ABI_PTRACE_SETSIGINFO:
		return set_siginfo(pid, UADDR(data));
	case ABI_PTRACE_GETSIGMASK:
		return get_mask(pid, addr, UADDR(data));
	case ABI_PTRACE_SETSIGMASK:
		return set_mask(pid, addr, UADDR(data));
	case ABI_PTRACE_GET_SYSCALL_INFO:
		return get_call_info(pid, addr, UADDR(data));
	case ABI_PTRACE_GETREGS:
	case ABI_PTRACE_SETREGS:
	case ABI_PTRACE_GETFPREGS:
	case ABI_PTRACE_SETFPREGS:
	case ABI_PTRACE_GETREGSET:
	case ABI_PTRACE_SETREGSET:
		return trace_regs_request(request, pid, addr, data);
	default:
		return -EIO;
	}
}

static bool is_stopped(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool stopped = trace_find_stopped(pid) != NULL;

	spin_unlock_irqrestore(&tasks_lock, s);
	return stopped;
}

long trace_request(long request, int pid, u64 addr, u64 data)
{
	switch (request) {
	case ABI_PTRACE_TRACEME:
		return trace_me();
	case ABI_PTRACE_ATTACH:
		return trace_attach(pid, false, 0);
	case ABI_PTRACE_SEIZE:
		return addr == 0 ? trace_attach(pid, true, data) : -EIO;
	case ABI_PTRACE_INTERRUPT:
		return trace_interrupt(pid);
	case ABI_PTRACE_KILL:
		return kill_traced(pid);
	case ABI_PTRACE_LISTEN:
		return listen(pid);
	case ABI_PTRACE_DETACH:
		return trace_detach(pid, data);
	case ABI_PTRACE_CONT:
		return go_on(pid, TRACE_CONT, data);
	case ABI_PTRACE_SYSCALL:
		return go_on(pid, TRACE_CALLS, data);
	case ABI_PTRACE_SINGLESTEP:
		return go_on(pid, TRACE_STEP, data);
	case ABI_PTRACE_PEEKTEXT:
	case ABI_PTRACE_PEEKDATA:
		return peek(pid, addr, UADDR(data));
	case ABI_PTRACE_POKETEXT:
	case ABI_PTRACE_POKEDATA:
		return poke(pid, addr, data);
	case ABI_PTRACE_PEEKUSER:
	case ABI_PTRACE_POKEUSER:
		return trace_user_area(request, pid, addr, data);
	default:
		return is_stopped(pid) ? stopped_request(request, pid, addr, data) : -ESRCH;
	}
}
