"""httpd on a guest, under this machine's clients."""

import concurrent.futures
import contextlib
import http.client
import socket
import struct
import time

from harness import booted, output_of, pax
from network import free_port, load_row, pattern, start_httpd

DATA = pattern(300000)


def get(port, path, method="GET", **headers):
    """One request; (status, headers, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@contextlib.contextmanager
def serving(*options, smp=2):
    """A machine whose httpd serves /www; its port here, the machine, and its process."""
    port = free_port()
    rows = [pax.Row("www", kind=pax.DIRECTORY), pax.Row("www/data.bin", data=DATA), pax.Row("www/page.html", data=b"<p>page\n", mtime=1000000000),
            pax.Row("www/empty", data=b""), pax.Row("www/sub", kind=pax.DIRECTORY), pax.Row("www/sub/index.html", data=b"index\n"),
            pax.Row("www/odd <name>&.txt", data=b"odd\n"), pax.Row("secret", data=b"secret\n"), load_row()]
    with booted(rows, net="user", forward=[f"{port}:8080"], smp=smp) as guest:
        output_of(guest, "/sbin/ln", "-s", "/secret", "/www/link")
        yield port, guest, start_httpd(guest, *options, port=8080)


def raw(port, request):
    """All that comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(request)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    return answer


def status(port, request):
    """The status of a request of these bytes."""
    return int(raw(port, request).split(b" ", 2)[1])


def test_answers():
    """Files, directories, ranges, dates, paths that lead out, and requests that are none."""
    with serving() as (port, *_):
        assert get(port, "/data.bin")[::2] == (200, DATA)
        assert get(port, "/empty")[::2] == (200, b"")
        code, headers, body = get(port, "/page.html")
        assert (code, headers["Content-Type"], body) == (200, "text/html; charset=utf-8", b"<p>page\n")
        assert get(port, "/page.html", If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
        assert get(port, "/page.html", If_Modified_Since="Thu, 01 Jan 1970 00:00:01 GMT")[0] == 200
        code, headers, body = get(port, "/data.bin", "HEAD")
        assert (code, headers["Content-Length"], body) == (200, "300000", b"")
        for text, first, last in (("100-199", 100, 199), ("299990-", 299990, 299999), ("-5", 299995, 299999), ("5-999999", 5, 299999)):
            code, headers, body = get(port, "/data.bin", Range=f"bytes={text}")
            assert (code, body) == (206, DATA[first:last + 1]), text
            assert headers["Content-Range"] == f"bytes {first}-{last}/300000"
        code, headers, _ = get(port, "/data.bin", Range="bytes=300000-")
        assert (code, headers["Content-Range"]) == (416, "bytes */300000")
        for text in ("bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=x"):
            assert get(port, "/data.bin", Range=text)[::2] == (200, DATA), text
        code, headers, _ = get(port, "/sub")
        assert (code, headers["Location"]) == (301, "/sub/")
        assert get(port, "/sub/")[2] == b"index\n"
        listing = get(port, "/")[2]
        assert b'<a href="./odd%20%3Cname%3E%26.txt">odd &lt;name&gt;&amp;.txt</a>' in listing
        assert get(port, "/odd%20%3Cname%3E%26.txt")[2] == b"odd\n"
        for path in ("/../secret", "/%2e%2e/secret", "/sub/../../secret", "/link", "/..%2fsecret"):
            code, _, body = get(port, path)
            assert code in (403, 404) and b"secret" not in body, (path, code, body)
        for request, want in (
                (b"GET /none HTTP/1.0\r\n\r\n", 404), (b"GET /empty HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
                (b"POST /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405), (b"GET empty HTTP/1.0\r\n\r\n", 400),
                (b"GET /empty HTTP/2.0\r\n\r\n", 505), (b"nonsense\r\n\r\n", 400), (b"GET /%zz HTTP/1.0\r\n\r\n", 400),
                (b"GET /a%00b HTTP/1.0\r\n\r\n", 400), (b"GET /empty HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", 413),
                (b"GET /" + b"a" * 5000 + b" HTTP/1.0\r\n\r\n", 414), (b"GET /empty HTTP/1.0\r\n" + b"X: " + b"y" * 9000, 431),
                (b"GET /empty HTTP/1.0\r\nA\0: b\r\n\r\n", 400)):
            assert status(port, request) == want, (request[:60], want)


def test_connections():
    """Keep-alive, requests in a row, and a client that falls silent."""
    with serving("-t", "8") as (port, guest, pid):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(50):
            connection.request("GET", "/page.html")
            assert connection.getresponse().read() == b"<p>page\n"
        connection.close()
        one = b"GET /page.html HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = raw(port, one * 20 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert answer.count(b"<p>page\n") == 21 and answer.count(b"HTTP/1.1 200 OK") == 21
        with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
            sock.sendall(b"GET /page.html HT")
            assert sock.recv(100) == b""
        check_slow(port)
        check_broken(port, guest, pid)
        check_limit(guest)


def check_slow(port):
    """One who reads slowly delays nobody and gets all; one who closes its sending side gets its answer."""
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(30)
        slow.connect(("127.0.0.1", port))
        slow.sendall(b"GET /data.bin HTTP/1.0\r\n\r\n")
        answer = slow.recv(10)
        assert get(port, "/page.html")[2] == b"<p>page\n"
        while piece := slow.recv(65536):
            answer += piece
        assert answer.endswith(b"\r\n\r\n" + DATA)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as half:
        half.sendall(b"GET /page.html HTTP/1.1\r\nHost: x\r\n\r\n")
        half.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := half.recv(65536):
            answer += piece
        assert answer.endswith(b"\r\n\r\n<p>page\n")


def descriptors(guest, pid):
    """How many files a process of the guest has open."""
    return len(output_of(guest, "/sbin/ls", f"/proc/{pid}/fd").split())


def check_broken(port, guest, pid):
    """Clients that reset in the middle of an answer leave nothing behind."""
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.sendall(b"GET /data.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            sock.recv(100)
    for _ in range(200):
        if descriptors(guest, pid) == 6:
            return
        time.sleep(0.1)
    raise AssertionError(f"{descriptors(guest, pid)} descriptors are open")


def check_limit(guest):
    """With few descriptors it serves many clients in turn, and waits without spinning while all that it has are idle."""
    start = "ulimit -n 24; /sbin/httpd -p 81 /www </dev/null >/dev/null 2>&1 & echo $!; " \
            "until /sbin/nc -z 127.0.0.1 81 >/dev/null 2>&1; do sleep 0.02; done"
    pid = int(output_of(guest, "/bin/sh", "-c", start))
    output_of(guest, "/bin/http_load", "127.0.0.1", "81", "30", "60", "1", "/page.html", "/www/page.html")
    idle = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 600 | /sbin/nc 127.0.0.1 81 >/dev/null 2>&1 & done; " \
           f"until test $(/sbin/ls /proc/{pid}/fd | /sbin/wc -l) = 14; do sleep 0.02; done; " \
           f"/sbin/cat /proc/{pid}/stat; sleep 0.5; /sbin/cat /proc/{pid}/stat"
    before, after = (sum(map(int, line.split()[13:15])) for line in output_of(guest, "/bin/sh", "-c", idle).splitlines())
    assert after - before < 15, f"{after - before} ticks of half a second were spent on nothing"
    failed = guest.run(["/bin/sh", "-c", "ulimit -n 9; /sbin/httpd -p 82 /www"], timeout=60)
    assert failed.status == 1 and failed.stderr == b"httpd: it may open too few files\n", failed.stderr


def opened(port):
    """A connection that the guest has answered on: QEMU lets only one at a time wait to be forwarded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    assert ask(connection, "/page.html") == b"<p>page\n"
    return connection


def ask(connection, path):
    """One more request."""
    connection.request("GET", path)
    return connection.getresponse().read()


def test_many_connections():
    """300 clients, 200 of which ask at once, several times; 2,000 connections on the guest itself."""
    with serving("-t", "300", "-j", "2") as (port, guest, _):
        clients = [opened(port) for _ in range(300)]
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            for turn in range(3):
                paths = ["/data.bin" if (n + turn) % 8 == 0 else "/page.html" for n in range(200)]
                for path, body in zip(paths, pool.map(ask, clients, paths)):
                    assert body == (DATA if path == "/data.bin" else b"<p>page\n"), path
        for client in clients:
            client.close()
        output_of(guest, "/bin/http_load", "127.0.0.1", "8080", "2000", "2000", "1", "/page.html", "/www/page.html")
