/* /proc/self/mounts, mountinfo and /proc/filesystems; a second proc; what a chroot sees. */
#include "mount_test.h"

static bool file_has(const char *path, const char *text)
{
	static char buf[65536];
	int fd = open(path, O_RDONLY);
	size_t n = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	while ((got = read(fd, buf + n, sizeof(buf) - 1 - n)) > 0)
		n += (size_t)got;
	buf[n] = '\0';
	close(fd);
	return strstr(buf, text) != NULL;
}

static void test(void)
{
	char row[PATH_MAX + 128];
	pid_t pid;

	mount_test_start();
	CHECK(file_has("/proc/filesystems", "nodev\ttmpfs\n"));
	CHECK(file_has("/proc/filesystems", "nodev\tproc\n"));
	CHECK_OK(mkdir("a b", 0755));
	CHECK_OK(mount("my source", "a b", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,mode=700"));
	snprintf(row, sizeof(row), "my\\040source %s/a\\040b tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700", test_directory);
	CHECK(file_has("/proc/self/mounts", row));
	CHECK(file_has("/proc/mounts", row));
	snprintf(row, sizeof(row), " / %s/a\\040b rw,nosuid,nodev,noexec,relatime - tmpfs my\\040source rw,size=1024k,mode=700", test_directory);
	CHECK(file_has("/proc/self/mountinfo", row));
	CHECK_OK(mkdir("a b/in", 0755));
	CHECK_OK(mkdir("c", 0755));
	CHECK_OK(mount("a b/in", "c", NULL, MS_BIND, NULL));
	snprintf(row, sizeof(row), " /in %s/c rw,nosuid,nodev,noexec,relatime - tmpfs my\\040source ", test_directory);
	CHECK(file_has("/proc/self/mountinfo", row));
	CHECK_OK(mkdir("c/proc", 0755));
	CHECK_OK(mount("proc", "c/proc", "proc", 0, NULL));
	CHECK(file_has("c/proc/self/mounts", " proc rw,relatime"));
	pid = test_fork();
	if (pid == 0) {
		CHECK_OK(chroot("c"));
		CHECK_OK(chdir("/"));
		CHECK(file_has("/proc/self/mounts", "my\\040source / tmpfs "));
		CHECK(file_has("/proc/self/mounts", "proc /proc proc rw,relatime 0 0\n"));
		CHECK(!file_has("/proc/self/mounts", "a\\040b"));
		CHECK_OK(access("/../../proc/self", F_OK));
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(umount("c/proc"));
	CHECK_OK(umount("c"));
	CHECK_OK(umount("a b"));
	CHECK_OK(rmdir("a b"));
	CHECK_OK(rmdir("c"));
}
