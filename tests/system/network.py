"""What the tests of the network share: servers on this machine that guests reach as 10.0.2.2, and free ports."""

import contextlib
import hashlib
import http.server
import os
import re
import socket
import threading

HOST = "10.0.2.2"  # this machine, as QEMU's user networking shows it


def pattern(size):
    """SIZE bytes in which every position shows."""
    block = b"".join(hashlib.sha256(n.to_bytes(4, "little")).digest() for n in range(8192))
    return (block * (size // len(block) + 1))[:size]


def free_port(kind=socket.SOCK_STREAM):
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers as servers do, and as they should not."""
    protocol_version = "HTTP/1.1"
    data = b""

    def log_message(self, *_):  # pylint: disable=arguments-differ
        """Silence."""

    def _send(self, status, body, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(headers.get("length", len(body))))
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

    def do_GET(self):  # pylint: disable=invalid-name
        """By path."""
        path = self.path.split("?")[0]
        if path == "/big":
            self._send_data()
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
        else:
            self._send(404, b"no such page")


class Server(http.server.ThreadingHTTPServer):
    """Many connections at once."""
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_):
        """A guest that goes away is no news."""


@contextlib.contextmanager
def pages(data):
    """A server of Pages with DATA as /big; gives its port."""
    handler = type("Handler", (Pages,), {"data": data})
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
