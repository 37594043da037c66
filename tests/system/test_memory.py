"""Memory as files and programs share it: what ten copies of a program cost, and what is left whole when memory is out."""

from harness import booted, build_source, output_of, pax

# One MiB of instructions that are executed, or one page of them.
BIG = r"""
#include <unistd.h>
__asm__(".text\n.balign 4096\nlong_way:\n.rept %d\nnop\n.endr\nret\n");
void long_way(void);
int main(void)
{
	long_way();
	if (write(1, "r", 1) != 1)
		return 1;
	pause();
	return 0;
}
"""
# Starts ten of argv[1], waits until each has run through its text, and prints how many KiB less are free.
TEN = rb"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static long free_kib(void)
{
	char text[4096];
	FILE *f = fopen("/proc/meminfo", "r");
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	return strtol(strstr(text, "MemFree:") + 8, NULL, 10);
}
static long cost(const char *program)
{
	pid_t pids[10];
	int ready[2];
	char c;
	long before, after;
	if (pipe(ready))
		exit(2);
	before = free_kib();
	for (int i = 0; i < 10; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			dup2(ready[1], 1);
			execl(program, program, NULL);
			_exit(127);
		}
		if (read(ready[0], &c, 1) != 1)
			exit(3);
	}
	after = free_kib();
	for (int i = 0; i < 10; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return before - after;
}
int main(int argc, char **argv)
{
	cost(argv[1]);			/* what is made once stays */
	printf("%ld\n", cost(argv[1]));
	return 0;
}
"""
# Fills a file, a pipe and memory with patterns, then the machine by mlock (EAGAIN, mlock(2)); calls say ENOMEM then. Is all whole, now and later?
FULL = rb"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#define SIZE (4u << 20)
#define STEP (1u << 20)
static unsigned pattern[SIZE / 4], got[SIZE / 4];
static void *maps[4096];
static int file, channel[2], count, refused;
/* Room first: output needs memory, too. */
static void fail(const char *what)
{
	int error = errno;
	for (int i = 0; i < count; i++)
		munmap(maps[i], STEP);
	printf("%s: errno %d\n", what, error);
	exit(1);
}
static void check(const char *when)
{
	for (unsigned i = 0; i < SIZE / 4; i++)
		if (pattern[i] != i * 2654435761u)
			fail(when);
	if (pread(file, got, SIZE, 0) != SIZE || memcmp(got, pattern, SIZE))
		fail(when);
}
/* Calls that need memory: each works or says ENOMEM, and takes nothing with it. */
static void try_calls(void)
{
	for (int i = 0; i < 200; i++) {
		int p[2], fd = open("/tmp/more", O_RDWR | O_CREAT, 0600);
		if (fd < 0 && errno != ENOMEM && errno != ENOSPC)
			fail("open");
		if (fd >= 0 && pwrite(fd, pattern, 65536, 65536l * i) < 0 && errno != ENOMEM && errno != ENOSPC)
			fail("pwrite");
		if (fd >= 0)
			close(fd);
		if (pipe(p) == 0) {
			close(p[0]);
			close(p[1]);
		} else if (errno != ENOMEM && errno != ENFILE) {	/* as on Linux when it is the inode that is missing */
			fail("pipe");
		}
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		else if (errno != ENOMEM)
			fail("fork");
		refused += pid < 0;
	}
}
int main(void)
{
	for (unsigned i = 0; i < SIZE / 4; i++)
		pattern[i] = i * 2654435761u;
	memset(got, 1, sizeof(got));
	file = open("/tmp/kept", O_RDWR | O_CREAT, 0600);
	if (write(file, pattern, SIZE) != SIZE || pipe(channel) || write(channel[1], pattern, 65536) != 65536)
		fail("start");
	for (; count < 4096; count++) {
		maps[count] = mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (maps[count] == MAP_FAILED || mlock(maps[count], STEP))
			break;
	}
	if (count == 4096 || errno != EAGAIN)
		fail("mlock");
	check("full");
	try_calls();
	check("full, after calls");
	if (!refused)
		fail("no call was refused");
	for (int i = 0; i <= count; i++)
		if (maps[i] != MAP_FAILED)
			munmap(maps[i], STEP);
	check("free again");
	if (read(channel[0], got, 65536) != 65536 || memcmp(got, pattern, 65536))
		fail("pipe");
	if (pwrite(file, pattern, SIZE, SIZE) != SIZE)
		fail("write afterwards");
	check("written afterwards");
	printf("whole\n");
	return 0;
}
"""

# A small child that offers itself (oom_score_adj 1000), a large one that does not, and one that eats: who is killed first?
ADJUSTED = rb"""
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void adjust(const char *value)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);
	if (write(fd, value, strlen(value)) < 0)
		exit(2);
	close(fd);
}
static pid_t start(const char *value, size_t mib, int ready)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	adjust(value);
	for (size_t i = 0; !mib || i < mib; i++) {
		char *p = malloc(1 << 20);
		if (p)
			memset(p, 1, 1 << 20);
	}
	if (write(ready, "r", 1) != 1)
		_exit(3);
	for (;;)
		pause();
}
int main(void)
{
	int ready[2], status;
	char c;
	adjust("-1000");
	if (pipe(ready))
		return 1;
	pid_t spared = start("-500", 30, ready[1]), offered = start("1000", 2, ready[1]);
	if (read(ready[0], &c, 1) != 1 || read(ready[0], &c, 1) != 1)
		return 1;
	pid_t eater = start("0", 0, ready[1]), first = wait(&status), second = wait(&status);
	printf("%s %s %d\n", first == offered ? "offered" : "other", second == eater ? "eater" : "other", WTERMSIG(status));
	kill(spared, SIGKILL);
	return 0;
}
"""


def row_of(source, guest):
    """The row of a static program made from C source text."""
    return pax.Row(guest.lstrip("/"), data=build_source(source, "musl-gcc", "-static", "-O1"), mode=0o755)


def test_text_is_not_copied():
    """Ten copies of a program with 1 MiB of text cost what ten with a page of text do: the text is the boot image's."""
    rows = [row_of((BIG % (1 << 20)).encode(), "/bin/big"), row_of((BIG % 4096).encode(), "/bin/small"), row_of(TEN, "/bin/ten")]
    with booted(mem=256, rows=rows) as guest:
        big = int(output_of(guest, "/bin/ten", "/bin/big"))
        small = int(output_of(guest, "/bin/ten", "/bin/small"))
    # Page tables for a MiB more are at most one page a process; ten copies of the text would be 10240 KiB, one 1024.
    assert big - small < 256, f"ten big ones cost {big} KiB, ten small ones {small}"


def test_full_machine():
    """A full machine says ENOMEM; memory, files and pipes hold what they held, and everything works again afterwards."""
    with booted(mem=128, smp=2, rows=[row_of(FULL, "/bin/full")]) as guest:
        result = guest.run(["/bin/full"], timeout=120)
        assert (result.status, result.stdout) == (0, b"whole\n"), (result.status, result.stdout, result.stderr)
        assert output_of(guest, "/sbin/sh", "-c", "echo well") == b"well\n"


def test_oom_score_adj():
    """When memory is out the process that offered itself goes first, however small; then the one that eats, not a large one that is spared."""
    with booted(mem=128, rows=[row_of(ADJUSTED, "/bin/adjusted")]) as guest:
        assert output_of(guest, "/bin/adjusted") == b"offered eater 9\n"
