/* prctl(2): PR_SET_NAME and PR_GET_NAME with truncation, inheritance by fork, an unknown option. */
#include "test.h"

#define SET_NAME 15
#define GET_NAME 16

static void test(void)
{
	char name[17];

	CHECK_OK(syscall(SYS_prctl, SET_NAME, "short"));
	memset(name, '#', sizeof(name));
	CHECK_OK(syscall(SYS_prctl, GET_NAME, name));
	CHECK_BYTES(name, "short", 6);
	CHECK_OK(syscall(SYS_prctl, SET_NAME, "a name that is too long"));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_prctl, GET_NAME, name));
		CHECK_BYTES(name, "a name that is \0#", 17);
		CHECK_OK(syscall(SYS_prctl, SET_NAME, "child"));
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(syscall(SYS_prctl, GET_NAME, name));
	CHECK_BYTES(name, "a name that is ", 16);
	CHECK_ERRNO(syscall(SYS_prctl, 9999, 0, 0, 0, 0), EINVAL);
}
