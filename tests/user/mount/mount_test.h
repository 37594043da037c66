/* What the mount tests share: root, and on Linux a name space of mounts of one's own. */
#ifndef MOUNT_TEST_H
#define MOUNT_TEST_H

#include "test.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

/* Everything mounted from here on is the test's alone. Skips where that is not to be had. */
static inline void mount_test_start(void)
{
	test_need_root();
	if (!test_on_astra()) {
		if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
			test_skip("no mounts of one's own here");
	}
	test_scratch();
}

#endif
