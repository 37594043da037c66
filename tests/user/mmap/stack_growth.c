/* The stack grows by itself, megabytes below where it was used before, for the program and for the kernel's copies. */
#include "test.h"

__attribute__((noinline)) static int deep(int levels)
{
	volatile char frame[8192];

	frame[0] = (char)levels;
	frame[8191] = 1;
	return levels ? deep(levels - 1) + frame[8191] : frame[8191];
}

__attribute__((noinline)) static void kernel_first(int fd)
{
	char frame[256 << 10];

	CHECK_EQ(read(fd, frame, 16), 16);
	CHECK_EQ(frame[15], 0);
}

static void test(void)
{
	int fd = (int)CHECK_OK(open("/dev/zero", O_RDONLY));

	kernel_first(fd);
	CHECK_EQ(deep(500), 501);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(deep(700), 701);
		test_exit();
	}
	CHECK_CHILD(pid);
}
