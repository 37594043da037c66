/* A token goes around a ring of processes many times: wake-ups are neither lost nor doubled. */
#include "test.h"

#define NODES  5
#define ROUNDS 100

static void test(void)
{
	int p[NODES][2], token = 0;
	pid_t pids[NODES];

	for (int i = 0; i < NODES; i++)
		CHECK_OK(pipe(p[i]));
	for (int i = 1; i < NODES; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			for (int n = 0; n < ROUNDS; n++) {
				CHECK_EQ(read(p[i][0], &token, sizeof(token)), sizeof(token));
				token++;
				CHECK_EQ(write(p[(i + 1) % NODES][1], &token, sizeof(token)), sizeof(token));
			}
			test_exit();
		}
	}
	for (int n = 0; n < ROUNDS; n++) {
		CHECK_EQ(write(p[1][1], &token, sizeof(token)), sizeof(token));
		CHECK_EQ(read(p[0][0], &token, sizeof(token)), sizeof(token));
	}
	CHECK_EQ(token, ROUNDS * (NODES - 1));
	for (int i = 1; i < NODES; i++)
		CHECK_CHILD(pids[i]);
}
