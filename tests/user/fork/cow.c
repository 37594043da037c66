/* Copy on write in both directions, over many pages, through system calls as well as instructions, and over generations. */
#include "test.h"

#define PAGES 64

static void test(void)
{
	unsigned char *mem = test_map(PAGES * PAGE, PROT_READ | PROT_WRITE);
	int go[2], p[2];
	char c;

	CHECK_OK(pipe(go));
	CHECK_OK(pipe(p));
	for (size_t i = 0; i < PAGES; i += 2)
		mem[i * PAGE] = (unsigned char)i;
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(read(go[0], &c, 1), 1);
		for (size_t i = 0; i < PAGES; i++)
			CHECK_EQ(mem[i * PAGE], i % 2 ? 0 : i);
		for (size_t i = 0; i < PAGES; i++)
			mem[i * PAGE] = 0xee;
		pid_t grandchild = test_fork();
		if (grandchild == 0) {
			CHECK_EQ(mem[5 * PAGE], 0xee);
			mem[5 * PAGE] = 1;
			test_exit();
		}
		CHECK_CHILD(grandchild);
		CHECK_EQ(mem[5 * PAGE], 0xee);
		test_exit();
	}
	for (size_t i = 0; i < PAGES; i++)
		mem[i * PAGE] = 0xdd;
	CHECK_EQ(write(p[1], "kernel", 6), 6);
	CHECK_EQ(read(p[0], mem + 3 * PAGE, 6), 6);
	CHECK_EQ(write(go[1], "g", 1), 1);
	CHECK_CHILD(pid);
	CHECK_BYTES(mem + 3 * PAGE, "kernel", 6);
	CHECK_EQ(mem[9 * PAGE], 0xdd);
}
