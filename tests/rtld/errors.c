/* opens: lazy_caller open_a */
/* What the words say when something fails: the library or symbol, who wanted it, where it was looked for. */
#include <dlfcn.h>
#include <fcntl.h>

#include "check.h"
#include "self.h"

static int says(const char *text, const char *const *words)
{
	for (; text && *words; words++) {
		if (!strstr(text, *words)) {
			printf("\"%s\" does not say \"%s\"\n", text, *words);
			return 0;
		}
	}
	return text != NULL;
}

#define SAYS(text, ...) says(text, (const char *const[]){ __VA_ARGS__, NULL })

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void files(void)
{
	write_file("/tmp/not_elf.so", "this is text, and long enough to hold the header of an ELF file, which is 64 bytes");
	write_file("/tmp/short.so", "\177ELF");
	CHECK(!dlopen("/tmp/not_elf.so", RTLD_NOW) && SAYS(dlerror(), "/tmp/not_elf.so", "not an ELF file"));
	CHECK(!dlopen("/tmp/short.so", RTLD_NOW) && SAYS(dlerror(), "/tmp/short.so", "too short"));
	CHECK(!dlopen("/tmp", RTLD_NOW) && SAYS(dlerror(), "/tmp", "not a regular file"));
	CHECK(!dlopen(beside("errors"), RTLD_NOW) && SAYS(dlerror(), "errors", "not a shared library"));
	unlink("/tmp/not_elf.so");
	unlink("/tmp/short.so");
}

int main(void)
{
	void *open_a = dlopen("open_a.so", RTLD_NOW);

	CHECK(!dlopen("absent.so", RTLD_NOW));
	CHECK(SAYS(dlerror(), "absent.so", "wanted by", "errors", "/tests/rtld/lib", "/lib", "/usr/lib"));
	CHECK(!dlopen("/x/absent.so", RTLD_NOW) && SAYS(dlerror(), "/x/absent.so", "that path only"));
	CHECK(!dlopen("lazy_caller.so", RTLD_NOW));
	CHECK(SAYS(dlerror(), "nobody_has_this", "wanted by", "/tests/rtld/lib/lazy_caller.so"));
	CHECK(open_a && !dlsym(open_a, "absent") && SAYS(dlerror(), "absent", "open_a.so or what it needs", "errors"));
	CHECK(!dlsym(RTLD_DEFAULT, "absent") && SAYS(dlerror(), "absent", "errors"));
	CHECK(dlclose(main) < 0 && SAYS(dlerror(), "not a handle"));
	CHECK(!dlsym((void *)main, "x") && SAYS(dlerror(), "not a handle"));
	CHECK(open_a && !dlclose(open_a) && dlclose(open_a) < 0 && SAYS(dlerror(), "not a handle"));
	CHECK(!dlopen("open_a.so", 64) && SAYS(dlerror(), "invalid mode"));
	files();
	CHECK_END();
}
