"""init at the console: it mounts, runs /etc/rc or the command that it is given, reaps orphans and powers off cleanly."""

import contextlib

from harness import temporary_file
from terminal import Terminal

TABLE = b"# what is mounted at the start\ntmpfs /mnt tmpfs size=64k,nosuid 0 0\nproc /proc proc defaults 0 0\nnone /root tmpfs noauto 0 0\n"
# An orphan's end is seen by nobody but its new parent, so a zombie of that name would stay; the loops end when the list is as it should be.
CHECKS = b"""
(sh -c 'echo $$ >/tmp/orphan; exec sleep 0.1' &)
until [ -s /tmp/orphan ]; do sleep 0.05; done
while [ -e "/proc/$(cat /tmp/orphan)" ]; do sleep 0.05; done
echo "orphan is reaped"
"""
STARTUP = CHECKS + b"""
grep -c ' /mnt tmpfs .*nosuid' /proc/mounts | sed 's/^/mounted: /'
grep -c ' /proc proc' /proc/mounts | sed 's/^/proc: /'
grep -c ' /root ' /proc/mounts | sed 's/^/left out: /'
sleep 1000 &
halt
echo "halt returns"; sleep 1000
"""


def output_of_machine(*arguments):
    """What a machine writes until it powers off by itself; it must do that well."""
    guest = Terminal(*arguments)
    text = ""
    try:
        with contextlib.suppress(OSError):  # the terminal ends with the machine
            while guest.process.poll() is None:
                if guest.listen(0.2):
                    text = guest.screen.text()
        assert guest.process.wait(60) == 0, text
        return text.split("\n")
    finally:
        guest.close()


def test_startup():
    """/etc/rc, which halts the machine before any shell."""
    with temporary_file(TABLE, "fstab") as table, temporary_file(STARTUP, "rc") as startup:
        lines = output_of_machine("--add", f"{table}:/etc/fstab", "--add", f"{startup}:/etc/rc")
    for line in ("orphan is reaped", "mounted: 1", "proc: 1", "left out: 0"):
        assert line in lines, lines
    assert not any("halt returns" in line or "not" in line.split() for line in lines), lines


def test_command():
    """The command behind "--": its end is the machine's."""
    with temporary_file(CHECKS + b"echo pid of init: $PPID\nexit 3\n", "job") as job:
        lines = output_of_machine("--add", f"{job}:/etc/job", "--cmdline", "-- /sbin/sh /etc/job")
    for line in ("orphan is reaped", "pid of init: 1", "init: /sbin/sh: exit status 3"):
        assert line in lines, lines
