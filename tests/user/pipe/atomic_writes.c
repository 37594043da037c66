/* Writes of up to PIPE_BUF bytes by several processes do not mix, even while the pipe is full. */
#include "test.h"

#define WRITERS 4
#define ROUNDS	40

static void test(void)
{
	static char buf[PIPE_BUF];
	pid_t pids[WRITERS];
	int p[2], seen[WRITERS] = { 0 };

	CHECK_OK(pipe(p));
	for (int w = 0; w < WRITERS; w++) {
		pids[w] = test_fork();
		if (pids[w] == 0) {
			memset(buf, 'A' + w, sizeof(buf));
			for (int i = 0; i < ROUNDS; i++)
				CHECK_EQ(write(p[1], buf, sizeof(buf)), PIPE_BUF);
			test_exit();
		}
	}
	CHECK_OK(close(p[1]));
	for (;;) {
		size_t used = 0;
		ssize_t n;
		while (used < sizeof(buf) && (n = read(p[0], buf + used, sizeof(buf) - used)) > 0)
			used += (size_t)n;
		if (used == 0)
			break;
		CHECK_EQ(used, PIPE_BUF);
		for (size_t i = 1; i < used; i++)
			if (!CHECK_EQ(buf[i], buf[0]))
				break;
		seen[buf[0] - 'A']++;
	}
	for (int w = 0; w < WRITERS; w++) {
		CHECK_EQ(seen[w], ROUNDS);
		CHECK_CHILD(pids[w]);
	}
}
