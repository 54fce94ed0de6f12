"""This machine: a free port, gunicorn as a service runs it, and no other machine's database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

HERE = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
OK, ONWARD = 200, 302
FORM = "application/x-www-form-urlencoded"
TOKEN = "t" * 32  # a browser that sends the same token as cookie and header has read our pages


def refuse_elsewhere(url: str) -> None:
    """End here unless the database is a file, or a server that the address itself says is on this machine."""
    parts = urlsplit(url)
    is_file = parts.scheme == "sqlite" and not parts.hostname
    if not is_file and (parts.hostname not in LOOPBACK or "host" in parts.query):
        sys.exit("The bench measures this machine only: DATABASE_URL must name 127.0.0.1, or an SQLite file.")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def manage(*command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=HERE, check=True, stdout=subprocess.DEVNULL)


def load(size: int) -> None:
    """Bring the database to its size, and let PostgreSQL look it over, as it does by itself within a minute."""
    manage("migrate", "--verbosity", "0")
    manage("demo", "--scale", str(size))
    manage("shell", "-c", "from django.db import connection; connection.cursor().execute('ANALYZE')")


def load_average() -> str:
    """How busy the machine is: the averages of one, five and fifteen minutes."""
    return "load " + " ".join(f"{value:.2f}" for value in os.getloadavg())


def serve(port: int, application: str = "bench.served", *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return subprocess.Popen([*command, *more, "--log-level", "error"], cwd=HERE)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            if ask(port, "/healthz", "")[0] == OK:
                return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit("gunicorn does not answer.")


def most_memory(pid: int) -> float:
    """The most that a web process has held, in megabytes; 0 where the machine does not tell."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        statuses = [Path(f"/proc/{child}/status").read_text() for child in children]
    except OSError:
        return 0
    lines: list[Any] = [line.split() for text in statuses for line in text.splitlines() if line.startswith("VmHWM")]
    return max((int(line[1]) / 1024 for line in lines), default=0)


def ask(port: int, address: str, session: str, typed: dict[str, str] | None = None) -> tuple[int, float, int]:
    """One request, a POST if something was typed: its status, milliseconds to the last byte, and bytes."""
    headers = {"Cookie": session}
    if typed is not None:
        headers = {"Cookie": f"{session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": FORM}
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    connection.request("GET" if typed is None else "POST", address, urlencode(typed or {}) or None, headers)
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    return response.status, took, len(body)
