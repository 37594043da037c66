/* tmpfs's bounds: size= gives ENOSPC with the earlier bytes intact, nr_inodes= too; statvfs; remount; pages come back. */
#include "mount_test.h"

static void fill(void)
{
	static char block[4096];
	struct statvfs v;
	int fd = (int)CHECK_OK(open("m/big", O_RDWR | O_CREAT, 0600));
	unsigned blocks = 0;
	ssize_t n;

	memset(block, 'a', sizeof(block));
	while ((n = write(fd, block, sizeof(block))) == (ssize_t)sizeof(block))
		blocks++;
	CHECK(n < 0 && errno == ENOSPC);
	CHECK_EQ(blocks, 16);
	CHECK_OK(statvfs("m", &v));
	CHECK_EQ(v.f_blocks * v.f_frsize, 64 << 10);
	CHECK_EQ(v.f_bfree, 0);
	CHECK_EQ(pread(fd, block, sizeof(block), 15 * 4096), 4096);
	CHECK_EQ(block[4095], 'a');
	CHECK_OK(pwrite(fd, "b", 1, 0));
	CHECK_ERRNO(mount(NULL, "m", NULL, MS_REMOUNT, "size=32k"), EINVAL);
	CHECK_OK(mount(NULL, "m", NULL, MS_REMOUNT, "size=128k"));
	CHECK_EQ(pwrite(fd, block, sizeof(block), 16 * 4096), 4096);
	CHECK_OK(ftruncate(fd, 0));
	CHECK_OK(statvfs("m", &v));
	CHECK_EQ(v.f_bfree, v.f_blocks);
	CHECK_OK(close(fd));
	CHECK_OK(unlink("m/big"));
}

static void test(void)
{
	struct statvfs v;
	char name[32];
	int made = 0;

	mount_test_start();
	CHECK_OK(mkdir("m", 0700));
	CHECK_OK(mount("none", "m", "tmpfs", 0, "size=64k,nr_inodes=8"));
	fill();
	for (; made < 20; made++) {
		snprintf(name, sizeof(name), "m/%d", made);
		if (mknod(name, S_IFREG | 0600, 0) < 0)
			break;
	}
	CHECK_EQ(errno, ENOSPC);
	CHECK_EQ(made, 7);
	CHECK_OK(statvfs("m", &v));
	CHECK_EQ(v.f_files, 8);
	CHECK_EQ(v.f_ffree, 0);
	CHECK_OK(umount("m"));
	CHECK_OK(rmdir("m"));
}
