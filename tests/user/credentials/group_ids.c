/* setregid(2), setfsgid(2): root sets any, others only among their own; setfsgid never fails, and tells the one before. */
#include "test.h"

static void check(gid_t real, gid_t effective, gid_t saved)
{
	gid_t r, e, s;

	CHECK_EQ(RAW(SYS_getresgid, &r, &e, &s), 0);
	CHECK(r == real && e == effective && s == saved);
}

static void test(void)
{
	test_need_root();
	CHECK_EQ(RAW(SYS_setregid, 10, 20), 0);
	check(10, 20, 20);
	CHECK_EQ(RAW(SYS_setregid, -1, 30), 0);
	check(10, 30, 30);
	CHECK_EQ(RAW(SYS_setfsgid, 77), 30);
	CHECK_EQ(RAW(SYS_setfsgid, -1), 77);
	test_scratch();
	test_write_file("f", "");
	struct stat st;
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_gid, 77);
	CHECK_EQ(RAW(SYS_setresgid, 10, 20, 30), 0);
	CHECK_EQ(RAW(SYS_setfsgid, -1), 20);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_setresuid, NO_UID, NO_UID, NO_UID));
		CHECK_EQ(RAW(SYS_setregid, 40, -1), -EPERM);
		CHECK_EQ(RAW(SYS_setregid, -1, 40), -EPERM);
		check(10, 20, 30);
		CHECK_EQ(RAW(SYS_setfsgid, 40), 20);
		CHECK_EQ(RAW(SYS_setfsgid, 30), 20);
		CHECK_EQ(RAW(SYS_setfsgid, -1), 30);
		CHECK_EQ(RAW(SYS_setregid, 20, 10), 0);
		check(20, 10, 10);
		test_exit();
	}
	CHECK_CHILD(pid);
}
