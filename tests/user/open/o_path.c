/* O_PATH descriptors: good for fstat, dup, *at calls and fcntl, EBADF for everything that touches data. */
#include "test.h"
#include <sys/socket.h>

static void test(void)
{
	struct stat st, link_st;
	char buf[16];

	test_scratch();
	test_write_file("file", "data");
	CHECK_OK(mkdir("dir", 0755));
	test_write_file("dir/inner", "inner");
	CHECK_OK(symlink("file", "link"));
	CHECK_OK(chmod("file", 0));

	int fd = (int)CHECK_OK(open("file", O_PATH));
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 4);
	CHECK_ERRNO(read(fd, buf, 1), EBADF);
	CHECK_ERRNO(write(fd, buf, 1), EBADF);
	CHECK_ERRNO(ftruncate(fd, 0), EBADF);
	CHECK_ERRNO(lseek(fd, 0, SEEK_SET), EBADF);
	CHECK_ERRNO(syscall(SYS_fchmod, fd, 0600), EBADF);
	CHECK_ERRNO(syscall(SYS_fchown, fd, 0, 0), EBADF);
	CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), EBADF);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_PATH, O_PATH);
	CHECK_OK(close((int)CHECK_OK(dup(fd))));

	int dir = (int)CHECK_OK(open("dir", O_PATH | O_DIRECTORY));
	CHECK_OK(openat(dir, "inner", O_RDONLY));
	CHECK_OK(fchdir(dir));
	CHECK_OK(access("inner", F_OK));
	CHECK_OK(chdir(".."));
	CHECK_ERRNO(getdents64(dir, (void *)buf, sizeof(buf)), EBADF);

	int link = (int)CHECK_OK(open("link", O_PATH | O_NOFOLLOW));
	CHECK_OK(fstat(link, &link_st));
	CHECK(S_ISLNK(link_st.st_mode));
	CHECK_EQ(readlinkat(link, "", buf, sizeof(buf)), 4);
	CHECK_ERRNO(open("none", O_PATH), ENOENT);
	/* The descriptor of a link is the link, and is no way through it. */
	char name[64];
	snprintf(name, sizeof(name), "/proc/self/fd/%d", link);
	CHECK_ERRNO(open(name, O_RDONLY), ELOOP);
	CHECK_OK(stat(name, &link_st));
	CHECK(S_ISLNK(link_st.st_mode));
	int pair[2];
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", pair[0]);
	CHECK_ERRNO(open(name, O_RDWR), ENXIO);
}
