"""The benchmark's results as data: what a console's lines hold, ratios, tables, comparison, files; the RAM disk, the server."""

import contextlib
import os
import socket
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import bench  # noqa: E402  pylint: disable=wrong-import-position
import bench_chart  # noqa: E402  pylint: disable=wrong-import-position
import bench_host  # noqa: E402  pylint: disable=wrong-import-position
import bench_systems  # noqa: E402  pylint: disable=wrong-import-position
import bench_table  # noqa: E402  pylint: disable=wrong-import-position


def row(value, unit="ns"):
    """A row with a figure."""
    return {"value": value, "unit": unit}


ABSENT = {"value": None, "unit": "", "error": "ENOSYS"}


def icount(astra, linux, tuned):
    """A result in icount mode of one run each."""
    return {"mode": "icount", "shift": 3, "linux": "6.1", "commit": "abc",
            "systems": {"astra": [astra], "astra-fixed": [astra], "linux": [linux], "linux-tuned": [tuned]}}


class Parsing(unittest.TestCase):
    """Lines of a console."""

    def test_rows(self):
        """Rows, rows without a figure, and everything else that a console says."""
        rows = bench_systems.parse("[    0.1] call.null 5\r\ncall.null 12.50 ns\r\nepoll.1 - ENOSYS\nbench: done\na.b x n\n")
        self.assertEqual(rows, {"call.null": row(12.5), "epoll.1": ABSENT})

    def test_boot(self):
        """ASTRA's own record of its start."""
        lines = ["[0.1] I boot: firmware  6000.50 ms ###", "[0.1] I boot:   files  9.00 ms", "[0.1] I boot: loader   2.00 ms",
                 "[0.1] I boot: kernel   3.00 ms", "[0.1] I boot: init     0.50 ms"]
        with contextlib.suppress(FileNotFoundError):  # the image's size, where nothing is built
            self.assertEqual(bench_systems.astra_boot(lines)["boot.to_init"], row(5.5e6))

    def test_linux_counts_from_reset(self):
        """The firmware's share is taken off, and rows that only serve this go."""
        rows = bench.boot_by_counting({"boot.reset_to_init": row(100.0)}, {"boot.firmware": row(30.0)})
        self.assertEqual(rows, {"boot.to_init": row(70.0)})


class Table(unittest.TestCase):
    """Ratios and what is printed."""

    def setUp(self):
        self.result = icount({"call.null": row(800.0), "usage.boot": row(10.0, "KiB"), "p.x": row(3.0, "x"), "a.b": ABSENT},
                             {"call.null": row(3200.0), "usage.boot": row(100.0, "KiB"), "p.x": row(2.0, "x"), "a.b": row(1.0)},
                             {"call.null": row(1600.0), "usage.boot": row(100.0, "KiB"), "p.x": row(1.5, "x"), "a.b": row(2.0)})

    def test_ratio(self):
        """The bar is the better of both; a factor counts the other way round; no figure, no ratio."""
        ratios = {name: bench_table.ratio(self.result, name) for name in bench_table.names(self.result)}
        self.assertEqual(ratios, {"call.null": 0.5, "usage.boot": 0.1, "p.x": 2 / 3, "a.b": None})

    def test_below_zero(self):
        """Memory that others gave back is no bar."""
        result = icount({"usage.thread": row(4.0, "KiB")}, {"usage.thread": row(-3.0, "KiB")}, {"usage.thread": row(8.0, "KiB")})
        self.assertEqual(bench_table.ratio(result, "usage.thread"), 0.5)
        self.assertIsNone(bench_table.ratio_of(-1.0, 2.0, "KiB"))

    def test_instructions(self):
        """Guest time is instructions in icount mode; sizes stay."""
        self.assertEqual(bench_table.best(self.result, "astra", "call.null"), 100)
        self.assertEqual(bench_table.best(self.result, "astra", "usage.boot"), 10)
        self.assertEqual(bench_table.best(dict(self.result, mode="plain"), "astra", "call.null"), 800)

    def test_lines(self):
        """Columns are aligned, errors are shown, the seed's target is there."""
        text = bench_table.render(self.result)
        head, null = text.splitlines()[1:3]
        self.assertTrue(head.startswith("row ") and head.endswith("target"))
        self.assertRegex(null, r"^call.null +100 +100 +400 +200 +instr +0.50 +1,000 ns$")
        self.assertIn("ENOSYS", text)
        self.assertIn("3 rows compared: 2 at or below 0.5, 0 above 0.8", text)

    def test_spread(self):
        """Runs in turn give a median of their own ratios, each with the bar of its own turn."""
        result = {"mode": "plain", "shift": 0, "systems": {
            "astra": [{"r.r": row(1.0)}, {"r.r": row(2.0)}, {"r.r": row(9.0)}],
            "linux": [{"r.r": row(2.0)}, {"r.r": row(2.0)}, {"r.r": row(3.0)}],
            "linux-tuned": [{"r.r": row(4.0)}, {"r.r": row(8.0)}, {"r.r": row(4.0)}]}}
        self.assertEqual(bench_table.spread(result, "r.r"), (1.0, 0.5, 3.0))
        self.assertEqual(bench_table.ratio(result, "r.r"), 0.5)
        self.assertIn("0.50-3.00", bench_table.render(result))

    def test_compare(self):
        """The greatest change comes first; rows come and go."""
        new = icount({"call.null": row(880.0), "usage.boot": row(5.0, "KiB"), "a.b": row(8.0)}, {}, {})
        table = bench_table.compare(self.result, new)
        self.assertEqual(table[1:], [["a.b", "-", "1.00", "instr", "new"], ["usage.boot", "10.0", "5.00", "KiB", "-50.0%"],
                                     ["call.null", "100", "110", "instr", "+10.0%"]])
        with self.assertRaises(bench_table.TableError):
            bench_table.compare(self.result, dict(new, mode="plain"))

    def test_files(self):
        """A result survives its file; anything else is refused in words."""
        with tempfile.TemporaryDirectory() as folder:
            bench_table.save(f"{folder}/a.json", self.result)
            self.assertEqual(bench_table.load(f"{folder}/a.json")["systems"], self.result["systems"])
            for text in ("", "[]", '{"format": 0, "systems": {}}'):
                with open(f"{folder}/b.json", "w", encoding="utf-8") as file:
                    file.write(text)
                with self.assertRaises(bench_table.TableError):
                    bench_table.load(f"{folder}/b.json")
            with self.assertRaises(bench_table.TableError):
                bench_table.load(f"{folder}/absent.json")

    def test_chart(self):
        """Well-formed, a bar a row, within the picture."""
        tree = xml.etree.ElementTree.fromstring(bench_chart.svg(self.result))
        bars = [item for item in tree.iter("{http://www.w3.org/2000/svg}rect") if item.get("x")]
        self.assertEqual(len(bars), 3)
        self.assertTrue(all(0 < float(bar.get("x")) <= bench_chart.WIDTH for bar in bars))
        self.assertLess(bench_chart.position(0.25), bench_chart.position(0.5))
        self.assertEqual(bench_chart.position(1e-9), bench_chart.LEFT)


class Machines(unittest.TestCase):
    """What the machines get."""

    def test_ram_disk(self):
        """Headers of 110 bytes, names and data padded to 4, the trailer last."""
        archive = bench_systems.cpio([("init", 0o100755, b"12345", (0, 0)), ("dev/console", 0o020600, b"", (5, 1))])
        self.assertEqual(len(archive) % 4, 0)
        at, seen = 0, []
        while at < len(archive):
            fields = [int(archive[at + 6 + 8 * index:at + 14 + 8 * index], 16) for index in range(13)]
            self.assertEqual(archive[at:at + 6], b"070701")
            name = archive[at + 110:at + 110 + fields[11] - 1].decode()
            data = at + -(-(110 + fields[11]) // 4) * 4
            seen.append((name, fields[1], archive[data:data + fields[6]], fields[9:11]))
            at = data + -(-fields[6] // 4) * 4
        self.assertEqual(seen, [("init", 0o100755, b"12345", [0, 0]), ("dev/console", 0o020600, b"", [5, 1]),
                                ("TRAILER!!!", 0, b"", [0, 0])])

    def test_plan(self):
        """The host's port and the CPUs are for wall time alone."""
        counted = bench.Plan(True, host_port=9, rows=["a.*", "b.*"]).arguments
        self.assertEqual(counted[-4:], ["--rows", "a.*", "--rows", "b.*"])
        self.assertNotIn("--host-port", counted)
        self.assertIn("--host-port", bench.Plan(False, host_port=9).arguments)

    def test_server(self):
        """Each letter does what the guest expects of it."""
        server = bench_host.Server().start()
        try:
            for letter, sent, size in ((b"C", b"", 0), (b"E", b"abc", 3), (b"S", b"", 5000), (b"D", bytes(bench_host.ROUND), 1),
                                       (b"G", b"ET / HTTP/1.0\r\n\r\n", len(bench_host.RESPONSE))):
                with socket.create_connection(("127.0.0.1", server.port), timeout=20) as guest:
                    guest.sendall(letter + sent)
                    data = b""
                    while len(data) < size and (piece := guest.recv(size - len(data))):
                        data += piece
                    self.assertEqual(len(data), size, letter)
                    self.assertFalse(letter == b"C" and guest.recv(1))
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
