"""Scanners for tests: a real ClamAV daemon with one invented signature, and daemons that misbehave."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Not a virus: words that nothing else holds, and the signature of the test's own that finds them.
INFECTION = b"The heron of Barking carries an invented infection, number 4711."
SIGNATURE = f"Invented.Test.Heron:0:*:{INFECTION.hex()}\n"
DAEMON = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
STARTS_WITHIN = 60


class Clamd:
    """A daemon of the test's own: its own settings, socket and signatures, and nothing fetched."""

    def __init__(self, folder: Path, port: int) -> None:
        """Write what it wants, and start it."""
        self.socket, self.port = folder / "clamd.ctl", port
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "invented.ndb").write_text(SIGNATURE)
        settings = folder / "clamd.conf"
        settings.write_text(
            f"Foreground yes\nDatabaseDirectory {signatures}\nLocalSocket {self.socket}\nTCPSocket {port}\n"
            f"TCPAddr 127.0.0.1\nTemporaryDirectory {folder}\nLogFile {folder / 'clamd.log'}\nMaxThreads 2\n"
            "SelfCheck 0\nConcurrentDatabaseReload no\n"
        )
        self.process = subprocess.Popen(
            [str(DAEMON), "--config-file", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.process.poll() is None, (folder / "clamd.log").read_text()
            assert time.monotonic() < end, "clamd did not start in time"
            time.sleep(0.1)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self.socket}"

    def answers(self) -> bool:
        """Tell whether it says PONG."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.socket))
            line.sendall(b"zPING\0")
            return line.recv(10) == b"PONG\0"
        return False

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextmanager
def misbehaving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A daemon that takes a connection and does with it what it is told to; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    with suppress(OSError), line:
                        answer(line)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
