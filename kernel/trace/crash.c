/*
 * What the log says of a program that dies of a signal with core action: why, where (a backtrace along frame pointers, with symbols)
 * and what it did last (the thread's ring of calls). Runs in the dying thread, which holds no lock; what it reads of the program
 * may be garbage, so it goes through the user copies and every walk is bounded.
 */
#include "trace/crash.h"

#include "abi/signal.h"
#include "arch/arch.h"
#include "lib/log.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/task.h"
#include "trace/call_ring.h"
#include "trace/decode.h"
#include "trace/symbol.h"

#define FRAMES_MAX     16
#define FRAME_SIZE_MAX (1ul << 20)	/* a caller's frame further away than this is no frame */
#define LINE           256
#define CALL_EXECVE    59
#define CALL_EXECVEAT  322
#define REPORTS_MAX    4		/* in one period */
#define PERIOD         (10 * NS_PER_SEC)

static struct spinlock budget_lock = SPINLOCK_INIT("crash reports", RANK_DEVICE);
static u64 period_start;		/* [budget_lock] ns */
static unsigned period_reports;		/* [budget_lock] */

static bool has_budget(void)
{
	u64 now = clock_now();
	irqstate s = spin_lock_irqsave(&budget_lock);
	bool within;

	if (period_reports == 0 || now - period_start > PERIOD) {
		period_start = now;
		period_reports = 0;
	}
	within = period_reports < REPORTS_MAX;
	period_reports += within;
	spin_unlock_irqrestore(&budget_lock, s);
	return within;
}

static const char *signal_word(int sig)
{
	static const char *const names[] = {
		[SIGQUIT] = "SIGQUIT", [SIGILL] = "SIGILL", [SIGTRAP] = "SIGTRAP", [SIGABRT] = "SIGABRT", [SIGBUS] = "SIGBUS",
		[SIGFPE] = "SIGFPE", [SIGSEGV] = "SIGSEGV", [SIGXCPU] = "SIGXCPU", [SIGXFSZ] = "SIGXFSZ", [SIGSYS] = "SIGSYS",
	};

	return sig > 0 && (size_t)sig < ARRAY_SIZE(names) && names[sig] ? names[sig] : "a signal";
}

/* Why the kernel sent it, in words. */
static const char *reason(int sig, int code)
{
	switch (sig << 8 | code) {
	case SIGSEGV << 8 | ABI_SEGV_MAPERR:
		return "nothing is mapped there";
	case SIGSEGV << 8 | ABI_SEGV_ACCERR:
		return "access not permitted";
	case SIGSEGV << 8 | ABI_SI_KERNEL:
		return "no valid address or a privileged instruction";
	case SIGBUS << 8 | ABI_BUS_ADRERR:
		return "beyond the end of the file";
	case SIGBUS << 8 | ABI_BUS_ADRALN:
		return "misaligned";
	case SIGFPE << 8 | ABI_FPE_INTDIV:
		return "integer division by zero";
	case SIGILL << 8 | ABI_ILL_ILLOPN:
		return "invalid instruction";
	default:
		return "fault";
	}
}

static void report_reason(int sig, const struct abi_siginfo *info)
{
	if (info->si_code > 0)
		log_info("crash", "%s[%d] died of %s at address %#llx: %s", current->name, current->process->pid, signal_word(sig),
			 (unsigned long long)info->address, reason(sig, info->si_code));
	else
		log_info("crash", "%s[%d] died of %s, sent by process %d", current->name, current->process->pid, signal_word(sig),
			 info->pid);
}

static void report_frame(unsigned n, u64 address, u64 look_at, bool *code)
{
	char where[LINE];

	symbol_describe(look_at, where, sizeof(where), code);
	log_info("crash", "  #%-2u %012llx %s", n, (unsigned long long)address, where);
}

/* A call to nowhere leaves its return address on the stack; otherwise callers are found along the frame pointers. */
static void report_backtrace(const struct regs *regs)
{
	struct arch_user_frame f = arch_user_frame(regs);
	u64 record[2];
	unsigned n = 0;
	bool code;

	report_frame(n++, f.pc, f.pc, &code);
	if (!code && copy_from_user(record, UADDR(f.sp), sizeof(u64)) == 0)
		report_frame(n++, record[0], record[0] - 1, &code);
	while (n < FRAMES_MAX && f.fp >= f.sp && f.fp % sizeof(u64) == 0) {
		if (copy_from_user(record, UADDR(f.fp), sizeof(record)) < 0 || record[1] == 0)
			return;
		report_frame(n++, record[1], record[1] - 1, &code);
		if (!code || record[0] <= f.fp || record[0] - f.fp > FRAME_SIZE_MAX)
			return;
		f.fp = record[0];
	}
}

/* How many of the newest calls are the present program's: an execve that succeeded ended the one before. */
static unsigned own_calls(const struct call_ring *ring)
{
	unsigned next = ring->next / sizeof(struct call_record), n = 0;
	unsigned filled = ring->records[CALL_RECORDS - 1].number == CALL_NONE ? next : CALL_RECORDS;

	while (n < filled) {
		const struct call_record *r = &ring->records[(next - n - 1) % CALL_RECORDS];

		if ((r->number == CALL_EXECVE || r->number == CALL_EXECVEAT) && r->result == 0)
			break;
		n++;
	}
	return n;
}

/* Oldest first. The ring is the thread's own, and the thread is here. */
static void report_calls(void)
{
	const struct call_ring *ring = call_ring_of(current);
	unsigned next = ring->next / sizeof(struct call_record), n = own_calls(ring);
	char line[LINE];

	log_info("crash", "  the last %u calls:", n);
	for (; n > 0; n--) {
		decode_call(&ring->records[(next - n) % CALL_RECORDS], line, sizeof(line));
		log_info("crash", "  %s", line);
	}
}

void crash_report(const struct regs *regs, int sig, const struct abi_siginfo *info)
{
	report_reason(sig, info);
	if (!current->mm || !has_budget())
		return;
	arch_log_registers("crash", regs);
	report_backtrace(regs);
	report_calls();
}
