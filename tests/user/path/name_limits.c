/* ENAMETOOLONG: components of 255 and 256 bytes, paths of 4095 and 4096. */
#include "test.h"

static void test(void)
{
	static char name[300], path[5000];

	test_scratch();
	memset(name, 'n', 255);
	int fd = (int)CHECK_OK(open(name, O_RDWR | O_CREAT, 0600));
	CHECK_OK(close(fd));
	CHECK_OK(access(name, F_OK));
	CHECK_OK(unlink(name));
	name[255] = 'n';
	CHECK_ERRNO(open(name, O_RDWR | O_CREAT, 0600), ENAMETOOLONG);
	CHECK_ERRNO(mkdir(name, 0700), ENAMETOOLONG);
	CHECK_ERRNO(access(name, F_OK), ENAMETOOLONG);
	CHECK_ERRNO(symlink("x", name), ENAMETOOLONG);

	for (int i = 0; i < 4094; i += 2)
		memcpy(path + i, "./", 2);
	path[4094] = '.';
	CHECK_EQ(strlen(path), 4095);
	CHECK_OK(access(path, F_OK));
	path[4095] = '/';
	CHECK_ERRNO(access(path, F_OK), ENAMETOOLONG);
	CHECK_ERRNO(chdir(path), ENAMETOOLONG);
	CHECK_ERRNO(open(path, O_RDONLY), ENAMETOOLONG);
}
