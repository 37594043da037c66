/* Private file pages after fork: what either side wrote is its own; the file and the other side never see it. */
#include "test.h"

static void test(void)
{
	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_OK(ftruncate(fd, 3 * (off_t)PAGE));
	CHECK_EQ(pwrite(fd, "file", 4, (off_t)PAGE), 4);
	char *map = (char *)CHECK_OK(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	map[0] = 'p';
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(map[0], 'p');
		map[0] = 'c';
		CHECK_BYTES(map + PAGE, "file", 4);
		map[PAGE] = 'F';
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(map[0], 'p');
	CHECK_BYTES(map + PAGE, "file", 4);
	CHECK_EQ(map[2 * PAGE], 0);
	char back[4];
	CHECK_EQ(pread(fd, back, 4, (off_t)PAGE), 4);
	CHECK_BYTES(back, "file", 4);
}
