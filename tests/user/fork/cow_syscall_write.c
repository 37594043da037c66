/* The kernel's own writes into a page shared by fork break the sharing: the other process must not see them. */
#include "test.h"

static void test(void)
{
	char *mem = test_map(PAGE, PROT_READ | PROT_WRITE);
	int p[2];

	strcpy(mem, "before");
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(write(p[1], "child!", 6), 6);
		CHECK_EQ(read(p[0], mem, 6), 6);
		CHECK_BYTES(mem, "child!", 6);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_BYTES(mem, "before", 6);
}
