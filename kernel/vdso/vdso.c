/*
 * The vDSO (vdso(7)): code of ring 3 that reads the clock from the kernel's data page, which lies right below it. It
 * belongs to no library: no calls out, no data of its own. What it cannot answer it asks the kernel.
 */
#include "abi/vdso_data.h"

#define EXPORT __attribute__((visibility("default")))
#define NS_PER_SEC 1000000000ul
#define CALL_CLOCK_GETTIME 228
#define CALL_CLOCK_GETRES  229
#define CALL_GETTIMEOFDAY  96
#define CALL_GETCPU        309

enum clock_id {
	CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_MONOTONIC_RAW = 4, CLOCK_REALTIME_COARSE = 5, CLOCK_MONOTONIC_COARSE = 6,
	CLOCK_BOOTTIME = 7, CLOCK_TAI = 11,
};

struct timespec { int64_t seconds, nanoseconds; };
struct timeval { int64_t seconds, microseconds; };
struct timezone { int32_t minutes_west, dst_time; };

extern const volatile struct vdso_data vdso_data __attribute__((visibility("hidden")));	/* vdso.lds: the page below */

EXPORT int __vdso_clock_gettime(int clock, struct timespec *time);
EXPORT int __vdso_clock_getres(int clock, struct timespec *resolution);
EXPORT int __vdso_gettimeofday(struct timeval *time, struct timezone *zone);
EXPORT int64_t __vdso_time(int64_t *time);
EXPORT int __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused);

static long call(long number, long a, long b)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return result;
}

/* Not before what comes earlier in the program. */
static uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* CLOCK_MONOTONIC in ns, plus the offset when `realtime`; false when the kernel must be asked. */
static int read_clock(int realtime, uint64_t *ns)
{
	const volatile struct vdso_data *d = &vdso_data;
	uint32_t sequence;

	do {
		uint64_t delta;

		while ((sequence = __atomic_load_n(&d->sequence, __ATOMIC_ACQUIRE)) & 1)
			__asm__ volatile("pause");
		if (d->mode != VDSO_TSC)
			return 0;
		delta = read_tsc() - d->ticks;
		if ((int64_t)delta < 0)		/* as clock_now(): a counter a hair behind the base's */
			delta = 0;
		*ns = d->ns + (uint64_t)((unsigned __int128)delta * d->mult >> VDSO_SHIFT) + (realtime ? d->realtime_offset : 0);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (__atomic_load_n(&d->sequence, __ATOMIC_RELAXED) != sequence);
	return 1;
}

int __vdso_clock_gettime(int clock, struct timespec *time)
{
	uint64_t ns;
	int known;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		known = read_clock(1, &ns);
		break;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		known = read_clock(0, &ns);
		break;
	default:
		known = 0;
	}
	if (!known)
		return (int)call(CALL_CLOCK_GETTIME, clock, (long)time);
	time->seconds = (int64_t)(ns / NS_PER_SEC);
	time->nanoseconds = (int64_t)(ns % NS_PER_SEC);
	return 0;
}

int __vdso_clock_getres(int clock, struct timespec *resolution)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		if (resolution)
			*resolution = (struct timespec){ 0, 1 };
		return 0;
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		if (resolution)
			*resolution = (struct timespec){ 0, COARSE_RESOLUTION_NS };
		return 0;
	}
	return (int)call(CALL_CLOCK_GETRES, clock, (long)resolution);
}

int __vdso_gettimeofday(struct timeval *time, struct timezone *zone)
{
	uint64_t ns;

	if (!read_clock(1, &ns))
		return (int)call(CALL_GETTIMEOFDAY, (long)time, (long)zone);
	if (time) {
		time->seconds = (int64_t)(ns / NS_PER_SEC);
		time->microseconds = (int64_t)(ns % NS_PER_SEC / 1000);
	}
	if (zone)
		*zone = (struct timezone){ 0, 0 };
	return 0;
}

int64_t __vdso_time(int64_t *time)
{
	struct timespec now;

	(void)__vdso_clock_gettime(CLOCK_REALTIME, &now);
	if (time)
		*time = now.seconds;
	return now.seconds;
}

/* There is one node. The answer may be old by the time that it is looked at, as the call's may. */
int __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
	uint32_t low, high, number;

	(void)unused;
	if (!vdso_data.cpu_by_rdtscp)
		return (int)call(CALL_GETCPU, (long)cpu, (long)node);
	__asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(number));
	if (cpu)
		*cpu = number;
	if (node)
		*node = 0;
	return 0;
}
