/*
 * Ending the process. atexit functions live in blocks of 32, the first static, so that the 32 which C promises never
 * need memory. Any thread may register; exit runs on one thread, and a function may register further ones.
 */
#include <stdlib.h>
#include <unistd.h>

#include "lock.h"
#include "start.h"
#include "stdio_impl.h"
#include "syscall.h"

struct exit_block {
	struct exit_block *previous;
	int count;
	void (*functions[32])(void);
};

static struct exit_block first_block, *blocks = &first_block;
static void (*quick_functions[32])(void);
static int quick_count;
static lock_t lock;

int atexit(void (*function)(void))
{
	int result = -1;

	lock_acquire(&lock);
	if (blocks->count == 32) {
		struct exit_block *block = calloc(1, sizeof(*block));

		if (!block)
			goto out;
		block->previous = blocks;
		blocks = block;
	}
	blocks->functions[blocks->count++] = function;
	result = 0;
out:
	lock_release(&lock);
	return result;
}

int at_quick_exit(void (*function)(void))
{
	int result = -1;

	lock_acquire(&lock);
	if (quick_count < 32) {
		quick_functions[quick_count++] = function;
		result = 0;
	}
	lock_release(&lock);
	return result;
}

void __run_atexit(void)
{
	for (;;) {
		void (*function)(void);

		lock_acquire(&lock);
		while (!blocks->count && blocks->previous)
			blocks = blocks->previous;
		function = blocks->count ? blocks->functions[--blocks->count] : NULL;
		lock_release(&lock);
		if (!function)
			return;
		function();
	}
}

_Noreturn void exit(int status)
{
	__run_atexit();
	__stdio_exit();
	_exit(status);
}

_Noreturn void quick_exit(int status)
{
	while (quick_count)
		quick_functions[--quick_count]();
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
