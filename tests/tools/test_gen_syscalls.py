"""The generator of the system-call tables."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import gen_syscalls  # noqa: E402  pylint: disable=wrong-import-position

GOOD = """/* SYSCALL(number, …) in a comment
 */
SYSCALL(  0, read,  BLOCKS, "fd fd", "out byte buf[count]", "size count")
SYSCALL( 39, getpid, 0)
"""


class GenerateTest(unittest.TestCase):
    """Rows out of definitions, and refusals."""

    def test_rows(self):
        """Prototype and decoder row."""
        read, getpid = gen_syscalls.parse(GOOD)
        self.assertEqual(read.prototype(), "long sys_read(int fd, uaddr buf, size_t count);")
        self.assertEqual(getpid.prototype(), "long sys_getpid(void);")
        self.assertEqual(gen_syscalls.decode_row(read), 'DECODE(0, "read", 3, "fd fd", "out byte buf[count]", "size count")')

    def test_refused(self):
        """Each broken row names its line."""
        for row in ('SYSCALL(1, a, 0, "what x")', 'SYSCALL(1, a, 0, "int")', 'SYSCALL(1, a, MAYBE)', 'SYSCALL(0, again, 0)',
                    'SYSCALL(40, a, 0, "out byte b[c]")', 'nonsense', 'SYSCALL(40, a, 0, "int x[2]")'):
            with self.assertRaisesRegex(SystemExit, ":5:"):
                gen_syscalls.parse(GOOD + row)

    def test_the_table(self):
        """The tree's own table."""
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "abi", "syscalls.def"), encoding="utf-8") as file:
            calls = gen_syscalls.parse(file.read())
        self.assertGreater(len(calls), 100)


if __name__ == "__main__":
    unittest.main()
