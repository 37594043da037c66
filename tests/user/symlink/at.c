/* symlinkat(2) and readlinkat(2): relative to a descriptor, to an O_PATH one, to the link itself by an empty path; errors. */
#include "test.h"

static void test(void)
{
	char buf[64];

	test_scratch();
	CHECK_OK(mkdir("d", 0755));
	test_write_file("f", "text");
	int dir = (int)CHECK_OK(open("d", O_RDONLY | O_DIRECTORY)), path = (int)CHECK_OK(open("d", O_PATH));
	int file = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(symlinkat("../f", dir, "l"));
	CHECK_FILE("d/l", "text");
	CHECK_ERRNO(symlinkat("x", path, "l"), EEXIST);
	CHECK_OK(symlinkat("y", path, "m"));
	CHECK_ERRNO(symlinkat("x", -1, "n"), EBADF);
	CHECK_ERRNO(symlinkat("x", file, "n"), ENOTDIR);
	CHECK_ERRNO(symlinkat("", dir, "n"), ENOENT);
	CHECK_ERRNO(symlinkat("x", dir, ""), ENOENT);
	CHECK_ERRNO(symlinkat("x", dir, "no/n"), ENOENT);
	CHECK_ERRNO(symlinkat("x", dir, "n/"), ENOENT);
	CHECK_ERRNO(symlinkat("x", dir, "l/n"), ENOTDIR);
	CHECK_EQ(readlinkat(dir, "l", buf, sizeof(buf)), 4);
	CHECK_BYTES(buf, "../f", 4);
	CHECK_EQ(readlinkat(dir, "l", buf, 2), 2);
	CHECK_EQ(RAW(SYS_readlinkat, dir, "l", buf, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_readlinkat, dir, "l", test_unmapped(), 4), -EFAULT);
	CHECK_ERRNO(readlinkat(dir, "none", buf, sizeof(buf)), ENOENT);
	CHECK_ERRNO(readlinkat(AT_FDCWD, "f", buf, sizeof(buf)), EINVAL);
	CHECK_ERRNO(readlinkat(file, "x", buf, sizeof(buf)), ENOTDIR);
	int link = (int)CHECK_OK(openat(dir, "m", O_PATH | O_NOFOLLOW));
	CHECK_EQ(readlinkat(link, "", buf, sizeof(buf)), 1);
	CHECK_EQ(buf[0], 'y');
	CHECK_ERRNO(readlinkat(dir, "", buf, sizeof(buf)), ENOENT);
}
