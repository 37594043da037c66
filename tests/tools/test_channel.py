"""The host's end of the exec channel against a guest made of a thread: framing, credit, back pressure, signals."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import channel  # noqa: E402  pylint: disable=wrong-import-position


class Guest:
    """What init does on the other end: spawns a real program of this machine and relays it, minding the credit."""

    def __init__(self, sock):
        self.sock = sock
        self.outstanding = self.most_outstanding = 0
        self.lock = threading.Lock()
        self.program = None

    def send(self, kind, payload=b""):
        """Send one frame; several threads do."""
        with self.lock:
            self.sock.sendall(channel.frame(kind, payload))

    def receive(self):
        """One frame from the host."""
        head = self.exactly(channel.HEADER.size)
        length, kind = channel.HEADER.unpack(head)
        return kind, self.exactly(length)

    def exactly(self, count):
        """COUNT bytes of the socket."""
        data = b""
        while len(data) < count:
            piece = self.sock.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def copy(self, pipe, kind):
        """Relay one output."""
        while data := os.read(pipe.fileno(), 8192):
            self.send(kind, data)

    def feed(self, data):
        """Give standard input to the program, then give the credit back."""
        try:
            self.program.stdin.write(data)
            self.program.stdin.flush()
        except OSError:
            pass
        self.outstanding -= len(data)
        self.send(channel.GRANT, struct.pack("<I", len(data)))

    def spawn(self, payload):
        """Start the program of a SPAWN payload."""
        argc, envc = struct.unpack_from("<II", payload)
        strings = payload[8:].split(b"\0")[:-1]
        argv, env = strings[1:1 + argc], dict(item.split(b"=", 1) for item in strings[1 + argc:1 + argc + envc])
        try:
            self.program = subprocess.Popen(argv, executable=strings[0], env=env, cwd=strings[-1], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            self.send(channel.ERROR, struct.pack("<I", error.errno) + b"cannot start it")
            return
        threading.Thread(target=self.reap, daemon=True).start()

    def reap(self):
        """Relay both outputs, then report the status."""
        copies = [threading.Thread(target=self.copy, args=pair, daemon=True)
                  for pair in ((self.program.stdout, channel.STDOUT), (self.program.stderr, channel.STDERR))]
        for copy in copies:
            copy.start()
        for copy in copies:
            copy.join()
        code = self.program.wait()
        self.send(channel.EXIT, struct.pack("<I", -code if code < 0 else code << 8))

    def serve(self):
        """The guest's loop."""
        self.send(channel.READY, struct.pack("<I", channel.VERSION))
        spawn, feeds = b"", []
        try:
            while True:
                kind, payload = self.receive()
                if kind in (channel.SPAWN, channel.SPAWN_PART):
                    spawn += payload
                    if kind == channel.SPAWN:
                        self.spawn(spawn)
                        spawn = b""
                elif kind == channel.STDIN:
                    self.outstanding += len(payload)
                    self.most_outstanding = max(self.most_outstanding, self.outstanding)
                    feeds.append(threading.Thread(target=self.feed_after, args=(feeds[-1] if feeds else None, payload)))
                    feeds[-1].start()
                elif kind == channel.STDIN_EOF:
                    threading.Thread(target=self.close_after, args=(feeds[-1] if feeds else None, self.program)).start()
                elif kind == channel.SIGNAL:
                    self.program.send_signal(struct.unpack("<I", payload)[0])
                elif kind == channel.POWEROFF:
                    return
        except EOFError:
            pass

    def feed_after(self, previous, data):
        """feed(), in order."""
        if previous:
            previous.join()
        self.feed(data)

    @staticmethod
    def close_after(previous, program):
        """End of standard input, behind all of it."""
        if previous:
            previous.join()
        try:
            if program:
                program.stdin.close()
        except OSError:
            pass


class ChannelTest(unittest.TestCase):
    """Session.run() against Guest."""

    def setUp(self):
        ours, theirs = socket.socketpair()
        self.guest = Guest(theirs)
        threading.Thread(target=self.guest.serve, daemon=True).start()
        self.session = channel.Session(ours)
        self.session.wait_ready(time.monotonic() + 5)
        self.addCleanup(ours.close)

    def run_program(self, *argv, stdin=b"", **more):
        """Run a program with captured outputs."""
        out, err = channel.Output(), channel.Output()
        source = stdin if isinstance(stdin, channel.Input) else channel.Input(stdin)
        status = self.session.run(argv[0], argv, {"A": "b=c"}, "/", source, out, err, time.monotonic() + 20, **more)
        return status, bytes(out.data), bytes(err.data)

    def test_streams_and_status(self):
        """Both outputs apart, arguments, environment and status as they are."""
        status, out, err = self.run_program("/bin/sh", "-c", 'echo "$1 $A"; pwd >&2; exit 7', "sh", "x y")
        self.assertEqual((status >> 8, out, err), (7, b"x y b=c\n", b"/\n"))

    def test_one_after_the_other(self):
        """Programs share the session; nothing of one reaches the next."""
        for number in range(20):
            self.assertEqual(self.run_program("/bin/sh", "-c", f"exit {number}", stdin=b"unread")[0] >> 8, number)

    def test_megabytes(self):
        """8 MiB come back the same, and the credit is never exceeded."""
        data = os.urandom(8 << 20)
        status, out, _ = self.run_program("/bin/cat", stdin=data)
        self.assertEqual(status, 0)
        self.assertTrue(out == data)
        self.assertLessEqual(self.guest.most_outstanding, channel.CREDIT)

    def test_long_arguments(self):
        """An argument list over several frames."""
        argv = ["/bin/sh", "-c", "echo $#", *(["x" * 1000] * 300)]
        self.assertEqual(self.run_program(*argv)[1], b"299\n")

    def test_descriptors(self):
        """Input and output through pipes whose reader is slow."""
        read_in, write_in = os.pipe()
        read_out, write_out = os.pipe()
        data, got = os.urandom(3 << 20), []

        def feed():
            with os.fdopen(write_in, "wb") as pipe:
                pipe.write(data)

        def drain():
            with os.fdopen(read_out, "rb", buffering=0) as pipe:
                while piece := pipe.read(65536):
                    got.append(piece)
                    time.sleep(0.002)

        threads = [threading.Thread(target=feed), threading.Thread(target=drain)]
        for thread in threads:
            thread.start()
        status = self.session.run("/bin/cat", ["cat"], {}, "/", channel.Input(read_in), channel.Output(write_out))
        os.close(write_out)
        for thread in threads:
            thread.join()
        self.assertEqual(status, 0)
        self.assertTrue(b"".join(got) == data)

    def test_reader_goes(self):
        """A reader that leaves is SIGPIPE for the program."""
        read_out, write_out = os.pipe()
        threading.Timer(0.2, os.close, [read_out]).start()
        old = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        status = self.session.run("/usr/bin/yes", ["yes"], {}, "/", None,
                                  channel.Output(write_out), None, time.monotonic() + 20)
        signal.signal(signal.SIGPIPE, old)
        os.close(write_out)
        self.assertEqual(os.WTERMSIG(status), signal.SIGPIPE)

    def test_forwarded_signal(self):
        """A byte on the wake pipe is a signal for the program."""
        read, write = os.pipe()
        threading.Timer(0.2, os.write, [write, bytes([signal.SIGTERM])]).start()
        status, _, _ = self.run_program("/bin/sleep", "30", wake=read)
        self.assertEqual(os.WTERMSIG(status), signal.SIGTERM)

    def test_missing_program(self):
        """ENOENT arrives as SpawnError, and the session goes on."""
        with self.assertRaises(channel.SpawnError) as caught:
            self.run_program("/no/such/program")
        self.assertEqual(caught.exception.errno, 2)
        self.assertEqual(self.run_program("/bin/true")[0], 0)

    def test_timeout(self):
        """A program that does not end raises TimedOut."""
        with self.assertRaises(channel.TimedOut):
            self.session.run("/bin/sleep", ["sleep", "30"], {}, deadline=time.monotonic() + 0.2)

    def test_guest_dies(self):
        """A closed socket raises ChannelError."""
        threading.Timer(0.2, self.guest.sock.shutdown, [socket.SHUT_RDWR]).start()
        with self.assertRaises(channel.ChannelError):
            self.run_program("/bin/sleep", "5")


class DecoderTest(unittest.TestCase):
    """Frames in pieces, and broken ones."""

    def test_pieces(self):
        """Byte by byte."""
        decoder, got = channel.Decoder(), []
        for byte in channel.frame(channel.STDOUT, b"abc") + channel.frame(channel.EXIT, b"\0\0\0\0"):
            got += decoder.feed(bytes([byte]))
        self.assertEqual(got, [(channel.STDOUT, b"abc"), (channel.EXIT, b"\0\0\0\0")])

    def test_broken(self):
        """A length over the limit and an unknown type."""
        for head in (channel.HEADER.pack(channel.MAX + 1, channel.STDOUT), channel.HEADER.pack(0, 99)):
            with self.assertRaises(channel.ChannelError):
                list(channel.Decoder().feed(head))


if __name__ == "__main__":
    unittest.main(warnings="ignore")
