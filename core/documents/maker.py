"""Wake whoever makes documents: the Celery worker's tick, a child process, or (in tests) this process."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

ASK_AGAIN_AFTER = 0.05  # seconds
LOCK = "make_documents.lock"

_children: list[subprocess.Popen[bytes]] = []  # so that those that have ended are reaped


def wake(*, is_awaited: bool = False) -> None:
    """See to it that what was just requested is made after the commit, by settings.DOCUMENT_MAKER.

    "worker": its next tick does it, and nothing happens here. "child": a process of its own, at most one at a time;
    not for what somebody waits for (`is_awaited`), which `making.make_for_reader` makes. "here": this process, which
    only tests do. "nobody": whoever runs `manage.py send_due`.
    """
    if settings.DOCUMENT_MAKER == "child" and not is_awaited:
        transaction.on_commit(start_child, robust=True)
    elif settings.DOCUMENT_MAKER == "here":
        transaction.on_commit(_make_here, robust=True)


def start_child() -> None:
    """Start `manage.py make_documents` unless one runs, which looks again for documents before it ends."""
    _children[:] = [child for child in _children if child.poll() is None]
    # The child is handed the lock, so that none is started beside it in the seconds in which Django loads.
    with Path(settings.VAR, LOCK).open("w") as lock:
        if not _lock(lock):
            return
        held = str(lock.fileno())
        command = [sys.executable, str(Path(settings.BASE_DIR, "manage.py")), "make_documents", "--lock", held]
        nothing = subprocess.DEVNULL  # what it says does not mix with the output of a command that waits for nothing
        streams: dict[str, Any] = {"stdin": nothing, "stdout": nothing, "pass_fds": [lock.fileno()]}
        _children.append(subprocess.Popen(command, start_new_session=True, **streams))  # noqa: S603


@contextmanager
def alone(patience: float = 0, lock: int | None = None) -> Iterator[bool]:
    """Yield whether this is the only process of this machine in here; it stays so until the block ends.

    Others are waited for, for `patience` seconds. `lock` is the open file, already locked, that a parent handed on.
    """
    until = time.monotonic() + patience
    with open(Path(settings.VAR, LOCK) if lock is None else lock, "w") as file:  # noqa: PTH123 - a number too
        while not (is_alone := _lock(file)) and time.monotonic() < until:
            time.sleep(ASK_AGAIN_AFTER)
        yield is_alone


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_here() -> None:
    from core.documents import making

    making.make_due(timezone.now())
