/* Read-only, noexec, nodev and nosymfollow mounts; remount of a file system and of one bind mount; statvfs. */
#include "mount_test.h"
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <utime.h>

static void all_refused(const char *dir)
{
	char a[64], b[64];
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	int fd;

	snprintf(a, sizeof(a), "%s/f", dir);
	snprintf(b, sizeof(b), "%s/g", dir);
	CHECK_ERRNO(open(a, O_WRONLY), EROFS);
	CHECK_ERRNO(open(a, O_RDONLY | O_TRUNC), EROFS);
	CHECK_ERRNO(open(b, O_RDWR | O_CREAT, 0600), EROFS);
	CHECK_ERRNO(open(a, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_ERRNO(mkdir(b, 0700), EROFS);
	CHECK_ERRNO(mkdir(a, 0700), EEXIST);
	CHECK_ERRNO(mknod(b, S_IFIFO | 0600, 0), EROFS);
	CHECK_ERRNO(symlink("x", b), EROFS);
	CHECK_ERRNO(link(a, b), EROFS);
	CHECK_ERRNO(unlink(a), EROFS);
	CHECK_ERRNO(unlink(b), EROFS);
	CHECK_ERRNO(rmdir(b), EROFS);
	CHECK_ERRNO(rename(a, b), EROFS);
	CHECK_ERRNO(truncate(a, 0), EROFS);
	CHECK_ERRNO(chmod(a, 0600), EROFS);
	CHECK_ERRNO(chown(a, 1, 1), EROFS);
	CHECK_ERRNO(utimensat(AT_FDCWD, a, times, 0), EROFS);
	CHECK_ERRNO(access(a, W_OK), EROFS);
	CHECK_OK(access(a, R_OK));
	fd = (int)CHECK_OK(open(a, O_RDONLY));
	CHECK_ERRNO(fchmod(fd, 0600), EROFS);
	CHECK_ERRNO(futimens(fd, times), EROFS);
	CHECK_OK(close(fd));
	snprintf(a, sizeof(a), "%s/fifo", dir);
	fd = (int)CHECK_OK(open(a, O_RDWR | O_NONBLOCK));
	CHECK_OK(close(fd));
}

static void read_only(void)
{
	struct statvfs v;
	int fd;

	test_write_file("m/f", "abc");
	CHECK_OK(mkfifo("m/fifo", 0600));
	CHECK_OK(mount("m", "b", NULL, MS_BIND, NULL));
	CHECK_OK(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	all_refused("b");
	CHECK_OK(statvfs("b", &v));
	CHECK(v.f_flag & ST_RDONLY);
	CHECK_OK(statvfs("m", &v));
	CHECK(!(v.f_flag & ST_RDONLY));
	fd = (int)CHECK_OK(open("m/f", O_WRONLY));
	CHECK_ERRNO(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL), EBUSY);
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_OK(close(fd));
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	all_refused("m");
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT, NULL));
	test_write_file("m/f", "def");
	CHECK_ERRNO(open("b/f", O_WRONLY), EROFS);
	CHECK_OK(umount("b"));
	CHECK_OK(mount("m", "b", NULL, MS_BIND, NULL));
	test_write_file("b/f", "ghi");
	CHECK_OK(umount("b"));
}

static void no_exec(void)
{
	char *argv[] = { "m/prog", NULL };
	int fd;

	test_write_file("m/prog", "#!/bin/none\n");
	CHECK_OK(chmod("m/prog", 0755));
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT | MS_NOEXEC | MS_NODEV | MS_NOSUID, NULL));
	CHECK_ERRNO(execve("m/prog", argv, argv + 1), EACCES);
	CHECK_ERRNO(access("m/prog", X_OK), EACCES);
	fd = (int)CHECK_OK(open("m/prog", O_RDONLY));
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EPERM);
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	CHECK_OK(close(fd));
	CHECK_OK(mknod("m/null", S_IFCHR | 0666, makedev(1, 3)));
	CHECK_ERRNO(open("m/null", O_RDWR), EACCES);
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT, NULL));
	CHECK_OK(close((int)CHECK_OK(open("m/null", O_RDWR))));
}

static void access_times(void)
{
	struct timespec old[2] = { { 1000, 0 }, { 2000, 0 } };
	struct stat st;
	char c;
	int fd;

	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT | MS_NOATIME, NULL));
	CHECK_OK(utimensat(AT_FDCWD, "m/f", old, 0));
	fd = (int)CHECK_OK(open("m/f", O_RDONLY));
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_atime, 1000);
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT | MS_RELATIME, NULL));
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_OK(fstat(fd, &st));
	CHECK(st.st_atime > 1000);
	CHECK_OK(close(fd));
}

static void test(void)
{
	mount_test_start();
	CHECK_OK(mkdir("m", 0700));
	CHECK_OK(mkdir("b", 0700));
	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	read_only();
	no_exec();
	access_times();
	CHECK_OK(symlink("f", "m/link"));
	CHECK_OK(umount2("m", MNT_DETACH));
	CHECK_OK(mount("none", "m", "tmpfs", MS_RDONLY, NULL));
	CHECK_ERRNO(mkdir("m/x", 0700), EROFS);
	CHECK_OK(umount("m"));
	CHECK_OK(rmdir("m"));
	CHECK_OK(rmdir("b"));
}
