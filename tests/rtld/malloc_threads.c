/*
 * The heap under threads, made by clone itself: each allocates, checks, and hands blocks to the others through a table, so
 * that most are freed by another thread than the one that asked; meanwhile the first thread forks, and the child allocates.
 */
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../abi/rtld.h"
#include "check.h"

#define THREADS 4
#define ROUNDS  60000
#define SLOTS   512
#define STACK   65536

#define THREAD_FLAGS 0x3d0f00l	/* VM FS FILES SIGHAND THREAD SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID */

struct block {
	size_t size;
	unsigned char fill[];
};

static struct block *slots[SLOTS];	/* [a] taken and put by exchange */
static int tids[THREADS];		/* [a] the kernel clears them when a thread is gone */
static int damaged;			/* [a] */

static unsigned next(unsigned *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	return *seed ^= *seed << 5;
}

static void check_and_free(struct block *block)
{
	if (!block)
		return;
	for (size_t i = 0; i < block->size; i += 29) {
		if (block->fill[i] != (unsigned char)block->size)
			__atomic_add_fetch(&damaged, 1, __ATOMIC_RELAXED);
	}
	free(block);
}

static void work(long number)
{
	unsigned seed = 12345u + (unsigned)number * 7919u;

	for (int i = 0; i < ROUNDS; i++) {
		size_t size = next(&seed) % (next(&seed) % 64 ? 700 : 60000);
		struct block *block = malloc(sizeof(*block) + size);

		if (!block) {
			__atomic_add_fetch(&damaged, 1, __ATOMIC_RELAXED);
			continue;
		}
		block->size = size;
		memset(block->fill, (int)size, size);
		check_and_free(__atomic_exchange_n(&slots[next(&seed) % SLOTS], block, __ATOMIC_ACQ_REL));
	}
}

__attribute__((used, noinline)) static void thread_main(long number)
{
	work(number);
	syscall(SYS_exit, 0);
}

/* clone does not return on the new stack, so the new thread's first instructions are here. */
static long start_thread(char *stack, struct tcb *tcb, int *tid, long number)
{
	register int *child_tid __asm__("r10") = tid;
	register struct tcb *tls __asm__("r8") = tcb;
	register long argument __asm__("r12") = number;
	long result;

	__asm__ volatile("syscall\n"
			 "	test %%eax, %%eax\n"
			 "	jnz 1f\n"
			 "	xor %%ebp, %%ebp\n"
			 "	mov %%r12, %%rdi\n"
			 "	call *%[entry]\n"
			 "1:"
			 : "=a"(result)
			 : "a"(SYS_clone), "D"(THREAD_FLAGS), "S"(stack), "d"(tid), "r"(child_tid), "r"(tls), "r"(argument),
			   [entry] "b"(thread_main)
			 : "rcx", "r11", "memory");
	return result;
}

static void wait_for(int *tid)
{
	for (int value; (value = __atomic_load_n(tid, __ATOMIC_ACQUIRE));)
		syscall(SYS_futex, tid, 0, value, 0, 0, 0);
}

static void fork_meanwhile(void)
{
	for (int i = 0; i < 20; i++) {
		int status = -1;
		pid_t child = fork();

		if (!child) {
			void *blocks[200];

			for (int k = 0; k < 200; k++)
				blocks[k] = malloc((size_t)k * 40);
			for (int k = 0; k < 200; k++)
				free(blocks[k]);
			_exit(blocks[199] ? 0 : 1);
		}
		waitpid(child, &status, 0);
		CHECK(status == 0);
	}
}

int main(void)
{
	for (long i = 0; i < THREADS; i++) {
		struct tcb *tcb = RTLD(make_thread)();
		char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(tcb && stack != MAP_FAILED);
		/* syscall() reads the word where a sixth argument would lie, in its caller's frame: there must be one. */
		CHECK(start_thread(stack + STACK - 64, tcb, &tids[i], i) > 0);
	}
	fork_meanwhile();
	for (int i = 0; i < THREADS; i++)
		wait_for(&tids[i]);
	for (int i = 0; i < SLOTS; i++)
		check_and_free(slots[i]);
	CHECK(!damaged);
	CHECK_END();
}
