"""Each system call of the table is made by some program of tests/user, by its number or by its C library's function."""

import glob
import os
import re
import unittest

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# The functions of other names that make a call.
FUNCTIONS = {"newfstatat": "fstatat", "pread64": "pread", "pwrite64": "pwrite", "fadvise64": "posix_fadvise", "rt_sigaction": "sigaction",
             "rt_sigprocmask": "sigprocmask", "rt_sigpending": "sigpending", "rt_sigtimedwait": "sigtimedwait", "rt_sigqueueinfo": "sigqueue",
             "rt_sigsuspend": "sigsuspend", "eventfd2": "eventfd", "signalfd4": "signalfd", "exit": "_exit", "exit_group": "_exit",
             "rt_sigreturn": "sigaction"}
# Made by the kernel's own return from a stop; ends the machine.
NOT_TRIED = {"restart_syscall", "reboot"}


class CallsTest(unittest.TestCase):
    """The table against the programs."""

    def test_every_call_is_tried(self):
        """No row of abi/syscalls.def without a test."""
        with open(os.path.join(TOP, "abi/syscalls.def"), encoding="utf-8") as file:
            calls = re.findall(r"^SYSCALL\(\s*\d+, (\w+)", file.read(), re.MULTILINE)
        self.assertGreater(len(calls), 250)
        text = ""
        for path in glob.glob(os.path.join(TOP, "tests/user/**/*.[ch]"), recursive=True):
            with open(path, encoding="utf-8") as file:
                text += file.read()
        missing = [call for call in calls if call not in NOT_TRIED and
                   not re.search(rf"\bSYS_{call}\b|\b{FUNCTIONS.get(call, call)}\(", text)]
        self.assertEqual(missing, [], "calls that no program in tests/user makes")
