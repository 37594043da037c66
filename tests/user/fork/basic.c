/* fork(2): two processes, their own identifiers, private memory, shared open files with one offset. */
#include "test.h"

static int global = 1;

static void test(void)
{
	char buf[8];
	int local = 2;
	pid_t parent = getpid();

	test_scratch();
	test_write_file("f", "abcdef");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK(getpid() != parent);
		CHECK_EQ(getppid(), parent);
		CHECK_EQ(syscall(SYS_gettid), getpid());
		CHECK_EQ(getpgrp(), getpgid(parent));
		CHECK_EQ(global, 1);
		global = 11;
		local = 22;
		CHECK_EQ(read(fd, buf, 2), 2);
		CHECK_BYTES(buf, "ab", 2);
		CHECK_OK(close(fd));
		_exit(test_failures ? 1 : global + local);
	}
	CHECK_EXITS(pid, 33);
	CHECK_EQ(global, 1);
	CHECK_EQ(local, 2);
	CHECK_EQ(read(fd, buf, 8), 4);
	CHECK_BYTES(buf, "cdef", 4);
}
