/* statx(2): the basic fields agree with stat, the mask, AT_EMPTY_PATH, errors. */
#include "test.h"

#define NR_STATX	   332
#define STATX_BASIC_STATS_ 0x7ff

struct statx_basic {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, spare;
	uint64_t ino, size, blocks, attributes_mask;
	uint64_t rest[24];
};

static void test(void)
{
	struct statx_basic x;
	struct stat st;

	_Static_assert(sizeof(struct statx_basic) == 256, "struct statx");
	test_scratch();
	test_write_file("f", "hello");
	CHECK_OK(symlink("f", "l"));
	CHECK_OK(stat("f", &st));
	CHECK_OK(syscall(NR_STATX, AT_FDCWD, "f", 0, STATX_BASIC_STATS_, &x));
	CHECK_EQ(x.mask & STATX_BASIC_STATS_, STATX_BASIC_STATS_);
	CHECK_EQ(x.size, 5);
	CHECK_EQ(x.mode, st.st_mode);
	CHECK_EQ(x.ino, st.st_ino);
	CHECK_EQ(x.nlink, 1);
	CHECK_EQ(x.uid, st.st_uid);
	CHECK_EQ(x.blocks, st.st_blocks);
	CHECK_OK(syscall(NR_STATX, AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS_, &x));
	CHECK(S_ISLNK(x.mode));
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_OK(syscall(NR_STATX, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS_, &x));
	CHECK_EQ(x.ino, st.st_ino);
	CHECK_ERRNO(syscall(NR_STATX, fd, "", 0, STATX_BASIC_STATS_, &x), ENOENT);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, "f", 4, STATX_BASIC_STATS_, &x), EINVAL);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, "f", 0, 0x80000000U, &x), EINVAL);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, "f", 0x6000, STATX_BASIC_STATS_, &x), EINVAL);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, "none", 0, STATX_BASIC_STATS_, &x), ENOENT);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, "f", 0, STATX_BASIC_STATS_, test_unmapped()), EFAULT);
	CHECK_ERRNO(syscall(NR_STATX, AT_FDCWD, NULL, 0, STATX_BASIC_STATS_, &x), EFAULT);
}
