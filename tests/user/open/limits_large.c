/* 65,536 open files in one process, 100,000 files in one folder, a file of 10 GB that is all hole but for its ends. */
#include "test.h"

#define OPEN_FILES 65536
#define FOLDER_FILES 100000

static void check_open_files(void)
{
	struct rlimit old, limit = { OPEN_FILES, OPEN_FILES };
	int fd, last = -1, files = OPEN_FILES;

	CHECK_OK(getrlimit(RLIMIT_NOFILE, &old));
	limit.rlim_max = old.rlim_max > OPEN_FILES ? old.rlim_max : OPEN_FILES;
	/* Where the hard limit is lower and cannot be raised, the numbers are smaller and the answers the same. */
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
		CHECK(!test_on_astra());
		limit = (struct rlimit){ old.rlim_max, old.rlim_max };
		files = (int)old.rlim_max;
		CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	}
	test_write_file("one", "1");
	while ((fd = open("one", O_RDONLY)) >= 0)
		last = fd;
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(last, files - 1);
	CHECK_ERRNO(dup(0), EMFILE);
	CHECK_ERRNO(fcntl(0, F_DUPFD, 3), EMFILE);
	CHECK_ERRNO(fcntl(0, F_DUPFD, files), EINVAL);
	char c = 0;
	CHECK_EQ(pread(last, &c, 1, 0), 1);
	CHECK_EQ(c, '1');
	CHECK_OK(close(files / 2));
	CHECK_EQ(open("one", O_RDONLY), files / 2);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(pread(last, &c, 1, 0), 1);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(syscall(SYS_close_range, 3, ~0U, 0));
	CHECK_EQ(open("one", O_RDONLY), 3);
	CHECK_OK(close(3));
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &old));
}

/* The highest descriptor that there can be, or that this user may have. */
static void check_highest(void)
{
	struct rlimit old, limit;
	char text[32];

	CHECK(test_read_file("/proc/sys/fs/nr_open", text, sizeof(text)) > 0);
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &old));
	limit.rlim_cur = limit.rlim_max = (rlim_t)atol(text);
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
		CHECK(!test_on_astra());
		limit = (struct rlimit){ old.rlim_max, old.rlim_max };
		CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	}
	int top = (int)limit.rlim_cur - 1;
	CHECK_EQ(dup2(2, top), top);
	CHECK_ERRNO(dup2(2, top + 1), EBADF);
	CHECK_EQ(fcntl(2, F_DUPFD, top - 1), top - 1);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(fcntl(top, F_GETFD));
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(close(top));
	CHECK_OK(close(top - 1));
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &old));
}

static void check_folder(void)
{
	char name[32], memory[] = "/dev/shm/many-files-XXXXXX";
	long seen = 0;
	DIR *d;

	/* Where there is a file system in memory, a disk is spared 100,000 names. */
	if (!test_on_astra() && mkdtemp(memory))
		CHECK_OK(chdir(memory));
	CHECK_OK(mkdir("many", 0755));
	for (int i = 0; i < FOLDER_FILES; i++) {
		snprintf(name, sizeof(name), "many/%d", i);
		CHECK_OK(mknod(name, S_IFREG | 0644, 0));
	}
	CHECK_OK(access("many/0", F_OK));
	CHECK_OK(access("many/99999", F_OK));
	CHECK_ERRNO(access("many/100000", F_OK), ENOENT);
	CHECK_ERRNO(mkdir("many/77777", 0700), EEXIST);
	CHECK_OK(rename("many/5", "many/moved"));
	d = opendir("many");
	CHECK(d != NULL);
	while (d && readdir(d))
		seen++;
	CHECK_EQ(seen, FOLDER_FILES + 2);
	closedir(d);
	CHECK_ERRNO(rmdir("many"), ENOTEMPTY);
	CHECK_OK(unlink("many/moved"));
	for (int i = 0; i < FOLDER_FILES; i++) {
		snprintf(name, sizeof(name), "many/%d", i);
		if (i != 5)
			CHECK_OK(unlink(name));
	}
	CHECK_OK(rmdir("many"));
	CHECK_OK(chdir(test_directory));
	(void)rmdir(memory);
}

static void check_sparse(void)
{
	off_t size = 10LL << 30;
	struct stat st;
	char got[8] = "";
	int fd = (int)CHECK_OK(open("sparse", O_RDWR | O_CREAT, 0600));

	CHECK_EQ(write(fd, "begin", 5), 5);
	CHECK_EQ(pwrite(fd, "end", 3, size - 3), 3);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, size);
	CHECK(st.st_blocks * 512 < 1 << 20);
	CHECK_EQ(pread(fd, got, 8, size / 2), 8);
	CHECK_BYTES(got, "\0\0\0\0\0\0\0\0", 8);
	CHECK_EQ(lseek(fd, 0, SEEK_HOLE), PAGE);
	CHECK_EQ(lseek(fd, PAGE, SEEK_DATA), size - (off_t)PAGE);
	CHECK_EQ(pread(fd, got, 8, size - 3), 3);
	CHECK_BYTES(got, "end", 3);
	char *map = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	CHECK_EQ(map[size - 1], 'd');
	map[size / 2] = 'm';
	CHECK_OK(munmap(map, (size_t)size));
	CHECK_EQ(lseek(fd, PAGE, SEEK_DATA), size / 2);
	CHECK_OK(ftruncate(fd, size / 2));
	CHECK_ERRNO(lseek(fd, PAGE, SEEK_DATA), ENXIO);
	CHECK_OK(ftruncate(fd, LONG_MAX / 2) == 0 || errno == EFBIG ? 0 : -1);
	CHECK_OK(close(fd));
	CHECK_OK(unlink("sparse"));
}

static void test(void)
{
	test_scratch();
	check_sparse();
	check_folder();
	check_open_files();
	check_highest();
}
