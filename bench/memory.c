/* Address spaces: mapping, the break, and the three kinds of page faults. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "bench.h"

#define PAGE	4096
#define PAGES	256			/* of which each is touched once for a figure of one fault */

static int descriptor;

static char *map(size_t size, int protection, int flags, int fd)
{
	return must_map(mmap(NULL, size, protection, flags, fd, 0));
}

static void map_touch_unmap(unsigned long count)
{
	while (count--) {
		char *page = map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

		*(volatile char *)page = 1;
		must(munmap(page, PAGE));
	}
}

static void protect(unsigned long count)
{
	char *page = map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	*(volatile char *)page = 1;
	while (count--) {
		must(mprotect(page, PAGE, PROT_READ));
		must(mprotect(page, PAGE, PROT_READ | PROT_WRITE));
	}
	must(munmap(page, PAGE));
}

/* The raw call: musl has no brk() that works. */
static void grow_shrink(unsigned long count)
{
	long start = syscall(SYS_brk, 0);

	while (count--) {
		long grown = syscall(SYS_brk, start + PAGE);

		*(volatile char *)start = 1;
		if (grown != start + PAGE || syscall(SYS_brk, start) != start)
			give_up(ENOMEM);
	}
}

static void touch(char *pages, int write)
{
	for (int i = 0; i < PAGES; i++) {
		if (write)
			((volatile char *)pages)[i * PAGE] = 1;
		else
			(void)((volatile char *)pages)[i * PAGE];
	}
}

static void faults(unsigned long count)
{
	while (count--) {
		char *pages;

		pause_clock();
		pages = map(PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		resume_clock();
		touch(pages, 1);
		pause_clock();
		must(munmap(pages, PAGES * PAGE));
		resume_clock();
	}
}

static _Noreturn void sleep_forever(void *unused)
{
	for (;;)
		pause();
}

static void copy_faults(unsigned long count)
{
	while (count--) {
		char *pages;
		int child;

		pause_clock();
		pages = map(PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		touch(pages, 1);
		child = start_child(sleep_forever, NULL);
		resume_clock();
		touch(pages, 1);
		pause_clock();
		must(kill(child, SIGKILL));
		must(waitpid(child, NULL, 0));
		must(munmap(pages, PAGES * PAGE));
		resume_clock();
	}
}

static void make_file(void)
{
	static const char page[PAGE];

	descriptor = must(open("/tmp/bench.pages", O_RDWR | O_CREAT | O_TRUNC, 0644));
	for (int i = 0; i < PAGES; i++)
		write_fully(descriptor, page, PAGE);
}

static void file_faults(unsigned long count)
{
	while (count--) {
		char *pages;

		pause_clock();
		pages = map(PAGES * PAGE, PROT_READ, MAP_PRIVATE, descriptor);
		resume_clock();
		touch(pages, 0);
		pause_clock();
		must(munmap(pages, PAGES * PAGE));
		resume_clock();
	}
}

const struct row memory_rows[] = {
	{ .name = "memory.mmap_touch_munmap", .run = map_touch_unmap },
	{ .name = "memory.mprotect_twice", .run = protect },
	{ .name = "memory.brk_touch", .run = grow_shrink },
	{ .name = "memory.fault", .run = faults, .divide = PAGES },
	{ .name = "memory.fault_cow", .run = copy_faults, .divide = PAGES },
	{ .name = "memory.fault_file", .setup = make_file, .run = file_faults, .divide = PAGES },
	{ 0 }
};
