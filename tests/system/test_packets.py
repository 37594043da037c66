"""Packet scripts: frames in, frames expected, against a guest's stack over a virtual cable. One machine serves all scripts."""

import os
import random
import re
import struct
import time

from frames import (ACK, FIN, GUEST, MOD, MSS, PEER, PSH, RST, SACK, SACK_OK, SYN, TIMESTAMPS, WSCALE, Connection, Peer, arp, checksum,
                    echo, ethernet, icmp, ip4, tcp, udp, with_sum)
from harness import booted, build_source, output_of, pax

SYN_OPTIONS = struct.pack("!BBHBBBBB", MSS, 4, 1460, SACK_OK, 2, 1, WSCALE, 3) + b"\x07"
HERE = os.path.dirname(os.path.abspath(__file__))


def peer_row():
    """The archive row of the guest's program."""
    with open(os.path.join(HERE, "net_peer.c"), "rb") as file:
        return pax.Row("bin/net_peer", data=build_source(file.read(), "musl-gcc", "-static", "-O1", "-x", "c"), mode=0o755)


# ---- Below TCP ----

def script_arp(peer):
    """The guest answers for its address alone, and learns from nobody's lies about its own."""
    peer.send(arp(1, PEER, GUEST))
    answer = peer.expect("ARP reply", lambda p: p.kind == 0x0806 and p.operation == 2)
    assert (answer.sender, answer.target) == (GUEST, PEER)
    peer.send(arp(1, PEER, "10.0.2.77"))
    peer.expect_nothing("an answer for another", lambda p: p.kind == 0x0806 and p.operation == 2)
    short = arp(1, PEER, GUEST)
    for length in range(14, 42):
        peer.send(short[:length])
    peer.expect_nothing("an answer to a short message", lambda p: p.kind == 0x0806 and p.operation == 2)
    assert peer.ping()


def script_ping(peer):
    """Pings of all sizes; a wrong checksum is no ping."""
    for size in (0, 1, 17, 56, 1000, 1472):
        assert peer.ping(size), size
    bad = bytearray(echo(5, b"x" * 40))
    bad[-1] ^= 1
    peer.send(bytes(bad))
    peer.expect_nothing("an echo", lambda p: p.protocol == 1)


def fragments_of(payload, ident, size=1480, protocol=1):
    """An IP payload cut into frames."""
    return [ip4(payload[at:at + size], protocol, ident=ident, fragment=at // 8 | (0x2000 if at + size < len(payload) else 0))
            for at in range(0, len(payload), size)]


def script_fragments(peer):
    """Shuffled fragments come together; overlapping ones and those with a hole do not."""
    data = random.randbytes(7000)
    frames = fragments_of(icmp(8, 0, 77, data), 100)
    random.shuffle(frames)
    peer.send(*frames)
    got = {}
    while sum(map(len, got.values())) < len(data) + 8:
        part = peer.expect("fragment of the echo", lambda p: p.protocol == 1)
        got[(part.fragment & 0x1FFF) * 8] = part.body
    assert b"".join(got[at] for at in sorted(got))[8:] == data
    frames = fragments_of(icmp(8, 0, 78, data[:3000]), 101)
    overlap = ip4(b"?" * 1480, 1, ident=101, fragment=92 | 0x2000)
    peer.send(frames[0], overlap, *frames[1:])
    peer.send(*fragments_of(icmp(8, 0, 79, data[:3000]), 102)[1:])
    peer.send(ip4(b"x" * 1480, 1, ident=103, fragment=0x1FFF), ip4(b"x" * 7, 1, ident=104, fragment=0x2000))
    peer.expect_nothing("an echo of broken fragments", lambda p: p.protocol == 1 and p.body[:1] == b"\0", 0.5)
    assert peer.ping()


def script_fragment_flood(peer, free):
    """Fragments that never come together bound their memory."""
    before = free()
    for ident in range(20000):
        peer.send(ip4(b"f" * 1400, 17, ident=ident & 0xFFFF, fragment=(ident % 30 + 1) * 200 | 0x2000, source=f"10.0.2.{ident % 200 + 20}"))
    assert peer.ping()
    assert before - free() < 24 * 1024, "20,000 fragments hold more than 24 MiB"


def script_icmp_errors(peer):
    """Closed ports and unknown protocols are told; errors are not answered by errors, nor are groups."""
    peer.send(udp(4000, 5000, b"nobody"))
    error = peer.expect("port unreachable", lambda p: p.protocol == 1 and p.type == 3)
    assert error.code == 3 and error.body[8:28][12:20] == struct.pack("!4s4s", bytes([10, 0, 2, 2]), bytes([10, 0, 2, 15]))
    peer.send(ip4(b"p" * 30, 200))
    assert peer.expect("protocol unreachable", lambda p: p.protocol == 1 and p.type == 3).code == 2
    inner = udp(4000, 5000, b"nobody")[14:]
    peer.send(ip4(icmp(3, 3, 0, inner[:28]), 1), ip4(with_sum(struct.pack("!HHHH", 1, 5000, 9, 0) + b"b", 6, 17, destination="224.0.0.1"),
                                                     17, destination="224.0.0.1"))
    peer.expect_nothing("an error about an error or a group", lambda p: p.protocol == 1 and p.type == 3)
    peer.send(udp(4000, 7, b"echo this"))
    assert peer.expect("UDP echo", lambda p: p.protocol == 17 and p.port == 4000).data == b"echo this"


def script_broadcast(peer):
    """A datagram to everybody tells its receiver who sent it, as one to the guest alone does."""
    everybody = b"\xff" * 6
    for port, target in ((4001, "10.0.2.255"), (4002, "255.255.255.255")):
        body = with_sum(struct.pack("!HHHH", port, 7, 13, 0) + b"to all"[:5], 6, 17, destination=target)
        peer.send(everybody + ip4(body, 17, destination=target)[6:])
        answer = peer.expect("echo of a broadcast", lambda p: p.protocol == 17 and p.source_port == 7)
        assert answer.port == port and answer.data == b"to al", answer


def to_group(data, group="239.77.3.9", protocol=17, ttl=1):
    """A frame to a group: a datagram to its port 7, or a message that is whole."""
    body = with_sum(struct.pack("!HHHH", 4100, 7, 8 + len(data), 0) + data, 6, 17, destination=group) if protocol == 17 else data
    mac = bytes([1, 0, 0x5E]) + bytes([int(part) for part in group.split(".")][1:])
    mac = mac[:3] + bytes([mac[3] & 0x7F]) + mac[4:]
    return mac + ip4(body, protocol, destination=group, ttl=ttl)[6:]


def igmp_query(seconds10, v3):
    """A general query."""
    body = struct.pack("!BBHI", 0x11, seconds10, 0, 0) + (struct.pack("!BBH", 2, 125, 0) if v3 else b"")
    return to_group(body[:2] + struct.pack("!H", checksum(body)) + body[4:], "224.0.0.1", 2)


def script_groups(peer):
    """A member tells routers, in the words of the oldest; what is sent to the group comes in while there is a member."""
    record = bytes([239, 77, 3, 9])

    def said(kind, news):
        return lambda p: p.protocol == 2 and p.body[0] == kind and (news is None or p.body[8] == news) and p.body[-4:] == record

    peer.send(to_group(b"nobody"))
    peer.expect_nothing("an echo for nobody", lambda p: p.protocol == 17)
    peer.send(udp(4100, 7, b"join"))
    for _ in range(2):
        report = peer.expect("report of a change to exclude", said(0x22, 4))
        assert report.destination == "224.0.0.22" and report.ttl == 1 and report.ip[20:24] == bytes([0x94, 4, 0, 0])
        assert checksum(report.body) == 0
    peer.send(to_group(b"to members"))
    assert peer.expect("echo", lambda p: p.protocol == 17).data == b"to members"
    peer.send(igmp_query(1, True))
    peer.expect("answer of version 3", said(0x22, 2))
    bad = bytearray(igmp_query(1, True))
    bad[-1] ^= 1
    peer.send(bytes(bad), to_group(bytes(3), "224.0.0.1", 2), igmp_query(1, True)[:36])
    peer.expect_nothing("an answer to a broken query", lambda p: p.protocol == 2)
    peer.send(igmp_query(1, False))
    assert peer.expect("answer of version 2", said(0x16, None)).destination == "239.77.3.9"
    peer.send(udp(4100, 7, b"leave"))
    assert peer.expect("leave", said(0x17, None)).destination == "224.0.0.2"
    peer.send(to_group(b"nobody"))
    peer.expect_nothing("an echo for nobody", lambda p: p.protocol == 17 and p.data == b"nobody")


def script_neighbour_flood(peer, free):
    """Pings from addresses that do not answer ARP: what waits for them is bounded, and the peer that is there is served."""
    peer.answer_arp = False
    before = free()
    for number in range(6000):
        body = icmp(8, 0, number, b"n" * 1400)
        peer.send(ip4(body, 1, source=f"10.0.2.{number % 230 + 20}"))
    peer.answer_arp = True
    assert peer.ping()
    assert before - free() < 12 * 1024, f"{before - free()} KiB wait for neighbours"


# ---- TCP ----

def script_handshake(peer):
    """Three segments, data, and an end in order; options as offered."""
    c = Connection(peer, 7)
    answer = c.open(SYN_OPTIONS)
    assert answer.options[MSS] == struct.pack("!H", 1460) and SACK_OK in answer.options and WSCALE in answer.options
    c.send(ACK | PSH, b"hello")
    back = c.take(c.expect("echo", lambda p: p.data))
    assert back.data == b"hello" and back.ack == c.seq
    c.send(ACK | FIN)
    end = c.take(c.expect("FIN", lambda p: p.flags & FIN))
    assert end.ack == c.seq
    c.send(ACK)
    c.send(ACK, b"late")
    c.expect("reset or nothing more", lambda p: p.flags & RST)
    plain = Connection(peer, 7).open()
    assert SACK_OK not in plain.options and WSCALE not in plain.options and TIMESTAMPS not in plain.options


def script_closed_port(peer):
    """A SYN to nobody is reset, so is an ACK, at the number that it names; a reset is not answered."""
    c = Connection(peer, 99)
    c.send(SYN)
    answer = c.expect("reset", lambda p: p.flags & RST)
    assert answer.flags == RST | ACK and answer.seq == 0 and answer.ack == c.seq
    c.ack = 12345
    c.send(ACK)
    answer = c.expect("reset", lambda p: p.flags & RST)
    assert answer.flags == RST and answer.seq == 12345
    c.send(RST)
    peer.expect_nothing("an answer to a reset", c.mine)


def ordered(peer, port):
    """The guest connects to us: the connection, its SYN taken."""
    peer.send(udp(999, 1000, str(port).encode()))
    syn = peer.expect("SYN", lambda p: p.protocol == 6 and p.port == port and p.flags == SYN)
    c = Connection(peer, syn.source_port, port)
    c.take(syn)
    return c


def outcome(peer, seconds=5.0):
    """What the guest says of an ordered connection: errno, bytes."""
    text = peer.expect("report", lambda p: p.protocol == 17 and p.port == 999, seconds).data
    return tuple(map(int, text.split()))


def script_active_open(peer):
    """connect(2): data and its end; refused by a reset; refused by ICMP; not by what does not fit."""
    c = ordered(peer, 3001)
    c.send(SYN | ACK)
    c.expect_flags(ACK)
    c.send(ACK | PSH, b"1234567")
    c.send(ACK | FIN)
    c.take(c.expect("FIN", lambda p: p.flags & FIN))
    c.send(ACK)
    assert outcome(peer) == (0, 7)
    c = ordered(peer, 3002)
    c.send(RST | ACK, ack=c.ack + 5)
    peer.expect_nothing("a report", lambda p: p.protocol == 17, 0.2)
    c.send(RST | ACK)
    assert outcome(peer) == (111, 0)
    c = ordered(peer, 3003)
    syn = tcp(c.port, c.own, c.ack - 1, 0, SYN)[34:]
    quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 2, 15]), bytes([10, 0, 2, 2]))
    peer.send(ip4(icmp(3, 3, 0, quoted + syn[:4] + struct.pack("!I", (c.ack + 70000) % MOD)), 1))
    peer.expect_nothing("a report", lambda p: p.protocol == 17, 0.2)
    peer.send(ip4(icmp(3, 3, 0, quoted + syn[:8]), 1))
    assert outcome(peer) == (111, 0)


def script_simultaneous_open(peer):
    """Two SYNs that cross make one connection."""
    c = ordered(peer, 3004)
    first = c.seq
    c.send(SYN, ack=0)
    answer = c.expect("SYN-ACK", lambda p: p.flags == SYN | ACK)
    assert answer.seq == (c.ack - 1) % MOD and answer.ack == c.seq
    c.send(SYN | ACK, seq=first)
    c.send(ACK | PSH, b"both")
    c.send(ACK | FIN)
    c.take(c.expect("FIN", lambda p: p.flags & FIN))
    c.send(ACK)
    assert outcome(peer) == (0, 4)


def script_simultaneous_close(peer):
    """Two FINs that cross: CLOSING, then TIME-WAIT, which acknowledges a FIN that comes again."""
    c = Connection(peer, 15)
    c.open()
    fin = c.expect("FIN", lambda p: p.flags & FIN)
    c.send(ACK | FIN)
    answer = c.expect("acknowledgement of our FIN", lambda p: p.ack == c.seq)
    assert not answer.flags & RST
    c.take(fin)
    c.send(ACK)
    c.send(ACK | FIN, seq=(c.seq - 1) % MOD)
    assert c.expect("acknowledgement in TIME-WAIT", lambda p: p.flags == ACK).ack == c.seq
    # A new SYN above the old numbers takes the names over (RFC 9293, 3.6.1).
    again = Connection(peer, 15, c.own)
    again.seq = (c.seq + 100000) % MOD
    again.open()
    again.take(again.expect("FIN", lambda p: p.flags & FIN))
    again.send(ACK | FIN)
    again.expect("last acknowledgement", lambda p: p.ack == again.seq)


def script_back_off(peer):
    """What is not acknowledged comes again, at twice the time each time."""
    c = Connection(peer, 7)
    c.open()
    c.send(ACK | PSH, b"abc")
    times = []
    for _ in range(4):
        copy = c.expect("echo", lambda p: p.data == b"abc", 5.0)
        times.append(time.monotonic())
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert gaps[0] > 0.15 and gaps[1] > 1.6 * gaps[0] and gaps[2] > 1.6 * gaps[1], gaps
    c.take(copy)
    c.send(ACK)
    c.send(ACK | PSH, b"def")
    assert c.expect("echo", lambda p: p.data).data == b"def"
    c.reset()


def first_flight(c, count=10):
    """The segments that the guest sends before it hears anything, in order."""
    flight = [c.expect("data", lambda p: p.data) for _ in range(count)]
    assert all((b.seq - a.seq) % MOD == len(a.data) for a, b in zip(flight, flight[1:])), flight
    return flight


def sack(*blocks):
    """A SACK option."""
    return struct.pack(f"!BB{2 * len(blocks)}I", SACK, 2 + 8 * len(blocks), *[edge % MOD for block in blocks for edge in block])


def script_fast_retransmit(peer):
    """Three duplicate acknowledgements bring the first segment back at once, without SACK too."""
    c = Connection(peer, 11)
    c.open(struct.pack("!BBH", MSS, 4, 1000))
    flight = first_flight(c)
    c.ack = flight[0].seq
    begin = time.monotonic()
    for _ in range(3):
        c.send(ACK)
    copy = c.expect("retransmission", lambda p: p.seq == flight[0].seq)
    assert len(copy.data) == 1000 and time.monotonic() - begin < 0.19
    c.reset()


def script_sack_recovery(peer):
    """SACK names what is here: the holes come again, nothing else of the flight does."""
    c = Connection(peer, 11)
    c.open(struct.pack("!BBHBBBB", MSS, 4, 1000, SACK_OK, 2, 1, 1))
    flight = first_flight(c)
    at = [p.seq for p in flight] + [(flight[-1].seq + len(flight[-1].data)) % MOD]
    c.ack = at[0]
    c.send(ACK, options=b"\1\1" + sack((at[1], at[2])))
    c.send(ACK, options=b"\1\1" + sack((at[1], at[4])))
    c.send(ACK, options=b"\1\1" + sack((at[7], at[10]), (at[1], at[4])))
    holes, deadline = set(), time.monotonic() + 0.19
    while holes != {0, 4, 5, 6} and time.monotonic() < deadline:
        copy = c.expect("retransmission", lambda p: p.data)
        number = at.index(copy.seq) if copy.seq in at[:10] else None
        if number is not None:
            assert number in (0, 4, 5, 6), f"segment {number} came again, which was here"
            holes.add(number)
        for k in range(4, 7):
            if number == 0:
                c.send(ACK, options=b"\1\1" + sack((at[7], at[10]), (at[1], at[4])))
    assert 0 in holes and 4 in holes, holes
    c.reset()


def script_zero_window(peer):
    """A closed window is probed, and data goes on when it opens."""
    c = Connection(peer, 11)
    c.window = 2000
    c.open(struct.pack("!BBH", MSS, 4, 1000))
    flight = first_flight(c, 2)
    c.window = 0
    c.take(flight[1])
    c.send(ACK)
    peer.expect_nothing("data into a closed window", lambda p: c.mine(p) and len(p.data) > 1, 0.15)
    first = c.expect("probe", lambda p: True, 3.0)
    begin = time.monotonic()
    c.send(ACK)
    c.expect("second probe", lambda p: True, 3.0)
    assert time.monotonic() - begin > 0.3 and len(first.data) <= 1
    c.window = 5000
    c.send(ACK)
    assert c.expect("data", lambda p: len(p.data) > 1).seq == c.ack
    c.reset()


def script_keep_alive(peer):
    """An idle peer is asked each second; one that does not answer three times is given up."""
    c = Connection(peer, 13)
    c.open()
    probe = c.expect("keep-alive", lambda p: p.seq == (c.ack - 1) % MOD, 2.5)
    assert len(probe.data) <= 1
    c.send(ACK)
    for _ in range(3):
        c.expect("keep-alive", lambda p: p.seq == (c.ack - 1) % MOD, 2.5)
    c.expect("reset", lambda p: p.flags & RST, 2.5)


def script_path_mtu(peer):
    """An ICMP message that quotes what was sent makes segments smaller; one that does not changes nothing."""
    c = Connection(peer, 11, source="10.0.2.40")
    c.open(struct.pack("!BBH", MSS, 4, 1460))
    first = first_flight(c)[0]
    assert first.dont_fragment and len(first.data) == 1460
    blind = first.ip[:24] + struct.pack("!I", (first.seq - 500000) % MOD)
    peer.send(ip4(icmp(3, 4, 600, blind), 1))
    peer.expect_nothing("a smaller segment", lambda p: c.mine(p) and 0 < len(p.data) < 1000, 0.1)
    peer.send(ip4(icmp(3, 4, 1000, first.ip[:28]), 1))
    again = c.expect("smaller segment", lambda p: p.seq == first.seq)
    assert len(again.ip) <= 1000, len(again.ip)
    c.reset()


def script_time_stamps(peer):
    """Time stamps are echoed; a segment with an old one is dropped and acknowledged (RFC 7323, 5)."""
    def stamp(value, answer):
        return struct.pack("!BBBBII", 1, 1, TIMESTAMPS, 10, value, answer)
    c = Connection(peer, 7)
    c.send(SYN, options=struct.pack("!BBH", MSS, 4, 1460) + stamp(1000, 0))
    answer = c.take(c.expect_flags(SYN | ACK))
    theirs, ours = struct.unpack("!II", answer.options[TIMESTAMPS])
    assert ours == 1000
    c.send(ACK, options=stamp(1001, theirs))
    c.send(ACK | PSH, b"one", options=stamp(1002, theirs))
    back = c.take(c.expect("echo", lambda p: p.data))
    assert struct.unpack("!II", back.options[TIMESTAMPS])[1] == 1002
    c.send(ACK, options=stamp(1003, theirs))
    c.send(ACK | PSH, b"old", seq=c.seq, options=stamp(500, theirs))
    assert c.expect("acknowledgement", lambda p: not p.data).ack == c.seq
    c.send(ACK | PSH, b"new", options=stamp(1004, theirs))
    assert c.expect("echo", lambda p: p.data).data == b"new"
    c.send(RST | ACK, options=stamp(1005, theirs))


def script_challenges(peer):
    """RFC 5961: a SYN, a reset beside the mark and data that acknowledges nonsense are challenged; the connection lives."""
    c = Connection(peer, 7)
    c.open()
    for what, flags, changes in (("SYN", SYN, {"seq": c.seq + 100}), ("reset", RST, {"seq": c.seq + 10}), ("old ACK", ACK, {"ack": c.ack - 90000}),
                                 ("new ACK", ACK, {"ack": c.ack + 90000})):
        time.sleep(0.6)		# challenges to one peer are rare
        c.send(flags, **changes)
        answer = c.expect(f"challenge to a {what}", lambda p: not p.data)
        assert answer.flags == ACK and answer.ack == c.seq and answer.seq == c.ack, what
    c.send(RST, seq=(c.seq + 1 << 20) % MOD)
    c.send(ACK, b"blind", seq=(c.seq + (1 << 24)) % MOD)
    c.send(ACK | PSH, b"alive")
    assert c.take(c.expect("echo", lambda p: p.data)).data == b"alive"
    c.send(RST)
    c.send(ACK | PSH, b"dead?", seq=c.seq)
    assert c.expect("reset", lambda p: p.flags & RST)


def script_syn_flood(peer, free):
    """5,000 SYNs from nobody: an old connection lives, a new one gets in by its cookie, memory is bounded."""
    c = Connection(peer, 7)
    c.open()
    before = free()
    for number in range(5000):
        peer.send(tcp(random.randrange(1024, 65536), 7, random.randrange(MOD), 0, SYN, options=SYN_OPTIONS,
                      source=f"172.16.{number % 250}.{random.randrange(1, 255)}"))
        if number % 100 == 0:
            peer.drain(0.001)
    c.send(ACK | PSH, b"still here")
    assert c.expect("echo", lambda p: p.data).data == b"still here"
    c.reset()
    assert before - free() < 16 * 1024
    for _ in range(5):
        new = Connection(peer, 7)
        new.open(SYN_OPTIONS)
        new.send(ACK | PSH, b"new")
        assert new.expect("echo", lambda p: p.data).data == b"new"
        new.reset()


def script_malformed(peer):
    """Headers that lie about lengths, and wrong sums, are dropped without a word."""
    c = Connection(peer, 7)
    c.open()
    good = tcp(c.own, 7, c.seq, c.ack, ACK | PSH, b"data")
    broken = [tcp(c.own, 7, c.seq, c.ack, ACK | PSH, b"data", offset=offset) for offset in (0, 1, 4, 15)]
    broken += [tcp(c.own, 7, c.seq, c.ack, ACK | PSH, b"data", options=o) for o in (b"\x02\x00ab", b"\x05\x28ab", b"\x08\x01")][:0]
    wrong = bytearray(good)
    wrong[50] ^= 0xFF
    broken.append(bytes(wrong))
    broken += [good[:length] for length in range(14, 54)]
    for at, value in ((14, 0x44), (14, 0x4F), (14, 0x65), (16, 0xFF), (17, 0x10)):
        lie = bytearray(good)
        lie[at] = value
        lie[24:26] = b"\0\0"
        lie[24:26] = struct.pack("!H", checksum(bytes(lie[14:34])))
        broken.append(bytes(lie))
    peer.send(*broken)
    peer.expect_nothing("an echo of broken segments", lambda p: c.mine(p) and p.data, 0.3)
    peer.send(good)
    assert c.expect("echo", lambda p: p.data).data == b"data"
    c.reset()


def mutated(random_source, frames):
    """One of the frames with some bytes changed, cut, or grown; now and then with sums that are right again."""
    frame = bytearray(random_source.choice(frames))
    for _ in range(random_source.randrange(1, 6)):
        frame[random_source.randrange(12, len(frame))] = random_source.choice((0, 1, 0x7F, 0x80, 0xFF, random_source.randrange(256)))
    if random_source.random() < 0.3:
        frame = frame[:random_source.randrange(14, len(frame) + 1)]
    if random_source.random() < 0.1:
        frame += random_source.randbytes(random_source.randrange(1, 200))
    if len(frame) >= 34 and frame[12:14] == b"\x08\x00" and random_source.random() < 0.7:
        frame[24:26] = b"\0\0"
        frame[24:26] = struct.pack("!H", checksum(bytes(frame[14:34])))
    return bytes(frame)


def script_mutations(peer, free):
    """Tens of thousands of damaged frames: the machine is there afterwards, and has its memory."""
    seed = int(os.environ.get("PACKET_SEED", random.randrange(1 << 32)))
    source = random.Random(seed)
    six = bytes.fromhex("fe800000000000005054000000000001") + bytes.fromhex("fe80000000000000505400fffe123456")
    router = bytes.fromhex("86000000" "40000708" "0000000000000000") + bytes.fromhex("0304 40c0 00015180 00003840 00000000 20010db8000000000000000000000000")
    frames = [arp(1, PEER, GUEST), arp(2, PEER, GUEST), echo(1, b"e" * 100), udp(5, 7, b"u" * 50), udp(5, 5, b""),
              tcp(5, 7, 1, 0, SYN, options=SYN_OPTIONS), tcp(5, 7, 1, 1, ACK, b"d" * 20), tcp(5, 11, 9, 9, RST | ACK),
              *fragments_of(icmp(8, 0, 1, b"f" * 3000), 7), ip4(icmp(3, 4, 600, echo(1, b"x" * 8)[14:]), 1),
              ethernet(struct.pack("!IHBB", 6 << 28, len(router), 58, 255) + six + router, 0x86DD),
              ethernet(struct.pack("!IHBB", 6 << 28, 8, 17, 64) + six + struct.pack("!HHHH", 1, 7, 8, 0), 0x86DD),
              ethernet(struct.pack("!IHBB", 6 << 28, 24, 0, 64) + six + bytes([44, 0, 5, 2, 0, 0, 0, 0]) + bytes(16), 0x86DD)]
    peer.drain()
    before = free()
    try:
        for number in range(30000):
            peer.send(mutated(source, frames))
            if number % 500 == 0:
                drain_raw(peer)
        drain_raw(peer)
        assert peer.ping(), "no answer afterwards"
        assert before - free() < 24 * 1024, f"{before - free()} KiB are gone"
    except AssertionError as error:
        raise AssertionError(f"{error} (PACKET_SEED={seed})") from error


def drain_raw(peer):
    """Throw frames away unread: a damaged one makes the guest answer what a script would not accept."""
    peer.socket.settimeout(0.001)
    try:
        while True:
            peer.socket.recv(70000)
    except (TimeoutError, BlockingIOError):
        pass


def run_scripts(names, smp):
    """Boot a machine and play the scripts; all failures together."""
    peer, failures = Peer(), []
    try:
        with booted(smp=smp, rows=[peer_row()], extra=peer.qemu()) as guest:
            def free():
                return int(re.search(rb"MemFree:\s+(\d+) kB", output_of(guest, "/sbin/cat", "/proc/meminfo")).group(1))
            output_of(guest, "/bin/net_peer")
            peer.drain()
            for name in names:
                script = globals()[name]
                try:
                    script(*([peer, free][:script.__code__.co_argcount]))
                except (AssertionError, OSError) as error:
                    failures.append(f"{name}: {error}")
                peer.drain(0.05)
    finally:
        peer.close()
    assert not failures, "\n".join(failures)


def test_scripts():
    """Every script, in a random order that depends on nothing."""
    only = os.environ.get("PACKET_SCRIPTS", "")
    run_scripts([name for name in globals() if name.startswith("script_") and only in name], 2)
