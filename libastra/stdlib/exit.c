/*
 * Ending the process, and the functions that are registered for it. Each belongs to a shared object or to none: when an
 * object is closed, its own run and are forgotten (the C++ ABI's __cxa_atexit and __cxa_finalize; the object's handle is
 * the address of its __dso_handle). They live in blocks of 32, the first static, so that the 32 which C promises never need
 * memory. Any thread may register, also from a function that runs at the end; the lock is not held while one runs.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "lock.h"
#include "start.h"
#include "stdio_impl.h"
#include "syscall.h"
#include "thread_impl.h"

/* [l] lock */
struct handler {
	void (*function)(void *);	/* [l] NULL: it has run */
	void *argument, *object;	/* [l] */
};

struct handler_block {
	struct handler_block *previous;	/* [l] */
	int count;			/* [l] */
	struct handler handlers[32];	/* [l] */
};

struct handler_list {
	struct handler_block first, *newest;
};

int __exiting;
static struct handler_list at_exit = { .newest = &at_exit.first }, at_quick = { .newest = &at_quick.first };
FORK_LOCK(lock);

static int add(struct handler_list *list, void (*function)(void *), void *argument, void *object)
{
	struct handler_block *block;
	int result = -1;

	lock_acquire(&lock);
	block = list->newest;
	if (block->count == 32) {
		block = calloc(1, sizeof(*block));
		if (!block)
			goto out;
		block->previous = list->newest;
		list->newest = block;
	}
	block->handlers[block->count++] = (struct handler){ function, argument, object };
	result = 0;
out:
	lock_release(&lock);
	return result;
}

/* Takes the newest handler of an object (NULL: of any) out; false when there is none. The end of the list shrinks with it. */
static bool take(struct handler_list *list, const void *object, struct handler *taken)
{
	bool found = false;

	lock_acquire(&lock);
	for (struct handler_block *block = list->newest; block && !found; block = block->previous) {
		for (int i = block->count; i-- && !found;) {
			struct handler *h = &block->handlers[i];

			if (!h->function || (object && h->object != object))
				continue;
			*taken = *h;
			h->function = NULL;
			found = true;
		}
	}
	while (list->newest->count && !list->newest->handlers[list->newest->count - 1].function)
		list->newest->count--;
	if (!list->newest->count && list->newest->previous)
		list->newest = list->newest->previous;
	lock_release(&lock);
	return found;
}

int __cxa_atexit(void (*function)(void *), void *argument, void *object)
{
	return add(&at_exit, function, argument, object);
}

int __cxa_at_quick_exit(void (*function)(void *), void *object)
{
	return add(&at_quick, function, NULL, object);
}

void __cxa_finalize(void *object)
{
	struct handler h;

	while (take(&at_exit, object, &h))
		h.function(h.argument);
	while (object && take(&at_quick, object, &h))
		;
}

/* A function without a parameter leaves the register of the argument alone, so both kinds are called alike. */
int atexit(void (*function)(void))
{
	return add(&at_exit, (void (*)(void *))function, NULL, NULL);
}

int at_quick_exit(void (*function)(void))
{
	return add(&at_quick, (void (*)(void *))function, NULL, NULL);
}

/* The first thread ends the process, also when a function that runs at the end calls exit again; others wait for that. */
_Noreturn void exit(int status)
{
	int nobody = 0, self = thread_tid();

	if (!__atomic_compare_exchange_n(&__exiting, &nobody, self, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) && nobody != self) {
		for (;;)
			sys(pause);
	}
	__cxa_finalize(NULL);
	__stdio_exit();
	_exit(status);
}

_Noreturn void quick_exit(int status)
{
	struct handler h;

	while (take(&at_quick, NULL, &h))
		h.function(h.argument);
	_exit(status);
}

_Noreturn void _Exit(int status)
{
	for (;;)
		sys(exit_group, status);
}

_Noreturn void _exit(int status)
{
	_Exit(status);
}
