/* access(2) and faccessat2(2): the real user's rights, root's, F_OK, flags, errors. */
#include "test.h"

#define NR_FACCESSAT2 439

static void test(void)
{
	test_need_root();
	test_scratch();
	test_write_file("f", "");
	CHECK_OK(chmod("f", 0));
	test_write_file("x", "");
	CHECK_OK(chmod("x", 0711));
	CHECK_OK(symlink("none", "dangling"));
	CHECK_OK(access("f", F_OK));
	CHECK_OK(access("f", R_OK | W_OK));
	CHECK_ERRNO(access("f", X_OK), EACCES);
	CHECK_OK(access("x", X_OK));
	CHECK_OK(access(".", X_OK));
	CHECK_ERRNO(access("none", F_OK), ENOENT);
	CHECK_ERRNO(access("dangling", F_OK), ENOENT);
	CHECK_ERRNO(access("f", 8), EINVAL);
	CHECK_ERRNO(access("f/g", F_OK), ENOTDIR);
	CHECK_OK(syscall(NR_FACCESSAT2, AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
	CHECK_ERRNO(syscall(NR_FACCESSAT2, AT_FDCWD, "f", F_OK, 1), EINVAL);
	CHECK_ERRNO(syscall(NR_FACCESSAT2, -1, "f", F_OK, 0), EBADF);

	pid_t pid = test_fork();
	if (pid == 0) {
		/* The effective user is root still: access asks for the real one. */
		CHECK_OK(syscall(SYS_setresuid, NO_UID, -1, -1));
		CHECK_ERRNO(access("f", R_OK), EACCES);
		CHECK_OK(syscall(NR_FACCESSAT2, AT_FDCWD, "f", R_OK, AT_EACCESS));
		CHECK_OK(access("x", X_OK));
		CHECK_ERRNO(access("x", R_OK), EACCES);
		CHECK_OK(open("f", O_RDONLY));
		test_exit();
	}
	CHECK_CHILD(pid);
}
