"""The host's end of the rows that go through the network card: a TCP server on a port of 127.0.0.1, one thread a connection.

The first byte says what the guest wants: C close, E echo, S send without end, D swallow and answer a byte for each ROUND bytes, G
an HTTP request that is answered with 1 KiB. A server lasts from start() to close().
"""

import contextlib
import socket
import threading

ROUND = 4096 * 1024
BODY = b"x" * 1024
RESPONSE = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def _echo(peer):
    while data := peer.recv(65536):
        peer.sendall(data)


def _send(peer):
    data = bytes(65536)
    while True:
        peer.sendall(data)


def _swallow(peer):
    left = ROUND
    while data := peer.recv(65536):
        left -= len(data)
        while left <= 0:
            peer.sendall(b"x")
            left += ROUND


def _http(peer):
    request = b"G"
    while b"\r\n\r\n" not in request:
        data = peer.recv(4096)
        if not data:
            return
        request += data
    peer.sendall(RESPONSE)


WORK = {b"C": lambda peer: None, b"E": _echo, b"S": _send, b"D": _swallow, b"G": _http}


def _serve(peer):
    with peer, contextlib.suppress(OSError):
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        WORK.get(peer.recv(1), WORK[b"C"])(peer)


class Server:
    """Listens on a port that the system picks: self.port."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def start(self):
        """Serve from now on; returns itself."""
        self.thread.start()
        return self

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=_serve, args=(peer,), daemon=True).start()

    def close(self):
        """Accept no more; connections end with their guests."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
