"""The archive writer and reader against each other and against GNU tar."""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import pax  # noqa: E402  pylint: disable=wrong-import-position

ROWS = [
    pax.Row("dev", pax.DIRECTORY, mode=0o755),
    pax.Row("etc/hostname", data=b"astra\n"),
    pax.Row("empty"),
    pax.Row("bin/sh", pax.SYMLINK, target="/sbin/sh", mode=0o777),
    pax.Row("long/" + "n" * 150, data=b"z" * 5000, mode=0o755),
    pax.Row("link", pax.SYMLINK, target="t" * 180, mode=0o777),
    pax.Row("ünï", data=os.urandom(4096)),
    pax.Row("x" * 100, data=b"a" * 4097),
]


def archive(rows, origin=pax.ORIGIN_BUILD):
    """ROWS as an archive."""
    data = b""
    for row in rows:
        data += pax.encode(row, len(data), origin)
    return data + pax.finish(len(data))


class PaxTest(unittest.TestCase):
    """Writer, reader, and both with other tars."""

    def test_read_back(self):
        """Everything comes back, and data is aligned."""
        data = archive(ROWS, pax.ORIGIN_INSTALL)
        members = list(pax.read(data))
        self.assertEqual([member.path for member in members], ["/" + row.path for row in ROWS])
        for row, member in zip(ROWS, members):
            self.assertEqual((row.kind, len(row.data), row.mode, row.target, pax.ORIGIN_INSTALL),
                             (member.kind, member.size, member.mode, member.target, member.origin))
            self.assertEqual(data[member.data_at:member.data_at + member.size], row.data)
            self.assertTrue(not row.data or member.data_at % pax.PAGE == 0)
        self.assertEqual(len(data) % pax.PAGE, 0)

    def test_every_offset(self):
        """Alignment holds wherever the archive stands."""
        for blocks in range(32):
            encoded = pax.encode(pax.Row("a", data=b"x"), blocks * pax.BLOCK, pax.ORIGIN_BUILD)
            self.assertEqual((blocks * pax.BLOCK + len(encoded) - pax.BLOCK) % pax.PAGE, 0)

    def test_deterministic(self):
        """The same rows give the same bytes."""
        self.assertEqual(archive(ROWS), archive(ROWS))

    def test_other_readers(self):
        """GNU tar is silent about it, and Python's tarfile sees the same."""
        with tempfile.NamedTemporaryFile(suffix=".tar") as file:
            file.write(archive(ROWS))
            file.flush()
            listing = subprocess.run(["tar", "-tvf", file.name], capture_output=True, text=True, check=True,
                                     env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.assertEqual(listing.stderr, "")
        self.assertEqual(len(listing.stdout.splitlines()), len(ROWS))
        with tarfile.open(fileobj=io.BytesIO(archive(ROWS))) as tar:
            self.assertEqual([info.name for info in tar], [row.path for row in ROWS])

    def test_other_writers(self):
        """Archives of tarfile in its three formats, with long names, big numbers and hard links."""
        for style in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            stream = io.BytesIO()
            with tarfile.open(fileobj=stream, mode="w", format=style) as tar:
                for name in ("./a/" + "b" * 60 + "/" + "c" * 90, "plain"):
                    info = tarfile.TarInfo(name)
                    info.size = 700
                    tar.addfile(info, io.BytesIO(bytes(700)))
                hard = tarfile.TarInfo("hard")
                hard.type, hard.linkname = tarfile.LNKTYPE, "plain"
                tar.addfile(hard)
            members = list(pax.read(stream.getvalue()))
            self.assertEqual([member.path for member in members], ["/a/" + "b" * 60 + "/" + "c" * 90, "/plain", "/hard"])
            self.assertEqual([(member.origin, member.size) for member in members], [("", 700), ("", 700), ("", 0)])

    def test_concatenated(self):
        """Two archives in a row are one."""
        members = list(pax.read(archive(ROWS[:2]) + archive(ROWS[2:4])))
        self.assertEqual(len(members), 4)

    def test_errors(self):
        """A bad checksum, and archives that end too early, each in words."""
        data = bytearray(archive(ROWS[4:5]))
        end = pax.PAGE + 5120  # behind the data: blocks of zeros are not needed
        self.assertEqual(len(list(pax.read(bytes(data[:end])))), 1)
        for length in (100, 600, 1000, 3900, 5000):
            with self.assertRaisesRegex(pax.TarError, "ends"):
                list(pax.read(bytes(data[:length])))
        data[0] ^= 1
        with self.assertRaisesRegex(pax.TarError, "checksum"):
            list(pax.read(bytes(data)))


if __name__ == "__main__":
    unittest.main()
