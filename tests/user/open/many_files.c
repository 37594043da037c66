/* Hundreds of files in one directory, opened, found, renamed over and removed; the directory is empty again at the end. */
#include "test.h"

#define FILES 300

static void test(void)
{
	char name[32], other[32], text[32];

	test_scratch();
	CHECK_OK(mkdir("d", 0755));
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "d/file-%d", i);
		snprintf(text, sizeof(text), "text %d", i);
		test_write_file(name, text);
	}
	for (int i = 0; i < FILES; i += 2) {
		snprintf(name, sizeof(name), "d/file-%d", i);
		snprintf(other, sizeof(other), "d/file-%d", i + 1);
		CHECK_OK(rename(name, other));
	}
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "d/file-%d", i);
		if (i % 2 == 0) {
			CHECK_ERRNO(access(name, F_OK), ENOENT);
			continue;
		}
		snprintf(text, sizeof(text), "text %d", i - 1);
		CHECK_FILE(name, text);
		CHECK_OK(unlink(name));
	}
	CHECK_OK(rmdir("d"));
}
