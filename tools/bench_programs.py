"""Real programs for the benchmark, built by musl-gcc from Debian's source packages, which are fetched by name and kept nowhere.

The programs stay in build/bench/guest until they are removed; where a source cannot be fetched its row says ENOENT on every
system.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import debian

GUEST = "build/bench/guest"


class BuildError(Exception):
    """A program could not be built, in words."""


def _run(words, folder):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BuildError(f"{' '.join(words)[:200]}: {done.stderr[-500:]}")


def _compile(folder, sources, *flags):
    _run(["musl-gcc", "-static", "-O2", "-w", *flags, *sources, "-o", "program", "-lm"], folder)
    return f"{folder}/program"


def _speedtest1(folder):
    """sqlite's own measure of itself, with the single source file that its makefile generates."""
    _run(["./configure", "-q", "--disable-tcl", "--disable-readline"], folder)
    _run(["make", "sqlite3.c"], folder)
    return _compile(folder, ["test/speedtest1.c", "sqlite3.c"], "-I.", "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION")


def _lua(folder):
    sources = sorted(name for name in os.listdir(f"{folder}/src") if name.endswith(".c") and name != "luac.c")
    return _compile(f"{folder}/src", sources, "-DLUA_USE_POSIX")


PROGRAMS = {"speedtest1": ("sqlite3", _speedtest1), "lua": ("lua5.4", _lua)}


def build():
    """Build the programs that are not there yet; says what could not be built."""
    for name, (package, make) in PROGRAMS.items():
        target = f"{GUEST}/{name}"
        if os.path.exists(target):
            continue
        print(f"bench: building {name} from the source of {package}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="astra-source.") as folder:
            try:
                debian.fetch_source(package, f"{folder}/source")
                shutil.copy(make(f"{folder}/source"), target)
            except (debian.FetchError, BuildError) as error:
                print(f"bench: no {name}: {error}", file=sys.stderr)
