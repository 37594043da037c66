/* mprotect(2): rights at page grain, ENOMEM on holes, execution of written code, EACCES on shared read-only files. */
#include "test.h"

static void test(void)
{
	static const unsigned char return_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
	char *mem = test_map(6 * PAGE, PROT_READ | PROT_WRITE);

	memset(mem, 9, 6 * PAGE);
	CHECK_OK(mprotect(mem + PAGE, PAGE, PROT_READ));
	CHECK_OK(mprotect(mem + 2 * PAGE, PAGE, PROT_NONE));
	CHECK_EQ(test_fault(test_touch_write, mem + PAGE), SIGSEGV);
	CHECK_EQ(test_fault(test_touch_read, mem + PAGE), 0);
	CHECK_EQ(test_fault(test_touch_read, mem + 2 * PAGE), SIGSEGV);
	CHECK_EQ(test_fault(test_touch_write, mem + 3 * PAGE), 0);
	CHECK_OK(mprotect(mem, 4 * PAGE, PROT_READ | PROT_WRITE));
	CHECK_EQ(mem[2 * PAGE], 9);
	mem[2 * PAGE] = 10;

	memcpy(mem, return_42, sizeof(return_42));
	CHECK_OK(mprotect(mem, PAGE, PROT_READ | PROT_EXEC));
	CHECK_EQ(((int (*)(void))(void *)mem)(), 42);
	CHECK_EQ(test_fault(test_touch_write, mem), SIGSEGV);

	CHECK_OK(munmap(mem + 5 * PAGE, PAGE));
	CHECK_ERRNO(mprotect(mem + 4 * PAGE, 2 * PAGE, PROT_READ), ENOMEM);
	test_scratch();
	test_write_file("f", "x");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	void *map = (void *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	CHECK_ERRNO(mprotect(map, PAGE, PROT_READ | PROT_WRITE), EACCES);
	map = (void *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	CHECK_OK(mprotect(map, PAGE, PROT_READ | PROT_WRITE));
}
