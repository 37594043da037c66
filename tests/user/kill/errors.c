/* kill(2), tkill(2), tgkill(2): a target that does not exist is the first error, then the signal's number. */
#include "test.h"

#define NOBODY 0x3fffffff

static void test(void)
{
	CHECK_EQ(RAW(SYS_kill, NOBODY, 0), -ESRCH);
	CHECK_EQ(RAW(SYS_kill, NOBODY, 65), -ESRCH);
	CHECK_EQ(RAW(SYS_kill, -NOBODY, 65), -ESRCH);
	CHECK_EQ(RAW(SYS_kill, INT_MIN, 0), -ESRCH);
	CHECK_EQ(RAW(SYS_kill, getpid(), 65), -EINVAL);
	CHECK_EQ(RAW(SYS_kill, getpid(), -1), -EINVAL);
	CHECK_EQ(RAW(SYS_kill, 0, 65), -EINVAL);
	CHECK_EQ(RAW(SYS_tkill, 0, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_tkill, NOBODY, 65), -ESRCH);
	CHECK_EQ(RAW(SYS_tkill, getpid(), 65), -EINVAL);
	CHECK_EQ(RAW(SYS_tgkill, getpid(), getpid(), 65), -EINVAL);
	CHECK_EQ(RAW(SYS_tgkill, 0, getpid(), 0), -EINVAL);
	CHECK_EQ(RAW(SYS_tgkill, NOBODY, getpid(), 65), -ESRCH);
}
