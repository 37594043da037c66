/* The heap: contents survive, blocks are aligned and apart, memory comes back, a double free is found. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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

static void double_free(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char *volatile block = malloc(40);

		close(2);
		free(block);
		free(block);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	volatile size_t huge = SIZE_MAX / 2;
	void *aligned = NULL;
	void *volatile refused;

	churn();
	double_free();
	refused = malloc(huge);
	CHECK(!refused && errno == ENOMEM);
	refused = calloc(huge, 16);
	CHECK(!refused && errno == ENOMEM);
	CHECK(posix_memalign(&aligned, 4096, 100) == 0 && (uintptr_t)aligned % 4096 == 0);
	free(aligned);
	CHECK_END();
}
