/*
 * The kernel's surroundings for tests on the build machine (host.h): locks that check how they are used, interrupts as
 * a flag of the thread, panic as a jump back into the test, time that the test sets. Functions that a real source may
 * bring along (the log's) are weak.
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "arch/arch.h"
#include "boot/boot.h"
#include "host.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "sched/clock.h"
#include "sched/lock.h"

#define MAX_HELD 16

_Thread_local unsigned host_cpu;
u64 host_time;
char host_panic_message[512];
unsigned cpu_count = 1;

static _Thread_local jmp_buf *panic_target;
static _Thread_local struct spinlock *held[MAX_HELD];
static _Thread_local unsigned held_count;
static _Thread_local bool irqs_off;

/* ---- Panic ---- */

void panic(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(host_panic_message, sizeof(host_panic_message), format, ap);
	va_end(ap);
	if (!panic_target) {
		fprintf(stderr, "panic: %s\n", host_panic_message);
		abort();
	}
	longjmp(*panic_target, 1);
}

/* To a test the one end of the machine is as good as the other. */
void boot_fail(const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	panic("boot: %s", text);
}

bool host_panics(void (*fn)(void *), void *arg)
{
	jmp_buf here;

	panic_target = &here;
	if (setjmp(here) == 0) {
		fn(arg);
		panic_target = NULL;
		return false;
	}
	panic_target = NULL;
	while (held_count > 0)
		__atomic_store_n(&held[--held_count]->locked, 0, __ATOMIC_RELEASE);
	irqs_off = false;
	return true;
}

/* ---- Locks ---- */

static void note_acquire(struct spinlock *l)
{
	for (unsigned i = 0; i < held_count; i++) {
		if (held[i] == l)
			panic("%s: acquired twice", l->name);
		if (held[i]->rank >= l->rank)
			panic("%s (rank %u) acquired under %s (rank %u)", l->name, l->rank, held[i]->name, held[i]->rank);
	}
	if (held_count == MAX_HELD)
		panic("%s: too many locks held", l->name);
	held[held_count++] = l;
}

static void note_release(struct spinlock *l)
{
	for (unsigned i = 0; i < held_count; i++) {
		if (held[i] == l) {
			held[i] = held[--held_count];
			return;
		}
	}
	panic("%s: released, not held", l->name);
}

unsigned host_locks_held(void)
{
	return held_count;
}

void spin_init(struct spinlock *l, const char *name, enum lock_rank rank)
{
	*l = (struct spinlock)SPINLOCK_INIT(name, (u16)rank);
}

void spin_lock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	note_acquire(l);
	while (__atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE))
		sched_yield();
}

bool spin_trylock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	if (__atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE))
		return false;
	note_acquire(l);
	return true;
}

void spin_unlock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	note_release(l);
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE);
}

irqstate spin_lock_irqsave(struct spinlock *l) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();

	spin_lock(l);
	return s;
}

void spin_unlock_irqrestore(struct spinlock *l, irqstate s) NO_LOCK_ANALYSIS
{
	if (!irqs_off)
		panic("%s: interrupts were enabled while it was held", l->name);
	spin_unlock(l);
	arch_irq_restore(s);
}

/* ---- The machine ---- */

irqstate arch_irq_save(void)
{
	irqstate s = irqs_off ? 0 : 1;

	irqs_off = true;
	return s;
}

void arch_irq_restore(irqstate s)
{
	irqs_off = s == 0;
}

void arch_irq_enable(void)
{
	irqs_off = false;
}

bool arch_irqs_enabled(void)
{
	return !irqs_off;
}

void arch_pause(void)
{
	sched_yield();
}

u64 arch_tsc(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * NS_PER_SEC + (u64)ts.tv_nsec;
}

u64 clock_now(void)
{
	return host_time;
}

/* ---- The log ---- */

__attribute__((weak)) void log_vline(enum log_level level, const char *subsystem, const char *format, va_list ap)
{
	if (!getenv("HOST_LOG"))
		return;
	fprintf(stderr, "%c %s: ", "EWID"[level], subsystem);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
}

__attribute__((weak)) void log_line(enum log_level level, const char *subsystem, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_vline(level, subsystem, format, ap);
	va_end(ap);
}

/* ---- Seeds ---- */

u64 host_seed(void)
{
	static u64 seed;

	if (seed == 0) {
		const char *text = getenv("HOST_SEED");

		seed = text ? strtoull(text, NULL, 0) : 1 + arch_tsc() % 1000000007;
		fprintf(stderr, "HOST_SEED=%lu\n", (unsigned long)seed);
	}
	return seed;
}

/* splitmix64: every state gives a different number, 0 included. */
u64 host_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}
