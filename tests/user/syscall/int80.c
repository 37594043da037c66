/* ASTRA only: int 0x80 enters the same table with x86-64 numbers and keeps every register but rax. */
#include "test.h"

static void test(void)
{
	char buf[8];
	int p[2];
	unsigned long rcx = 0x1234, r11 = 0x5678, rax = SYS_getpid;

	if (!test_on_astra())
		test_skip("int 0x80 has x86-64 numbers on ASTRA only");
	CHECK_EQ(INT80(SYS_getpid), getpid());
	CHECK_OK(pipe(p));
	CHECK_EQ(INT80(SYS_write, p[1], "hello", 5), 5);
	CHECK_EQ(INT80(SYS_read, p[0], buf, 8), 5);
	CHECK_BYTES(buf, "hello", 5);
	CHECK_EQ(INT80(SYS_read, -1, buf, 8), -EBADF);
	CHECK_EQ(INT80(SYS_write, p[1], test_unmapped(), 5), -EFAULT);
	CHECK_EQ(INT80(5000), -ENOSYS);
	CHECK_EQ(INT80(-1), -ENOSYS);
	long map = INT80(SYS_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(map > 0);
	*(char *)map = 1;
	register unsigned long r11_in __asm__("r11") = r11;
	__asm__ volatile("int $0x80" : "+a"(rax), "+c"(rcx), "+r"(r11_in) : : "memory");
	CHECK_EQ(rcx, 0x1234);
	CHECK_EQ(r11_in, 0x5678);
	pid_t pid = (pid_t)INT80(SYS_fork);
	if (pid == 0)
		INT80(SYS_exit_group, 9);
	CHECK_EXITS(pid, 9);
}
