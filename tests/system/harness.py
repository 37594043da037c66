"""What system tests share: the verb exec as a script uses it, and machines with a broken boot volume."""

import contextlib
import os
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(TOP, "tools"))

import bench_systems  # noqa: E402  pylint: disable=wrong-import-position,unused-import
import channel  # noqa: E402  pylint: disable=wrong-import-position
import debian  # noqa: E402  pylint: disable=wrong-import-position,unused-import
import machine  # noqa: E402  pylint: disable=wrong-import-position
import pax  # noqa: E402  pylint: disable=wrong-import-position
import qemu  # noqa: E402  pylint: disable=wrong-import-position
import rootfs  # noqa: E402  pylint: disable=wrong-import-position,unused-import

BUSYBOX = "/bin/busybox"


def configure_command(*arguments):
    """configure.py with ARGUMENTS, told that everything is built."""
    return [sys.executable, os.path.join(TOP, "configure.py"), "--built", *arguments]


def run_exec(*arguments, stdin=b"", timeout=150):
    """`configure.py exec ARGUMENTS`; returns the completed process with stdout and stderr as bytes."""
    return subprocess.run(configure_command("exec", *arguments), input=stdin, capture_output=True, timeout=timeout, check=False)


def check_exec(*arguments, status=0, stdout=None, stderr=None, stdin=b""):
    """run_exec() that must end with STATUS and, where given, these streams."""
    done = run_exec(*arguments, stdin=stdin)
    assert done.returncode == status, f"status {done.returncode}, not {status}; stderr: {done.stderr[-2000:]!r}"
    assert stdout is None or done.stdout == stdout, f"stdout {done.stdout[:500]!r}, not {stdout[:500]!r}"
    assert stderr is None or done.stderr == stderr, f"stderr {done.stderr[:500]!r}, not {stderr[:500]!r}"
    return done


@contextlib.contextmanager
def booted(rows=(), archive="rootfs.tar", **options):
    """A machine that listens; it must power off well."""
    guest = machine.Machine(qemu.Options(**options), rows, log_name="system", archive=archive)
    kept = True
    try:
        guest.start()
        guest.wait_ready()
        yield guest
        guest.power_off()
        kept = False
    finally:
        guest.close(keep_log=kept)


def program_row(host, guest):
    """The row of a program of this machine."""
    with open(host, "rb") as file:
        return pax.Row(guest.lstrip("/"), data=file.read(), mode=0o755)


def output_of(guest, *argv, stdin=b""):
    """The standard output of a program that must succeed."""
    result = guest.run(list(argv), stdin=channel.Input(stdin), timeout=60)
    assert result.status == 0, f"{argv}: status {result.status}, stderr {result.stderr!r}"
    return result.stdout


def boot_failure(rows=(), **options):
    """The sentence for which a machine with these options does not come up."""
    guest = machine.Machine(qemu.Options(**options), rows, log_name="system")
    try:
        guest.start()
        guest.wait_ready(60)
    except machine.MachineError as error:
        return str(error)
    finally:
        guest.close()
    raise AssertionError("the machine came up")


@contextlib.contextmanager
def temporary_file(data, name="file"):
    """A file with DATA in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="astra-system-") as folder:
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, 0o755)
        yield path


def build_source(source, compiler, *flags):
    """The bytes of a program of this machine's compiler, from the text of its C source."""
    with temporary_file(source, "program.c") as path:
        subprocess.run([compiler, *flags, "-o", path + ".out", path], check=True)
        with open(path + ".out", "rb") as file:
            return file.read()
