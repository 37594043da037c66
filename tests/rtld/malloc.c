/* compile: -fno-builtin */
/* The heap: contents survive, blocks are aligned and apart, memory comes back, what is not a block is found out. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define BLOCKS 500

static void churn(void)
{
	static unsigned char *blocks[BLOCKS];
	static size_t sizes[BLOCKS];

	for (int i = 0; i < 50000; i++) {
		size_t k = (size_t)rand() % BLOCKS, size = (size_t)rand() % (rand() % 16 ? 600 : 100000);

		for (size_t j = 0; blocks[k] && j < sizes[k]; j += 37)
			CHECK(blocks[k][j] == (unsigned char)k);
		blocks[k] = rand() & 1 ? realloc(blocks[k], size) : (free(blocks[k]), malloc(size));
		CHECK(blocks[k] && (uintptr_t)blocks[k] % 16 == 0);
		memset(blocks[k], (int)k, size);
		sizes[k] = size;
	}
	for (int k = 0; k < BLOCKS; k++)
		free(blocks[k]);
}

/* What a child says on stderr before abort ends it. */
static int dies_saying(void (*act)(void), const char *words)
{
	char text[200];
	ssize_t n = 0;
	int status, ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		act();
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && !strcmp(text, words);
}

static void free_twice(void)
{
	char *volatile block = malloc(40);

	free(block);
	free(block);
}

static void free_large_twice(void)
{
	char *volatile block = malloc(400000);

	free(block);
	free(block);
}

static void free_middle(void)
{
	char *volatile block = malloc(40);

	free(block + 16 - 8);
}

static void free_stack(void)
{
	char local[64], *volatile block = local;

	free(block);
}

static void free_wild(void)
{
	char *volatile block = (char *)0x123456789a0;

	free(block);
}

static void realloc_freed(void)
{
	char *volatile block = malloc(40);

	free(block);
	block = realloc(block, 80);
}

static void mistakes(void)
{
	CHECK(dies_saying(free_twice, "free: block is already free\n"));
	CHECK(dies_saying(free_large_twice, "free: not a block of the heap\n"));
	CHECK(dies_saying(free_middle, "free: not the start of a block\n"));
	CHECK(dies_saying(free_stack, "free: not a block of the heap\n"));
	CHECK(dies_saying(free_wild, "free: not a block of the heap\n"));
	CHECK(dies_saying(realloc_freed, "free: block is already free\n"));
}

static void alignments(void)
{
	for (size_t alignment = 8; alignment <= 1ul << 22; alignment *= 2) {
		for (size_t size = 1; size < 300000; size = size * 7 + 3) {
			void *block = NULL;

			CHECK(posix_memalign(&block, alignment, size) == 0 && (uintptr_t)block % alignment == 0);
			CHECK(malloc_usable_size(block) >= size);
			memset(block, 1, size);
			block = realloc(block, size * 2);
			CHECK(block);
			free(block);
		}
	}
	CHECK(!aligned_alloc(48, 10) && errno == EINVAL);
	CHECK(posix_memalign(&(void *){ 0 }, 4, 10) == EINVAL);
}

/* A limit on the address space makes memory run out; what was refused harms nothing, and later there is some again. */
static void exhaustion(void)
{
	struct rlimit old, tight;
	void *chain = NULL, *block;
	int count = 0;

	CHECK(getrlimit(RLIMIT_AS, &old) == 0);
	tight = old;
	tight.rlim_cur = 64ul << 20;
	CHECK(setrlimit(RLIMIT_AS, &tight) == 0);
	errno = 0;
	for (; (block = malloc(4000)) && count < 100000; count++) {
		*(void **)block = chain;
		chain = block;
	}
	CHECK(!block && errno == ENOMEM && count > 1000);
	while (chain) {
		block = *(void **)chain;
		free(chain);
		chain = block;
	}
	block = malloc(4000);
	CHECK(block);
	free(block);
	CHECK(setrlimit(RLIMIT_AS, &old) == 0);
}

int main(void)
{
	volatile size_t huge = SIZE_MAX / 2;
	void *volatile refused;

	churn();
	mistakes();
	alignments();
	exhaustion();
	refused = malloc(huge);
	CHECK(!refused && errno == ENOMEM);
	refused = calloc(huge, 16);
	CHECK(!refused && errno == ENOMEM);
	refused = reallocarray(NULL, huge, 3);
	CHECK(!refused && errno == ENOMEM);
	CHECK_END();
}
