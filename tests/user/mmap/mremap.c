/* mremap(2): shrink, grow in place or by moving, MREMAP_FIXED, contents kept, new part zeroed, errors. */
#include "test.h"

static void test(void)
{
	char *mem = test_map(8 * PAGE, PROT_READ | PROT_WRITE);

	for (int i = 0; i < 8; i++)
		mem[(size_t)i * PAGE] = (char)(i + 1);
	CHECK_EQ(mremap(mem, 8 * PAGE, 4 * PAGE, 0), mem);
	CHECK_EQ(test_fault(test_touch_read, mem + 4 * PAGE), SIGSEGV);
	CHECK_EQ(mmap(mem + 4 * PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), mem + 4 * PAGE);
	CHECK_ERRNO(mremap(mem, 4 * PAGE, 8 * PAGE, 0), ENOMEM);
	char *moved = (char *)CHECK_OK(mremap(mem, 4 * PAGE, 300 * PAGE, MREMAP_MAYMOVE));
	CHECK(moved != mem);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(moved[(size_t)i * PAGE], i + 1);
	CHECK_EQ(moved[5 * PAGE], 0);
	CHECK_EQ(moved[300 * PAGE - 1], 0);
	CHECK_EQ(test_fault(test_touch_read, mem), SIGSEGV);

	char *target = test_map(4 * PAGE, PROT_NONE);
	CHECK_EQ(mremap(moved, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target), target);
	CHECK_EQ(target[PAGE], 2);
	CHECK_EQ(test_fault(test_touch_read, moved), SIGSEGV);
	CHECK_EQ(moved[2 * PAGE], 3);

	CHECK_ERRNO(mremap(target + 1, PAGE, PAGE, 0), EINVAL);
	CHECK_ERRNO(mremap(target, PAGE, 0, 0), EINVAL);
	CHECK_ERRNO(mremap(target, PAGE, PAGE, 0x80), EINVAL);
	CHECK_ERRNO(mremap(target, PAGE, PAGE, MREMAP_FIXED, mem), EINVAL);
	CHECK_ERRNO(mremap(target, 2 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE), EINVAL);
	CHECK_ERRNO(mremap(moved, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT);
}
