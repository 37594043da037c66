/* open(2) by an ordinary user: owner, group and other bits, search permission, the right to create in a directory. */
#include "test.h"

static void as_user(void)
{
	test_drop_root(NO_UID);
	CHECK_OK(open("other_read", O_RDONLY));
	CHECK_ERRNO(open("other_read", O_WRONLY), EACCES);
	CHECK_ERRNO(open("other_read", O_RDWR), EACCES);
	CHECK_ERRNO(open("other_read", O_RDONLY | O_TRUNC), EACCES);
	CHECK_ERRNO(open("root_only", O_RDONLY), EACCES);
	CHECK_OK(open("root_only", O_PATH));
	/* The owner's own bits decide for the owner, even when others may more. */
	CHECK_ERRNO(open("owner_none", O_RDONLY), EACCES);
	CHECK_OK(open("group_write", O_WRONLY));
	CHECK_ERRNO(open("group_write", O_RDONLY), EACCES);
	CHECK_ERRNO(open("closed/f", O_RDONLY), EACCES);
	CHECK_ERRNO(open("closed/none", O_RDONLY), EACCES);
	CHECK_OK(open("search/f", O_RDONLY));
	CHECK_ERRNO(open("search", O_RDONLY | O_DIRECTORY), EACCES);
	CHECK_ERRNO(open("search/new", O_WRONLY | O_CREAT, 0600), EACCES);
	CHECK_OK(open("mine", O_WRONLY | O_CREAT, 0600));
	test_exit();
}

static void make(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	test_write_file(path, "x");
	CHECK_OK(chown(path, uid, gid));
	CHECK_OK(chmod(path, mode));
}

static void test(void)
{
	struct stat st;

	test_need_root();
	test_scratch();
	make("other_read", 0, 0, 0644);
	make("root_only", 0, 0, 0600);
	make("owner_none", NO_UID, NO_UID, 0066);
	make("group_write", 0, NO_UID, 0024);
	CHECK_OK(mkdir("closed", 0700));
	make("closed/f", 0, 0, 0644);
	CHECK_OK(mkdir("search", 0711));
	make("search/f", 0, 0, 0644);
	CHECK_OK(open("root_only", O_RDWR));

	pid_t pid = test_fork();
	if (pid == 0)
		as_user();
	CHECK_CHILD(pid);
	CHECK_OK(stat("mine", &st));
	CHECK_EQ(st.st_uid, NO_UID);
	CHECK_EQ(st.st_gid, NO_UID);
}
