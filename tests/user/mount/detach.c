/* umount2(2)'s flags: MNT_DETACH with a file and a directory still in use, and raced; MNT_EXPIRE, UMOUNT_NOFOLLOW; MS_MOVE. */
#include "mount_test.h"

static void lazy(void)
{
	char c = 0, path[64];
	int fd, dir;

	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	test_write_file("m/f", "abc");
	fd = (int)CHECK_OK(open("m/f", O_RDWR));
	dir = (int)CHECK_OK(open("m", O_RDONLY | O_DIRECTORY));
	CHECK_OK(umount2("m", MNT_DETACH));
	CHECK_ERRNO(access("m/f", F_OK), ENOENT);
	CHECK_EQ(pread(fd, &c, 1, 2), 1);
	CHECK_EQ(c, 'c');
	CHECK_OK(faccessat(dir, "f", F_OK, 0));
	CHECK_OK(mkdirat(dir, "new", 0700));
	CHECK_OK(close((int)CHECK_OK(openat(dir, "new/../f", O_RDONLY))));
	/* What is out of the table is no place for a mount; older Linux says EINVAL. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d/new", dir);
	CHECK(mount("none", path, "tmpfs", 0, NULL) < 0 && (errno == ENOENT || errno == EINVAL));
	CHECK(mount("/tmp", path, NULL, MS_BIND, NULL) < 0 && (errno == ENOENT || errno == EINVAL));
	CHECK_OK(close(fd));
	CHECK_OK(close(dir));
}

/* Two who mount at one place at the same time: one comes on top of the other, unless its place was taken away. */
static void same_place(void)
{
	pid_t pid = test_fork();

	for (int i = 0; i < 150; i++) {
		if (mount("none", "m", "tmpfs", 0, NULL) < 0)
			CHECK(errno == ENOENT || errno == EINVAL);
		if (umount2("m", MNT_DETACH) < 0)
			CHECK_EQ(errno, EINVAL);
	}
	if (pid == 0)
		test_exit();
	CHECK_CHILD(pid);
	while (umount2("m", MNT_DETACH) == 0)
		;
}

static void expire(void)
{
	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	CHECK_ERRNO(umount2("m", MNT_EXPIRE | MNT_DETACH), EINVAL);
	CHECK_ERRNO(umount2("m", MNT_EXPIRE), EAGAIN);
	CHECK_OK(mkdir("m/used", 0700));
	int fd = (int)CHECK_OK(open("m", O_RDONLY));
	CHECK_ERRNO(umount2("m", MNT_EXPIRE), EBUSY);
	CHECK_OK(close(fd));
	CHECK_ERRNO(umount2("m", MNT_EXPIRE), EAGAIN);
	CHECK_OK(umount2("m", MNT_EXPIRE));
	CHECK_ERRNO(umount("m"), EINVAL);
}

static void no_follow(void)
{
	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	CHECK_OK(symlink("m", "link"));
	CHECK_ERRNO(umount2("link", UMOUNT_NOFOLLOW), EINVAL);
	CHECK_OK(umount2("link", 0));
	CHECK_OK(unlink("link"));
}

static void move(void)
{
	CHECK_OK(mkdir("to", 0700));
	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	CHECK_OK(mkdir("m/sub", 0700));
	CHECK_OK(mount("none", "m/sub", "tmpfs", 0, NULL));
	test_write_file("m/sub/f", "x");
	CHECK_ERRNO(mount("m/sub/f", "to", NULL, MS_MOVE, NULL), EINVAL);
	CHECK_ERRNO(mount("m", "m/sub", NULL, MS_MOVE, NULL), ELOOP);
	CHECK_OK(mount("m", "to", NULL, MS_MOVE, NULL));
	CHECK_OK(access("to/sub/f", F_OK));
	CHECK_ERRNO(access("m/sub", F_OK), ENOENT);
	CHECK_OK(umount("to/sub"));
	CHECK_OK(umount("to"));
	CHECK_OK(rmdir("to"));
}

static void unprivileged(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(mount("none", "m", "tmpfs", 0, NULL), EPERM);
		CHECK_ERRNO(umount("/proc"), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void test(void)
{
	mount_test_start();
	CHECK_OK(mkdir("m", 0755));
	lazy();
	same_place();
	expire();
	no_follow();
	move();
	CHECK_OK(chmod(".", 0755));
	unprivileged();
	CHECK_OK(rmdir("m"));
}
