"""Client of a ClamAV daemon at settings.CLAMD_URL: the INSTREAM command, within a bounded time.

The maintained clients on PyPI bound each read and write but not the whole conversation.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import File

CONNECT_WITHIN = 1.0  # seconds
ANSWER_WITHIN = 20.0  # seconds for sending and scanning together; the largest file we take needs far less
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerAwayError(Exception):
    """The scanner cannot be reached, hangs up, or does not answer in time: no file's fault."""


class NotScannedError(Exception):
    """The scanner answered, but not with a verdict on this file."""


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def threat_in(file: IO[bytes] | File[bytes]) -> str:
    """The name of the virus in the file, read from its current position; empty when it is clean.

    Raises ScannerAwayError or NotScannedError within CONNECT_WITHIN and ANSWER_WITHIN.
    """
    until = time.monotonic() + ANSWER_WITHIN
    with _conversation() as line:
        line.sendall(b"zINSTREAM\0")
        try:
            while chunk := file.read(CHUNK):
                _hurry(line, until)
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has said all it wants to say already (“size limit exceeded”): read that
        return _verdict(_answer(line, until))


def ping() -> None:
    """Raise ScannerAwayError unless the scanner answers."""
    with _conversation() as line:
        line.settimeout(CONNECT_WITHIN)
        line.sendall(b"zPING\0")
        if (said := _answer(line, time.monotonic() + CONNECT_WITHIN)) != "PONG":
            raise NotScannedError(said[:200])


@contextmanager
def _conversation() -> Iterator[socket.socket]:
    try:
        with _connect() as line:
            yield line
    except OSError as problem:
        raise ScannerAwayError(f"{type(problem).__name__}: {problem}") from problem


def _connect() -> socket.socket:
    place = urlsplit(settings.CLAMD_URL)
    if place.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(CONNECT_WITHIN)
            line.connect(place.path)
        except OSError:
            line.close()
            raise
        return line
    if place.scheme == "tcp" and place.hostname and place.port:
        return socket.create_connection((place.hostname, place.port), timeout=CONNECT_WITHIN)
    raise ScannerAwayError("CLAMD_URL is neither tcp://host:port nor unix:///path.")


def _hurry(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("The scanner takes too long.")
    line.settimeout(left)


def _answer(line: socket.socket, until: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        _hurry(line, until)
        more: Any = line.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    if not said:
        raise ConnectionError("The scanner hung up without an answer.")
    return said.rstrip(b"\0\n").decode(errors="replace")


def _verdict(said: str) -> str:
    if said == "stream: OK":
        return ""
    if found := re.fullmatch(r"stream: (.+) FOUND", said):
        return found[1][:100]
    raise NotScannedError(said[:200])
