#!/usr/bin/env python3
"""Runs one system test: systest.py FILE FUNCTION, or the kernel's own tests: systest.py --selftest CPUS [SEED].

A system test is a function of tests/system/test_*.py without arguments. It fails by an exception (usually assert), is
skipped by unittest.SkipTest, and passes otherwise. Everything is built before it runs, and nothing is built by it.
"""

import importlib.util
import os
import re
import secrets
import subprocess
import sys
import traceback
import unittest

import machine
import qemu

SKIPPED = 77
SELFTEST_TIMEOUT = 150


def run_function(path, name):
    """Import the file and call the function; returns the exit status."""
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(os.path.basename(path).removesuffix(".py"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        getattr(module, name)()
    except unittest.SkipTest as reason:
        print(reason)
        return SKIPPED
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
        return 1
    return 0


def selftest(cpus, seed):
    """Boot with the kernel's tests; returns the exit status."""
    print(f"seed {seed}; again:  python3 tools/systest.py --selftest {cpus} {seed}", flush=True)
    guest = machine.Machine(qemu.Options(smp=cpus, cmdline=f"selftest={seed}"), log_name="selftest")
    try:
        guest.start()
        status = guest.process.wait(SELFTEST_TIMEOUT)
    except subprocess.TimeoutExpired:
        status = "none: it still ran"
    finally:
        guest.close(keep_log=True)
    log = machine.clean_log(guest.log)
    found = [match for match in (re.search(r"selftest: (\d+) passed, (\d+) failed", line) for line in log) if match]
    if status == 0 and found and int(found[-1].group(1)) > 0 and int(found[-1].group(2)) == 0:
        print(found[-1].group())
        os.unlink(guest.log)
        return 0
    print("\n".join(log[-60:]))
    print(f"QEMU's status: {status}; log: {guest.log}")
    return 1


def main(argv):
    """One of the two commands of the module's text."""
    if argv[0] == "--selftest":
        return selftest(int(argv[1]), int(argv[2]) if len(argv) > 2 else secrets.randbelow(1 << 32))
    return run_function(*argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
