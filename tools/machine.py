"""A running virtual machine with the exec channel: start, run programs one after the other, power off.

Used by the verb exec, which runs one program, and by the tests, which run many. The serial line goes to a log file;
why a machine failed is read from there and from QEMU's exit status, and put in one sentence. A Machine belongs to
one thread. Whatever happens, close() ends QEMU and removes the machine's files.
"""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time

import channel
import qemu
import rootfs

LOGS = "build/log"
BOOT_TIMEOUT = 120  # seconds until init must listen; many times what a loaded host needs
POWEROFF_TIMEOUT = 20
ENVIRONMENT = {"PATH": "/sbin:/bin:/usr/bin", "HOME": "/root", "TERM": os.environ.get("TERM", "dumb")}
# What a log line that explains a failure looks like, most telling first.
TELLING = (r"\] E (panic: .*)", r"\] E (boot: .*)", r"^(loader: .*)", r"^(init: .*)", r"(BdsDxe: failed .*)", r"(!!!! .*)")
# Complaints that often are the cause of what comes later.
EARLIER = r"\] [EW] (tarfs: .*)"


PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In the child, before exec: no machine outlives the process that watches it, however that one ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class MachineError(Exception):
    """The machine itself failed; one sentence, with the log's name."""


class Result:
    """How a program ended."""

    def __init__(self, wait_status, stdout, stderr, seconds):
        self.stdout, self.stderr, self.seconds = bytes(stdout), bytes(stderr), seconds
        self.status = exit_status(wait_status)


def exit_status(wait_status):
    """The shell's view of a wait status: 128 + signal for a killed program."""
    if os.WIFSIGNALED(wait_status):
        return 128 + os.WTERMSIG(wait_status)
    return os.WEXITSTATUS(wait_status)


def clean_log(path):
    """The log's lines without the terminal control sequences that the firmware writes."""
    try:
        with open(path, "rb") as file:
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    text = re.sub(r"\x1b\[[0-9;=?]*[A-Za-z]", "", text)
    return [line.rstrip() for line in text.replace("\r", "\n").splitlines() if line.strip()]


def crash_lines(path, calls=8):
    """What the kernel's log says of programs that crashed: without stamps, and of each one's calls only the last CALLS."""
    text, at = [], 0
    for line in clean_log(path):
        match = re.search(r"\] I crash: (.*)", line)
        if not match:
            continue
        text.append(match.group(1))
        if re.fullmatch(r"  the last \d+ calls:", text[-1]):
            at = len(text)
        elif not text[-1].startswith(" "):
            at = 0
        if at and len(text) - at > calls:
            del text[at]
    return text


def matches(pattern, lines):
    """What the pattern's group is in each line that has it."""
    return [match.group(1) for match in (re.search(pattern, line) for line in lines) if match]


class Machine:
    """One machine. ROWS are further members of its archive; VERBOSE copies the serial line to stderr as well."""

    started = 0  # machines of this process, for the names of their logs

    def __init__(self, options=None, rows=(), verbose=False, log_name="machine", archive=rootfs.ARCHIVE):
        self.options = options or qemu.Options()
        os.makedirs(LOGS, exist_ok=True)
        Machine.started += 1
        self.log = f"{LOGS}/{log_name}.{os.getpid()}.{Machine.started}.log"
        self.verbose = verbose
        self.process = self.session = self.scratch = None
        self.options.init_args = self.options.init_args or "exec"
        self.rows, self.archive = rows, archive

    def start(self):
        """Make the boot volume and start QEMU; does not wait for the guest."""
        temporary = f"{self.log}.tar"
        try:
            if self.rows:
                rootfs.append(self.archive, temporary, self.rows)
            self.scratch = qemu.Scratch(self.options, temporary if self.rows else self.archive)
        finally:
            if self.rows and os.path.exists(temporary):
                os.unlink(temporary)
        ours, theirs = socket.socketpair()
        with theirs:
            if self.verbose:
                serial = f"stdio,id=serial,signal=off,mux=off,logfile={self.log},logappend=off"
            else:
                serial = f"file,id=serial,path={self.log}"
            command = qemu.command(self.options, self.scratch) + [
                "-chardev", serial, "-serial", "chardev:serial", "-monitor", "none",
                "-device", "virtio-serial-pci,max_ports=2",
                "-chardev", f"socket,id=exec,fd={theirs.fileno()}",
                "-device", "virtserialport,nr=1,chardev=exec,name=astra.exec"]
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                command, stdin=subprocess.DEVNULL, stdout=sys.stderr, pass_fds=[theirs.fileno()], start_new_session=True,
                preexec_fn=die_with_parent)
        self.session = channel.Session(ours)

    def wait_ready(self, timeout=BOOT_TIMEOUT):
        """Sleep until init listens; raises MachineError."""
        try:
            self.session.wait_ready(time.monotonic() + timeout)
        except channel.TimedOut:
            raise MachineError(self.failure(f"it was not up after {timeout} seconds")) from None
        except channel.ChannelError as error:
            raise MachineError(self.failure(str(error))) from None

    def run(self, argv, stdin=None, stdout=None, stderr=None, env=None, cwd="/", timeout=None, wake=None):
        """Run a program to its end; raises channel.SpawnError, channel.TimedOut, MachineError."""
        started = time.monotonic()
        out, err = stdout or channel.Output(), stderr or channel.Output()
        try:
            status = self.session.run(argv[0], argv, {**ENVIRONMENT, **(env or {})}, cwd, stdin, out, err,
                                      None if timeout is None else started + timeout, wake)
        except channel.ChannelError as error:
            raise MachineError(self.failure(str(error))) from None
        return Result(status, out.data, err.data, time.monotonic() - started)

    def power_off(self):
        """End the machine in order; raises MachineError when it does not end, or not well."""
        try:
            deadline = time.monotonic() + POWEROFF_TIMEOUT
            self.session.post(channel.POWEROFF)
            self.session.flush(deadline)
            status = self.process.wait(max(1, deadline - time.monotonic()))
        except (channel.TimedOut, subprocess.TimeoutExpired):
            raise MachineError(self.failure(f"it did not power off within {POWEROFF_TIMEOUT} seconds")) from None
        except channel.ChannelError as error:
            raise MachineError(self.failure(str(error))) from None
        if status:
            raise MachineError(self.failure(f"QEMU ended with status {status}"))

    def failure(self, symptom):
        """One sentence for why the machine failed, from its log and QEMU's status."""
        status = None
        try:
            status = self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
        if status == qemu.PANIC_STATUS:
            symptom = "the kernel panicked"
        elif status == qemu.LOADER_STATUS:
            symptom = "the loader gave up"
        elif status and status > 0:
            symptom = f"QEMU ended with status {status}"
        elif status and status < 0:
            symptom = f"QEMU was killed by signal {-status}"
        lines = clean_log(self.log)
        earlier = "".join(f"{text}; " for text in matches(EARLIER, lines)[:1])
        for pattern in TELLING:
            found = matches(pattern, lines)
            if found:
                return f"the machine failed: {symptom}: {earlier}{found[0]} (log: {self.log})"
        last = f"; last line of its log: {lines[-1]}" if lines else "; its log is empty"
        return f"the machine failed: {symptom}{last} (log: {self.log})"

    def kill(self):
        """End QEMU at once."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def close(self, keep_log=False):
        """End QEMU if it still runs and remove the machine's files; the log only if nothing failed."""
        self.kill()
        if self.session:
            self.session.socket.close()
        if self.scratch:
            self.scratch.close()
        if not keep_log and os.path.exists(self.log):
            os.unlink(self.log)
