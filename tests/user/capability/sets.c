/* capget(2), capset(2): versions, rules of the sets, what setuid and keepcaps do to them, checks that follow. */
#include "test.h"
#include "capability.h"
#include <sys/prctl.h>
#include <sys/stat.h>

#define BIT(cap) (1ull << (cap))

struct sets {
	unsigned long long effective, permitted, inheritable;
};

static long get(struct sets *s)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];
	long r = RAW(SYS_capget, &h, d);

	s->effective = d[0].effective | (unsigned long long)d[1].effective << 32;
	s->permitted = d[0].permitted | (unsigned long long)d[1].permitted << 32;
	s->inheritable = d[0].inheritable | (unsigned long long)d[1].inheritable << 32;
	return r;
}

static long set(unsigned long long effective, unsigned long long permitted, unsigned long long inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
		{ (unsigned)effective, (unsigned)permitted, (unsigned)inheritable },
		{ (unsigned)(effective >> 32), (unsigned)(permitted >> 32), (unsigned)(inheritable >> 32) },
	};

	return RAW(SYS_capset, &h, d);
}

static void versions(void)
{
	struct __user_cap_header_struct h = { 0x12345678, 0 };
	struct __user_cap_data_struct d[2];

	CHECK_EQ(RAW(SYS_capget, &h, NULL), 0);
	CHECK_EQ(h.version, _LINUX_CAPABILITY_VERSION_3);
	h.version = 1;
	CHECK_EQ(RAW(SYS_capget, &h, d), -EINVAL);
	CHECK_EQ(h.version, _LINUX_CAPABILITY_VERSION_3);
	h.pid = -1;
	CHECK_EQ(RAW(SYS_capget, &h, d), -EINVAL);
	h.pid = 1 << 22;
	CHECK_EQ(RAW(SYS_capget, &h, d), -ESRCH);
	h.pid = getppid();
	CHECK_EQ(RAW(SYS_capset, &h, d), -EPERM);
	h = (struct __user_cap_header_struct){ _LINUX_CAPABILITY_VERSION_1, 0 };
	CHECK_EQ(RAW(SYS_capget, &h, d), 0);
	h.pid = getpid();
	CHECK_EQ(RAW(SYS_capget, &h, d), 0);
	CHECK_EQ(RAW(SYS_capget, test_unmapped(), d), -EFAULT);
}

static void lowering(void)
{
	struct sets s;

	CHECK_EQ(get(&s), 0);
	CHECK(s.permitted & BIT(CAP_CHOWN));
	test_write_file("f", "x");
	CHECK_OK(chown("f", 1, 1));
	CHECK_EQ(set(0, s.permitted, 0), 0);
	CHECK_ERRNO(chown("f", 2, 2), EPERM);
	CHECK_ERRNO(chroot("."), EPERM);
	CHECK_ERRNO(open("f", O_RDONLY | O_NOATIME), EPERM);
	CHECK_EQ(set(BIT(CAP_CHOWN), s.permitted, 0), 0);
	CHECK_OK(chown("f", 2, 2));
	CHECK_EQ(set(BIT(CAP_CHOWN), BIT(CAP_CHOWN), 0), 0);
	CHECK_EQ(set(s.effective, s.permitted, 0), -EPERM);
	CHECK_EQ(set(BIT(CAP_KILL), BIT(CAP_CHOWN), 0), -EPERM);
	CHECK_EQ(set(0, BIT(CAP_CHOWN), BIT(CAP_KILL)), -EPERM);
	CHECK_EQ(set(0, BIT(CAP_CHOWN), BIT(CAP_CHOWN)), 0);
}

static void reading(void)
{
	struct sets s;

	CHECK_EQ(get(&s), 0);
	test_write_file("secret", "x");
	CHECK_OK(chown("secret", 77, 77));
	CHECK_OK(chmod("secret", 0));
	CHECK_EQ(set(BIT(CAP_DAC_READ_SEARCH), s.permitted, 0), 0);
	CHECK_OK(close((int)CHECK_OK(open("secret", O_RDONLY))));
	CHECK_ERRNO(open("secret", O_WRONLY), EACCES);
	CHECK_EQ(set(BIT(CAP_DAC_OVERRIDE), s.permitted, 0), 0);
	CHECK_OK(close((int)CHECK_OK(open("secret", O_RDWR))));
	CHECK_EQ(set(0, s.permitted, 0), 0);
	CHECK_ERRNO(open("secret", O_RDONLY), EACCES);
}

static void with_ids(void)
{
	struct sets s;

	CHECK_EQ(RAW(SYS_setresuid, -1, 1000, -1), 0);
	CHECK_EQ(get(&s), 0);
	CHECK_EQ(s.effective, 0);
	CHECK(s.permitted != 0);
	CHECK_EQ(RAW(SYS_setresuid, -1, 0, -1), 0);
	CHECK_EQ(get(&s), 0);
	CHECK_EQ(s.effective, s.permitted);
	CHECK_EQ(RAW(SYS_setfsuid, 1000), 0);
	CHECK_EQ(get(&s), 0);
	CHECK(!(s.effective & BIT(CAP_DAC_OVERRIDE)));
	CHECK(s.effective & BIT(CAP_SETUID));
	CHECK_EQ(RAW(SYS_setfsuid, 0), 1000);
	CHECK_EQ(RAW(SYS_setfsuid, -1), 0);
	CHECK_OK(prctl(PR_SET_KEEPCAPS, 1));
	CHECK_EQ(prctl(PR_GET_KEEPCAPS), 1);
	CHECK_EQ(RAW(SYS_setresuid, 1000, 1000, 1000), 0);
	CHECK_EQ(get(&s), 0);
	CHECK_EQ(s.effective, 0);
	CHECK(s.permitted & BIT(CAP_SETUID));
	CHECK_EQ(set(BIT(CAP_SETUID), BIT(CAP_SETUID), 0), 0);
	CHECK_EQ(RAW(SYS_setuid, 2000), 0);
	CHECK_EQ(getuid(), 2000);
	CHECK_OK(prctl(PR_SET_KEEPCAPS, 0));
	CHECK_EQ(set(0, 0, 0), 0);
	CHECK_EQ(RAW(SYS_setuid, 0), -EPERM);
	CHECK_EQ(RAW(SYS_setuid, 2000), 0);
}

static void in_child(void (*fn)(void))
{
	pid_t pid = test_fork();

	if (pid == 0) {
		fn();
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void test(void)
{
	test_need_root();
	test_scratch();
	in_child(versions);
	in_child(lowering);
	in_child(reading);
	in_child(with_ids);
}

