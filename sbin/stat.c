/* stat FILE...: what the system knows about files, links not followed. */
#include <time.h>

#include "mode.h"
#include "tool.h"

static void print_time(const char *label, const struct timespec *when)
{
	char text[64] = "?";
	struct tm tm;

	if (gmtime_r(&when->tv_sec, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s: %s.%09ld +0000\n", label, text, when->tv_nsec);
}

int main(int argc, char **argv)
{
	tool_name = "stat";
	if (argc < 2)
		tool_usage("FILE...");
	for (int i = 1; i < argc; i++) {
		struct stat s;
		char mode[11];

		if (lstat(argv[i], &s) < 0) {
			tool_error(argv[i]);
			continue;
		}
		mode_text(s.st_mode, mode);
		printf("  File: %s\n  Size: %ld\tBlocks: %ld\tIO Block: %ld\n", argv[i], s.st_size, s.st_blocks, s.st_blksize);
		printf("Device: %lx\tInode: %lu\tLinks: %lu\n", s.st_dev, s.st_ino, s.st_nlink);
		printf("Access: (%04o/%s)\tUid: %u\tGid: %u\n", s.st_mode & 07777, mode, s.st_uid, s.st_gid);
		print_time("Access", &s.st_atim);
		print_time("Modify", &s.st_mtim);
		print_time("Change", &s.st_ctim);
	}
	return tool_end();
}
