"""The programs of the network against this machine's, through QEMU's user networking."""

import concurrent.futures
import contextlib
import os
import re
import socket
import struct
import subprocess
import tempfile
import threading
import time
import time

from harness import TOP, booted, channel, check_exec, output_of
from network import HOST, free_port, name_server, pages, pattern


def fails(guest, *argv, status=1, stderr=b"", stdin=b""):
    """A program that must end with STATUS and say STDERR somewhere; its standard output."""
    result = guest.run(list(argv), stdin=channel.Input(stdin), timeout=60)
    assert result.status == status and stderr in result.stderr, f"{argv}: status {result.status}, stderr {result.stderr!r}"
    return result.stdout


def shell(guest, text):
    """The standard output of a command line that must succeed, as text."""
    return output_of(guest, "/bin/sh", "-c", text).decode()


def fetch(guest, *arguments, status=0, stderr=b""):
    """fetch's standard output; it must end with STATUS."""
    return fails(guest, "/sbin/fetch", *arguments, status=status, stderr=stderr)


def test_first_program():
    """The first program that exec starts has the network already, and names servers; a bar tells how far it is."""
    data = pattern(5 << 20)
    with pages(data) as port:
        words = f"/sbin/fetch -p http://{HOST}:{port}/big && /sbin/grep nameserver /etc/resolv.conf >&2"
        done = check_exec("--net", "user", "--", "/bin/sh", "-c", words, stdout=data)
    assert b"100% [========================] 5.0M/5.0M" in done.stderr and done.stderr.endswith(b"\nnameserver 10.0.2.3\n"), done.stderr


def check_fetch(guest):
    """Redirections, chunks, ranges, continued files, and servers that do it wrong."""
    data = pattern(1 << 20)
    with pages(data) as port, socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://{HOST}:{port}"
        assert fetch(guest, f"{base}/redirect/3") == data
        assert fetch(guest, f"{base}/chunked") == data[:100025]
        assert fetch(guest, "-r", "100-199", f"{base}/big") == data[100:200]
        assert fetch(guest, "-i", f"{base}/big") == b"status: 200\nlength: 1048576\n"
        fetch(guest, "-o", "/tmp/part", "-r", "0-99999", f"{base}/big")
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        assert output_of(guest, "/sbin/cat", "/tmp/part") == data
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        fetch(guest, "-o", "/tmp/half", f"{base}/half", status=5, stderr=b"the connection ended before the data did")
        assert output_of(guest, "/sbin/cat", "/tmp/half") == data[:500000]
        fetch(guest, "-c", "-o", "/tmp/half", f"{base}/lie", status=5, stderr=b"another part")
        fetch(guest, "-c", "-o", "/tmp/half", f"{base}/half")
        assert output_of(guest, "/sbin/cat", "/tmp/half") == data
        assert fetch(guest, f"{base}/none", status=6, stderr=b"404") == b""
        for path, why in (("cut", b"the connection ended"), ("badchunk", b"malformed"), ("garbage", b"not HTTP"), ("lengths", b"not HTTP")):
            fetch(guest, f"{base}/{path}", status=5, stderr=why)
        fetch(guest, f"{base}/redirect/30", status=5, stderr=b"too many redirections")
        fetch(guest, f"{base}/secure", status=5, stderr=b"https is not supported")
        fetch(guest, "https://10.0.2.2/", status=2, stderr=b"https is not supported")
        fetch(guest, "ftp://x/", status=2, stderr=b"not an http URL")
        fetch(guest, "-o", "/none/file", f"{base}/big", status=1, stderr=b"No such file")
        fetch(guest, f"http://{HOST}:{free_port()}/", status=4, stderr=b"refused")
        fetch(guest, "-t", "1", "http://10.0.2.99/", status=4, stderr=b"fetch: ")
        fetch(guest, "-t", "1", f"http://{HOST}:{silent.getsockname()[1]}/", status=5, stderr=b"silent")


def check_nslookup(guest):
    """Names through CNAMEs, a lost question, an answer that is cut and comes by TCP, addresses, and a name that is none."""
    with name_server() as port:
        ask = ["/sbin/nslookup", "-w", "1", "-p", str(port)]
        assert output_of(guest, *ask, "www.test", HOST) == (
            b"www.test. CNAME host.test.\nhost.test. A 192.0.2.7\nwww.test. CNAME host.test.\nhost.test. AAAA 2001:db8::7\n")
        assert output_of(guest, *ask, "many.test", HOST).count(b"many.test. A 192.0.2.") == 40
        assert output_of(guest, *ask, "192.0.2.7", HOST) == b"7.2.0.192.in-addr.arpa. PTR host.test.\n"
        assert output_of(guest, *ask, "-t", "mx", "test", HOST) == b"test. MX 10 mail.test.\n"
        fails(guest, *ask, "none.test", HOST, stderr=b"does not exist")
        fails(guest, *ask, "-t", "txt", "test", HOST, stderr=b"no such record")
        fails(guest, *ask, "-t", "nonsense", "test", HOST, status=2, stderr=b"not a type")
        fails(guest, *ask, "a..b", HOST, status=2, stderr=b"not a name")
    fails(guest, "/sbin/nslookup", status=2, stderr=b"usage: nslookup ")


def check_nc(guest, port):
    """A program that connects here, one that is connected to, one whose data comes back at once, datagrams and local sockets."""
    data = pattern(2 << 20)
    with socket.create_server(("127.0.0.1", 0)) as listener, concurrent.futures.ThreadPoolExecutor(1) as pool:
        def serve(first):
            with listener.accept()[0] as peer:
                peer.sendall(first)
                peer.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: peer.recv(65536), b""))

        def echo():
            with listener.accept()[0] as peer:
                for piece in iter(lambda: peer.recv(65536), b""):
                    peer.sendall(piece)
        nc = ["/sbin/nc", HOST, str(listener.getsockname()[1])]
        received = pool.submit(serve, data[:200000])
        assert output_of(guest, *nc, stdin=data[:150000]) == data[:200000]
        assert received.result(timeout=30) == data[:150000]
        pool.submit(echo)
        assert output_of(guest, *nc, stdin=data) == data
        fails(guest, "/sbin/nc", "-z", "-w", "5", "127.0.0.1", "8-9")
        sent = pool.submit(talk, port, b"over TCP\n")
        send = "while ! echo over UDP | /sbin/nc -u -w 1 127.0.0.1 9 2>/dev/null; do sleep 0.1; done"
        script = "/sbin/nc -u -l -w 1 127.0.0.1 9 > /tmp/datagrams & /sbin/nc -l -v 7; wait; cat /tmp/datagrams"
        answer = output_of(guest, "/bin/sh", "-c", f"({send}) & {script}", stdin=b"answer\n")
        assert answer == b"over TCP\nover UDP\n", answer
        assert sent.result(timeout=30) == b"answer\n"
    local = "/sbin/nc -l -U /tmp/s > /tmp/local & until echo by name | /sbin/nc -U /tmp/s 2>/dev/null; do sleep 0.02; done; wait; " \
            "cat /tmp/local"
    assert shell(guest, local) == "by name\n"


def talk(port, data):
    """Sends DATA to a guest that may not listen yet; what it answers. QEMU takes the connection and resets it when nobody is there."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
            if answer:
                return answer
        time.sleep(0.1)
    raise AssertionError("the guest does not answer")


def check_ping(guest):
    """Sizes, counts, both families, nobody there, and a name that is none."""
    text = shell(guest, "/sbin/ping -c 3 -i 0.01 -s 1000 10.0.2.2")
    assert text.count("1008 bytes from 10.0.2.2: icmp_seq=") == 3 and " 0% packet loss" in text and "rtt min/avg/max/mdev = " in text, text
    for size in (0, 7, 8, 65507):
        assert f"{size + 8} bytes from 127.0.0.1: icmp_seq=1 ttl=64" in shell(guest, f"/sbin/ping -c 1 -s {size} 127.0.0.1")
    text = shell(guest, "/sbin/ping -6 -q -c 2 -i 0.01 ::1")
    assert "2 packets transmitted, 2 received" in text and "icmp_seq" not in text, text
    assert b"1 packets transmitted, 0 received, 100% packet loss" in fails(guest, "/sbin/ping", "-c", "1", "-W", "0.2", "10.0.2.77")
    fails(guest, "/sbin/ping", "-c", "1", "-s", "65508", "127.0.0.1", status=2, stderr=b"at most 65507")
    fails(guest, "/sbin/ping", "-4", "-c", "1", "::1", status=2, stderr=b"ping: ::1: ")
    fails(guest, "/sbin/ping", status=2, stderr=b"usage: ping ")


def check_ss(guest):
    """Sockets of each kind in the states that programs brought them to, and their number."""
    text = shell(guest, "sleep 600 | /sbin/nc -l 127.0.0.1 700 >/dev/null 2>&1 & /sbin/nc -u -l 701 >/dev/null 2>&1 & "
                        "/sbin/nc -l -U /tmp/ss >/dev/null 2>&1 & "
                        "until /sbin/ss -xl | grep -q /tmp/ss && /sbin/ss -tl | grep -q :700 && /sbin/ss -ul | grep -q :701; "
                        "do sleep 0.02; done; "
                        "sleep 600 | /sbin/nc 127.0.0.1 700 >/dev/null 2>&1 & until /sbin/ss -tn | grep -q ESTAB; do sleep 0.02; done; "
                        "/sbin/ss -an; echo listen; /sbin/ss -tl; echo summary; /sbin/ss -s")
    everything, _, rest = text.partition("listen\n")
    listening, _, summary = rest.partition("summary\n")
    for pattern_ in (r"tcp +ESTAB +0 +0 +127\.0\.0\.1:\d+ +127\.0\.0\.1:700", r"tcp +ESTAB +0 +0 +127\.0\.0\.1:700 +127\.0\.0\.1:\d+",
                     r"udp +UNCONN +0 +0 +\S+:701 ", r"u_str +LISTEN +0 +0 +/tmp/ss "):
        assert re.search(pattern_, everything), (pattern_, text)
    assert not re.search("tcp.*LISTEN", everything.split("tcp", 1)[0]) and "ESTAB" not in listening, text
    assert re.search(r"TCP: inuse [1-9]", summary), summary
    fails(guest, "/sbin/ss", "-Q", status=2, stderr=b"usage: ss ")


def records_of(capture):
    """The frames of a capture file, which must be whole."""
    magic, major, minor, zone, accuracy, limit, link = struct.unpack("<IHHiIII", capture[:24])
    assert (magic, major, minor, zone, accuracy, link) == (0xA1B2C3D4, 2, 4, 0, 0, 1), capture[:24]
    frames, at = [], 24
    while at < len(capture):
        seconds, fraction, size, length = struct.unpack("<IIII", capture[at:at + 16])
        assert seconds > 1600000000 and fraction < 1000000 and size == min(length, limit), capture[at:at + 16]
        frames.append((capture[at + 16:at + 16 + size], length))
        at += 16 + size
    assert at == len(capture), "the last record is cut"
    return frames


def check_pcap(guest):
    """A capture of a device, whole and cut; lines of text; what cannot be opened."""
    run = "/sbin/pcap -i lo -c 4 {} & while kill -0 $! 2>/dev/null; do /sbin/ping -q -c 1 -s 100 127.0.0.1 >/dev/null; done; "
    frames = records_of(output_of(guest, "/bin/sh", "-c", run.format("-w /tmp/c") + "cat /tmp/c"))
    assert all(len(frame) == length == 142 and frame[12:14] == b"\x08\0" and frame[23] == 1 for frame, length in frames), frames
    kinds = [frame[34] for frame, _ in frames]
    assert kinds in ([8, 0, 8, 0], [0, 8, 0, 8]), kinds
    frames = records_of(output_of(guest, "/bin/sh", "-c", run.format("-s 40 -w -")))
    assert [(len(frame), length) for frame, length in frames] == [(40, 142)] * 4
    text = shell(guest, run.format(""))
    assert re.fullmatch(r"(\d\d:\d\d:\d\d\.\d{6} 127\.0\.0\.1 > 127\.0\.0\.1: ICMP, length 142\n){4}", text), text
    fails(guest, "/sbin/pcap", "-i", "none", stderr=b"No such device")
    fails(guest, "/sbin/pcap", "-c", "x", status=2, stderr=b"not a number")


def check_ip(guest):
    """ip says what iproute2 says on Linux, command by command: ip.txt. It leaves eth0 without an address."""
    with open(os.path.join(TOP, "tests/system/ip.txt"), encoding="utf-8") as file:
        table = "".join(line for line in file if not line.startswith("#"))
    shell(guest, "/sbin/ip neigh flush dev eth0")
    for entry in table.split("$ ")[1:]:
        command, _, wanted = entry.partition("\n")
        result = guest.run(["/bin/sh", "-c", command], timeout=60)
        got = (result.stdout + result.stderr).decode() + (f"[{result.status}]\n" if result.status else "")
        assert got == wanted, f"{command}: {got!r}, not {wanted!r}"
    fails(guest, "/sbin/ip", "nonsense", stderr=b'Object "nonsense" is unknown')
    fails(guest, "/sbin/ip", "addr", "nonsense", status=255, stderr=b'Command "nonsense" is unknown')
    for words in (("addr", "flush"), ("route", "flush"), ("neigh", "flush")):
        fails(guest, "/sbin/ip", *words, status=255, stderr=b"requires arguments")
    fails(guest, "/sbin/fetch", f"http://{HOST}:1/", status=4, stderr=b"unreachable")


def check_link(guest):
    """A connection outlives its device's going down and up again, and the routes are back."""
    with socket.create_server(("127.0.0.1", 0)) as listener, concurrent.futures.ThreadPoolExecutor(1) as pool:
        data, down = pattern(400000), threading.Event()

        def serve():
            with listener.accept()[0] as peer:
                peer.sendall(data)
                down.wait(60)
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: peer.recv(65536), b""))
        received = pool.submit(serve)
        say = "(until test -e /tmp/go; do sleep 0.02; done; echo sent while down)"
        shell(guest, f"{say} | /sbin/nc {HOST} {listener.getsockname()[1]} > /tmp/both 2>/dev/null & "
                     f"until test $(wc -c < /tmp/both) = 400000; do sleep 0.02; done; /sbin/ip link set eth0 down")
        down.set()
        text = shell(guest, "touch /tmp/go; sleep 0.3; /sbin/ip link set eth0 up; /sbin/ip route; "
                            "until test $(wc -c < /tmp/both) = 800000; do sleep 0.02; done")
        assert text == "default via 10.0.2.2 dev eth0 \n10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15 \n", text
        assert output_of(guest, "/sbin/cat", "/tmp/both") == data * 2
        assert received.result(timeout=30) == b"sent while down\n"


def test_programs():
    """fetch, nslookup, nc, ping, ss, pcap and ip on one machine, which ip leaves without a network."""
    port = free_port()
    with booted(net="user", forward=[f"{port}:7"], smp=2) as guest:
        for check in (check_fetch, check_nslookup, check_ping, check_ss, check_pcap):
            check(guest)
        check_nc(guest, port)
        check_link(guest)
        check_ip(guest)


def test_names():
    """getaddrinfo against a hostile name server on the guest itself: see programs/names.c."""
    with tempfile.TemporaryDirectory(prefix="astra-names.") as folder:
        program = os.path.join(folder, "names")
        subprocess.run([os.path.join(TOP, "build/bin/astra-cc"), "-Wall", "-Wextra", "-Werror", "-o", program,
                        os.path.join(TOP, "tests/system/programs/names.c")], check=True)
        check_exec("--smp", "2", "--add", f"{program}:/bin/names", "--", "/bin/names", stdout=b"names: ok\n")
