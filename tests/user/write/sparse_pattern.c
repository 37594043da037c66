/* Pages written in a scattered order, some across page borders, read back as a model in memory says. */
#include "test.h"

#define SIZE (40 * 4096)

static char model[SIZE], back[SIZE];

static void test(void)
{
	unsigned int seed = 7;
	off_t end = 0;

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	for (int i = 0; i < 120; i++) {
		seed = seed * 1103515245 + 12345;
		off_t at = (off_t)(seed >> 8) % (SIZE - 3000);
		size_t len = 1 + (seed >> 4) % 2999;
		if (i % 17 == 16) {
			CHECK_OK(ftruncate(fd, at));
			memset(model + at, 0, (size_t)(SIZE - at));
			end = at;
			continue;
		}
		memset(model + at, 'a' + i % 26, len);
		CHECK_EQ(pwrite(fd, model + at, len, at), (long)len);
		if (end < at + (off_t)len)
			end = at + (off_t)len;
		if (i % 10 == 0) {
			CHECK_EQ(pread(fd, back, SIZE, 0), end);
			CHECK_BYTES(back, model, (size_t)end);
		}
	}
	CHECK_EQ(pread(fd, back, SIZE, 0), end);
	CHECK_BYTES(back, model, (size_t)end);
}
