"""A network namespace of this machine, in which a guest's cards end at taps: the peer is then Linux's own TCP, not QEMU's.

enter() moves the calling process there for good, so a test function that uses it runs in a process of its own, as system tests do.
A tap is either QEMU's (direct(): offloads and all) or ours, with a relay between it and QEMU's dgram netdev that drops, doubles and
reorders frames by a seed. DhcpServer gives the guest's cards their addresses. Nothing of it outlives the process.
"""

import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import random
import select
import shutil
import socket
import struct
import tempfile
import threading
import unittest

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
TUNSETIFF, TUNSETPERSIST = 0x400454CA, 0x400454CB
IFF_TAP, IFF_NO_PI, IFF_UP = 2, 0x1000, 1
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x8913, 0x8914, 0x8916, 0x891C
IP_PKTINFO = 8  # of ip(7): how a datagram was addressed
FRAME_MAX = 70000


def _unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def enter():
    """Into a new namespace, as its root; SkipTest where that, or a tap there, is not allowed."""
    user, group = os.geteuid(), os.getegid()
    try:
        try:
            _unshare(CLONE_NEWNET)
        except OSError:
            _unshare(CLONE_NEWUSER | CLONE_NEWNET)
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"0 {user} 1")
            _write("/proc/self/gid_map", f"0 {group} 1")
        os.close(open_tap("probe"))
    except OSError as error:
        raise unittest.SkipTest(f"no network namespace with a tap here: {error.strerror or error}") from error
    interface("lo", "127.0.0.1", "255.0.0.0")


def open_tap(name, persistent=False):
    """The tap NAME, made new; its descriptor."""
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        if persistent:
            fcntl.ioctl(tap, TUNSETPERSIST, 1)
    except OSError:
        os.close(tap)
        raise
    return tap


def interface(name, address, mask="255.255.255.0"):
    """Give NAME its address and bring it up."""
    def with_address(text):
        return struct.pack("16sHH4s8x8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(text))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFADDR, with_address(address))
        fcntl.ioctl(sock, SIOCSIFNETMASK, with_address(mask))
        flags, = struct.unpack("16xH", fcntl.ioctl(sock, SIOCGIFFLAGS, struct.pack("16sH14x", name.encode(), 0))[:18])
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), flags | IFF_UP))


def direct(name, address):
    """A tap for QEMU's own netdev (Options.net "tap:NAME"), with our ADDRESS; it lasts as long as the namespace."""
    os.close(open_tap(name, persistent=True))
    interface(name, address)


class Chances:
    """What a relay does to frames, in hundredths: each way the same."""

    def __init__(self, drop=5, double=2, delay=5):
        self.drop, self.double, self.delay = drop, double, delay


class _Way:
    """One direction of a relay: which frames leave now, and which a while later."""

    def __init__(self, chances, rng):
        self.chances, self.rng = chances, rng
        self.held = []  # [frames to wait for, frame]
        self.counts = [0, 0, 0, 0]  # passed, dropped, doubled, delayed

    def take(self, frame, lossy):
        """The frames that leave when FRAME has come."""
        ready = []
        for entry in self.held:
            entry[0] -= 1
            if entry[0] <= 0:
                ready.append(entry[1])
        self.held = [entry for entry in self.held if entry[0] > 0]
        number = self.rng.uniform(0, 100) if lossy else 100
        limits = (self.chances.drop, self.chances.double, self.chances.delay)
        if number < limits[0]:
            self.counts[1] += 1
        elif number < sum(limits[:2]):
            self.counts[2] += 1
            ready += [frame, frame]
        elif number < sum(limits):
            self.counts[3] += 1
            self.held.append([self.rng.randrange(1, 6), frame])
        else:
            self.counts[0] += 1
            ready.append(frame)
        return ready

    def release(self):
        """What was held back: nothing has come for a while."""
        frames, self.held = [entry[1] for entry in self.held], []
        return frames


class Relay:
    """A cable between the tap NAME, which gets our ADDRESS, and a guest. It is faithful until lossy(True)."""

    def __init__(self, name, address, seed, chances=None):
        self.folder = tempfile.mkdtemp(prefix="astra-relay-")
        self.path, self.guest = os.path.join(self.folder, "r"), os.path.join(self.folder, "g")
        self.tap = open_tap(name)
        interface(name, address)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(self.path)
        os.set_blocking(self.tap, False)
        self.socket.setblocking(False)
        self.control, theirs = multiprocessing.Pipe()
        self.ways = [_Way(chances or Chances(), random.Random(seed + n)) for n in range(2)]
        self.process = multiprocessing.get_context("fork").Process(target=self._run, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def qemu(self, ident, mac):
        """QEMU's arguments for a card at this cable."""
        return ["-netdev", f"dgram,id={ident},local.type=unix,local.path={self.guest},remote.type=unix,remote.path={self.path}",
                "-device", f"virtio-net-pci,netdev={ident},disable-legacy=on,romfile=,mac={mac}"]

    def _give(self, way, frames):
        for frame in frames:
            with contextlib.suppress(OSError):  # a full queue loses frames, as cables do
                if way == 0:
                    self.socket.sendto(frame, self.guest)
                else:
                    os.write(self.tap, frame)

    def _pump(self, way, lossy):
        """Hand over what has come one way, up to a bound."""
        for _ in range(64):
            try:
                frame = os.read(self.tap, FRAME_MAX) if way == 0 else self.socket.recv(FRAME_MAX)
            except BlockingIOError:
                return
            self._give(way, self.ways[way].take(frame, lossy))

    def _run(self, control):
        """The relay's process: until the other end of CONTROL is closed."""
        self.control.close()
        lossy = False
        while True:
            held = any(way.held for way in self.ways)
            ready, _, _ = select.select([self.tap, self.socket, control], [], [], 0.003 if held else None)
            if not ready:
                for number, way in enumerate(self.ways):
                    self._give(number, way.release())
            if self.tap in ready:
                self._pump(0, lossy)
            if self.socket in ready:
                self._pump(1, lossy)
            if control in ready:
                try:
                    lossy = control.recv()
                except EOFError:
                    return
                control.send([way.counts for way in self.ways])

    def lossy(self, on):
        """Begin or end to damage; what happened to frames so far, each way: passed, dropped, doubled, delayed."""
        self.control.send(on)
        return self.control.recv()

    def close(self):
        """Take the cable away."""
        self.control.close()
        self.process.join(5)
        self.process.kill()
        self.socket.close()
        os.close(self.tap)
        shutil.rmtree(self.folder, ignore_errors=True)


DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6


class DhcpServer:
    """Gives one address on the interface NAME; TIMES are those of the lease, its renewal and its rebinding.

    `mode`: "answer", "nak" for every request, "deaf" to what is not broadcast, "silent".
    What came is in `heard`: (kind, broadcast?, the client's own address), oldest first; `news` tells of each.
    """

    def __init__(self, name, own, address, times=(3600, 1800, 3150)):
        self.own, self.address, self.times, self.mode = own, address, times, "answer"
        self.heard, self.news = [], threading.Condition()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.socket.bind(("", 67))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            message, control, _, _ = self.socket.recvmsg(2000, 100)
            broadcast = control[0][2][8:12] == b"\xff" * 4
            options = self._options(message)
            kind, own = options.get(53, b"\0")[0], socket.inet_ntoa(message[12:16])
            with self.news:
                mode = self.mode
                self.heard.append((kind, broadcast, own))
                self.news.notify_all()
            if mode == "silent" or (mode == "deaf" and not broadcast):
                continue
            answer = {DISCOVER: OFFER, REQUEST: NAK if mode == "nak" else ACK}.get(kind)
            if answer:
                to = own if own != "0.0.0.0" and answer == ACK else "255.255.255.255"
                self.socket.sendto(self._answer(message, answer), (to, 68))

    @staticmethod
    def _options(message):
        found, at = {}, 240
        while at < len(message) and message[at] != 255:
            if message[at]:
                found[message[at]] = message[at + 2:at + 2 + message[at + 1]]
                at += 1 + message[at + 1]
            at += 1
        return found

    def _answer(self, message, kind):
        own, address = socket.inet_aton(self.own), socket.inet_aton("0.0.0.0" if kind == NAK else self.address)
        head = b"\x02" + message[1:8] + b"\0\0\x80\0" + b"\0" * 4 + address + own + message[24:44] + b"\0" * 192
        options = b"\x63\x82\x53\x63" + bytes([53, 1, kind]) + b"\x36\x04" + own
        if kind != NAK:
            options += b"\x01\x04\xff\xff\xff\0"
            for option, seconds in zip((51, 58, 59), self.times):
                options += struct.pack("!BBI", option, 4, seconds)
        return head + options + b"\xff"

    def wait_for(self, wanted, seconds=20):
        """Sleep until something WANTED has been heard; what was heard up to it is forgotten."""
        def index():
            return next((n for n, entry in enumerate(self.heard) if wanted(*entry)), None)
        with self.news:
            assert self.news.wait_for(lambda: index() is not None, seconds), f"instead, the DHCP server heard {self.heard}"
            del self.heard[:index() + 1]
