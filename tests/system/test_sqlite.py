"""sqlite3, built by musl-gcc from Debian's source package, which is fetched by name: 10,000 transactions on /tmp with each
kind of journal, killed in between; the database is whole after each kill and has every committed transaction.
"""

import os
import subprocess
import unittest

from harness import TOP, check_exec
from test_c_programs import compile_with, source_of

WORKLOAD = os.path.join(TOP, "tests/system/sqlite_workload.c")


def make_amalgamation(folder):
    """sqlite's single source file, as its own makefile generates it with tclsh; none of its options is wanted."""
    for command in (["./configure", "-q", "--disable-tcl", "--disable-readline"], ["make", "sqlite3.c"]):
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        except FileNotFoundError as error:
            raise unittest.SkipTest(f"there is no {command[0]} to make sqlite's source with") from error
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stderr[-3000:]}"


def test_sqlite():
    """WAL and rollback journal, six kills each."""
    with source_of("sqlite3") as folder:
        make_amalgamation(folder)
        program = compile_with(["musl-gcc"], folder, [WORKLOAD, "sqlite3.c"], "-static", "-O1", "-I.", "-DSQLITE_THREADSAFE=0",
                               "-DSQLITE_OMIT_LOAD_EXTENSION")
        for journal in ("WAL", "DELETE"):
            check_exec("--smp", "2", "--add", f"{program}:/bin/workload", "--", "/bin/workload", f"/tmp/{journal}", journal,
                       "10000", "6", stdout=f"{journal}: 10000 transactions, ok\n".encode())
