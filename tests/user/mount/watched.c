/* umount(2) ends the watches of what was in the file system: IN_UNMOUNT, then IN_IGNORED, each for its own watch. */
#include "mount_test.h"
#include <sys/inotify.h>

static void test(void)
{
	char buf[4096] __attribute__((aligned(8)));
	unsigned seen[8] = { 0 };

	mount_test_start();
	CHECK_OK(mkdir("m", 0755));
	CHECK_OK(mount("none", "m", "tmpfs", 0, NULL));
	CHECK_OK(mkdir("m/d", 0755));
	int fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK));
	int root = (int)CHECK_OK(inotify_add_watch(fd, "m", IN_ALL_EVENTS));
	int inner = (int)CHECK_OK(inotify_add_watch(fd, "m/d", IN_ALL_EVENTS));
	int outside = (int)CHECK_OK(inotify_add_watch(fd, ".", IN_CREATE));
	CHECK_OK(umount("m"));
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0)
			break;
		for (char *at = buf; at < buf + n;) {
			struct inotify_event *e = (struct inotify_event *)at;

			CHECK(e->wd > 0 && e->wd < 8);
			if (e->wd > 0 && e->wd < 8) {
				CHECK(!(seen[e->wd] & IN_IGNORED));
				if (e->mask & IN_IGNORED)
					CHECK(seen[e->wd] & IN_UNMOUNT);
				seen[e->wd] |= e->mask & (IN_UNMOUNT | IN_IGNORED | IN_ISDIR);
			}
			at += sizeof(*e) + e->len;
		}
	}
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(seen[root], IN_UNMOUNT | IN_IGNORED | IN_ISDIR);
	CHECK_EQ(seen[inner], IN_UNMOUNT | IN_IGNORED | IN_ISDIR);
	CHECK_EQ(seen[outside], 0);
	CHECK_ERRNO(inotify_rm_watch(fd, root), EINVAL);
	CHECK_OK(close(fd));
}
