/* mlock(2), mlock2(2), munlock(2), mlockall(2), munlockall(2): limits, holes, what is made present, VmLck. */
#define _GNU_SOURCE
#include "test.h"
#include <sys/mman.h>
#include <sys/resource.h>


static unsigned long locked_kib(void)
{
	static char text[8192];
	int fd = (int)CHECK_OK(open("/proc/self/status", O_RDONLY));
	ssize_t n = CHECK_OK(read(fd, text, sizeof(text) - 1));
	char *at;

	close(fd);
	text[n] = '\0';
	at = strstr(text, "VmLck:");
	return at ? strtoul(at + 6, NULL, 10) : 99999;
}

static char *map(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static unsigned present(char *p, size_t pages)
{
	unsigned char vec[64];
	unsigned count = 0;

	CHECK_OK(mincore(p, pages * PAGE, vec));
	for (size_t i = 0; i < pages; i++)
		count += vec[i] & 1;
	return count;
}

static void ranges(void)
{
	char *p = map(16);

	CHECK_EQ(present(p, 16), 0);
	CHECK_OK(mlock(p + 1, PAGE));
	CHECK_EQ(present(p, 16), 2);
	CHECK_EQ(locked_kib(), 8);
	CHECK_OK(mlock(p, 4 * PAGE));
	CHECK_EQ(locked_kib(), 16);
	CHECK_EQ(RAW(SYS_mlock2, p + 8 * PAGE, 4 * PAGE, 1), 0);
	CHECK_EQ(present(p + 8 * PAGE, 8), 0);
	CHECK_EQ(locked_kib(), 32);
	CHECK_EQ(RAW(SYS_mlock2, p, PAGE, 2), -EINVAL);
	CHECK_ERRNO(madvise(p, PAGE, MADV_DONTNEED), EINVAL);
	CHECK_ERRNO(msync(p, PAGE, MS_INVALIDATE), EBUSY);
	CHECK_OK(munlock(p, 16 * PAGE));
	CHECK_EQ(locked_kib(), 0);
	CHECK_OK(mlock(p, 0));
	CHECK_OK(munmap(p + 4 * PAGE, PAGE));
	CHECK_ERRNO(mlock(p, 8 * PAGE), ENOMEM);
	CHECK_EQ(locked_kib(), 16);
	CHECK_OK(mprotect(p + 8 * PAGE, PAGE, PROT_NONE));
	CHECK_ERRNO(mlock(p + 8 * PAGE, PAGE), ENOMEM);
	CHECK_ERRNO(mlock(p, ~0ul - (unsigned long)p), EINVAL);
	CHECK_OK(munlockall());
	CHECK_EQ(locked_kib(), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(locked_kib(), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void all(void)
{
	char *p = map(4), *guarded = map(6), *q;

	CHECK_ERRNO(mlockall(0), EINVAL);
	CHECK_ERRNO(mlockall(8), EINVAL);
	CHECK_ERRNO(mlockall(MCL_ONFAULT), EINVAL);
	/* A page without any right, as below a thread's stack, keeps no other one away. */
	CHECK_OK(mprotect(guarded + 2 * PAGE, PAGE, PROT_NONE));
	CHECK_OK(mlockall(MCL_CURRENT));
	CHECK_EQ(present(p, 4), 4);
	CHECK_EQ(present(guarded, 2), 2);
	CHECK_EQ(present(guarded + 3 * PAGE, 3), 3);
	q = map(4);
	CHECK_EQ(present(q, 4), 0);
	CHECK_OK(mlockall(MCL_FUTURE));
	q = map(4);
	CHECK_EQ(present(q, 4), 4);
	CHECK_OK(mlockall(MCL_FUTURE | MCL_ONFAULT));
	q = map(4);
	CHECK_EQ(present(q, 4), 0);
	CHECK_OK(munlockall());
	CHECK_EQ(locked_kib(), 0);
}

static void limited(void)
{
	struct rlimit small = { 8 * PAGE, 8 * PAGE }, none = { 0, 0 };
	char *p = map(16);

	CHECK_OK(setrlimit(RLIMIT_MEMLOCK, &small));
	test_drop_root(NO_UID);
	CHECK_OK(mlock(p, 8 * PAGE));
	CHECK_OK(mlock(p, 8 * PAGE));
	CHECK_ERRNO(mlock(p, 9 * PAGE), ENOMEM);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED && errno == EAGAIN);
	CHECK_ERRNO(mlockall(MCL_CURRENT), ENOMEM);
	CHECK_OK(munlock(p, 16 * PAGE));
	CHECK_OK(setrlimit(RLIMIT_MEMLOCK, &none));
	CHECK_ERRNO(mlock(p, PAGE), EPERM);
	CHECK_ERRNO(mlockall(MCL_FUTURE), EPERM);
	CHECK_OK(munlock(p, PAGE));
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
	in_child(ranges);
	in_child(all);
	in_child(limited);
}
