/* Non-canonical addresses raise #GP, or #SS by way of the stack: SIGSEGV or SIGBUS with SI_KERNEL and no address. */
#include "test.h"

static void through_stack(void *address)
{
	__asm__ volatile("mov %%rsp, %%rbx\n\tmov %0, %%rsp\n\tpop %%rax\n\tmov %%rbx, %%rsp" : : "r"(address) : "rax", "rbx", "memory");
}

static void jump(void *address)
{
	((void (*)(void))address)();
}

static void test(void)
{
	CHECK_EQ(test_fault(test_touch_read, (void *)0x8000000000000000), SIGSEGV);
	CHECK_EQ(test_fault_info.si_code, SI_KERNEL);
	CHECK_EQ(test_fault_info.si_addr, 0);
	CHECK_EQ(test_fault(test_touch_write, (void *)0x0000800000000000), SIGSEGV);
	CHECK_EQ(test_fault_info.si_code, SI_KERNEL);
	CHECK_EQ(test_fault(jump, (void *)0x8000000000000000), SIGSEGV);
	CHECK_EQ(test_fault_info.si_code, SI_KERNEL);

	pid_t pid = test_fork();
	if (pid == 0) {
		through_stack((void *)0x8000000000000000);
		_exit(0);
	}
	int status = test_wait(pid) & 0xff7f;
	CHECK(status == SIGBUS || status == SIGSEGV);
}
