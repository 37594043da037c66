/*
 * stat [-L] [-c FORMAT] FILE...: what the system knows about files; -L follows links. FORMAT's letters are those of the
 * table in show_field; without it a few lines of words.
 */
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "mode.h"
#include "names.h"
#include "tool.h"

static const char *type_of(const struct stat *s)
{
	switch (s->st_mode & S_IFMT) {
	case S_IFREG: return s->st_size ? "regular file" : "regular empty file";
	case S_IFDIR: return "directory";
	case S_IFLNK: return "symbolic link";
	case S_IFCHR: return "character special file";
	case S_IFBLK: return "block special file";
	case S_IFIFO: return "fifo";
	case S_IFSOCK: return "socket";
	}
	return "weird file";
}

static void show_time(const struct timespec *when)
{
	char text[64] = "?", zone[16] = "";
	struct tm tm;

	if (localtime_r(&when->tv_sec, &tm)) {
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		strftime(zone, sizeof(zone), "%z", &tm);
	}
	printf("%s.%09ld %s", text, when->tv_nsec, zone);
}

static void show_quoted(const char *path, const struct stat *s)
{
	char target[PATH_MAX];
	ssize_t n;

	printf("'%s'", path);
	if (S_ISLNK(s->st_mode) && (n = readlink(path, target, sizeof(target))) >= 0)
		printf(" -> '%.*s'", (int)n, target);
}

/* What one letter of a format stands for; false: nothing. */
static bool show_field(char letter, const char *path, const struct stat *s)
{
	char mode[11];

	switch (letter) {
	case '%': putchar('%'); break;
	case 'a': printf("%o", s->st_mode & 07777); break;
	case 'A': mode_text(s->st_mode, mode), fputs(mode, stdout); break;
	case 'b': printf("%ld", s->st_blocks); break;
	case 'B': printf("512"); break;
	case 'd': printf("%lu", s->st_dev); break;
	case 'D': printf("%lx", s->st_dev); break;
	case 'f': printf("%x", s->st_mode); break;
	case 'F': fputs(type_of(s), stdout); break;
	case 'g': printf("%u", s->st_gid); break;
	case 'G': fputs(name_of(GROUPS, s->st_gid), stdout); break;
	case 'h': printf("%lu", s->st_nlink); break;
	case 'i': printf("%lu", s->st_ino); break;
	case 'n': fputs(path, stdout); break;
	case 'N': show_quoted(path, s); break;
	case 'o': printf("%ld", s->st_blksize); break;
	case 's': printf("%ld", s->st_size); break;
	case 't': printf("%x", major(s->st_rdev)); break;
	case 'T': printf("%x", minor(s->st_rdev)); break;
	case 'u': printf("%u", s->st_uid); break;
	case 'U': fputs(name_of(USERS, s->st_uid), stdout); break;
	case 'x': show_time(&s->st_atim); break;
	case 'X': printf("%ld", s->st_atim.tv_sec); break;
	case 'y': show_time(&s->st_mtim); break;
	case 'Y': printf("%ld", s->st_mtim.tv_sec); break;
	case 'z': show_time(&s->st_ctim); break;
	case 'Z': printf("%ld", s->st_ctim.tv_sec); break;
	default: return false;
	}
	return true;
}

static void show(const char *format, const char *path, const struct stat *s)
{
	for (; *format; format++) {
		if (*format != '%' || !format[1] || !show_field(format[1], path, s))
			putchar(*format);
		else
			format++;
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	const char *format = "  File: %N\n  Size: %s\tBlocks: %b\tIO Block: %o\t%F\nDevice: %Dh\tInode: %i\tLinks: %h\n"
			     "Access: (%a/%A)\tUid: (%u/%U)\tGid: (%g/%G)\nAccess: %x\nModify: %y\nChange: %z";
	bool follow = false;
	int option;

	tool_name = "stat";
	while ((option = getopt(argc, argv, "Lc:")) >= 0) {
		if (option == '?')
			tool_usage("[-L] [-c FORMAT] FILE...");
		follow |= option == 'L';
		if (option == 'c')
			format = optarg;
	}
	if (optind == argc)
		tool_usage("[-L] [-c FORMAT] FILE...");
	for (; optind < argc; optind++) {
		struct stat s;

		if ((follow ? stat : lstat)(argv[optind], &s) < 0)
			tool_error(argv[optind]);
		else
			show(format, argv[optind], &s);
	}
	return tool_end();
}
