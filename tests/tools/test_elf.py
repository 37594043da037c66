"""What the host says about ELF files before anything boots."""

import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import elf  # noqa: E402  pylint: disable=wrong-import-position


def header(bits=2, order=1, machine=62, kind=2):
    """The first 64 bytes of an ELF file without program headers."""
    form = "<HHI" if order == 1 else ">HHI"
    return b"\x7fELF" + bytes([bits, order, 1]) + bytes(9) + struct.pack(form, kind, machine, 1) + bytes(40)


class ElfTest(unittest.TestCase):
    """check(), interpreter(), closure()."""

    def test_good(self):
        """A 64-bit x86-64 header passes."""
        elf.check("x", header())

    def test_refused(self):
        """Each kind of foreign file, in words."""
        for data, words in ((header(1, machine=3), "32-bit program"), (header(1, machine=40), "32-bit ARM"),
                            (header(machine=183), "64-bit ARM"), (header(machine=243), "RISC-V"),
                            (header(order=2, machine=22), "S/390"), (header()[:30], "ends inside"), (b"\x7fELF", "ends inside"),
                            (header(1, machine=62), "32-bit")):
            with self.assertRaisesRegex(elf.ElfError, words):
                elf.check("x", data)

    def test_program(self):
        """A program of this machine: interpreter and libraries."""
        with open("/bin/cat", "rb") as file:
            data = file.read()
        self.assertTrue(elf.is_executable(data))
        self.assertEqual(elf.interpreter(data), "/lib64/ld-linux-x86-64.so.2")
        for present in (False, True):  # what another program brought along does not tell what this one needs
            self.assertIn("/lib64/ld-linux-x86-64.so.2", elf.closure("/bin/cat", data, lambda path, answer=present: answer))

    def test_own_interpreter(self):
        """An interpreter that only the archive has brings nothing along; one that nobody has is an error."""
        with open("/bin/cat", "rb") as file:
            data = file.read().replace(b"/lib64/ld-linux-x86-64.so.2", b"/lib/ld-of-nobody-at-all.so")
        self.assertEqual(elf.closure("x", data, lambda path: True), [])
        with self.assertRaisesRegex(elf.ElfError, "ld-of-nobody-at-all"):
            elf.closure("x", data, lambda path: False)

    def test_headers_outside(self):
        """Program headers behind the end are an error, not a crash."""
        data = bytearray(header())
        data[32:40] = struct.pack("<Q", 1 << 40)
        data[54:58] = struct.pack("<HH", 56, 3)
        with self.assertRaisesRegex(elf.ElfError, "outside"):
            elf.segments(bytes(data))


if __name__ == "__main__":
    unittest.main()
