/* inotify(7): which events come for what is done to files and directories, in which order, with which names and cookies. */
#include "test.h"
#include <sys/inotify.h>
#include <sys/ioctl.h>

static int fd;
static char buffer[16384];
static size_t length, at;

static void fill(void)
{
	ssize_t n = read(fd, buffer, sizeof(buffer));

	length = n > 0 ? (size_t)n : 0;
	at = 0;
}

/* The next event is this one; its cookie. */
static uint32_t expect_at(int line, int wd, uint32_t mask, const char *name)
{
	struct inotify_event *e = (struct inotify_event *)(buffer + at);

	if (at >= length)
		fill();
	e = (struct inotify_event *)(buffer + at);
	if (at >= length) {
		test_print("line %d: no event, want mask %x %s\n", line, mask, name ? name : "");
		test_count_failure();
		return 0;
	}
	at += sizeof(*e) + e->len;
	if (e->wd != wd || e->mask != mask || strcmp(e->len ? e->name : "", name ? name : "")) {
		test_print("line %d: got wd %d mask %x %s, want wd %d mask %x %s\n", line, e->wd, e->mask, e->len ? e->name : "", wd,
			   mask, name ? name : "");
		test_count_failure();
	}
	CHECK_EQ(e->len % sizeof(*e), 0);
	return e->cookie;
}

#define EXPECT(wd, mask, name) expect_at(__LINE__, wd, mask, name)

static void expect_none_at(int line)
{
	if (at < length || (fill(), at < length)) {
		struct inotify_event *e = (struct inotify_event *)(buffer + at);

		test_print("line %d: an event too many: wd %d mask %x %s\n", line, e->wd, e->mask, e->len ? e->name : "");
		test_count_failure();
		at = length;
	}
}

#define EXPECT_NONE() expect_none_at(__LINE__)

static void check_file_in_directory(void)
{
	int d = (int)CHECK_OK(inotify_add_watch(fd, "dir", IN_ALL_EVENTS));
	int f = (int)CHECK_OK(open("dir/file", O_RDWR | O_CREAT, 0644));
	char c;

	EXPECT(d, IN_CREATE, "file");
	EXPECT(d, IN_OPEN, "file");
	CHECK_EQ(read(f, &c, 1), 0);
	EXPECT_NONE();
	CHECK_EQ(write(f, "abc", 3), 3);
	EXPECT(d, IN_MODIFY, "file");
	CHECK_EQ(pread(f, &c, 1, 0), 1);
	CHECK_EQ(pread(f, &c, 1, 0), 1);
	EXPECT(d, IN_ACCESS, "file");
	EXPECT_NONE();
	CHECK_OK(fchmod(f, 0600));
	EXPECT(d, IN_ATTRIB, "file");
	CHECK_OK(ftruncate(f, 1));
	EXPECT(d, IN_MODIFY, "file");
	CHECK_OK(close(f));
	EXPECT(d, IN_CLOSE_WRITE, "file");
	int w = (int)CHECK_OK(inotify_add_watch(fd, "dir/file", IN_ALL_EVENTS));
	CHECK(w != d);
	CHECK_OK(close(open("dir/file", O_RDONLY)));
	EXPECT(d, IN_OPEN, "file");
	EXPECT(w, IN_OPEN, NULL);
	EXPECT(d, IN_CLOSE_NOWRITE, "file");
	EXPECT(w, IN_CLOSE_NOWRITE, NULL);
	CHECK_OK(truncate("dir/file", 0));
	EXPECT(d, IN_MODIFY, "file");
	EXPECT(w, IN_MODIFY, NULL);
	CHECK_OK(chown("dir/file", (uid_t)-1, (gid_t)-1));	/* nothing changes, nobody is told */
	CHECK_OK(link("dir/file", "outside"));
	EXPECT(w, IN_ATTRIB, NULL);
	CHECK_OK(unlink("outside"));
	EXPECT(w, IN_ATTRIB, NULL);
	CHECK_OK(unlink("dir/file"));
	EXPECT(w, IN_ATTRIB, NULL);
	EXPECT(w, IN_DELETE_SELF, NULL);
	EXPECT(w, IN_IGNORED, NULL);
	EXPECT(d, IN_DELETE, "file");
	EXPECT_NONE();
	CHECK_ERRNO(inotify_rm_watch(fd, w), EINVAL);
	CHECK_OK(inotify_rm_watch(fd, d));
	EXPECT(d, IN_IGNORED, NULL);
}

static void check_moves(void)
{
	int a = (int)CHECK_OK(inotify_add_watch(fd, "dir", IN_MOVE | IN_CREATE | IN_DELETE | IN_ATTRIB));
	int b = (int)CHECK_OK(inotify_add_watch(fd, "other", IN_MOVE | IN_CREATE | IN_DELETE));
	uint32_t cookie;

	test_write_file("dir/x", "x");
	EXPECT(a, IN_CREATE, "x");
	int w = (int)CHECK_OK(inotify_add_watch(fd, "dir/x", IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB));
	CHECK_OK(rename("dir/x", "other/y"));
	cookie = EXPECT(a, IN_MOVED_FROM, "x");
	CHECK(cookie != 0);
	CHECK_EQ(EXPECT(b, IN_MOVED_TO, "y"), cookie);
	CHECK_EQ(EXPECT(w, IN_MOVE_SELF, NULL), 0);
	test_write_file("other/z", "z");
	EXPECT(b, IN_CREATE, "z");
	CHECK_OK(rename("other/z", "other/y"));
	uint32_t second = EXPECT(b, IN_MOVED_FROM, "z");
	CHECK(second != cookie);
	CHECK_EQ(EXPECT(b, IN_MOVED_TO, "y"), second);
	EXPECT(w, IN_ATTRIB, NULL);
	EXPECT(w, IN_DELETE_SELF, NULL);
	EXPECT(w, IN_IGNORED, NULL);
	CHECK_OK(mkdir("dir/sub", 0755));
	EXPECT(a, IN_CREATE | IN_ISDIR, "sub");
	CHECK_OK(rename("dir/sub", "other/sub"));
	EXPECT(a, IN_MOVED_FROM | IN_ISDIR, "sub");
	EXPECT(b, IN_MOVED_TO | IN_ISDIR, "sub");
	CHECK_OK(chmod("dir", 0700));
	EXPECT(a, IN_ATTRIB | IN_ISDIR, NULL);
	int s = (int)CHECK_OK(inotify_add_watch(fd, "other/sub", IN_ALL_EVENTS));
	CHECK_OK(rmdir("other/sub"));
	EXPECT(s, IN_DELETE_SELF, NULL);
	EXPECT(s, IN_IGNORED, NULL);
	EXPECT(b, IN_DELETE | IN_ISDIR, "sub");
	CHECK_OK(symlink("nowhere", "dir/link"));
	EXPECT(a, IN_CREATE, "link");
	EXPECT_NONE();
	CHECK_OK(inotify_rm_watch(fd, a));
	CHECK_OK(inotify_rm_watch(fd, b));
	EXPECT(a, IN_IGNORED, NULL);
	EXPECT(b, IN_IGNORED, NULL);
}

static void check_directory_itself(void)
{
	int w = (int)CHECK_OK(inotify_add_watch(fd, "dir", IN_ALL_EVENTS));
	DIR *d = opendir("dir");

	EXPECT(w, IN_OPEN | IN_ISDIR, NULL);
	while (readdir(d))
		;
	EXPECT(w, IN_ACCESS | IN_ISDIR, NULL);
	closedir(d);
	EXPECT(w, IN_CLOSE_NOWRITE | IN_ISDIR, NULL);
	EXPECT_NONE();
	CHECK_OK(inotify_rm_watch(fd, w));
	EXPECT(w, IN_IGNORED, NULL);
}

/* A file that is open outlives its name; IN_EXCL_UNLINK is about what is done to it then. */
static void check_unlinked(uint32_t flag)
{
	int d = (int)CHECK_OK(inotify_add_watch(fd, "dir", IN_MODIFY | IN_DELETE | flag));
	test_write_file("dir/u", "");
	int f = (int)CHECK_OK(open("dir/u", O_RDWR));
	int w = (int)CHECK_OK(inotify_add_watch(fd, "dir/u", IN_DELETE_SELF));

	CHECK_OK(unlink("dir/u"));
	EXPECT(d, IN_DELETE, "u");
	CHECK_EQ(write(f, "1", 1), 1);
	if (!flag)
		EXPECT(d, IN_MODIFY, "u");
	EXPECT_NONE();
	CHECK_OK(close(f));
	EXPECT(w, IN_DELETE_SELF, NULL);
	EXPECT(w, IN_IGNORED, NULL);
	CHECK_OK(inotify_rm_watch(fd, d));
	EXPECT(d, IN_IGNORED, NULL);
}

static void check_flags(void)
{
	test_write_file("dir/f", "1");
	int w = (int)CHECK_OK(inotify_add_watch(fd, "dir/f", IN_OPEN | IN_ONESHOT));
	CHECK_OK(close(open("dir/f", O_RDONLY)));
	EXPECT(w, IN_OPEN, NULL);
	EXPECT(w, IN_IGNORED, NULL);
	EXPECT_NONE();
	w = (int)CHECK_OK(inotify_add_watch(fd, "dir/f", IN_OPEN));
	CHECK_EQ(inotify_add_watch(fd, "dir/f", IN_CLOSE | IN_MASK_ADD), w);
	CHECK_ERRNO(inotify_add_watch(fd, "dir/f", IN_CLOSE | IN_MASK_CREATE), EEXIST);
	CHECK_ERRNO(inotify_add_watch(fd, "dir/f", IN_CLOSE | IN_MASK_CREATE | IN_MASK_ADD), EINVAL);
	CHECK_OK(close(open("dir/f", O_RDONLY)));
	EXPECT(w, IN_OPEN, NULL);
	EXPECT(w, IN_CLOSE_NOWRITE, NULL);
	CHECK_EQ(inotify_add_watch(fd, "dir/f", IN_ATTRIB), w);
	CHECK_OK(close(open("dir/f", O_RDONLY)));
	EXPECT_NONE();
	CHECK_OK(utimensat(AT_FDCWD, "dir/f", NULL, 0));
	EXPECT(w, IN_ATTRIB, NULL);
	CHECK_OK(inotify_rm_watch(fd, w));
	EXPECT(w, IN_IGNORED, NULL);
	CHECK_OK(symlink("f", "dir/l"));
	w = (int)CHECK_OK(inotify_add_watch(fd, "dir/l", IN_DELETE_SELF | IN_DONT_FOLLOW));
	CHECK_OK(unlink("dir/l"));
	EXPECT(w, IN_DELETE_SELF, NULL);
	EXPECT(w, IN_IGNORED, NULL);
}

static void test(void)
{
	test_scratch();
	CHECK_OK(mkdir("dir", 0755));
	CHECK_OK(mkdir("other", 0755));
	fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK));
	check_file_in_directory();
	check_moves();
	check_directory_itself();
	check_unlinked(0);
	check_unlinked(IN_EXCL_UNLINK);
	check_flags();
	CHECK_OK(close(fd));
}
