"""Eight people write at once: `python -m bench.writers [--writers 8] [--seconds 10]`, on a new SQLite file.

Each has a draft of their own, and opens and saves its section about experience, each time with other words, as often as
the server answers. Ends with 1 when a save was not kept: on SQLite that would be “database is locked”.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bench.crowd import OK, ONWARD, Browser
from bench.machine import ended, free_port, load_average, manage, serve, wait_for


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.writers", description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "SITE_URL": f"http://127.0.0.1:{port}"}
        os.environ |= {"REDIS_URL": "memory://", "MEDIA_ROOT": folder, "DJANGO_DEBUG": "0"}
        manage("migrate", "--verbosity", "0")
        manage("demo")
        from bench import drafts
        from bench.pages import session_of

        people = []
        for lead, draft in drafts.ready(asked.writers):
            name, _, value = session_of(lead).partition("=")
            people.append((Browser(port, {name: value}), *drafts.written(draft, "experience", by=lead)))

        def write(person: tuple[Browser, str, dict[str, str]]) -> int:
            browser, address, typed = person
            until, saved = time.monotonic() + asked.seconds, 0
            while time.monotonic() < until:
                saved += 1
                words = {name: f"Save {saved}." for name in typed if name.startswith("question_")}
                shown = browser.get("page", address)
                browser.post("save", address, typed | words | shown.hidden())
            return saved

        with ended(serve(port, "cii.wsgi", "--threads", "4")), ThreadPoolExecutor(asked.writers) as pool:
            wait_for(port)
            saves = sum(pool.map(write, people))
        statuses = Counter(status for browser, *_ in people for status in browser.statuses)
        took = sorted(value for browser, *_ in people for value in browser.took["save"])
        print(
            f"{asked.writers} writers, {asked.seconds:.0f} s, {load_average()}: {saves} saves, answers {dict(statuses)}"
        )
        print(f"a save: median {statistics.median(took):.0f} ms, the longest {took[-1]:.0f} ms")
        sys.exit(statuses != {OK: saves, ONWARD: saves} or any(browser.broken for browser, *_ in people))


if __name__ == "__main__":
    main()
