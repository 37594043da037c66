"""The soak: threads that do at random what programs do, with invariants (soak.c says which), for a minute on ASTRA and shortly here.

An hour of it, or as long as wanted, is `tests/system/soak [SECONDS [SEED]]`; so long is it when nothing is said.
"""

import os
import subprocess
import tempfile

from harness import TOP, run_exec

SOURCE = os.path.join(TOP, "tests/system/soak.c")
ASTRA_CC = os.path.join(TOP, "build/bin/astra-cc")


def soak_on_astra(seconds, seed=None, cpus=4):
    """Run it; the output, which starts with the seed, is printed. It must succeed."""
    with tempfile.TemporaryDirectory(prefix="astra-soak.") as folder:
        program = os.path.join(folder, "soak")
        subprocess.run([ASTRA_CC, "-static", "-O2", "-g", "-o", program, SOURCE], check=True)
        words = [str(seconds), *([str(seed)] if seed is not None else [])]
        limit = seconds * 2 + 120
        done = run_exec("--smp", str(cpus), "--mem", "512", "--timeout", str(limit), "--add", f"{program}:/bin/soak", "--",
                        "/bin/soak", *words, timeout=limit + 60)
    print((done.stdout + done.stderr).decode(errors="replace"), flush=True)
    assert done.returncode == 0, f"the soak ended with status {done.returncode}"


def test_minute():
    """A minute with four CPUs."""
    soak_on_astra(60)


def test_here():
    """The same program on this machine's Linux: what it expects is true there."""
    with tempfile.TemporaryDirectory(prefix="astra-soak.") as folder:
        program = os.path.join(folder, "soak")
        subprocess.run(["gcc", "-O2", "-g", "-pthread", "-o", program, SOURCE], check=True)
        subprocess.run([program, "5"], check=True, timeout=120)
