"""Random system calls (calls/fuzz.c says how) on ASTRA, which must live and keep its memory.

Five seconds with a fixed seed here, two of them before memory is counted first; as long as wanted by hand:
`tests/system/calls/run [SECONDS [SEED [CPUS [THREADS [MEM]]]]]`.
"""

import glob
import os
import subprocess
import tempfile

from harness import TOP, run_exec

SOURCES = os.path.join(TOP, "tests/system/calls")


def fuzz_on_astra(seconds, seed=1, cpus=2, threads=3, mem=256):
    """Run it; the output, with the seed of each round, is printed. It must succeed."""
    with tempfile.TemporaryDirectory(prefix="astra-calls.") as folder:
        program = os.path.join(folder, "fuzz")
        subprocess.run(["musl-gcc", "-static", "-O1", "-g", "-Wall", "-Wextra", "-I", TOP, "-I", SOURCES, "-o", program,
                        *sorted(glob.glob(os.path.join(SOURCES, "*.c")))], check=True)
        limit = seconds * 2 + 120
        done = run_exec("--smp", str(cpus), "--mem", str(mem), "--timeout", str(limit), "--add", f"{program}:/bin/fuzz", "--",
                        "/bin/fuzz", str(seconds), str(seed), str(threads), timeout=limit + 60)
    print((done.stdout + done.stderr).decode(errors="replace"), flush=True)
    assert done.returncode == 0, f"the fuzzer ended with status {done.returncode}"


def test_five_seconds():
    """Two CPUs, three threads and what they fork."""
    fuzz_on_astra(3)
