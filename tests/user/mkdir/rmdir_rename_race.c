/* rmdir against rename of the same directory to another parent: each is whole, so the parents' link counts stay true. */
#include "test.h"

#define SECONDS 2
#define STEPS	50

static void step(int role)
{
	switch (role) {
	case 0:
		mkdir("a/x", 0755);
		rename("a/x", "b/x");
		rename("b/x", "a/x");
		break;
	case 1:
		rmdir("a/x");
		break;
	case 2:
		rename("a/x", "b/x");
		rmdir("b/x");
		break;
	default:
		mkdir("b/x", 0755);
		mkdir("b/x/y", 0755);
		rmdir("b/x/y");
		rename("b/x", "a/x");
	}
}

static bool before(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec < end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec < end->tv_nsec);
}

static void test(void)
{
	const char *left[] = { "a/x/y", "a/x", "b/x/y", "b/x" };
	struct timespec end;
	struct stat st;
	pid_t pids[4];

	test_scratch();
	CHECK_OK(mkdir("a", 0755));
	CHECK_OK(mkdir("b", 0755));
	CHECK_OK(clock_gettime(CLOCK_MONOTONIC, &end));
	end.tv_sec += SECONDS;
	for (int role = 0; role < 4; role++) {
		pids[role] = test_fork();
		if (pids[role] == 0) {
			while (before(&end))
				for (int i = 0; i < STEPS; i++)
					step(role);
			test_exit();
		}
	}
	for (int role = 0; role < 4; role++)
		CHECK_CHILD(pids[role]);
	for (size_t i = 0; i < ARRAY_LEN(left); i++)
		rmdir(left[i]);
	CHECK_OK(stat("a", &st));
	CHECK_EQ(st.st_nlink, 2);
	CHECK_OK(stat("b", &st));
	CHECK_EQ(st.st_nlink, 2);
	CHECK_OK(rmdir("a"));
	CHECK_OK(rmdir("b"));
}
