/* /proc/self: fd's rights, fdinfo, comm written, smaps and smaps_rollup, what a thread's directory has; /proc/sys. */
#define _GNU_SOURCE
#include "test.h"
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static char text[1 << 18];

static const char *slurp(const char *path)
{
	int fd = (int)CHECK_OK(open(path, O_RDONLY));
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(fd);
	return text;
}

static unsigned long number_after(const char *label)
{
	const char *at = strstr(text, label);

	CHECK(at != NULL);
	return at ? strtoul(at + strlen(label), NULL, 10) : 0;
}

static void descriptors(void)
{
	char path[64];
	struct stat st;
	int fd;

	test_write_file("f", "abcdef");
	fd = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_EQ(lseek(fd, 4, SEEK_SET), 4);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK_OK(lstat(path, &st));
	CHECK_EQ(st.st_mode, S_IFLNK | 0500);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	slurp(path);
	CHECK_EQ(number_after("pos:\t"), 4);
	CHECK(strstr(text, "flags:\t0") != NULL);
	CHECK(number_after("mnt_id:\t") > 0);
	CHECK_ERRNO(open("/proc/self/fdinfo/999", O_RDONLY), ENOENT);
	CHECK_OK(close(fd));
}

static void name(void)
{
	char comm[17] = "";
	int fd = (int)CHECK_OK(open("/proc/self/comm", O_WRONLY));

	CHECK_EQ(write(fd, "a name that is long\n", 20), 20);
	CHECK_OK(close(fd));
	CHECK_OK(prctl(PR_GET_NAME, comm));
	CHECK(!strcmp(comm, "a name that is "));
	CHECK(!strcmp(slurp("/proc/self/comm"), "a name that is \n"));
}

static void memory(void)
{
	char *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long before, after;
	char row[64];
	const char *at;

	CHECK(p != MAP_FAILED);
	slurp("/proc/self/smaps_rollup");
	before = number_after("\nAnonymous:");
	memset(p, 1, 32 * PAGE);
	slurp("/proc/self/smaps_rollup");
	after = number_after("\nAnonymous:");
	CHECK(after >= before + 128 && after < before + 256);
	CHECK(strstr(text, "[rollup]") != NULL);
	CHECK_OK(mprotect(p, 64 * PAGE, PROT_READ));
	slurp("/proc/self/smaps");
	snprintf(row, sizeof(row), "%lx-", (unsigned long)p);
	at = strstr(text, row);
	CHECK(at != NULL);
	if (at) {
		CHECK(strstr(at, "Size:                256 kB\n") != NULL);
		CHECK(strstr(at, "Rss:                 128 kB\n") != NULL);
		CHECK(strstr(at, "VmFlags: rd mr mw") != NULL);
	}
}

static void system_values(void)
{
	CHECK_EQ(strtol(slurp("/proc/sys/kernel/cap_last_cap"), NULL, 10), 40);
	CHECK_EQ(strtol(slurp("/proc/sys/kernel/ngroups_max"), NULL, 10), 65536);
	CHECK(strtol(slurp("/proc/sys/kernel/threads-max"), NULL, 10) > 0);
	CHECK(strtol(slurp("/proc/sys/vm/max_map_count"), NULL, 10) >= 65530);
	CHECK(strtol(slurp("/proc/sys/vm/overcommit_memory"), NULL, 10) <= 2);
	CHECK(strtol(slurp("/proc/sys/fs/nr_open"), NULL, 10) >= 1048576);
	CHECK(strtol(slurp("/proc/sys/fs/pipe-max-size"), NULL, 10) >= 1048576);
	CHECK(strtol(slurp("/proc/sys/fs/file-max"), NULL, 10) > 0);
	slurp("/proc/vmstat");
	CHECK(number_after("nr_free_pages ") > 0);
	slurp("/proc/thread-self/wchan");
	CHECK(strlen(slurp("/proc/thread-self/mounts")) > 0);
	CHECK(strlen(slurp("/proc/thread-self/mountinfo")) > 0);
}

static void test(void)
{
	test_scratch();
	descriptors();
	name();
	memory();
	system_values();
}
