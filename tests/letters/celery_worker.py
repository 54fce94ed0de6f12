"""A real Celery worker on a Redis of this machine, working on the database of the test that starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from celery import Celery
from django.conf import settings as project
from django.db import connection

# Each process of a parallel run has a broker of its own: one empties what another has queued otherwise.
BROKER = f"redis://127.0.0.1:6379/{5 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]) % 8}"


def environment(**extra: str) -> dict[str, str]:
    """Return what a process needs in order to work on this test's database."""
    here = connection.settings_dict
    login = f"{here['USER']}:{here['PASSWORD']}" if here["PASSWORD"] else here["USER"]
    database = f"postgres://{login}@{here['HOST']}:{here['PORT'] or 5432}/{here['NAME']}"
    return os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cii.settings"} | extra


@contextmanager
def worker(folder: Path, *arguments: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real worker in a process group of its own; whatever happens, nothing of it is left."""
    command = [sys.executable, "-m", "celery", "-A", "cii.celery", "worker", "--concurrency=1", *arguments]
    with (folder / f"worker-{time.monotonic_ns()}.log").open("w") as log:
        process = subprocess.Popen(
            command,
            env=environment(REDIS_URL=BROKER, **extra),
            cwd=project.BASE_DIR,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ask_for(task: str) -> None:
    """Send what the clock's tick sends."""
    with Celery(broker=BROKER).connection_for_write() as there:
        Celery(broker=BROKER).send_task(task, connection=there)


def wait_until(said: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
