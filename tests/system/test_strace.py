"""strace, of the system's own make and, where this machine has it, Debian's: calls, errors and signals as words, children followed."""

import os
import re

from harness import run_exec

STRACE = "/sbin/strace"
DEBIANS = "/usr/bin/strace"


def traced(*command, options=(), program=STRACE, add=()):
    """What strace wrote about COMMAND, by way of its standard error; and the exit status."""
    done = run_exec(*add, "--", program, *options, *command)
    return done.stderr.decode(), done.returncode


def has(pattern, text):
    """PATTERN is somewhere in TEXT."""
    assert re.search(pattern, text, re.M), f"{pattern!r} is not in\n{text}"


def test_calls():
    text, status = traced("/sbin/cat", "/etc/hostname", "/no/such")
    assert status == 1
    has(r'^execve\("/sbin/cat", \["/sbin/cat", "/etc/hostname", "/no/such"\], 0x[0-9a-f]+ /\* \d+ vars \*/\) = 0\n', text)
    has(r'open(at)?\((AT_FDCWD, )?"/etc/hostname", O_RDONLY[^)]*\) = \d', text)
    has(r'open(at)?\((AT_FDCWD, )?"/no/such", O_RDONLY[^)]*\) = -1 ENOENT \(No such file or directory\)', text)
    has(r'read\(\d, "astra\\n", \d+\) = 6', text)
    has(r'mmap\((NULL|0x[0-9a-f]+), \d+, PROT_\w+\S*, MAP_PRIVATE\S*\|MAP_ANONYMOUS\S*, -1, 0\) = 0x', text)
    has(r'exit_group\(1\) = \?\n\+\+\+ exited with 1 \+\+\+', text)


def test_structures():
    text, _ = traced("/sbin/stat", "/etc/passwd", options=("-e", "lstat"))
    has(r'lstat\("/etc/passwd", \{st_mode=S_IFREG\|0644, st_size=\d+, \.\.\.\}\) = 0', text)
    assert "mmap" not in text


def test_children():
    text, status = traced("/bin/sh", "-c", "/sbin/true; kill -TERM $$", options=("-f",))
    has(r'\[pid +\d+\] execve\("/sbin/true"', text)
    has(r'--- SIGTERM \{', text)
    has(r'\+\+\+ killed by SIGTERM \+\+\+', text)
    assert status == 128 + 15


def test_summary():
    text, _ = traced("/sbin/cat", "/etc/hostname", options=("-c",))
    has(r'% time +seconds +usecs/call +calls +errors syscall\n', text)
    has(r' 1 +0 execve\n', text)


def test_debians():
    if not os.path.exists(DEBIANS):
        return
    text, status = traced("/bin/sh", "-c", "/sbin/true; exit 3", options=("-f",), program="/bin/strace", add=("--add", DEBIANS))
    assert status == 3
    has(r'execve\("/sbin/true"', text)
    has(r'\+\+\+ exited with 3 \+\+\+', text)


def test_crash():
    """What exec says of a program that crashes."""
    done = run_exec("--", "/bin/sh", "-c", "kill -SEGV $$")
    text = done.stderr.decode()
    assert done.returncode == 128 + 11
    has(r'sh\[\d+\] died of SIGSEGV, sent by process \d+', text)
    has(r'#0 +[0-9a-f]+ .*\(/', text)
    has(r'the last \d+ calls:(.*\n)+ +kill\(\d+, 11\) = 0', text)
