"""The last five minutes: `python -m bench.deadline [--applicants 300] [--last 100] [--minutes 5] [--megabytes 5]`.

A database of its own in the PostgreSQL that BENCH_POSTGRES names (postgres://postgres@127.0.0.1:5432/postgres), an
empty Redis at BENCH_REDIS (redis://127.0.0.1:6379/9), gunicorn with two workers of four threads, a Celery worker and
its clock, all on this machine as in a service. So many applicants come in the last minutes, the last hundred of them in
the last ten seconds; each uploads a CV, the proposed secondee confirms, the lead checks and submits. Ends with 1 when
anything was lost, doubled, or answered by a server error.
"""

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bench.crowd import SERVER_ERROR, noise
from bench.machine import HERE, ended, free_port, load_average, manage, most_memory, refuse_elsewhere, serve, wait_for

if TYPE_CHECKING:
    from bench.crowd import Applicant

POSTGRES, REDIS = "postgres://postgres@127.0.0.1:5432/postgres", "redis://127.0.0.1:6379/9"
LAST_SECONDS = 10
LONGEST_DRAIN = 900  # seconds
STEPS = ("sign-in", "documents page", "upload", "secondee's page", "confirmation", "check page", "submit", "receipt")


def main() -> None:
    asked = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        stack.enter_context(surroundings(folder, port))
        begun = time.monotonic()
        print(f"Preparing {asked.applicants} drafts … ", end="", flush=True)
        manage("migrate", "--verbosity", "0")
        manage("demo")
        from bench import drafts

        picture = noise(asked.megabytes)
        crowd = drafts.prepare(asked.applicants, port=port, megabytes=asked.megabytes, picture=picture)
        print(f"{time.monotonic() - begun:.0f} s. {load_average()}")
        web = stack.enter_context(ended(serve(port, "cii.wsgi", "--threads", "4")))
        for role in (["worker", "--concurrency", "2"], ["beat", "--schedule", str(folder / "beat")]):
            celery = [sys.executable, "-m", "celery", "-A", "cii.celery", *role, "--loglevel", "ERROR"]
            command = ["nice", "-n", "10", *celery]
            stack.enter_context(ended(subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL)))
        wait_for(port)
        drain()
        rush(crowd, asked)
        after = load_average()
        drained = drain()
        memory = most_memory(web.pid)
        problems = drafts.wrong_with(crowd)
        report(crowd, asked, problems, told=f"{after}; web processes at most {memory:.0f} MB each")
        print(f"all letters were out {drained:.0f} s after the last receipt; {mails(folder)} mails written")
    sys.exit(1 if problems else 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.deadline", description=__doc__)
    parser.add_argument("--applicants", type=int, default=300)
    parser.add_argument("--last", type=int, default=100, help="of them in the last ten seconds")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--megabytes", type=int, default=5, choices=range(1, 10), metavar="1-9")
    return parser.parse_args()


@contextmanager
def surroundings(folder: Path, port: int) -> Iterator[None]:
    """A database, a Redis and folders of the bench's own, named in the environment; all taken away again."""
    import psycopg
    import redis

    server = os.environ.get("BENCH_POSTGRES", POSTGRES)
    broker = os.environ.get("BENCH_REDIS", REDIS)
    refuse_elsewhere(server)
    queue = redis.Redis.from_url(broker)
    if queue.dbsize():
        sys.exit(f"{broker} is not empty: name one that nobody uses as BENCH_REDIS.")
    name = f"cii_deadline_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload] # the name is made above
        os.environ |= {
            "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
            "REDIS_URL": broker,
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "MEDIA_ROOT": str(folder / "media"),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DJANGO_DEBUG": "0",
            "LOG_LEVEL": "ERROR",
        }
        (folder / "mail").mkdir()
        try:
            yield
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
            queue.flushdb()


def rush(crowd: list["Applicant"], asked: argparse.Namespace) -> None:
    """Let everybody come at a moment of their own, the last of them in the last ten seconds."""
    from django.utils import timezone

    from bench import drafts

    chance = random.Random(1)
    window = asked.minutes * 60
    early = len(crowd) - asked.last
    moments = sorted(chance.uniform(0, window - LAST_SECONDS) for _ in range(early))
    moments += sorted(chance.uniform(window - LAST_SECONDS, window) for _ in range(asked.last))
    drafts.closes(timezone.now() + timedelta(seconds=window))
    print(f"The call closes in {window:.0f} s.", flush=True)
    begun = time.monotonic()
    coming = []
    for moment, applicant in zip(moments, crowd, strict=True):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        coming.append(Thread(target=applicant.apply))
        coming[-1].start()
    for thread in coming:
        thread.join()
    print(f"The last receipt came {time.monotonic() - begun - window:+.1f} s from the close.", flush=True)


def drain() -> float:
    """Wait until every letter is out; return how long that took."""
    from bench import drafts

    begun = time.monotonic()
    while drafts.letters_waiting():
        if time.monotonic() - begun > LONGEST_DRAIN:
            sys.exit(f"{drafts.letters_waiting()} letters are still waiting.")
        time.sleep(1)
    return time.monotonic() - begun


def report(crowd: list["Applicant"], asked: argparse.Namespace, problems: list[str], *, told: str) -> None:
    browsers = [browser for one in crowd for browser in (one.lead, one.secondee)]
    statuses = [status for browser in browsers for status in browser.statuses]
    errors = sum(status >= SERVER_ERROR for status in statuses)
    if errors:
        problems.append(f"{errors} answers were server errors")
    broken = sum(browser.broken for browser in browsers)
    print(f"{told}; milliseconds at the client:")
    print(f"{'step':<28}{'times':>7}{'median':>9}{'95th':>9}{'99th':>9}{'most':>9}")
    for label, people in (("", crowd), (f", last {LAST_SECONDS} s", crowd[-asked.last :] if asked.last else [])):
        for step in STEPS if not label else ("upload", "submit"):
            took = sorted(value for one in people for by in (one.lead, one.secondee) for value in by.took.get(step, []))
            if took:
                figures = "".join(f"{value:>9.0f}" for value in (*(at(took, part) for part in (50, 95, 99)), took[-1]))
                print(f"{step + label:<28}{len(took):>7}{figures}")
    given = {one.reference for one in crowd if one.reference}
    print(
        f"{len(crowd)} applicants, {len(given)} different references, {len(statuses)} answers, {errors} server errors,"
        f" {broken} broken lines"
    )
    for problem in problems[:20]:
        print(f"WRONG: {problem}")
    print("Something was lost or doubled." if problems else "None lost, none doubled, no server error.")


def at(values: list[float], percent: int) -> float:
    return values[max(0, math.ceil(len(values) * percent / 100) - 1)]


def mails(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\nMessage-ID:") for path in (folder / "mail").iterdir())


if __name__ == "__main__":
    main()
