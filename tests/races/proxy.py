"""A small proxy that cuts the line: the request goes through and is answered, and the answer never arrives."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

RESET_AT_ONCE = struct.pack("ii", 1, 0)  # closing sends a reset instead of waiting for what is still to be sent


class CuttingProxy:
    """Passes bytes on between whoever connects and one server."""

    def __init__(self, site: str) -> None:
        """Listen on a free port of this machine, in front of this site."""
        parts = urlsplit(site)
        self.server = (parts.hostname or "localhost", parts.port or 80)
        self.cut_before_answer_to = b""
        self.answers_kept_back: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.site = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.listener = Thread(target=self.listen, daemon=True)
        self.listener.start()

    def cut(self, beginning: str) -> None:
        """Cut the line once, before the first byte of the answer to the next request that begins so."""
        self.cut_before_answer_to = beginning.encode()

    def listen(self) -> None:
        """Take connections until the proxy is closed."""
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            Thread(target=self.carry, args=[client], daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        """Carry one connection: requests as they come, each answer to its end."""
        with client, socket.create_connection(self.server) as server:
            for request, answer in conversation(client, server):
                if self.cut_before_answer_to and request.startswith(self.cut_before_answer_to):
                    self.cut_before_answer_to = b""
                    self.answers_kept_back.append(answer)  # the server has answered: whatever it did is done
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
                    return
                client.sendall(answer)

    def close(self) -> None:
        """Take no more connections."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.listener.join(5)


def conversation(client: socket.socket, server: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Yield each request with its whole answer, until one side closes."""
    while request := message(client):
        server.sendall(request)
        answer = message(server)
        if not answer:
            return
        yield request, answer


def message(side: socket.socket) -> bytes:
    """Read one HTTP message: its head, and as many bytes of body as the head says (to the close if it does not)."""
    held = b""
    while b"\r\n\r\n" not in held:
        try:
            more = side.recv(65_536)
        except OSError:
            return b""
        if not more:
            return held
        held += more
    head, _, body = held.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    is_request = not held.startswith(b"HTTP/")
    has_no_body = is_request or head.split()[1] in {b"204", b"304"}
    length = int(lines.get(b"content-length", b"0" if has_no_body else b"-1"))
    while length < 0 or len(body) < length:
        more = side.recv(65_536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def cutting(site: str) -> Iterator[CuttingProxy]:
    """Put a proxy in front of this site for a while."""
    proxy = CuttingProxy(site)
    try:
        yield proxy
    finally:
        proxy.close()
