/* Files and names, on the tmpfs of /tmp. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define FILE_SIZE	65536
#define NAMES		1000

static char data[FILE_SIZE];
static const char *const file = "/tmp/bench.file";
static int descriptor;

static void make_file(void)
{
	descriptor = must(open(file, O_RDWR | O_CREAT | O_TRUNC, 0644));
	write_fully(descriptor, data, sizeof(data));
}

static void open_close(unsigned long count)
{
	while (count--)
		close(must(open(file, O_RDONLY)));
}

static void pread_1k(unsigned long count)
{
	while (count--)
		must(pread(descriptor, data, 1024, 4096));
}

static void lseek_read(unsigned long count)
{
	while (count--) {
		must(lseek(descriptor, 4096, SEEK_SET));
		must(read(descriptor, data, 1024));
	}
}

static void pwrite_1k(unsigned long count)
{
	while (count--)
		must(pwrite(descriptor, data, 1024, 4096));
}

static void stat_file(unsigned long count)
{
	struct stat status;

	while (count--)
		must(stat(file, &status));
}

static void fstat_file(unsigned long count)
{
	struct stat status;

	while (count--)
		must(fstat(descriptor, &status));
}

static void create_unlink(unsigned long count)
{
	while (count--) {
		int fd = must(open("/tmp/bench.new", O_WRONLY | O_CREAT | O_EXCL, 0644));

		must(write(fd, data, 1024));
		must(close(fd));
		must(unlink("/tmp/bench.new"));
	}
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		give_up(errno);
}

static void make_names(void)
{
	char path[64];

	make_directory("/tmp/bench.names");
	for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/tmp/bench.names/name%d", i);
		must(close(must(open(path, O_WRONLY | O_CREAT, 0644))));
	}
	descriptor = must(open("/tmp/bench.names", O_RDONLY | O_DIRECTORY));
}

static void list_names(unsigned long count)
{
	while (count--) {
		must(lseek(descriptor, 0, SEEK_SET));
		while (must(syscall(SYS_getdents64, descriptor, data, 32768)) > 0)
			;
	}
}

static const char *const deep = "/tmp/b1/b2/b3/b4/b5/b6/b7/b8/b9";	/* ten components */

static void make_deep(void)
{
	char path[64];

	for (int depth = 1; depth < 10; depth++) {
		snprintf(path, sizeof(path), "%.*s", 4 + 3 * depth, deep);
		make_directory(path);
	}
}

static void walk(unsigned long count)
{
	struct stat status;

	while (count--)
		must(stat(deep, &status));
}

const struct row file_rows[] = {
	{ .name = "file.open_close", .setup = make_file, .run = open_close },
	{ .name = "file.pread_1k", .setup = make_file, .run = pread_1k },
	{ .name = "file.pwrite_1k", .setup = make_file, .run = pwrite_1k },
	{ .name = "file.lseek_read_1k", .setup = make_file, .run = lseek_read },
	{ .name = "file.stat", .setup = make_file, .run = stat_file },
	{ .name = "file.fstat", .setup = make_file, .run = fstat_file },
	{ .name = "file.create_write_unlink", .run = create_unlink },
	{ .name = "file.getdents_1000", .setup = make_names, .run = list_names },
	{ .name = "file.path_10", .setup = make_deep, .run = walk },
	{ 0 }
};
