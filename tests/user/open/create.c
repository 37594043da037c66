/* open(2): O_CREAT, O_EXCL, O_TRUNC, creat(2), the mode through the umask, the lowest descriptor. */
#include "test.h"

static mode_t mode_of(const char *path)
{
	struct stat st;

	CHECK_OK(stat(path, &st));
	return st.st_mode;
}

static void test(void)
{
	struct stat st;

	test_scratch();
	CHECK_ERRNO(open("f", O_RDWR), ENOENT);
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0666));
	CHECK_EQ(mode_of("f"), S_IFREG | 0644);
	CHECK_EQ(write(fd, "data", 4), 4);
	CHECK_ERRNO(open("f", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
	int again = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(again, fd + 1);
	CHECK_EQ(mode_of("f"), S_IFREG | 0644);
	CHECK_FILE("f", "data");
	CHECK_OK(close(fd));
	CHECK_EQ(open("f", O_WRONLY | O_TRUNC), fd);
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_size, 0);

	umask(0);
	CHECK_OK(creat("g", 04751));
	CHECK_EQ(mode_of("g"), S_IFREG | 04751);
	umask(0777);
	fd = (int)CHECK_OK(open("h", O_RDWR | O_CREAT, 0777));
	CHECK_EQ(mode_of("h"), S_IFREG);
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_ERRNO(open(".", O_RDWR), EISDIR);
	CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
	CHECK_ERRNO(open(".", O_RDONLY | O_CREAT, 0600), EISDIR);
	CHECK_ERRNO(open("new/", O_RDWR | O_CREAT, 0600), EISDIR);
	CHECK_ERRNO(open("none/new", O_RDWR | O_CREAT, 0600), ENOENT);
	CHECK_ERRNO(open("f/new", O_RDWR | O_CREAT, 0600), ENOTDIR);
}
