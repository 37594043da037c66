"""The benchmark on ASTRA: every subject has a row that comes to its figure. No time is asserted: a test machine is a busy one."""

import subprocess

from harness import TOP, bench_systems, booted

ROWS = ["call.null", "call.null_int80", "clock.vdso", "signal.self", "file.open_close", "file.getdents_1000", "memory.fault_cow",
        "thread.clone", "futex.ping_pong", "pipe.ping_pong", "process.exec_static", "start.musl_10", "start.astra_10",
        "epoll.100", "tcp.round_trip", "udp.bulk_4k", "usage.process"]


def test_rows():
    """A few rows, quickly."""
    words = [word for name in ROWS for word in ("--rows", name)]
    with booted(bench_systems.archive_rows(), smp=2) as guest:
        done = guest.run(["/bench/bench", "--batch-us", "200", "--batches", "2", *words], timeout=120)
    found = bench_systems.parse(done.stdout.decode())
    assert done.status == 0, done.stderr
    assert list(found) == ROWS, found
    assert all(row["value"] and row["value"] > 0 for row in found.values()), found


def test_list():
    """The names of rows are unique, and the same program lists them on this machine."""
    done = subprocess.run([f"{TOP}/build/bench/guest/bench", "--list"], capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert len(names) == len(set(names)) and set(ROWS) <= set(names)
