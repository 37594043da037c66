/* ELOOP: links to themselves, rings, chains: forty links may be followed, not forty-one. */
#include "test.h"

static void test(void)
{
	char name[16], target[16];

	test_scratch();
	CHECK_OK(symlink("self", "self"));
	CHECK_OK(symlink("b", "a"));
	CHECK_OK(symlink("a", "b"));
	CHECK_ERRNO(open("self", O_RDONLY), ELOOP);
	CHECK_ERRNO(access("a", F_OK), ELOOP);
	CHECK_ERRNO(access("a/x", F_OK), ELOOP);
	CHECK_ERRNO(open("a", O_RDWR | O_CREAT, 0600), ELOOP);
	CHECK_ERRNO(chdir("a"), ELOOP);
	test_write_file("c0", "end");
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		snprintf(target, sizeof(target), "c%d", i - 1);
		CHECK_OK(symlink(target, name));
	}
	CHECK_OK(access("c40", F_OK));
	CHECK_ERRNO(access("c41", F_OK), ELOOP);
	CHECK_OK(unlink("a"));
	CHECK_OK(unlink("self"));
}
