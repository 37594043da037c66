/* syslog(2): sizes, whole lines with priorities, clearing, who may; and /dev/kmsg record by record. */
#include "test.h"

#define READ_ALL    3
#define CLEAR	    5
#define LEVEL	    8
#define SIZE_UNREAD 9
#define SIZE	    10

static char text[1 << 20];

static void without_rights(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_OK(setresuid(NO_UID, NO_UID, NO_UID));
		CHECK_EQ(RAW(SYS_syslog, CLEAR, 0, 0), -EPERM);
		CHECK_EQ(RAW(SYS_syslog, LEVEL, 0, 8), -EPERM);
		CHECK_EQ(RAW(SYS_syslog, SIZE_UNREAD, 0, 0), -EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}

/* The record that this program writes must come back. */
static void kmsg(void)
{
	static const char mark[] = "<4>astra test: a line of its own";
	char record[8192];
	int fd = open("/dev/kmsg", O_RDWR | O_NONBLOCK), found = 0;
	ssize_t n;

	if (fd < 0)
		return;
	CHECK_OK(lseek(fd, 0, SEEK_END));
	CHECK_ERRNO(read(fd, record, sizeof(record)), EAGAIN);
	CHECK_EQ(write(fd, mark, sizeof(mark) - 1), sizeof(mark) - 1);
	while ((n = read(fd, record, sizeof(record) - 1)) > 0) {
		record[n] = '\0';
		CHECK(strchr(record, ';') && record[n - 1] == '\n');
		found += strstr(record, mark + 3) != NULL;
	}
	CHECK_EQ(n, -1);
	CHECK_EQ(found, 1);
	CHECK_ERRNO(lseek(fd, 1, SEEK_SET), ESPIPE);
	CHECK_OK(lseek(fd, 0, SEEK_SET));
	CHECK_ERRNO(read(fd, record, 3), EINVAL);
	CHECK_OK(close(fd));
}

static void test(void)
{
	long size = RAW(SYS_syslog, SIZE, 0, 0), n;

	if (size == -EPERM || geteuid() != 0)
		test_skip("not allowed to see the log");
	CHECK(size > 0);
	CHECK_EQ(RAW(SYS_syslog, READ_ALL, 0, 10), -EINVAL);
	CHECK_EQ(RAW(SYS_syslog, READ_ALL, text, -1), -EINVAL);
	CHECK_EQ(RAW(SYS_syslog, READ_ALL, text, 0), 0);
	CHECK_EQ(RAW(SYS_syslog, 77, text, 10), -EINVAL);
	CHECK_EQ(RAW(SYS_syslog, LEVEL, 0, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_syslog, LEVEL, 0, 9), -EINVAL);
	n = RAW(SYS_syslog, READ_ALL, text, sizeof(text));
	if (n == -EPERM)
		test_skip("not allowed to read the log");
	CHECK(n >= 0);
	if (n > 0) {
		CHECK_EQ(text[0], '<');
		CHECK_EQ(text[n - 1], '\n');
		CHECK_EQ(RAW(SYS_syslog, READ_ALL, 16, sizeof(text)), -EFAULT);
	}
	without_rights();
	if (test_on_astra()) {
		kmsg();
		CHECK_EQ(RAW(SYS_syslog, CLEAR, 0, 0), 0);
		CHECK(RAW(SYS_syslog, READ_ALL, text, sizeof(text)) < n);
		CHECK_EQ(RAW(SYS_syslog, LEVEL, 0, 7), 0);
	}
}
