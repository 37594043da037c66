"""Programs of Rust's own standard library, static against glibc, as the distribution's rustc builds them."""

import os
import shutil
import subprocess
import tempfile
import unittest

from harness import TOP, check_exec
from network import HOST, pages


def build(name, folder):
    """The program of rust/NAME.rs."""
    compiler = "/usr/bin/rustc" if os.path.exists("/usr/bin/rustc") else shutil.which("rustc")
    if not compiler:
        raise unittest.SkipTest("rustc is not installed (Debian package rustc)")
    program = os.path.join(folder, name)
    subprocess.run([compiler, "-O", "-C", "target-feature=+crt-static", "-o", program,
                    os.path.join(TOP, f"tests/system/rust/{name}.rs")], check=True, timeout=250)
    return program


def test_threads():
    """Threads, locks, channels and time, with one CPU and with four."""
    with tempfile.TemporaryDirectory(prefix="astra-rust.") as folder:
        program = build("threads", folder)
        here = subprocess.run([program], capture_output=True, check=True, timeout=60).stdout
        assert here.endswith(b"all checks passed\n"), here
        for cpus in ("1", "4"):
            check_exec("--smp", cpus, "--add", f"{program}:/bin/threads", "--", "/bin/threads", stdout=here)


def test_network():
    """Streams, listeners, datagrams, timeouts and names over loopback; a page with its style sheet and scripts from this machine."""
    with tempfile.TemporaryDirectory(prefix="astra-rust.") as folder:
        program = build("network", folder)
        here = subprocess.run([program], capture_output=True, check=True, timeout=60).stdout
        assert here.endswith(b"all checks passed\n"), here
        for cpus in ("1", "4"):
            check_exec("--smp", cpus, "--add", f"{program}:/bin/network", "--", "/bin/network", stdout=here)
        with pages(b"") as port:
            check_exec("--net", "user", "--add", f"{program}:/bin/network", "--", "/bin/network", f"{HOST}:{port}",
                       stdout=b"/style.css: 5000 bytes\n/a.js: 70000 bytes\n/b.js: 10 bytes\n")
