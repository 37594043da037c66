/* umask(2): returns the old one, keeps nine bits, applies to files, directories and FIFOs, not to chmod; set-group-ID inherits. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	CHECK_EQ(umask(0777777), 022);
	CHECK_EQ(umask(0027), 0777);
	CHECK_OK(mkdir("d", 0777));
	CHECK_OK(stat("d", &st));
	CHECK_EQ(st.st_mode & 07777, 0750);
	CHECK_OK(mkfifo("p", 0666));
	CHECK_OK(stat("p", &st));
	CHECK_EQ(st.st_mode & 07777, 0640);
	CHECK_OK(chmod("p", 0666));
	CHECK_OK(stat("p", &st));
	CHECK_EQ(st.st_mode & 07777, 0666);
	if (geteuid() == 0) {
		CHECK_OK(chown("d", 0, 55));
		CHECK_OK(chmod("d", 02777));
		test_write_file("d/f", "");
		CHECK_OK(mkdir("d/sub", 0755));
		CHECK_OK(stat("d/f", &st));
		CHECK_EQ(st.st_gid, 55);
		CHECK_OK(stat("d/sub", &st));
		CHECK_EQ(st.st_gid, 55);
		CHECK_EQ(st.st_mode & 02000, 02000);
	}
}
