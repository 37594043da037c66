"""Ethernet frames for packet scripts: making them, reading them, and a peer that speaks them to a guest over QEMU's dgram netdev."""

import contextlib
import os
import random
import shutil
import socket
import struct
import tempfile
import time

GUEST_MAC = bytes.fromhex("525400123456")
PEER_MAC = bytes.fromhex("520000000001")
GUEST = "10.0.2.15"
PEER = "10.0.2.2"

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
MSS, WSCALE, SACK_OK, SACK, TIMESTAMPS = 2, 3, 4, 5, 8
MOD = 1 << 32


def checksum(data):
    """RFC 1071's, of bytes."""
    if len(data) & 1:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(payload, kind=0x0800, to=GUEST_MAC):
    """A frame."""
    return to + PEER_MAC + struct.pack("!H", kind) + payload


def arp(operation, sender, target, mac=PEER_MAC, to=b"\xff" * 6):
    """An ARP message in a frame."""
    body = struct.pack("!HHBBH", 1, 0x800, 6, 4, operation) + mac + socket.inet_aton(sender)
    return ethernet(body + (b"\0" * 6 if operation == 1 else GUEST_MAC) + socket.inet_aton(target), 0x0806, to)


def ip4(payload, protocol, source=PEER, destination=GUEST, ident=None, fragment=0, ttl=64):
    """An IPv4 packet in a frame."""
    ident = random.randrange(65536) if ident is None else ident
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, fragment, ttl, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    return ethernet(head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload)


def with_sum(payload, at, protocol, source=PEER, destination=GUEST):
    """A transport payload with its checksum over the pseudo header filled in."""
    pseudo = socket.inet_aton(source) + socket.inet_aton(destination) + struct.pack("!BBH", 0, protocol, len(payload))
    return payload[:at] + struct.pack("!H", checksum(pseudo + payload) or 0xFFFF) + payload[at + 2:]


def icmp(kind, code, rest, data):
    """An ICMP message without its IP header."""
    body = struct.pack("!BBHI", kind, code, 0, rest) + data
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def echo(number, data):
    """A ping in a frame."""
    return ip4(icmp(8, 0, 9 << 16 | number, data), 1)


def udp(source_port, port, data, source=PEER):
    """A datagram in a frame."""
    body = struct.pack("!HHHH", source_port, port, 8 + len(data), 0) + data
    return ip4(with_sum(body, 6, 17, source), 17, source)


def tcp(source_port, port, seq, ack, flags, data=b"", window=65535, options=b"", source=PEER, offset=None):
    """A segment in a frame."""
    options += b"\1" * (-len(options) % 4)
    offset = 5 + len(options) // 4 if offset is None else offset
    head = struct.pack("!HHIIBBHHH", source_port, port, seq % MOD, ack % MOD, offset << 4, flags, window, 0, 0)
    return ip4(with_sum(head + options + data, 16, 6, source), 6, source)


class Packet:
    """What a frame says; fields that its kind does not have are absent."""

    def __init__(self, frame):
        self.frame = frame
        self.kind, = struct.unpack("!H", frame[12:14])
        self.protocol = None
        if self.kind == 0x0806:
            self.operation, = struct.unpack("!H", frame[20:22])
            self.sender, self.target = socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42])
        elif self.kind == 0x0800:
            self._read_ip(frame[14:])

    def _read_ip(self, ip):
        length, self.ident, fragment, self.ttl, self.protocol = struct.unpack("!2xHHHBB", ip[:10])
        header = (ip[0] & 15) * 4
        assert checksum(ip[:header]) == 0, "a header's checksum"
        self.source, self.destination = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
        self.fragment, self.ip, self.body = fragment & 0x3FFF, ip[:length], ip[header:length]
        self.dont_fragment = bool(fragment & 0x4000)
        if self.fragment:
            return
        if self.protocol in (6, 17):
            pseudo = ip[12:20] + struct.pack("!BBH", 0, self.protocol, len(self.body))
            assert checksum(pseudo + self.body) == 0, "a transport checksum"
            self.source_port, self.port = struct.unpack("!HH", self.body[:4])
        if self.protocol == 1:
            assert checksum(self.body) == 0, "an ICMP checksum"
            self.type, self.code = self.body[0], self.body[1]
        elif self.protocol == 17:
            self.data = self.body[8:]
        elif self.protocol == 6:
            self.seq, self.ack, offset, self.flags, self.window = struct.unpack("!IIBBH", self.body[4:16])
            self.data = self.body[offset >> 4 << 2:]
            self.options = dict(read_options(self.body[20:offset >> 4 << 2]))

    def __repr__(self):
        if self.protocol == 6 and not self.fragment:
            return f"TCP {self.source_port}>{self.port} flags {self.flags:#x} seq {self.seq} ack {self.ack} win {self.window} +{len(self.data)}"
        return f"kind {self.kind:#x} protocol {self.protocol} {self.frame[14:60].hex()}"


def read_options(raw):
    """TCP's options as (kind, bytes)."""
    while raw and raw[0] != 0:
        if raw[0] == 1:
            raw = raw[1:]
            continue
        assert len(raw) >= 2 and 2 <= raw[1] <= len(raw), "an option's length"
        yield raw[0], raw[2:raw[1]]
        raw = raw[raw[1]:]


class Peer:
    """The other end of the guest's network cable: one socket that takes and gives frames, and answers ARP for every address but the guest's."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="astra-net-")
        self.guest_path, self.path = os.path.join(self.folder, "g"), os.path.join(self.folder, "h")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(self.path)
        self.recent = []
        self.answer_arp = True

    def qemu(self):
        """QEMU's arguments for a network card at this cable."""
        return ["-netdev", f"dgram,id=net,local.type=unix,local.path={self.guest_path},remote.type=unix,remote.path={self.path}",
                "-device", "virtio-net-pci,netdev=net,disable-legacy=on,romfile=,mac=52:54:00:12:34:56"]

    def send(self, *frames):
        """Give frames to the guest."""
        self.socket.settimeout(20)
        for frame in frames:
            self.socket.sendto(frame, self.guest_path)

    def receive(self, seconds):
        """The next frame as a Packet, or None."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                packet = Packet(self.socket.recv(70000))
            except socket.timeout:
                return None
            if packet.kind == 0x0806 and packet.operation == 1 and packet.target != GUEST and self.answer_arp:
                self.send(arp(2, packet.target, GUEST, to=GUEST_MAC))
                continue
            return packet
        return None

    def expect(self, what, wanted, seconds=3.0):
        """The next packet that WANTED takes; others are passed over."""
        end = time.monotonic() + seconds
        self.recent = []
        while (left := end - time.monotonic()) > 0:
            packet = self.receive(left)
            if packet and wanted(packet):
                return packet
            if packet:
                self.recent.append(packet)
        raise AssertionError(f"no {what} came; instead: {self.recent[-8:]}")

    def expect_nothing(self, what, unwanted, seconds=0.3):
        """No packet that UNWANTED takes comes for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            packet = self.receive(left)
            assert not packet or not unwanted(packet), f"{what}: {packet}"

    def drain(self, quiet=0.1):
        """Throw away what is on its way."""
        while self.receive(quiet):
            pass

    def ping(self, size=56):
        """The guest is there: True when it answers three tries at most."""
        for number in range(3):
            data = random.randbytes(size)
            self.send(echo(number, data))
            with contextlib.suppress(AssertionError):
                self.expect("echo", lambda p: p.protocol == 1 and p.body[8:] == data, 2.0)
                return True
        return False

    def close(self):
        """Take the cable away."""
        self.socket.close()
        shutil.rmtree(self.folder)


class Connection:
    """One TCP connection as the peer plays it; `seq` is what it sends next, `ack` what it expects."""

    def __init__(self, peer, port, own=None, source=PEER):
        self.peer, self.port, self.source = peer, port, source
        self.own = own or random.randrange(2000, 60000)
        self.seq, self.ack, self.window = random.randrange(MOD), 0, 65535

    def send(self, flags, data=b"", **changes):
        """A segment at seq; SYN, FIN and data move it on unless seq is given."""
        seq = changes.pop("seq", None)
        fields = {"window": self.window, "options": b"", "ack": self.ack, **changes}
        self.peer.send(tcp(self.own, self.port, self.seq if seq is None else seq, fields.pop("ack"), flags, data, source=self.source, **fields))
        if seq is None:
            self.seq = (self.seq + len(data) + bool(flags & SYN) + bool(flags & FIN)) % MOD

    def mine(self, packet):
        """Is it one of this connection's?"""
        return packet.protocol == 6 and not packet.fragment and packet.source_port == self.port and packet.port == self.own \
            and packet.destination == self.source

    def expect(self, what, wanted=lambda p: True, seconds=3.0):
        """The next segment of the guest that WANTED takes."""
        return self.peer.expect(what, lambda p: self.mine(p) and wanted(p), seconds)

    def expect_flags(self, flags, seconds=3.0):
        """The next segment with just these flags (PSH does not matter)."""
        return self.expect(f"segment with flags {flags:#x}", lambda p: p.flags & ~PSH == flags, seconds)

    def take(self, packet):
        """Note what the guest sent, in order."""
        self.ack = (packet.seq + len(packet.data) + bool(packet.flags & SYN) + bool(packet.flags & FIN)) % MOD
        return packet

    def open(self, options=b""):
        """Shake hands as the client; the SYN-ACK."""
        self.send(SYN, options=options)
        answer = self.take(self.expect_flags(SYN | ACK))
        assert answer.ack == self.seq, "the SYN-ACK acknowledges something else"
        self.send(ACK)
        return answer

    def reset(self):
        """End it for good."""
        self.send(RST | ACK)
