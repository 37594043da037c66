/* execve(2) keeps the process: pid, parent, cwd, umask, group; descriptors but for FD_CLOEXEC; memory is new. */
#define TEST_HELPER
#include "test.h"

static int data = 1;

static int test_helper(int argc, char **argv)
{
	char cwd[128];

	CHECK_EQ(argc, 5);
	CHECK_EQ(atoi(argv[1]), getpid());
	CHECK_EQ(atoi(argv[2]), getppid());
	CHECK(getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, argv[3]));
	CHECK_EQ(umask(0), 0135);
	CHECK_EQ(fcntl(40, F_GETFD), 0);
	CHECK_ERRNO(fcntl(41, F_GETFD), EBADF);
	CHECK_EQ(lseek(40, 0, SEEK_CUR), 3);
	CHECK_EQ(data, 1);
	CHECK_EQ(atoi(argv[4]), getpgrp());
	test_exit();
}

static void test(void)
{
	char pid_text[16], parent[16], group[16];

	test_scratch();
	test_write_file("f", "abcdef");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	pid_t pid = test_fork();
	if (pid == 0) {
		data = 2;
		umask(0135);
		CHECK_OK(setpgid(0, 0));
		CHECK_OK(lseek(fd, 3, SEEK_SET));
		CHECK_OK(dup2(fd, 40));
		CHECK_OK(dup3(fd, 41, O_CLOEXEC));
		snprintf(pid_text, sizeof(pid_text), "%d", getpid());
		snprintf(parent, sizeof(parent), "%d", getppid());
		snprintf(group, sizeof(group), "%d", getpgrp());
		EXEC_SELF(pid_text, parent, test_directory, group);
		_exit(1);
	}
	CHECK_CHILD(pid);
}
