/* Hundreds of regions with alternating rights, unmapped in another order; fork with all of them. */
#include "test.h"

#define REGIONS 400

static void test(void)
{
	char *mem = test_map(REGIONS * PAGE, PROT_READ | PROT_WRITE);

	for (size_t i = 0; i < REGIONS; i++)
		mem[i * PAGE] = (char)i;
	for (size_t i = 0; i < REGIONS; i += 2)
		CHECK_OK(mprotect(mem + i * PAGE, PAGE, PROT_READ));
	pid_t pid = test_fork();
	if (pid == 0) {
		for (size_t i = 0; i < REGIONS; i++)
			CHECK_EQ(mem[i * PAGE], (char)i);
		CHECK_EQ(test_fault(test_touch_write, mem + 100 * PAGE), SIGSEGV);
		mem[101 * PAGE] = 99;
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(mem[101 * PAGE], 101);
	for (size_t i = 0; i < REGIONS; i += 3)
		CHECK_OK(munmap(mem + i * PAGE, PAGE));
	for (size_t i = 0; i < REGIONS; i++)
		if (i % 3)
			CHECK_EQ(mem[i * PAGE], (char)i);
	CHECK_OK(munmap(mem, REGIONS * PAGE));
}
