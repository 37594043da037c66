/* Capabilities over execve(2), the bounding and ambient sets, securebits; the Cap lines of /proc/self/status. */
#define TEST_HELPER
#include "test.h"
#include "capability.h"
#include <sys/prctl.h>

#define BIT(cap) (1ull << (cap))

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_IS_SET 1
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_LOWER 3
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

/* A row of /proc/self/status: "CapEff". */
static unsigned long long row(const char *name)
{
	static char text[8192];
	int fd = (int)CHECK_OK(open("/proc/self/status", O_RDONLY));
	ssize_t n = CHECK_OK(read(fd, text, sizeof(text) - 1));
	char *at;

	close(fd);
	text[n] = '\0';
	at = strstr(text, name);
	return at ? strtoull(at + strlen(name) + 2, NULL, 16) : ~0ull;
}

static void set_sets(unsigned long long effective, unsigned long long permitted, unsigned long long inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
		{ (unsigned)effective, (unsigned)permitted, (unsigned)inheritable },
		{ (unsigned)(effective >> 32), (unsigned)(permitted >> 32), (unsigned)(inheritable >> 32) },
	};

	CHECK_EQ(RAW(SYS_capset, &h, d), 0);
}

/* What the program finds after exec is in the arguments: effective, permitted, ambient in hexadecimal. */
static int test_helper(int argc, char **argv)
{
	CHECK_EQ(argc, 5);
	CHECK_EQ(row("CapEff"), strtoull(argv[2], NULL, 16));
	CHECK_EQ(row("CapPrm"), strtoull(argv[3], NULL, 16));
	CHECK_EQ(row("CapAmb"), strtoull(argv[4], NULL, 16));
	CHECK_EQ(prctl(PR_GET_KEEPCAPS), 0);
	test_exit();
}

static void run(unsigned long long effective, unsigned long long permitted, unsigned long long ambient)
{
	char a[20], b[20], c[20];

	snprintf(a, sizeof(a), "%llx", effective);
	snprintf(b, sizeof(b), "%llx", permitted);
	snprintf(c, sizeof(c), "%llx", ambient);
	EXEC_SELF("caps", a, b, c);
}

static void as_root(void)
{
	set_sets(0, row("CapPrm"), 0);
	run(row("CapBnd"), row("CapBnd"), 0);
}

static void bounded(void)
{
	CHECK_EQ(prctl(PR_CAPBSET_READ, CAP_CHOWN), 1);
	CHECK_ERRNO(prctl(PR_CAPBSET_READ, 64), EINVAL);
	CHECK_ERRNO(prctl(PR_CAPBSET_DROP, 64), EINVAL);
	CHECK_OK(prctl(PR_CAPBSET_DROP, CAP_CHOWN));
	CHECK_EQ(prctl(PR_CAPBSET_READ, CAP_CHOWN), 0);
	CHECK(row("CapPrm") & BIT(CAP_CHOWN));
	run(row("CapBnd"), row("CapBnd"), 0);
}

static void ordinary(void)
{
	CHECK_OK(prctl(PR_SET_KEEPCAPS, 1));
	CHECK_EQ(RAW(SYS_setresuid, 1000, 1000, 1000), 0);
	CHECK(row("CapPrm") != 0);
	run(0, 0, 0);
}

static void ambient(void)
{
	CHECK_OK(prctl(PR_SET_KEEPCAPS, 1));
	CHECK_EQ(RAW(SYS_setresuid, 1000, 1000, 1000), 0);
	CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0), EPERM);
	set_sets(0, row("CapPrm"), BIT(CAP_KILL));
	CHECK_OK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
	CHECK_EQ(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0), 1);
	CHECK_EQ(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0), 0);
	CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 64, 0, 0), EINVAL);
	CHECK_ERRNO(prctl(PR_CAP_AMBIENT, 9, CAP_KILL, 0, 0), EINVAL);
	CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0), EINVAL);
	run(BIT(CAP_KILL), BIT(CAP_KILL), BIT(CAP_KILL));
}

static void secure(void)
{
	CHECK_EQ(prctl(PR_GET_SECUREBITS), 0);
	CHECK_ERRNO(prctl(PR_SET_SECUREBITS, 0x10000), EPERM);
	CHECK_OK(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NOROOT));
	CHECK_ERRNO(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), EPERM);
	CHECK_ERRNO(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP_LOCKED), EPERM);
	CHECK_EQ(RAW(SYS_setresuid, 1000, 1000, 1000), 0);
	CHECK(row("CapEff") != 0);
	CHECK_EQ(RAW(SYS_setresuid, 0, 0, 0), 0);
	run(0, 0, 0);
}

static void in_child(void (*fn)(void))
{
	pid_t pid = test_fork();

	if (pid == 0)
		fn();
	CHECK_CHILD(pid);
}

static void test(void)
{
	test_need_root();
	in_child(as_root);
	in_child(bounded);
	in_child(ordinary);
	in_child(ambient);
	in_child(secure);
}
