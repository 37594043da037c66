"""Every clock against the host's over 30 s, under each source: three machines at once, since most of the time is waiting."""

import concurrent.futures
import time

from harness import booted, build_source, pax

SECONDS = 30
ALLOWED = 0.001  # of the time that went by
LOOKS = 8  # at each end; the quickest counts

PROGRAM = b"""
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
int main(void)
{
	static const int clocks[] = { 0, 1, 4, 5, 6, 7, 11 };
	struct timeval tv;
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct timespec t;
		clock_gettime(clocks[i], &t);
		printf("%d %lld\\n", clocks[i], t.tv_sec * 1000000000ll + t.tv_nsec);
	}
	gettimeofday(&tv, NULL);
	printf("gettimeofday %lld\\n", (tv.tv_sec * 1000000ll + tv.tv_usec) * 1000);
}
"""


def look(guest):
    """The guest's clocks in seconds, and between which moments of the host's they were read."""
    before = time.monotonic()
    done = guest.run(["/bin/clocks"])
    after = time.monotonic()
    assert done.status == 0, done.stderr
    shown = {name: int(ns) / 1e9 for name, ns in (line.split() for line in done.stdout.decode().splitlines())}
    return before, after, shown


def best_look(guest):
    """The quickest of some."""
    return min((look(guest) for _ in range(LOOKS)), key=lambda seen: seen[1] - seen[0])


def watch(row, source, options):
    """Boot with this clock source and compare what 30 s are here and there; returns a line for each clock that is off."""
    with booted(rows=[row], **options) as guest:
        time.sleep(2)  # the TSC's frequency is known better after the first second
        first = best_look(guest)
        time.sleep(SECONDS)
        last = best_look(guest)
        with open(guest.log, encoding="utf-8", errors="replace") as file:
            log = file.read()
    off = [] if f"{source};" in log else [f"{source}: the log does not say that it is the clock"]
    for name, start in first[2].items():
        passed = last[2][name] - start
        least, most = last[0] - first[1], last[1] - first[0]
        if not least * (1 - ALLOWED) <= passed <= most * (1 + ALLOWED):
            off.append(f"{source}: clock {name} went {passed:.4f} s while the host's went {least:.4f} to {most:.4f} s")
    return off


def test_clocks_against_the_host():
    row = pax.Row("bin/clocks", data=build_source(PROGRAM, "musl-gcc", "-static"), mode=0o755)
    machines = [("tsc", {"cmdline": "clock=tsc"}), ("hpet", {"cmdline": "clock=hpet", "smp": 2}),
                ("pit", {"cmdline": "clock=pit", "machine": "hpet=off"})]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda machine: watch(row, *machine), machines))
    off = [line for result in results for line in result]
    assert not off, "\n".join(off)
