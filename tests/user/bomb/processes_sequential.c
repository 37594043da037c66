/* Hundreds of short processes one after the other: nothing runs out, identifiers stay unique among the living. */
#include "test.h"

static void test(void)
{
	pid_t previous = 0;

	for (int i = 0; i < 150; i++) {
		pid_t pid = test_fork();
		if (pid == 0)
			_exit(i & 0x7f);
		CHECK(pid != getpid() && pid != previous);
		CHECK_EXITS(pid, i & 0x7f);
		previous = pid;
	}
}
