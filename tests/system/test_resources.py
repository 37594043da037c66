"""Programs that want too much, and what is left afterwards."""

import os
import re
import shutil

from harness import BUSYBOX, booted, build_source, output_of, pax, program_row, rootfs, temporary_file

HOG = rb"""
#include <stdlib.h>
#include <string.h>
int main(void)
{
	for (;;) {
		char *p = malloc(1 << 20);
		if (!p)
			return 3;
		memset(p, 1, 1 << 20);
	}
}
"""
FORKS = rb"""
#include <unistd.h>
int main(void)
{
	int failed = 0;
	while (failed < 10)
		if (fork() < 0)
			failed++;
	return 5;
}
"""
SPIN = rb"""
#include <time.h>
int main(void)
{
	struct timespec now;
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while (now.tv_sec < 3);
	return 0;
}
"""


def free_kib(guest):
    """MemFree of /proc/meminfo."""
    return int(re.search(rb"MemFree:\s+(\d+) kB", output_of(guest, "/sbin/cat", "/proc/meminfo")).group(1))


def row_of(source, guest):
    """The row of a program made from C source text."""
    return pax.Row(guest.lstrip("/"), data=build_source(source, "musl-gcc", "-static"), mode=0o755)


def test_no_leak():
    """Programs that come and go leave no page behind."""
    with booted(smp=2, rows=[program_row(BUSYBOX, BUSYBOX)]) as guest:
        script = "for i in 1 2 3 4 5 6 7 8; do echo $i | cat | wc -c; done; ls / > /dev/null"
        for _ in range(3):
            output_of(guest, BUSYBOX, "sh", "-c", script)
        before = free_kib(guest)
        for _ in range(12):
            output_of(guest, BUSYBOX, "sh", "-c", script)
        after = free_kib(guest)
    assert before - after < 256, f"{before - after} KiB are gone after 12 rounds"


def test_memory_hog():
    """A program that eats all memory is refused or killed; the machine and its shell go on."""
    with booted(mem=128, rows=[row_of(HOG, "/bin/hog")]) as guest:
        assert guest.run(["/bin/hog"], timeout=90).status in (3, 137)
        assert output_of(guest, "/sbin/sh", "-c", "echo well") == b"well\n"


def test_full_files():
    """Files that fill the memory end in ENOSPC, no program dies of it, and what is removed is free again."""
    script = ("dd if=/dev/zero of=/tmp/fill bs=64k 2>&1; echo $?; echo more > /tmp/more; mkdir /tmp/d; "
              "(echo subshell); ls /tmp; rm /tmp/fill; echo again > /tmp/again; cat /tmp/again")
    with booted(mem=128, rows=[program_row(BUSYBOX, BUSYBOX)]) as guest:
        before = free_kib(guest)
        lines = output_of(guest, BUSYBOX, "sh", "-c", script).decode().splitlines()
        after = free_kib(guest)
    assert "No space left on device" in lines[0], lines
    assert lines[-1] == "again" and "1" in lines and "subshell" in lines and "fill" in lines, lines
    assert before - after < 512, f"{before - after} KiB are gone"


def test_fork_bomb():
    """Every fork() that the limit allows succeeds, the shell beside it still gets its turn, and a kill ends all of them."""
    with booted(mem=128, rows=[row_of(FORKS, "/bin/forks")]) as guest:
        assert guest.run(["/sbin/sh", "-c", "/bin/forks & sleep 5; kill -9 0"], timeout=120).status == 137
        assert output_of(guest, "/sbin/sh", "-c", "echo well") == b"well\n"


def test_two_busy_programs():
    """Two programs that compute for 3 CPU seconds each use two CPUs: together they take well under 6 seconds."""
    with booted(smp=2, rows=[row_of(SPIN, "/bin/spin"), program_row(BUSYBOX, BUSYBOX)]) as guest:
        result = guest.run([BUSYBOX, "sh", "-c", "read a b < /proc/uptime; /bin/spin & /bin/spin; wait; "
                            "read c d < /proc/uptime; echo ${a%.*} ${c%.*}"], timeout=60)
        assert result.status == 0, result.stderr
        start, end = map(int, result.stdout.split())
    assert end - start < 6, f"{end - start} seconds"


def test_installed_program():
    """What install puts into an archive runs."""
    top = os.getcwd()
    with temporary_file(b"#!/sbin/sh\necho script $1\n", "script") as path:
        folder = os.path.dirname(path)
        shutil.copy("rootfs.tar", folder)
        try:
            os.chdir(folder)
            rootfs.install(["/bin/cat:/bin/hostcat", "script:/bin/script"])
        finally:
            os.chdir(top)
        with booted(archive=f"{folder}/rootfs.tar") as guest:
            assert output_of(guest, "/bin/hostcat", "/etc/hostname") == b"astra\n"
            assert output_of(guest, "/bin/script", "x") == b"script x\n"
