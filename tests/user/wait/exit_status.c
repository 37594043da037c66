/* exit(2) and exit_group(2): the low eight bits of the status; buffers of dead processes do not matter; fds are closed. */
#include "test.h"

static void test(void)
{
	static const int codes[] = { 0, 1, 127, 128, 255, 256, -1, 0x12345 };
	char c;
	int p[2];

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		pid_t pid = test_fork();
		if (pid == 0)
			syscall(i % 2 ? SYS_exit : SYS_exit_group, codes[i]);
		CHECK_EXITS(pid, codes[i]);
	}
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0)
		syscall(SYS_exit, 0);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(p[0], &c, 1), 0);
	CHECK_EXITS(pid, 0);
}
