/* MAP_SHARED|MAP_ANONYMOUS lives across fork in both directions, through grandchildren, also where first touched later. */
#include "test.h"

static void test(void)
{
	volatile int *mem = (volatile int *)CHECK_OK(mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));

	mem[0] = 1;
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(mem[0], 1);
		mem[0] = 2;
		mem[2 * PAGE / sizeof(int)] = 77;
		pid_t grandchild = test_fork();
		if (grandchild == 0) {
			mem[1] = mem[0] + 10;
			test_exit();
		}
		CHECK_CHILD(grandchild);
		CHECK_EQ(munmap((void *)mem, 4 * PAGE), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(mem[0], 2);
	CHECK_EQ(mem[1], 12);
	CHECK_EQ(mem[2 * PAGE / sizeof(int)], 77);
	CHECK_EQ(mem[3 * PAGE / sizeof(int)], 0);
}
