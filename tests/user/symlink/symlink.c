/* symlink(2) and readlink(2): any text, truncation without a NUL, lengths, errors. */
#include "test.h"

static void test(void)
{
	static char longest[4097];
	char buf[5000];

	test_scratch();
	CHECK_OK(symlink("any text: /../ //", "l"));
	memset(buf, '#', sizeof(buf));
	CHECK_EQ(readlink("l", buf, sizeof(buf)), 17);
	CHECK_BYTES(buf, "any text: /../ //#", 18);
	CHECK_EQ(readlink("l", buf, 3), 3);
	CHECK_ERRNO(syscall(SYS_readlink, "l", buf, 0), EINVAL);
	CHECK_ERRNO(syscall(SYS_readlink, "l", buf, -1), EINVAL);
	CHECK_ERRNO(symlink("x", "l"), EEXIST);
	CHECK_ERRNO(symlink("", "m"), ENOENT);
	CHECK_ERRNO(symlink("x", "none/m"), ENOENT);
	test_write_file("f", "");
	CHECK_ERRNO(symlink("x", "f/m"), ENOTDIR);
	CHECK_ERRNO(readlink("f", buf, 10), EINVAL);
	CHECK_ERRNO(readlink("none", buf, 10), ENOENT);
	CHECK_ERRNO(readlink(".", buf, 10), EINVAL);
	CHECK_ERRNO(readlink("", buf, 10), ENOENT);
	int l = (int)CHECK_OK(open("l", O_PATH | O_NOFOLLOW));
	CHECK_EQ(readlinkat(l, "", buf, 3), 3);
	memset(longest, 'a', 4096);
	CHECK_ERRNO(symlink(longest, "long"), ENAMETOOLONG);
	longest[4000] = '\0';
	CHECK_OK(symlink(longest, "long"));
	CHECK_EQ(readlink("long", buf, sizeof(buf)), 4000);
	CHECK_BYTES(buf, longest, 4000);
	CHECK_ERRNO(open("long", O_RDONLY), ENAMETOOLONG);
}
