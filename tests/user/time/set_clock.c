/* Who may set the clock by clock_settime(2), settimeofday(2), adjtimex(2); what is refused; what adjtimex tells. */
#include "test.h"
#include <sys/timex.h>

static void test(void)
{
	struct timeval tv = { 1, 1000001 };
	struct timespec ts = { 1, -1 };
	struct timex x;

	CHECK_EQ(RAW(SYS_settimeofday, &tv, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_settimeofday, test_unmapped(), NULL), -EFAULT);
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_REALTIME, &ts), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_MONOTONIC, &ts), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_TAI, &ts), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, 99, &ts), -EINVAL);
	memset(&x, 0, sizeof(x));
	long state = RAW(SYS_adjtimex, &x);
	CHECK(state >= 0 && state <= 5);
	CHECK(x.tick >= 9000 && x.tick <= 11000);
	CHECK_EQ(x.tolerance, 32768000);
	int64_t now = time(NULL);
	CHECK(x.time.tv_sec >= now - 1 && x.time.tv_sec <= now);
	CHECK_EQ(RAW(SYS_clock_adjtime, CLOCK_REALTIME, &x), state);
	CHECK_EQ(RAW(SYS_clock_adjtime, CLOCK_MONOTONIC, &x), -EOPNOTSUPP);
	CHECK_EQ(RAW(SYS_clock_adjtime, 99, &x), -EINVAL);
	CHECK_EQ(RAW(SYS_adjtimex, test_unmapped()), -EFAULT);
	test_need_root();
	test_drop_root(NO_UID);
	tv = (struct timeval){ 1000000000, 0 };
	ts = (struct timespec){ 1000000000, 0 };
	CHECK_EQ(RAW(SYS_settimeofday, &tv, NULL), -EPERM);
	/* Who may not is told so even of a time that nobody could set. */
	tv.tv_sec = 0;
	CHECK_EQ(RAW(SYS_settimeofday, &tv, NULL), -EPERM);
	ts.tv_sec = 0;
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_REALTIME, &ts), -EPERM);
	ts.tv_sec = -1;
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_REALTIME, &ts), -EINVAL);
	ts.tv_sec = 1000000000;
	x.modes = 0x8000;	/* adjtime's bit without its offset */
	CHECK_EQ(RAW(SYS_adjtimex, &x), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_REALTIME, &ts), -EPERM);
	x.modes = ADJ_FREQUENCY;
	CHECK_EQ(RAW(SYS_adjtimex, &x), -EPERM);
	x.modes = ADJ_SETOFFSET;
	CHECK_EQ(RAW(SYS_clock_adjtime, CLOCK_REALTIME, &x), -EPERM);
	x.modes = 0;
	CHECK_EQ(RAW(SYS_adjtimex, &x), state);
}
