/*
 * touch [-acmh] [-d DATE | -r FILE | -t STAMP] FILE...: sets times, to now unless told otherwise; -a or -m only the one of
 * access or of change. Makes files that are not there unless -c; -h takes links themselves.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "tool.h"
#include "when.h"

static const char usage[] = "[-acmh] [-d DATE | -r FILE | -t STAMP] FILE...";
static struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
static bool create = true;
static int flags;

static void times_of(const char *path)
{
	struct stat status;

	if ((flags ? lstat : stat)(path, &status) < 0) {
		tool_error(path);
		exit(1);
	}
	times[0] = status.st_atim;
	times[1] = status.st_mtim;
}

static void touch(const char *path)
{
	int fd;

	if (utimensat(AT_FDCWD, path, times, flags) == 0 || (errno == ENOENT && !create))
		return;
	if (errno != ENOENT || flags) {
		tool_error(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0666);
	if (fd < 0 || futimens(fd, times) < 0)
		tool_error(path);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	bool access = false, change = false;
	int option;

	tool_name = "touch";
	while ((option = getopt(argc, argv, "acmhd:r:t:")) >= 0) {
		switch (option) {
		case 'a': access = true; break;
		case 'm': change = true; break;
		case 'c': create = false; break;
		case 'h': flags = AT_SYMLINK_NOFOLLOW; break;
		case 'r': times_of(optarg); break;
		case 'd':
		case 't':
			if (!(option == 'd' ? parse_when : parse_stamp)(optarg, &times[0]))
				tool_fail(1, "invalid date format '%s'", optarg);
			times[1] = times[0];
			break;
		default:
			tool_usage(usage);
		}
	}
	if (optind == argc)
		tool_usage(usage);
	if (access && !change)
		times[1].tv_nsec = UTIME_OMIT;
	if (change && !access)
		times[0].tv_nsec = UTIME_OMIT;
	for (; optind < argc; optind++)
		touch(argv[optind]);
	return tool_status;
}
