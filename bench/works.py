"""What is not one page: `python -m bench.works [--size 2000] [--times 10]`, on DATABASE_URL if it is given.

The way of an applicant from the call's page to the receipt with a CV of 1 MB, the export's rate and memory, starting,
the sweep of reminders when nothing is due, one PDF. Each beside what it should reach (docs/bench.md).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from http.client import HTTPConnection

from bench.machine import (
    HERE,
    TOKEN,
    ask,
    ended,
    free_port,
    load,
    load_average,
    most_memory,
    refuse_elsewhere,
    serve,
    wait_for,
)

THOUSAND = 1000
PIECE = 65_536


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.works", description=__doc__)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3"
        refuse_elsewhere(url)
        port = free_port()
        os.environ |= {"DATABASE_URL": url, "SITE_URL": f"http://127.0.0.1:{port}", "DJANGO_DEBUG": "0"}
        os.environ |= {"REDIS_URL": "memory://", "MEDIA_ROOT": folder}
        load(asked.size)
        print(f"{asked.size} applications; {load_average()}")
        tell("`check`", least(check, 3), "ms", 2000)
        server = stack.enter_context(ended(serve(port)))
        wait_for(port)
        tell("first page of a new worker", ask(port, "/", "")[1], "ms", 600)
        applying(port, asked.times)
        exporting(port, server.pid)
        in_this_process()
        tell("a web process at the most", most_memory(server.pid), "MB", 130)


def tell(name: str, figure: float, unit: str, reach: float, *, at_least: bool = False) -> None:
    print(f"{name:<48}{figure:>10,.1f} {unit:<7} {'at least' if at_least else 'at most'} {reach:,g}", flush=True)


def least(work: Callable[[], object], times: int) -> float:
    """The shortest of several times, in milliseconds: what the machine's other work adds is not the point."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * THOUSAND)
    return min(took)


def check() -> None:
    subprocess.run([sys.executable, "manage.py", "check"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)


def applying(port: int, times: int) -> None:
    """Go from the call's page to the receipt, beside a bare page and a bare form that keeps the same CV."""
    from bench import crowd, drafts

    ways, floors = [], []
    steps: dict[str, list[float]] = {}
    call = drafts.the_call().get_absolute_url()
    for one in drafts.prepare(times, port=port, megabytes=1, picture=crowd.noise(1)):
        bare = replace(one, lead=crowd.Browser(port, one.lead.cookies | {"csrftoken": TOKEN}))
        bare.lead.get("page", call.replace("/calls/", "/bench/call/"))
        bare.upload(f"/bench/apply/{one.draft}/", TOKEN)
        floors.append(sum(sum(took) for took in bare.lead.took.values()))
        way = replace(one, signs_in=False, clicks=1)
        way.lead.get("call", call)
        way.lead.get("task list", f"/applications/{one.draft}/")
        way.walk()
        ways.append(sum(sum(took) for took in way.lead.took.values()))
        for step, took in way.lead.took.items():
            steps.setdefault(step, []).extend(took)
    floor = statistics.median(floors)
    print(f"{'a bare page, and a bare form with 1 MB':<48}{floor:>10,.1f} ms")
    tell("call's page, tasks, CV, check, submit, receipt", statistics.median(ways), "ms", round(8 * floor))
    print("  " + ", ".join(f"{step} {statistics.median(took):.0f}" for step, took in steps.items()))


def exporting(port: int, pid: int) -> None:
    """Take the placements with all their columns, and see what the web process held before and after."""
    from bench.pages import sessions

    cookie, before = sessions()["learning"], most_memory(pid)
    firsts, rates = [], []
    for _ in range(5):
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        begun = time.perf_counter()
        connection.request("GET", "/learning/exports/placements.csv", None, {"Cookie": cookie})
        response = connection.getresponse()
        rows = response.read(1).count(b"\n")
        firsts.append((time.perf_counter() - begun) * THOUSAND)
        while piece := response.read(PIECE):
            rows += piece.count(b"\n")
        rates.append(rows / (time.perf_counter() - begun))
        connection.close()
    tell("first byte of the placements' CSV", min(firsts), "ms", 100)
    tell(f"its rate, all columns, {rows - 1} rows", max(rates), "rows/s", 10_000, at_least=True)
    tell("what a web process grew by in it", most_memory(pid) - before, "MB", 60)


def in_this_process() -> None:
    """The sweep when nothing is due any more, and one PDF when the fonts are read."""
    from django.utils import timezone

    from core import pdf
    from core.letters import reminders
    from grants import documents
    from grants.models import Grant

    now = timezone.now()
    reminders.post_due(now)
    tell("sweep of reminders, nothing due", least(lambda: reminders.post_due(now), 5), "ms", 50)
    grant = Grant.objects.filter(status="active", post__isnull=False).earliest("pk")
    html = documents.agreement_html(grant, prepared_at=now)
    pdf.write(html)
    tell("one funding agreement as a PDF, warm", least(lambda: pdf.write(html), 5), "ms", 150)


if __name__ == "__main__":
    main()
