/* SIGSEGV's siginfo: SEGV_MAPERR and SEGV_ACCERR with the address, for reads, writes and jumps. */
#include "test.h"

static void jump(void *address)
{
	((void (*)(void))address)();
}

static void check(void (*how)(void *), void *address, int code)
{
	CHECK_EQ(test_fault(how, address), SIGSEGV);
	CHECK_EQ(test_fault_info.si_code, code);
	CHECK_EQ(test_fault_info.si_addr, address);
}

static void test(void)
{
	char *none = test_unmapped(), *ro = test_map(PAGE, PROT_READ), *rw = test_map(PAGE, PROT_READ | PROT_WRITE);
	char *gone = test_map(PAGE, PROT_READ);

	CHECK_OK(munmap(gone, PAGE));
	check(test_touch_read, NULL, SEGV_MAPERR);
	check(test_touch_write, (void *)8, SEGV_MAPERR);
	check(test_touch_read, gone + 5, SEGV_MAPERR);
	check(test_touch_read, none + 123, SEGV_ACCERR);
	check(test_touch_write, none + 4095, SEGV_ACCERR);
	check(test_touch_write, ro + 77, SEGV_ACCERR);
	check(test_touch_write, (void *)(uintptr_t)&test, SEGV_ACCERR);
	check(jump, rw + 64, SEGV_ACCERR);
	check(jump, (void *)0x10, SEGV_MAPERR);
	check(test_touch_read, (void *)0xffffffff80000000, SEGV_MAPERR);
	check(test_touch_write, (void *)0xffff800000000000, SEGV_MAPERR);
	check(jump, (void *)0xffffffff80000000, SEGV_MAPERR);
	CHECK_EQ(test_fault(test_touch_read, ro), 0);
}
