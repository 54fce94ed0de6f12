"""A server that accepts connections and never answers, and a line to a real one that falls silent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread


class Line:
    """Passes bytes on to a server until `silence()`; after that it accepts and passes on nothing."""

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self.server = server
        self.is_silent = Event()
        if server is None:
            self.is_silent.set()
        self.ends: list[socket.socket] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        Thread(target=self.listen, daemon=True).start()

    def silence(self) -> None:
        self.is_silent.set()

    def heal(self) -> None:
        """Pass on again what comes over new connections."""
        self.is_silent.clear()

    def listen(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            self.ends.append(client)
            if self.server is not None and not self.is_silent.is_set():
                server = socket.create_connection(self.server)
                self.ends.append(server)
                for source, target in ((client, server), (server, client)):
                    Thread(target=self.carry, args=(source, target), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                if self.is_silent.is_set():
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for end in self.ends:
            end.close()


@contextmanager
def line(server: tuple[str, int] | None = None) -> Iterator[Line]:
    found = Line(server)
    try:
        yield found
    finally:
        found.close()
