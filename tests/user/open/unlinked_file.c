/* A file lives on without a name as long as a descriptor or a mapping is open. */
#include "test.h"

static void test(void)
{
	struct stat st;
	char buf[8];

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(fd, "alive", 5), 5);
	CHECK_OK(unlink("f"));
	CHECK_ERRNO(open("f", O_RDONLY), ENOENT);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_nlink, 0);
	CHECK_EQ(pread(fd, buf, 8, 0), 5);
	CHECK_BYTES(buf, "alive", 5);
	char *map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	CHECK_EQ(pwrite(fd, "A", 1, 0), 1);
	CHECK_OK(close(fd));
	CHECK_BYTES(map, "Alive", 5);
	test_write_file("f", "other");
	CHECK_BYTES(map, "Alive", 5);
	CHECK_OK(munmap(map, PAGE));
}
