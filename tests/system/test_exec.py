"""The contract of exec: streams, status, signals, time-outs, and errors in words before anything boots."""

import os
import signal
import struct
import subprocess
import time

from harness import BUSYBOX, build_source, check_exec, configure_command, run_exec, temporary_file

C_PROGRAM = rb"""
#include <stdio.h>
int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("%s\n", argv[i]);
	return 42;
}
"""


def run_c(compiler, *flags):
    """The program runs with its arguments and returns its status."""
    with temporary_file(build_source(C_PROGRAM, compiler, *flags), "hello") as program:
        check_exec("--add", f"{program}:/bin/hello", "--", "/bin/hello", "a", "b c", status=42,
                   stdout=b"/bin/hello\na\nb c\n", stderr=b"")


def test_static_musl():
    run_c("musl-gcc", "-static")


def test_static_glibc():
    run_c("gcc", "-static")


def test_static_pie_glibc():
    run_c("gcc", "-static-pie")


def test_dynamic_musl():
    run_c("musl-gcc")


def test_dynamic_glibc():
    run_c("gcc")


def test_busybox():
    check_exec("--add", BUSYBOX, "--", BUSYBOX, "sh", "-c", "echo $((6*7)); ls / | wc -l; exit 3", status=3)


def test_status():
    check_exec("--", "/sbin/sh", "-c", "exit 7", status=7, stdout=b"", stderr=b"")


def test_stderr_apart():
    check_exec("--", "/sbin/sh", "-c", "echo out; echo err >&2", stdout=b"out\n", stderr=b"err\n")


def test_environment():
    done = check_exec("--add", BUSYBOX, "--env", "A=b=c", "--", BUSYBOX, "env")
    lines = done.stdout.decode().splitlines()
    assert "A=b=c" in lines and "HOME=/root" in lines and "PATH=/sbin:/bin:/usr/bin" in lines, lines


def test_killed():
    check_exec("--", "/sbin/sh", "-c", "kill -9 $$", status=128 + signal.SIGKILL)


def test_8_mib_through_cat():
    data = os.urandom(8 << 20)
    done = check_exec("--", "/sbin/cat", stdin=data)
    assert done.stdout == data, f"{len(done.stdout)} bytes came back, and not the same"


def test_closed_stdin():
    """A closed standard input is an empty one."""
    done = subprocess.run(["/bin/sh", "-c", 'exec "$@" <&-', "sh", *configure_command("exec", "--", "/sbin/cat")],
                          capture_output=True, timeout=150, check=False)
    assert (done.returncode, done.stdout) == (0, b""), done


def test_unread_stdin():
    """Megabytes for a program that does not read hold nothing up."""
    check_exec("--", "/sbin/echo", "done", stdin=bytes(4 << 20), stdout=b"done\n")


def test_not_found():
    done = check_exec("--", "/no/such/program", status=127, stdout=b"")
    assert b"/no/such/program" in done.stderr


def test_not_executable():
    check_exec("--", "/etc/hostname", status=126, stdout=b"")


def test_timeout():
    check_exec("--timeout", "2", "--", "/sbin/sleep", "1000", status=124)


def interrupted(number):
    """exec gets signal NUMBER while a program runs; returns its exit status."""
    with subprocess.Popen(configure_command("exec", "--", "/sbin/sh", "-c", "echo up; sleep 1000; exit 1"),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        time.sleep(0.5)
        process.send_signal(number)
        return process.wait(60)


def test_sigterm():
    assert interrupted(signal.SIGTERM) == 128 + signal.SIGTERM


def test_sigint():
    assert interrupted(signal.SIGINT) == 128 + signal.SIGINT


def refused(data, *words):
    """A file that --add must refuse in words, at once."""
    with temporary_file(data) as path:
        started = time.monotonic()
        done = run_exec("--add", f"{path}:/bin/x", "--", "/bin/x")
    assert done.returncode == 125 and done.stdout == b"", done
    assert all(word in done.stderr for word in words), done.stderr
    assert time.monotonic() - started < 2, "it booted"


def elf_header(bits, machine):
    """The start of an ELF file."""
    return b"\x7fELF" + bytes([bits, 1, 1]) + bytes(9) + struct.pack("<HHI", 2, machine, 1) + bytes(40)


def test_add_32_bit():
    refused(elf_header(1, 3), b"32-bit")


def test_add_arm():
    refused(elf_header(2, 183), b"ARM")


def test_add_truncated():
    refused(b"\x7fELF\x02", b"ends inside its header")


def test_add_missing():
    done = check_exec("--add", "/no/such/file:/bin/x", "--", "/bin/x", status=125, stdout=b"")
    assert b"/no/such/file: no such file" in done.stderr


def test_add_folder():
    """A folder goes with everything in it, and its links stay links."""
    with temporary_file(b"text\n", "file") as path:
        folder = os.path.dirname(path)
        os.symlink("file", os.path.join(folder, "link"))
        check_exec("--add", f"{folder}:/data", "--", "/sbin/cat", "/data/link", stdout=b"text\n")


def test_bad_options():
    for arguments in (["/sbin/ls"], ["--"], ["--", "ls"], ["--smp", "0", "--", "/sbin/ls"], ["--net", "moon", "--", "/sbin/ls"],
                      ["--forward", "1:2", "--", "/sbin/ls"], ["--env", "=x", "--", "/sbin/ls"]):
        done = run_exec(*arguments)
        assert done.returncode == 125 and done.stderr and not done.stdout, (arguments, done)


def test_icount():
    check_exec("--icount", "--", "/sbin/echo", "counted", stdout=b"counted\n")
