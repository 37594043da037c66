/* process_vm_readv and writev: vectors that differ in shape, partial results, refusals. */
#include "ptrace/common.h"

static char text[] = "the quick brown fox";

static void test(void)
{
	char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = waiting_child();
	char a[4], b[32];
	struct iovec own[2] = { { a, 4 }, { b, 32 } }, other[2] = { { text, 10 }, { text + 10, 9 } };

	CHECK_EQ(process_vm_readv(pid, own, 2, other, 2, 0), 19);
	CHECK_BYTES(a, "the ", 4);
	CHECK_BYTES(b, "quick brown fox", 15);
	memcpy(a, "ABCD", 4);
	CHECK_EQ(process_vm_writev(pid, own, 1, other, 1, 0), 4);
	CHECK_BYTES(text, "the ", 4);
	own[0].iov_len = 4;
	CHECK_EQ(process_vm_readv(pid, own, 1, other, 1, 0), 4);
	CHECK_BYTES(a, "ABCD", 4);
	other[0] = (struct iovec){ shared, 4 };
	CHECK_EQ(process_vm_writev(pid, own, 1, other, 1, 0), 4);
	CHECK_BYTES(shared, "ABCD", 4);

	other[0] = (struct iovec){ (void *)16, 4 };
	CHECK_ERRNO(process_vm_readv(pid, own, 1, other, 1, 0), EFAULT);
	CHECK_ERRNO(process_vm_readv(pid, own, 1, other, 1, 1), EINVAL);
	CHECK_ERRNO(process_vm_readv(999999, own, 1, other, 1, 0), ESRCH);
	CHECK_EQ(process_vm_readv(pid, own, 0, other, 1, 0), 0);
	kill_child(pid);
}
