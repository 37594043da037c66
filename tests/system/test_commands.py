"""The everyday programs: every command line of commands/table.txt here and on ASTRA, with the same files, in one boot; and alone.sh, on ASTRA alone.

Standard output must be the same, and so must whether there was a message. The exit status must be the same for the programs
whose statuses POSIX tells apart; for the others it is enough that both succeed or both fail.
"""

import os
import shutil
import subprocess
import tempfile
import unittest

from harness import TOP, booted, rootfs

FOLDER = os.path.join(TOP, "tests/system/commands")
NEEDED = ("dash", "hexdump", "ps", "grep", "sed", "find", "tar", "free")
EXACT = {"grep", "sort", "env", "xargs", "test", "["}  # programs whose exit statuses mean something each
MARK = b"\n----------------\n"
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LC_ALL": "C"}


def parse(output):
    """run_cases.sh's output: the line's number to its (status, standard output, standard error)."""
    parts = output.split(MARK)
    results = {}
    for out, err in zip(parts[0:-1:2], parts[1:-1:2]):
        head, _, out = out.partition(b"\n")
        word, line, status = head.split()
        assert word == b"case", head
        results[int(line)] = (int(status), out, err)
    return results


def expected_results():
    """What the programs of this machine answer."""
    with tempfile.TemporaryDirectory(prefix="astra-commands.") as folder:
        words = ["dash", f"{FOLDER}/run_cases.sh", f"{FOLDER}/table.txt", f"{FOLDER}/fixture.sh", f"{folder}/top"]
        done = subprocess.run(words, env=ENVIRONMENT, capture_output=True, timeout=200, check=True)
    return parse(done.stdout)


def agrees(command, here, there):
    """Do the results of a command line agree?"""
    words = [word for word in command.split() if word != "env"]
    exact = not words or words[0] in EXACT or not (0 < here[0] < 126 and 0 < there[0] < 126)
    same_status = here[0] == there[0] or not exact
    return same_status and here[1] == there[1] and bool(here[2]) == bool(there[2])


def check_alone(guest):
    """The programs that are not compared with this machine's."""
    result = guest.run(["/sbin/sh", "/commands/alone.sh"], timeout=200)
    with open(f"{FOLDER}/alone.out", "rb") as file:
        expected = file.read()
    assert result.stdout == expected, f"{result.stdout.decode()}\nstandard error: {result.stderr}"


def test_table():
    """One boot for all of them."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing or os.geteuid():
        raise unittest.SkipTest(f"needs root and {' '.join(missing) or 'nothing else'} to compare with")
    with open(f"{FOLDER}/table.txt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    here = expected_results()
    words = ["/sbin/sh", "/commands/run_cases.sh", "/commands/table.txt", "/commands/fixture.sh", "/tmp/top"]
    with booted(smp=2, rows=rootfs.from_host(FOLDER, "/commands")) as guest:
        check_alone(guest)
        result = guest.run(words, timeout=280)
    assert result.status == 0, result.stderr
    there = parse(result.stdout)
    assert here.keys() == there.keys(), sorted(here.keys() ^ there.keys())
    assert len(here) >= 250, len(here)
    wrong = [f"line {number}: {lines[number - 1]}\n  here:  {here[number]}\n  there: {there[number]}"
             for number in sorted(here) if not agrees(lines[number - 1], here[number], there[number])]
    assert not wrong, f"{len(wrong)} of {len(here)} differ:\n" + "\n".join(wrong)[:6000]
