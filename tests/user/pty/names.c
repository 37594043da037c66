/* /dev/ptmx and /dev/pts: a node while the master is open, its number, owner, mode and device; the lock; TIOCGPTPEER. */
#include "pty.h"

#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define PEER 0x5441

static void test(void)
{
	struct statfs fs;
	struct stat st;
	char path[32], target[32], first[32];
	int number, locked, one = 1, other, peer;

	master = (int)CHECK_OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));
	CHECK_OK(ioctl(master, TIOCGPTN, &number));
	snprintf(first, sizeof(first), "/dev/pts/%d", number);
	CHECK_OK(stat(first, &st));
	CHECK(S_ISCHR(st.st_mode));
	CHECK((st.st_mode & 07777) == 0620 || (st.st_mode & 07777) == 0600);
	CHECK_EQ(st.st_uid, getuid());
	CHECK(st.st_gid == 5 || st.st_gid == getgid());
	CHECK_EQ(major(st.st_rdev), 136);
	CHECK_EQ(minor(st.st_rdev), (unsigned)number);
	CHECK_OK(statfs(first, &fs));
	CHECK_EQ(fs.f_type, 0x1cd1);

	CHECK_OK(ioctl(master, TIOCGPTLCK, &locked));
	CHECK_EQ(locked, 1);
	CHECK_ERRNO(open(first, O_RDWR | O_NOCTTY), EIO);
	CHECK_ERRNO(ioctl(master, PEER, O_RDWR | O_NOCTTY), EIO);
	locked = 0;
	CHECK_OK(ioctl(master, TIOCSPTLCK, &locked));
	slave = (int)CHECK_OK(open(first, O_RDWR | O_NOCTTY));
	CHECK_OK(fstat(slave, &st));
	CHECK_EQ(minor(st.st_rdev), (unsigned)number);
	CHECK_EQ(isatty(slave), 1);
	CHECK_EQ(isatty(master), 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", slave);
	number = (int)readlink(path, target, sizeof(target) - 1);
	CHECK_EQ(number, (long)strlen(first));
	CHECK_BYTES(target, first, strlen(first));

	peer = (int)CHECK_OK(ioctl(master, PEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
	CHECK_EQ(fcntl(peer, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(write(peer, "x", 1), 1);
	CHECK_SCREEN("x");
	CHECK_ERRNO(ioctl(slave, TIOCGPTN, &number), ENOTTY);
	CHECK_ERRNO(ioctl(slave, TIOCPKT, &one), ENOTTY);
	CHECK_ERRNO(ioctl(master, TIOCGPTN, NULL), EFAULT);

	other = (int)CHECK_OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));
	CHECK_OK(ioctl(other, TIOCGPTN, &number));
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	CHECK(strcmp(path, first) != 0);
	CHECK_ERRNO(unlink(path), EPERM);
	CHECK_ERRNO(rename(path, "/dev/pts/zero"), EPERM);
	CHECK_ERRNO(open("/dev/pts/new", O_RDWR | O_CREAT, 0600), EACCES);
	CHECK_ERRNO(open("/dev/pts/4095", O_RDWR), ENOENT);
	close(other);
	CHECK_ERRNO(open(path, O_RDWR), ENOENT);
	close(master);
	CHECK_ERRNO(stat(first, &st), ENOENT);
}
