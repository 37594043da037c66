"""What the tests of the network share: servers on this machine that guests reach as 10.0.2.2, and free ports."""

import contextlib
import hashlib
import http.server
import os
import re
import socket
import socketserver
import struct
import threading

from harness import build_source, pax

HOST = "10.0.2.2"  # this machine, as QEMU's user networking shows it


def pattern(size):
    """SIZE bytes in which every position shows."""
    block = b"".join(hashlib.sha256(n.to_bytes(4, "little")).digest() for n in range(8192))
    return (block * (size // len(block) + 1))[:size]


_held = []  # sockets of ports that were given away


def free_port():
    """A TCP port of 127.0.0.1 that is ours until this process ends: a socket holds it, beside which QEMU can listen, and nobody else gets it."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    _held.append(sock)
    return sock.getsockname()[1]


PARTS = {  # a page with what it links to
    "/page": b'<link href="/style.css"><script src="/a.js"></script><script src="/b.js"></script>',
    "/style.css": b"c" * 5000, "/a.js": b"a" * 70000, "/b.js": b"b" * 10,
}


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers as servers do, and as they should not."""
    protocol_version = "HTTP/1.1"
    data = b""

    def log_message(self, *_):  # pylint: disable=arguments-differ
        """Silence."""

    def _send(self, status, body, length=None, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _send_data(self):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return self._send(200, self.data)
        first, last = int(wanted[1]), int(wanted[2] or len(self.data) - 1)
        if first >= len(self.data):
            return self._send(416, b"", Content_Range=f"bytes */{len(self.data)}")
        return self._send(206, self.data[first:last + 1], Content_Range=f"bytes {first}-{last}/{len(self.data)}")

    def do_HEAD(self):  # pylint: disable=invalid-name
        """Of /big, whatever is asked for."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.data)))
        self.end_headers()

    def do_GET(self):  # pylint: disable=invalid-name
        """By path."""
        path = self.path.split("?")[0]
        if path == "/big" or (path == "/half" and self.headers.get("Range")):
            self._send_data()
        elif path == "/half":  # the rest must be asked for
            self._send(200, self.data[:500000], length=len(self.data))
            self.close_connection = True
        elif path == "/lie":
            self._send(206, b"x", Content_Range=f"bytes 0-0/{len(self.data)}")
        elif path == "/lengths":
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self._send(200, b"abcde")
        elif path == "/secure":
            self._send(302, b"", Location="https://host/")
        elif path.startswith("/redirect/"):
            left = int(path.rsplit("/", 1)[1])
            self._send(302, b"on", Location=f"/redirect/{left - 1}" if left else "../big")
        elif path == "/chunked":
            pieces = [self.data[at:at + 4001] for at in range(0, 100000, 4001)]
            chunks = b"".join(b"%x;name=value\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
            self._send(200, chunks + b"0\r\nTrailer: x\r\n\r\n", Transfer_Encoding="chunked")
        elif path == "/badchunk":
            self._send(200, b"fffffffffffffffffff\r\nabc", Transfer_Encoding="chunked")
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"x" * 1000)
            self.close_connection = True
        elif path == "/garbage":
            self.wfile.write(os.urandom(4000))
            self.close_connection = True
        elif path in PARTS:
            self._send(200, PARTS[path])
        else:
            self._send(404, b"no such page")


class Server(http.server.ThreadingHTTPServer):
    """Many connections at once."""
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_):
        """A guest that goes away is no news."""


@contextlib.contextmanager
def pages(data, address="127.0.0.1"):
    """A server of Pages at ADDRESS with DATA as /big; gives its port."""
    handler = type("Handler", (Pages,), {"data": data})
    with Server((address, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _name(text):
    """A domain name on the wire."""
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def _record(owner, kind, data):
    return _name(owner) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


RECORDS = {  # of the name server below
    ("www.test", 1): [_record("www.test", 5, _name("host.test")), _record("host.test", 1, bytes([192, 0, 2, 7]))],
    ("www.test", 28): [_record("www.test", 5, _name("host.test")),
                       _record("host.test", 28, socket.inet_pton(socket.AF_INET6, "2001:db8::7"))],
    ("many.test", 1): [_record("many.test", 1, bytes([192, 0, 2, n])) for n in range(40)],
    ("many.test", 28): [],
    ("7.2.0.192.in-addr.arpa", 12): [_record("7.2.0.192.in-addr.arpa", 12, _name("host.test"))],
    ("test", 15): [_record("test", 15, b"\0\x0a" + _name("mail.test"))],
}


def _dns_answer(question, room):
    """The answer to a message; cut when it does not fit into ROOM bytes."""
    at, labels = 12, []
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    asked, kind = question[12:at + 5], struct.unpack(">H", question[at + 1:at + 3])[0]
    name = ".".join(labels).lower()
    known = any(key[0] == name for key in RECORDS)
    records = RECORDS.get((name, kind), [])
    body, cut = b"".join(records), 0
    if len(body) + len(asked) + 12 > room:
        records, body, cut = [], b"", 0x0200
    return question[:2] + struct.pack(">HHHHH", 0x8180 | cut | (0 if known else 3), 1, len(records), 0, 0) + asked + body


@contextlib.contextmanager
def name_server():
    """A DNS server of RECORDS; its port, the same for UDP and TCP. The first datagram is lost."""
    lost = []

    class Datagrams(socketserver.BaseRequestHandler):
        """By UDP."""
        def handle(self):
            if lost:
                self.request[1].sendto(b"\0\0nonsense", self.client_address)
                self.request[1].sendto(_dns_answer(self.request[0], 512), self.client_address)
            lost.append(True)

    class Streams(socketserver.StreamRequestHandler):
        """By TCP."""
        def handle(self):
            answer = _dns_answer(self.rfile.read(struct.unpack(">H", self.rfile.read(2))[0]), 65535)
            self.wfile.write(struct.pack(">H", len(answer)) + answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Streams) as tcp, \
            socketserver.ThreadingUDPServer(("127.0.0.1", tcp.server_address[1]), Datagrams) as udp:
        for server in (tcp, udp):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield tcp.server_address[1]
        finally:
            tcp.shutdown()
            udp.shutdown()


def local_source(name):
    """The text of a program beside this file."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "rb") as file:
        return file.read()


def start_httpd(guest, *options, port=80):
    """httpd of the guest in the background, listening; its process number."""
    command = f"/sbin/httpd -p {port} {' '.join(options)} /www </dev/null >/dev/null 2>&1 & echo $!; " \
              f"until /sbin/nc -z 127.0.0.1 {port} >/dev/null 2>&1; do sleep 0.02; done"
    result = guest.run(["/bin/sh", "-c", command], timeout=60)
    assert result.status == 0, result.stderr
    return int(result.stdout)


def load_row():
    """http_load as a member of the archive."""
    return pax.Row("bin/http_load", data=build_source(local_source("http_load.c"), "musl-gcc", "-static", "-O2", "-x", "c"), mode=0o755)
