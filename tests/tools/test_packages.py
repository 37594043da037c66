"""What happens when packages are missing."""

import contextlib
import io
import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import packages  # noqa: E402  pylint: disable=wrong-import-position

WANTED = [("present", "nothing", "/"), ("absent", "testing", "/no/such/file")]


class PackagesTest(unittest.TestCase):
    """require() with apt-get and root as the test says."""

    def require(self, apt, root, which=lambda name: f"/usr/bin/{name}"):
        """Run require(); returns (what it ended with, what it said, the calls of apt-get)."""
        said = io.StringIO()
        with mock.patch.object(packages, "_apt", side_effect=apt) as calls, contextlib.redirect_stderr(said), \
                mock.patch("shutil.which", which), mock.patch("os.geteuid", return_value=0 if root else 1000), \
                self.assertRaises(SystemExit) as end:
            packages.require(WANTED)
        return str(end.exception), said.getvalue(), [call.args[0] for call in calls.call_args_list]

    def test_nothing_missing(self):
        """Nothing is said and nothing is run."""
        with mock.patch.object(packages, "_apt", side_effect=AssertionError):
            packages.require(WANTED[:1])

    def test_other_system(self):
        """Without apt-get the missing ones are named, with the reason."""
        end, said, calls = self.require([], True, lambda name: None)
        self.assertIn("absent", end)
        self.assertIn("testing", said)
        self.assertEqual(calls, [])

    def test_no_root(self):
        """Without root and sudo the command to run is named."""
        end, _, calls = self.require([], False, lambda name: None if name == "sudo" else name)
        self.assertIn("apt-get install absent", end)
        self.assertEqual(calls, [])

    def test_update_first(self):
        """When the lists are old, they are renewed and the installation is tried again."""
        end, _, calls = self.require([False, True, True], True)
        self.assertEqual([call[0] for call in calls], ["install", "update", "install"])
        self.assertIn("not where they are looked for", end)

    def test_failure(self):
        """A failing apt-get ends it."""
        self.assertIn("could not install", self.require([False, False], True)[0])


if __name__ == "__main__":
    unittest.main()
