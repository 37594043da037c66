/*
 * Robust futexes (get_robust_list(2)): locks of a thread that ends are marked FUTEX_OWNER_DIED and a waiter is woken.
 * The list is the program's memory: any of it may be nonsense, so its length is bounded and errors end the walk.
 */
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/futex.h"
#include "sched/futex_internal.h"
#include "sched/task.h"

#define LIST_LIMIT 2048

/* struct robust_list_head */
struct robust_head {
	u64 next;
	i64 futex_offset;
	u64 pending;
};

/* The lowest bit of an entry says that its lock inherits priorities; the rest is the address. */
static u64 entry_address(u64 entry) { return entry & ~1ull; }

/*
 * One lock. A pending one may already be released (word 0) with the wake-up still owed: the thread died between the two,
 * so waiters are woken all the same.
 */
static int bury(uaddr word, bool inherits, bool pending)
{
	u32 value;

	if (word.v % sizeof(u32) != 0 || user_load_u32(word, &value) < 0)
		return -EFAULT;
	if (pending && !inherits && value == 0) {
		(void)futex_wake(word, 1, FUTEX_BITSET_ANY, false);
		return 0;
	}
	while ((value & FUTEX_TID_MASK) == (u32)current->tid) {
		u32 seen = value;

		if (user_cas_u32(word, &seen, (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED) < 0)
			return -EFAULT;
		if (seen == value) {
			if (!inherits && (value & FUTEX_WAITERS))
				(void)futex_wake(word, 1, FUTEX_BITSET_ANY, false);
			break;
		}
		value = seen;
	}
	return 0;
}

void futex_exit_robust_list(void)
{
	struct robust_head head;
	u64 list = current->robust_list, entry, next;

	current->robust_list = 0;
	if (list == 0 || copy_from_user(&head, UADDR(list), sizeof(head)) < 0)
		return;
	entry = head.next;
	for (int i = 0; i < LIST_LIMIT && entry_address(entry) != list; i++, entry = next) {
		int r = copy_from_user(&next, UADDR(entry_address(entry)), sizeof(next));

		if (entry_address(entry) != entry_address(head.pending) &&
		    bury(UADDR(entry_address(entry) + (u64)head.futex_offset), entry & 1, false) < 0)
			return;
		if (r < 0)
			return;
		preempt_point();
	}
	if (entry_address(head.pending) != 0)
		(void)bury(UADDR(entry_address(head.pending) + (u64)head.futex_offset), head.pending & 1, true);
}
