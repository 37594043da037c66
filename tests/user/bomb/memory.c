/* RLIMIT_AS: mmap, brk, mremap and stack-sized reservations get ENOMEM, and work again after unmapping. */
#include "test.h"

#define MIB (1UL << 20)

static void test(void)
{
	struct rlimit limit = { 64 * MIB, 64 * MIB };
	char *maps[128];
	int count = 0;

	CHECK_OK(setrlimit(RLIMIT_AS, &limit));
	CHECK_ERRNO(mmap(NULL, 65 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
	for (; count < 128; count++) {
		maps[count] = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (maps[count] == MAP_FAILED)
			break;
		maps[count][0] = 1;
	}
	CHECK(count >= 50 && count < 64);
	CHECK_EQ(errno, ENOMEM);
	CHECK_ERRNO(mremap(maps[0], MIB, 40 * MIB, MREMAP_MAYMOVE), ENOMEM);
	char *start = (char *)RAW(SYS_brk, 0);
	CHECK_EQ(RAW(SYS_brk, start + 8 * MIB), start);
	for (int i = 0; i < 10; i++)
		CHECK_OK(munmap(maps[i], MIB));
	CHECK_OK(mmap(NULL, 8 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}
