/* memfd_create(2) and its seals: names, sizes, what each seal forbids, mappings, errors. */
#include "test.h"

static int sealed(unsigned seals)
{
	int fd = CHECK_OK(memfd_create("s", MFD_ALLOW_SEALING));

	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_OK(fcntl(fd, F_ADD_SEALS, seals));
	CHECK_EQ(fcntl(fd, F_GET_SEALS), seals);
	return fd;
}

static void sizes(void)
{
	int fd = sealed(F_SEAL_SHRINK);
	CHECK_ERRNO(ftruncate(fd, PAGE), EPERM);
	CHECK_OK(ftruncate(fd, 3 * PAGE));
	CHECK_OK(close(fd));
	fd = sealed(F_SEAL_GROW);
	CHECK_ERRNO(ftruncate(fd, 3 * PAGE), EPERM);
	CHECK_ERRNO(pwrite(fd, "x", 1, 2 * PAGE), EPERM);
	CHECK_EQ(pwrite(fd, "x", 1, 2 * PAGE - 1), 1);
	CHECK_OK(ftruncate(fd, PAGE));
	CHECK_OK(close(fd));
}

static void writes(void)
{
	int fd = CHECK_OK(memfd_create("w", MFD_ALLOW_SEALING | MFD_CLOEXEC));

	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_OK(ftruncate(fd, PAGE));
	char *map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY);
	map[0] = 'a';
	CHECK_OK(munmap(map, PAGE));
	CHECK_OK(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	CHECK_ERRNO(write(fd, "x", 1), EPERM);
	CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), EPERM);
	map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	CHECK_EQ(map[0], 'a');
	map[0] = 'b';
	char c;
	CHECK_EQ(pread(fd, &c, 1, 0), 1);
	CHECK_EQ(c, 'a');
	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_OK(close(fd));
	fd = CHECK_OK(memfd_create("f", MFD_ALLOW_SEALING));
	CHECK_OK(ftruncate(fd, PAGE));
	map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	CHECK_OK(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	map[0] = 'z';
	CHECK_ERRNO(pwrite(fd, "x", 1, 0), EPERM);
	CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), EPERM);
	char *reader = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	CHECK_EQ(reader[0], 'z');
	CHECK_ERRNO(mprotect(reader, PAGE, PROT_READ | PROT_WRITE), EACCES);
	CHECK_OK(close(fd));
}

static void test(void)
{
	char name[256], link[PATH_MAX], path[64];

	memset(name, 'n', sizeof(name));
	name[250] = '\0';
	CHECK_ERRNO(memfd_create(name, 0), EINVAL);
	name[249] = '\0';
	CHECK_OK(close((int)CHECK_OK(memfd_create(name, 0))));
	CHECK_ERRNO(memfd_create("x", 0x40000), EINVAL);
	CHECK_EQ(RAW(SYS_memfd_create, test_unmapped(), 0), -EFAULT);
	int fd = CHECK_OK(memfd_create("plain", 0));
	struct stat st;
	CHECK_OK(fstat(fd, &st));
	CHECK(S_ISREG(st.st_mode) && st.st_size == 0);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	CHECK_EQ(write(fd, "hello", 5), 5);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	long n = readlink(path, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	CHECK(strcmp(link, "/memfd:plain (deleted)") == 0);
	CHECK_EQ(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL);
	CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EPERM);
	int p[2];
	CHECK_OK(pipe(p));
	CHECK_ERRNO(fcntl(p[0], F_GET_SEALS), EINVAL);
	fd = sealed(F_SEAL_SEAL);
	CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM);
	CHECK_ERRNO(fcntl(sealed(0), F_ADD_SEALS, 0x100), EINVAL);
	sizes();
	writes();
}
