/* A reader that renames every name that it gets, or makes a new one for it, comes to the directory's end. */
#include "test.h"

#define FILES 40

/* Names read until the end, or until there were far too many. */
static int read_and(void (*act)(const char *name))
{
	DIR *dir = opendir(".");
	struct dirent *e;
	int count = 0;

	CHECK(dir != NULL);
	while (dir && count < 10 * FILES && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		act(e->d_name);
		count++;
	}
	closedir(dir);
	return count;
}

static void lengthen(const char *name)
{
	char longer[NAME_MAX + 2];

	snprintf(longer, sizeof(longer), "%.250sx", name);
	CHECK_OK(rename(name, longer));
}

static void double_it(const char *name)
{
	char other[NAME_MAX + 2];

	snprintf(other, sizeof(other), "%.250sy", name);
	test_write_file(other, "");
}

static void nothing(const char *name)
{
	(void)name;
}

static void test(void)
{
	char name[16];

	test_scratch();
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		test_write_file(name, "");
	}
	CHECK(read_and(lengthen) < 3 * FILES);
	CHECK_EQ(read_and(nothing), FILES);
	CHECK(read_and(double_it) < 3 * FILES);
	CHECK(read_and(nothing) >= 2 * FILES);
}
