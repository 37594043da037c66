"""The tests of POSIX threads (tests/user/pthread) with other numbers of CPUs than the usual four."""

import glob
import os
import subprocess
import tempfile

import channel
from harness import TOP, booted, program_row

ASTRA_CC = os.path.join(TOP, "build/bin/astra-cc")
FLAGS = ["-static", "-O1", "-g", "-I", os.path.join(TOP, "tests/user")]


def rows(folder):
    """name -> row of each test, linked against libastra statically."""
    found = {}
    for source in sorted(glob.glob(os.path.join(TOP, "tests/user/pthread/*.c"))):
        name = os.path.basename(source).removesuffix(".c")
        subprocess.run([ASTRA_CC, *FLAGS, "-o", f"{folder}/{name}", source], check=True)
        found[name] = program_row(f"{folder}/{name}", f"/tests/{name}")
    return found


def run_all(cpus):
    """Each of them on one machine."""
    with tempfile.TemporaryDirectory(prefix="astra-threads.") as folder:
        tests = rows(folder)
    with booted(list(tests.values()), smp=cpus) as guest:
        for name in tests:
            result = guest.run([f"/tests/{name}"], stdin=channel.Input(b""), timeout=120)
            print(name, result.status, round(result.seconds, 1), result.stdout.decode(errors="replace"), flush=True)
            assert result.status in (0, 77), f"{name} with {cpus} CPUs: status {result.status}, {result.stderr!r}"


def test_one_cpu():
    """All threads take turns."""
    run_all(1)


def test_two_cpus():
    """As on the smallest machines of today."""
    run_all(2)


def test_eight_cpus():
    """More than there are threads in most of the tests."""
    run_all(8)
