"""Many test programs on one machine, which is started again when a program takes it down."""

import os

import channel
import machine
import pax
import qemu
import volume

ENVIRONMENT = machine.ENVIRONMENT
CPUS, MEMORY = 4, 512
TIMEOUT = 60  # seconds for one program
BOOT_FAILURES = 2  # in a row, after which the machine is given up
FAILED, TIMED_OUT = 125, 124


class Runner:
    """The machine under test and what has happened to it."""

    def __init__(self, rows):
        self.rows = rows
        self.machine = None
        self.boot_failures = 0

    def booted(self):
        """Make sure that a machine listens; raises MachineError."""
        if self.machine:
            return
        self.machine = machine.Machine(qemu.Options(smp=CPUS, mem=MEMORY), self.rows, log_name="tests")
        try:
            self.machine.start()
            self.machine.wait_ready()
            self.boot_failures = 0
        except (machine.MachineError, volume.VolumeError):
            self.boot_failures += 1
            self.drop()
            raise

    def drop(self):
        """Give up this machine; its log stays."""
        if self.machine:
            self.machine.close(keep_log=True)
            self.machine = None

    def run(self, path):
        """Run one program; returns (exit status, seconds, output)."""
        output = channel.Output()
        try:
            self.booted()
            log_before = log_size(self.machine.log)
            result = self.machine.run([path], stdout=output, stderr=output, cwd="/tmp", timeout=TIMEOUT)
            note = b"" if result.status in (0, 77) else b"\n(exit status %d)\n" % result.status
            if note:
                note += log_since(self.machine.log, log_before)
            return result.status, result.seconds, bytes(output.data) + note
        except channel.SpawnError as error:
            return 126, 0, f"cannot be started: {error}\n".encode()
        except channel.TimedOut:
            note = f"\n(still running after {TIMEOUT} seconds; log: {self.machine.log})\n".encode()
            self.drop()
            return TIMED_OUT, TIMEOUT, bytes(output.data) + note
        except (machine.MachineError, volume.VolumeError) as error:
            self.drop()
            return FAILED, 0, bytes(output.data) + f"\n({error})\n".encode()

    def finish(self):
        """Power off; returns what was wrong with that, or None."""
        if not self.machine:
            return None
        try:
            self.machine.power_off()
        except machine.MachineError as error:
            self.drop()
            return str(error)
        self.machine.close()
        return None


def log_size(path):
    """Bytes in the log so far."""
    return os.path.getsize(path) if os.path.exists(path) else 0


def log_since(path, start):
    """What the kernel logged since byte START, at most 4 KiB."""
    if log_size(path) <= start:
        return b""
    with open(path, "rb") as file:
        file.seek(start)
        text = file.read()[-4096:].replace(b"\r", b"")
    return b"kernel log:\n" + text if text.strip() else b""


def run_all(tests, files, progress):
    """Yield (name, exit status, seconds, output) for each (name, guest path, program) of TESTS; FILES are there, too."""
    rows = []
    for guest, program in [entry[1:] for entry in tests] + files:
        with open(program, "rb") as file:
            rows.append(pax.Row(guest.lstrip("/"), data=file.read(), mode=0o755))
    runner = Runner(rows)
    last = None
    try:
        for number, (name, guest, _) in enumerate(tests, 1):
            if runner.boot_failures >= BOOT_FAILURES:
                yield name, FAILED, 0, last[2]
                continue
            progress(f"[{number}/{len(tests)}] {name}")
            last = runner.run(guest)
            yield name, *last
        wrong = runner.finish()
        if wrong:
            progress(wrong)
    finally:
        runner.drop()
