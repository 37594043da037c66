"""rootfs.tar over its life: builds, installs, rows appended by hand, and everything that must survive."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import pax  # noqa: E402  pylint: disable=wrong-import-position
import rootfs  # noqa: E402  pylint: disable=wrong-import-position


class RootTest(unittest.TestCase):
    """Each test works in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder.name)
        self.write("program", b"first")
        self.build()

    @staticmethod
    def write(path, data):
        """Make a file."""
        with open(path, "wb") as file:
            file.write(data)

    def build(self, extra=()):
        """Build; returns what was said."""
        rows = [["directory", "/etc", "755"], ["text", "/etc/hostname", "astra\n"], ["link", "/bin/sh", "/sbin/sh"],
                ["built", "/sbin/init", "program"], *extra]
        self.write("list.json", json.dumps(rows).encode())
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            rootfs.build("list.json")
        return said.getvalue()

    def content(self, path):
        """The bytes of the last row PATH, None if there is none."""
        found = None
        with open("rootfs.tar", "rb") as file:
            data = file.read()
        for member in pax.read(data):
            if member.path == path:
                found = data[member.data_at:member.data_at + member.size]
        return found

    def test_build(self):
        """What the list says is there, with the folders that it needs, and again the same bytes."""
        self.assertEqual(self.content("/sbin/init"), b"first")
        self.assertEqual({member.path for member in rootfs.members()},
                         {"/etc", "/etc/hostname", "/bin", "/bin/sh", "/sbin", "/sbin/init"})
        before = open("rootfs.tar", "rb").read()
        self.build()
        self.assertEqual(before, open("rootfs.tar", "rb").read())

    def test_rebuild_replaces(self):
        """A changed program replaces the old row; a row that the list lost goes."""
        self.build([["text", "/etc/old", "x"]])
        self.write("program", b"second")
        self.build()
        self.assertEqual(self.content("/sbin/init"), b"second")
        self.assertIsNone(self.content("/etc/old"))

    def test_install_survives(self):
        """An installed file survives a rebuild, until uninstall."""
        self.write("tool", b"#!/bin/sh\n")
        rootfs.install(["tool:/opt/tools/tool"])
        self.build()
        self.assertEqual(self.content("/opt/tools/tool"), b"#!/bin/sh\n")
        self.assertEqual([member.path for member in rootfs.installed_rows()], ["/opt", "/opt/tools", "/opt/tools/tool"])
        rootfs.uninstall(["/opt"])
        self.assertIsNone(self.content("/opt/tools/tool"))
        self.assertEqual(self.content("/sbin/init"), b"first")

    def test_install_again(self):
        """Installing again replaces."""
        for data in (b"one", b"two"):
            self.write("tool", data)
            rootfs.install(["tool:/tool"])
        self.assertEqual(self.content("/tool"), b"two")
        self.assertEqual(len(rootfs.installed_rows()), 1)

    def test_install_dynamic(self):
        """A dynamic program brings its interpreter and libraries along, aligned."""
        rootfs.install(["/bin/cat"])
        paths = {member.path for member in rootfs.installed_rows()}
        self.assertLessEqual({"/bin/cat", "/lib64/ld-linux-x86-64.so.2"}, paths)
        self.assertTrue(any("libc.so.6" in path for path in paths), paths)
        self.assertTrue(all(member.data_at % 4096 == 0 for member in rootfs.members() if member.size))

    def test_appended_by_hand(self):
        """Rows of `tar -rf` survive builds and installs, win over the build's own, and are named."""
        self.write("init", b"mine")
        os.makedirs("sbin")
        os.rename("init", "sbin/init")
        subprocess.run(["tar", "-rf", "rootfs.tar", "./sbin/init"], check=True)
        self.assertIn("/sbin/init", self.build())
        self.assertEqual(self.content("/sbin/init"), b"mine")
        rootfs.install(["program:/program"])
        self.build()
        self.assertEqual(self.content("/sbin/init"), b"mine")
        self.assertEqual(self.content("/program"), b"first")

    def test_refusals(self):
        """What cannot be done is said in words and changes nothing."""
        before = open("rootfs.tar", "rb").read()
        self.write("arm", b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7\0" + bytes(44))
        for call, argument in ((rootfs.install, "missing"), (rootfs.install, "arm"), (rootfs.uninstall, "/sbin/init"),
                               (rootfs.install, "program:relative")):
            with self.assertRaises(rootfs.RootError):
                call([argument])
        self.assertEqual(before, open("rootfs.tar", "rb").read())

    def test_corrupt(self):
        """A corrupt archive is not overwritten."""
        data = bytearray(open("rootfs.tar", "rb").read())
        data[3] ^= 1
        self.write("rootfs.tar", bytes(data))
        with self.assertRaisesRegex(rootfs.RootError, "checksum"):
            self.build()
        self.assertEqual(open("rootfs.tar", "rb").read(), bytes(data))

    def test_append(self):
        """Temporary rows come behind everything else, and the archive itself stays as it is."""
        before = open("rootfs.tar", "rb").read()
        rootfs.append("rootfs.tar", "other.tar", [pax.Row("sbin/init", data=b"temporary"), pax.Row("a/b", data=b"")])
        self.assertEqual(before, open("rootfs.tar", "rb").read())
        self.assertEqual([member.path for member in rootfs.members("other.tar")][-3:], ["/sbin/init", "/a", "/a/b"])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
