/* A full file system: ENOSPC for writes, names and allocation, every earlier byte intact, and room again once something is removed. */
#include "test.h"
#include <sys/mount.h>

#define CHUNK (1 << 20)

static unsigned char block[CHUNK], got[CHUNK];

static void pattern(unsigned n)
{
	for (size_t i = 0; i < CHUNK; i += sizeof(unsigned))
		memcpy(block + i, &(unsigned){ n * 2654435761u + (unsigned)i }, sizeof(unsigned));
}

static void check_contents(int fd, off_t size)
{
	for (off_t at = 0; at < size; at += CHUNK) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		pattern((unsigned)(at / CHUNK));
		CHECK_EQ(pread(fd, got, n, at), n);
		if (memcmp(got, block, n)) {
			CHECK_BYTES(got, block, n);
			return;
		}
	}
}

static void test(void)
{
	char here[PATH_MAX];
	off_t size = 0;
	ssize_t n;
	struct stat st;

	test_scratch();
	if (mount("full", ".", "tmpfs", 0, "size=24m"))
		test_skip("mounting a small file system takes privileges");
	CHECK_OK(chdir(getcwd(here, sizeof(here))));
	CHECK_OK(umount2(here, MNT_DETACH));	/* from here on it lasts as long as somebody works in it */
	int fd = (int)CHECK_OK(open("big", O_RDWR | O_CREAT, 0600)), small = (int)CHECK_OK(open("small", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(small, "before", 6), 6);
	do {
		pattern((unsigned)(size / CHUNK));
		n = write(fd, block, CHUNK);
		size += n > 0 ? n : 0;
	} while (n == CHUNK);
	/* A write that fits in part says how much; the next one has no effect. */
	if (n >= 0)
		n = write(fd, block, CHUNK);
	CHECK(n == -1 && errno == ENOSPC);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, size);
	CHECK_ERRNO(fallocate(fd, 0, 0, size + (64 << 20)), ENOSPC);
	CHECK_ERRNO(pwrite(small, "x", 1, 1 << 20), ENOSPC);
	CHECK_OK(fstat(small, &st));
	CHECK_EQ(st.st_size, 6);
	check_contents(fd, size);
	CHECK_FILE("small", "before");
	/* What is there can still be changed, and programs still run. */
	CHECK_EQ(pwrite(small, "BEFORE", 6, 0), 6);
	pid_t pid = test_fork();
	if (pid == 0)
		test_exit();
	CHECK_CHILD(pid);
	CHECK_OK(ftruncate(fd, size / 2));
	check_contents(fd, size / 2);
	CHECK_EQ(pwrite(small, "x", 1, 1 << 20), 1);
	CHECK_OK(close(fd));
	CHECK_OK(unlink("big"));
	CHECK_OK(mkdir("again", 0700));
}
