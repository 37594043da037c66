/*
 * The sampling profiler: profile.h states its use. The kernel's text is cut into pieces of 16 bytes, as functions are aligned, with a
 * counter each; they are made once, by the first who asks, and stay. Counters are atomic and nothing else is shared with the interrupt,
 * so there is no lock. An idle CPU has no tick and is not counted; a stretch with interrupts off is counted where it ends.
 */
#include "trace/profile.h"

#include "boot/boot.h"
#include "lib/error.h"
#include "lib/ksyms.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "sched/sched.h"
#include "sched/task.h"

#define PIECE 16

extern const char text_start[], text_end[];

bool profile_on;
static atomic32 *counts;		/* [a] one a piece; NULL before the first use */
static atomic32 user_count;		/* [a] */

static size_t pieces(void)
{
	return (size_t)(text_end - text_start + PIECE - 1) / PIECE;
}

void profile_sample(u64 program_counter, bool user, u64 now)
{
	u64 offset = program_counter - (u64)text_start;

	if (current->is_idle)
		return;
	if (user)
		atomic_inc(&user_count);
	else if (offset < (u64)(text_end - text_start))
		atomic_inc(&counts[offset / PIECE]);
	timer_set_tick(now + PROFILE_PERIOD_NS);
}

/* The counters of two who begin at once: one set stays. They are there before anybody sees profile_on. */
static int make_counts(void)
{
	atomic32 *fresh, *expected = NULL;

	if (__atomic_load_n(&counts, __ATOMIC_ACQUIRE))
		return 0;
	fresh = kmap_alloc(pieces() * sizeof(*fresh));
	if (!fresh)
		return -ENOMEM;
	memset(fresh, 0, pieces() * sizeof(*fresh));
	if (!__atomic_compare_exchange_n(&counts, &expected, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		kmap_free(fresh, pieces() * sizeof(*fresh));
	return 0;
}

int profile_set(bool on)
{
	int error = on ? make_counts() : 0;

	if (error)
		return error;
	if (on && !READ_ONCE(profile_on)) {
		atomic_set(&user_count, 0);
		for (size_t i = 0; i < pieces(); i++)
			atomic_set(&counts[i], 0);
	}
	__atomic_store_n(&profile_on, on, __ATOMIC_RELEASE);
	return 0;
}

void profile_init(void)
{
	if (cmdline_get("profile"))
		(void)profile_set(true);	/* out of memory that early, there is nobody to read it */
}

void profile_for_each(void (*fn)(void *arg, const char *name, u64 count), void *arg)
{
	const char *last = NULL;
	u64 sum = 0, offset;

	if (!__atomic_load_n(&counts, __ATOMIC_ACQUIRE))
		return;
	for (size_t i = 0; i < pieces(); i++) {
		u64 count = (u64)atomic_read(&counts[i]);
		const char *name = count ? ksyms_lookup((u64)text_start + i * PIECE, &offset) : NULL;

		if (count == 0)
			continue;
		if (name != last && sum != 0)
			fn(arg, last ? last : "(unknown)", sum);
		sum = name == last ? sum + count : count;
		last = name;
	}
	if (sum != 0)
		fn(arg, last ? last : "(unknown)", sum);
	if (atomic_read(&user_count))
		fn(arg, "(user)", (u64)atomic_read(&user_count));
}
