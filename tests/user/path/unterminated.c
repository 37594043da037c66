/* A path that runs into an inaccessible page is EFAULT, one that ends right before it is fine. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("abc", "");
	char *path = test_guarded(4);
	memcpy(path, "abc", 4);
	CHECK_OK(access(path, F_OK));
	path[3] = 'd';
	CHECK_ERRNO(access(path, F_OK), EFAULT);
	CHECK_ERRNO(open(path, O_RDONLY | O_CREAT, 0600), EFAULT);
	CHECK_ERRNO(mkdir(path, 0700), EFAULT);
	CHECK_ERRNO(unlink(path), EFAULT);
}
