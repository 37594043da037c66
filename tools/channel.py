"""The exec channel of abi/channel.h, seen from the host: frames, and a session that runs one program at a time.

A Session owns the socket of the virtio-console port. Its loop sleeps in poll() on everything at once: the socket both
ways, standard input only while the program runs and the guest has given credit for it, the two outputs only while
there is something for them. When an output is slow, the socket is left alone until it has caught up, so that the
guest's program waits as it would on a pipe. Descriptors keep their blocking mode (it is shared with whoever gave them
to us): only ready ones are used, and never for more than a pipe takes at once.
"""

import collections
import os
import select
import signal
import struct
import time

HEADER = struct.Struct("<IB3x")
MAX, CREDIT, VERSION = 65536, 262144, 1
SPAWN, STDIN, STDIN_EOF, SIGNAL, POWEROFF, SPAWN_PART = 1, 2, 3, 4, 5, 6
READY, STDOUT, STDERR, EXIT, ERROR, GRANT = 16, 17, 18, 19, 20, 21
PIECE = 4096  # what a writable pipe surely takes
BACKLOG = 262144  # bytes kept for a slow output before the socket is left alone


class ChannelError(Exception):
    """The guest is gone or does not speak the protocol; the text says which."""


class SpawnError(Exception):
    """The program could not be started: errno and the guest's text."""

    def __init__(self, errno, text):
        super().__init__(text or os.strerror(errno))
        self.errno = errno


class TimedOut(Exception):
    """The program, or the machine's start, took longer than allowed."""


def frame(kind, payload=b""):
    """One frame."""
    return HEADER.pack(len(payload), kind) + payload


def spawn_frames(path, argv, env, cwd):
    """The frames that start a program; a long argument list takes several."""
    strings = [path, *argv, *(f"{key}={value}" for key, value in env.items()), cwd]
    payload = struct.pack("<II", len(argv), len(env)) + b"".join(os.fsencode(text) + b"\0" for text in strings)
    pieces = [payload[start:start + MAX] for start in range(0, len(payload), MAX)]
    return b"".join(frame(SPAWN_PART, piece) for piece in pieces[:-1]) + frame(SPAWN, pieces[-1])


class Decoder:
    """Frames out of a stream that arrives in arbitrary pieces."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        """Yield (type, payload) of every frame that DATA completes; raises ChannelError."""
        self.buffer += data
        while len(self.buffer) >= HEADER.size:
            length, kind = HEADER.unpack_from(self.buffer)
            if length > MAX or kind not in (READY, STDOUT, STDERR, EXIT, ERROR, GRANT):
                raise ChannelError(f"a broken frame from the guest (type {kind}, {length} bytes)")
            end = HEADER.size + length
            if len(self.buffer) < end:
                return
            payload = bytes(self.buffer[HEADER.size:end])
            del self.buffer[:end]
            yield kind, payload


class Output:
    """Where a stream goes: a descriptor, or memory when `descriptor` is None."""

    def __init__(self, descriptor=None):
        self.descriptor = descriptor
        self.data = bytearray()  # memory's contents, or what the descriptor has yet to take
        self.broken = False  # the reader has gone: the rest is dropped

    def put(self, data):
        """Take DATA."""
        if not self.broken:
            self.data += data

    def waiting(self):
        """Bytes that the descriptor has yet to take."""
        return len(self.data) if self.descriptor is not None else 0

    def write(self):
        """Write one piece to the descriptor, which is ready; returns False when its reader has just gone."""
        try:
            del self.data[:os.write(self.descriptor, self.data[:PIECE])]
        except OSError:
            self.broken = True
            self.data.clear()
            return False
        return True


class Input:
    """Where standard input comes from: a descriptor, or bytes."""

    def __init__(self, source=b""):
        self.descriptor = source if isinstance(source, int) else None
        self.data = b"" if isinstance(source, int) else source

    def read(self, limit):
        """At most LIMIT bytes, b"" at the end; the descriptor is ready."""
        if self.descriptor is None:
            piece, self.data = self.data[:limit], self.data[limit:]
            return piece
        try:
            return os.read(self.descriptor, limit)
        except OSError:
            return b""

    def in_background(self):
        """Whether reading would stop this process, because the terminal belongs to another job."""
        try:
            return os.isatty(self.descriptor) and os.tcgetpgrp(self.descriptor) != os.getpgrp()
        except OSError:
            return False


class Session:
    """The host's end of the channel. `wake` is a descriptor that becomes readable when a signal is to be forwarded."""

    def __init__(self, sock):
        self.socket = sock
        self.socket.setblocking(False)
        self.decoder = Decoder()
        self.received = collections.deque()  # frames not looked at yet
        self.sending = bytearray()

    def post(self, kind, payload=b""):
        """Queue a frame; the loop sends it."""
        self.sending += frame(kind, payload)

    def _receive(self):
        try:
            data = self.socket.recv(MAX)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            raise ChannelError("the machine closed the channel")
        self.received.extend(self.decoder.feed(data))

    def _send(self):
        try:
            del self.sending[:self.socket.send(self.sending[:MAX])]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            raise ChannelError("the machine closed the channel") from None

    def _poll(self, wanted, deadline):
        """Sleep until one of WANTED (descriptor -> events) is ready; returns descriptor -> events; raises TimedOut."""
        poll = select.poll()
        for descriptor, events in wanted.items():
            poll.register(descriptor, events)
        left = None if deadline is None else max(0, deadline - time.monotonic())
        ready = dict(poll.poll(None if left is None else left * 1000 + 1))
        if not ready and deadline is not None and time.monotonic() >= deadline:
            raise TimedOut()
        number = self.socket.fileno()
        if ready.get(number, 0) & select.POLLOUT:
            self._send()
        if ready.get(number, 0) & (select.POLLIN | select.POLLHUP | select.POLLERR):
            self._receive()
        return ready

    def _wait(self, kind, deadline):
        """Sleep until a frame of KIND arrives; others before it are a broken protocol."""
        while not self.received:
            events = select.POLLIN | (select.POLLOUT if self.sending else 0)
            self._poll({self.socket.fileno(): events}, deadline)
        got, payload = self.received.popleft()
        if got != kind:
            raise ChannelError(f"frame {got} from the guest where {kind} was due")
        return payload

    def wait_ready(self, deadline):
        """Sleep until init listens."""
        version, = struct.unpack("<I", self._wait(READY, deadline))
        if version != VERSION:
            raise ChannelError(f"the guest speaks version {version} of the channel, not {VERSION}")

    def flush(self, deadline):
        """Sleep until everything queued has been sent."""
        while self.sending:
            self._poll({self.socket.fileno(): select.POLLOUT}, deadline)

    def run(self, path, argv, env, cwd="/", stdin=None, stdout=None, stderr=None, deadline=None, wake=None):
        """Run one program; returns its wait status. Raises SpawnError, TimedOut, ChannelError."""
        self.sending += spawn_frames(path, argv, env, cwd)
        run = _Run(self, stdin or Input(), stdout or Output(), stderr or Output(), wake)
        while run.status is None or run.outputs_waiting():
            run.step(deadline if run.status is None else None)
        return run.status


class _Run:
    """One program's run: the state of Session.run()'s loop."""

    def __init__(self, session, stdin, stdout, stderr, wake):
        self.session, self.stdin, self.wake = session, stdin, wake
        self.outputs = {STDOUT: stdout, STDERR: stderr}
        self.credit = CREDIT
        self.stdin_open = True
        self.status = None

    def outputs_waiting(self):
        """Bytes that the outputs have yet to take."""
        return sum(output.waiting() for output in self.outputs.values())

    def _stdin_wanted(self):
        return self.stdin_open and self.credit > 0 and self.status is None and len(self.session.sending) < MAX

    def _wanted(self):
        wanted = {}
        number = self.session.socket.fileno()
        events = select.POLLOUT if self.session.sending else 0
        if self.outputs_waiting() < BACKLOG and self.status is None:
            events |= select.POLLIN
        if events:
            wanted[number] = events
        for output in self.outputs.values():
            if output.waiting():
                wanted[output.descriptor] = select.POLLOUT
        if self._stdin_wanted() and self.stdin.descriptor is not None and not self.stdin.in_background():
            wanted[self.stdin.descriptor] = wanted.get(self.stdin.descriptor, 0) | select.POLLIN
        if self.wake is not None:
            wanted[self.wake] = select.POLLIN
        return wanted

    def _read_stdin(self):
        data = self.stdin.read(min(self.credit, MAX))
        self.credit -= len(data)
        if data:
            self.session.post(STDIN, data)
        else:
            self.session.post(STDIN_EOF)
            self.stdin_open = False

    def _forward_signals(self):
        for number in os.read(self.wake, 64):
            self.session.post(SIGNAL, struct.pack("<I", number))

    def step(self, deadline):
        """Sleep once and handle what came."""
        if self.stdin.descriptor is None:
            while self._stdin_wanted():
                self._read_stdin()
        ready = self.session._poll(self._wanted(), deadline)  # pylint: disable=protected-access
        if self.stdin.descriptor in ready and self._stdin_wanted():
            self._read_stdin()
        if self.wake in ready:
            self._forward_signals()
        for output in self.outputs.values():
            if output.waiting() and output.descriptor in ready and not output.write():
                self.session.post(SIGNAL, struct.pack("<I", signal.SIGPIPE))
        while self.session.received and self.status is None:
            self._handle(*self.session.received.popleft())

    def _handle(self, kind, payload):
        if kind in self.outputs:
            self.outputs[kind].put(payload)
        elif kind == GRANT:
            self.credit += struct.unpack("<I", payload)[0]
        elif kind == EXIT:
            self.status, = struct.unpack("<I", payload)
        elif kind == ERROR:
            raise SpawnError(struct.unpack_from("<I", payload)[0], payload[4:].decode(errors="replace").rstrip("\0"))
        else:
            raise ChannelError(f"frame {kind} from the guest while a program runs")
