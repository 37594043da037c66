/* Calls whose buffers span regions: differing rights side by side work up to the border, lazily mapped pages are filled. */
#include "test.h"

static void test(void)
{
	char *mem = test_map(4 * PAGE, PROT_READ | PROT_WRITE);
	int zero = (int)CHECK_OK(open("/dev/zero", O_RDONLY));
	int p[2];

	CHECK_OK(pipe(p));
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_READ));
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_READ | PROT_WRITE));
	CHECK_EQ(read(zero, mem + 100, 3 * PAGE), 3 * PAGE);
	memset(mem, 'x', 3 * PAGE);
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_READ));
	CHECK_EQ(write(p[1], mem + PAGE - 10, 20), 20);
	long n = read(p[0], mem + PAGE - 5, 20);
	CHECK(n == 5 || (n == -1 && errno == EFAULT));
	CHECK_EQ(mem[PAGE], 'x');
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_NONE));
	CHECK_ERRNO(write(p[1], mem + PAGE, 1), EFAULT);
	CHECK_ERRNO(read(zero, mem + PAGE + 7, 1), EFAULT);
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_READ));
	CHECK_EQ(mem[2 * PAGE - 1], 'x');
}
