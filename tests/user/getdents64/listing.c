/* getdents64(2): every name once with inode and type, small buffers, rewinding, EINVAL, ENOTDIR, removed directories. */
#include "test.h"

struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

#define FILES 60

static int list(int fd, size_t size, int *seen)
{
	char buf[4096] __attribute__((aligned(8)));
	int entries = 0;
	long n;

	while ((n = syscall(SYS_getdents64, fd, buf, size)) > 0) {
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(buf + at);
			struct stat st;
			CHECK(e->reclen >= 24 && e->reclen % 8 == 0 && at + e->reclen <= n);
			entries++;
			if (e->name[0] == 'f') {
				seen[atoi(e->name + 1)]++;
				CHECK_EQ(e->type, DT_REG);
				CHECK_OK(lstat(e->name, &st));
				CHECK_EQ(e->ino, st.st_ino);
			} else {
				CHECK_EQ(e->type, e->name[0] == 'l' ? DT_LNK : DT_DIR);
			}
			at += e->reclen;
		}
	}
	CHECK_EQ(n, 0);
	return entries;
}

static void test(void)
{
	int seen[FILES] = { 0 };
	char name[16];

	test_scratch();
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		test_write_file(name, "");
	}
	CHECK_OK(symlink("f0", "link"));
	CHECK_OK(mkdir("dir", 0755));
	int fd = (int)CHECK_OK(open(".", O_RDONLY | O_DIRECTORY));
	CHECK_EQ(list(fd, 4096, seen), FILES + 4);
	CHECK_EQ(list(fd, 4096, seen), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(list(fd, 80, seen), FILES + 4);
	for (int i = 0; i < FILES; i++)
		CHECK_EQ(seen[i], 2);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_ERRNO(syscall(SYS_getdents64, fd, name, 8), EINVAL);
	CHECK_ERRNO(syscall(SYS_getdents64, fd, test_unmapped(), 4096), EFAULT);
	CHECK_ERRNO(syscall(SYS_getdents64, open("f0", O_RDONLY), name, 8), ENOTDIR);
	CHECK_ERRNO(syscall(SYS_getdents64, -1, name, 8), EBADF);
	int gone = (int)CHECK_OK(open("dir", O_RDONLY));
	CHECK_OK(rmdir("dir"));
	CHECK_ERRNO(syscall(SYS_getdents64, gone, name, 16), ENOENT);
}
