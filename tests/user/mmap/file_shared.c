/* MAP_SHARED of a file: coherent with read, write and other mappings both ways, across fork, after close and munmap. */
#include "test.h"

static void test(void)
{
	char buf[8];

	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	char *a = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	char *b = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));

	a[0] = 'A';
	CHECK_EQ(b[0], 'A');
	CHECK_EQ(pread(fd, buf, 3, 0), 3);
	CHECK_BYTES(buf, "A12", 3);
	CHECK_EQ(pwrite(fd, "BC", 2, 1), 2);
	CHECK_BYTES(a, "ABC3", 4);
	pid_t pid = test_fork();
	if (pid == 0) {
		a[5] = 'F';
		CHECK_BYTES(b, "ABC34F", 6);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(b[5], 'F');
	/* Bytes beyond the end never reach the file. */
	a[10] = 'x';
	CHECK_OK(msync(a, PAGE, MS_SYNC));
	CHECK_OK(munmap(a, PAGE));
	CHECK_OK(close(fd));
	CHECK_FILE("f", "ABC34F6789");
	CHECK_OK(truncate("f", 3));
	CHECK_BYTES(b, "ABC\0", 4);
	CHECK_OK(truncate("f", 0));
	CHECK_EQ(test_fault(test_touch_read, b), SIGBUS);
}
