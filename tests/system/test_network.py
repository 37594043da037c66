"""The programs of the network against this machine's, through QEMU's user networking."""

import concurrent.futures
import contextlib
import os
import socket
import subprocess
import tempfile
import time

from harness import TOP, booted, check_exec, output_of
from network import HOST, free_port, name_server, pages, pattern


def fetch(guest, *arguments, status=0):
    """fetch's standard output; it must end with STATUS."""
    result = guest.run(["/sbin/fetch", *arguments], timeout=60)
    assert result.status == status, f"fetch {arguments}: status {result.status}, stderr {result.stderr!r}"
    return result.stdout


def test_first_program():
    """The first program that exec starts has the network already, and names servers."""
    data = pattern(5 << 20)
    with pages(data) as port:
        check_exec("--net", "user", "--", "/sbin/fetch", f"http://{HOST}:{port}/big", stdout=data)
    check_exec("--net", "user", "--", "/sbin/grep", "-c", "nameserver 10.0.2.3", "/etc/resolv.conf", stdout=b"1\n")


def test_fetch():
    """Redirections, chunks, ranges, continued files, and servers that do it wrong."""
    data = pattern(1 << 20)
    with pages(data) as port, booted(net="user") as guest:
        base = f"http://{HOST}:{port}"
        assert fetch(guest, f"{base}/redirect/3") == data
        assert fetch(guest, f"{base}/chunked") == data[:100025]
        assert fetch(guest, "-r", "100-199", f"{base}/big") == data[100:200]
        fetch(guest, "-o", "/tmp/part", "-r", "0-99999", f"{base}/big")
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        assert output_of(guest, "/sbin/cat", "/tmp/part") == data
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        assert fetch(guest, f"{base}/none", status=6) == b""
        for path in ("cut", "badchunk", "garbage"):
            fetch(guest, f"{base}/{path}", status=5)
        fetch(guest, f"{base}/redirect/30", status=5)
        fetch(guest, f"http://{HOST}:1/", status=4)
        fetch(guest, "-t", "1", "http://10.0.2.99/", status=4)
        fetch(guest, "ftp://x/", status=2)


def test_nslookup():
    """Names through CNAMEs, a lost question, an answer that is cut and comes by TCP, addresses, and a name that is none."""
    with name_server() as port, booted(net="user") as guest:
        ask = ["/sbin/nslookup", "-w", "1", "-p", str(port)]
        assert output_of(guest, *ask, "www.test", HOST) == (
            b"www.test. CNAME host.test.\nhost.test. A 192.0.2.7\nwww.test. CNAME host.test.\nhost.test. AAAA 2001:db8::7\n")
        assert output_of(guest, *ask, "many.test", HOST).count(b"many.test. A 192.0.2.") == 40
        assert output_of(guest, *ask, "192.0.2.7", HOST) == b"7.2.0.192.in-addr.arpa. PTR host.test.\n"
        assert output_of(guest, *ask, "-t", "mx", "test", HOST) == b"test. MX 10 mail.test.\n"
        result = guest.run([*ask, "none.test", HOST], timeout=60)
        assert result.status == 1 and b"does not exist" in result.stderr, result


def test_nc():
    """A program that connects here, one that is connected to, and datagrams."""
    data = pattern(200000)
    with socket.create_server(("127.0.0.1", 0)) as listener, booted(net="user") as guest:
        def serve():
            with listener.accept()[0] as peer:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: peer.recv(65536), b""))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            received = pool.submit(serve)
            port = listener.getsockname()[1]
            assert output_of(guest, "/sbin/nc", HOST, str(port), stdin=data[:150000]) == data
            assert received.result(timeout=30) == data[:150000]
        closed = guest.run(["/sbin/nc", "-z", "-w", "5", "127.0.0.1", "9"], timeout=60)
        assert closed.status == 1
    port = free_port()
    with booted(net="user", forward=[f"{port}:7"]) as guest:
        script = "/sbin/nc -u -l -w 1 127.0.0.1 9 > /tmp/datagrams & /sbin/nc -l -v 7; wait; cat /tmp/datagrams"
        send = "while ! echo over UDP | /sbin/nc -u -w 1 127.0.0.1 9 2>/dev/null; do sleep 0.1; done"
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            sent = pool.submit(talk, port, b"over TCP\n")
            answer = output_of(guest, "/bin/sh", "-c", f"({send}) & {script}", stdin=b"answer\n")
            assert answer == b"over TCP\nover UDP\n", answer
            assert sent.result(timeout=30) == b"answer\n"


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


def test_names():
    """getaddrinfo against a hostile name server on the guest itself: see programs/names.c."""
    with tempfile.TemporaryDirectory(prefix="astra-names.") as folder:
        program = os.path.join(folder, "names")
        subprocess.run([os.path.join(TOP, "build/bin/astra-cc"), "-Wall", "-Wextra", "-Werror", "-o", program,
                        os.path.join(TOP, "tests/system/programs/names.c")], check=True)
        check_exec("--smp", "2", "--add", f"{program}:/bin/names", "--", "/bin/names", stdout=b"names: ok\n")
