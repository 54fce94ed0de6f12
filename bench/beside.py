"""Two databases of the bench side by side: `python -m bench.beside FIRST SECOND [--times 20]`, each a DATABASE_URL.

Both have been filled by `python -m bench --size N`: two sizes tell how flat a page is, two engines how they compare. A
server for each, and every page is asked of both in turn.
"""

import argparse
import os
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context

from bench.machine import OK, ask, ended, free_port, load_average, refuse_elsewhere, serve, wait_for

WARMING = 2


@dataclass
class Side:
    """A server on one of the databases, and who asks it for what."""

    port: int
    rows: dict[str, tuple[str, str]]  # the cookie of who asks, and the address, by the page's name

    def milliseconds(self, name: str) -> float:
        cookie, address = self.rows[name]
        status, took, _ = ask(self.port, address, cookie)
        if status != OK:
            sys.exit(f"{address} answered {status}.")
        return took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.beside", description=__doc__)
    parser.add_argument("databases", nargs=2, metavar="DATABASE_URL")
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        first, second = (served(stack, url, folder) for url in asked.databases)
        names = [name for name in first.rows if name in second.rows]
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
        for turn in range(asked.times + WARMING):
            for name in names:
                pair = (first.milliseconds(name), second.milliseconds(name))
                if turn >= WARMING:
                    took[name].append(pair)
        print(f"{asked.times} requests each, in turn; {load_average()}; medians in ms")
        print(f"{'page':<44}{'first':>9}{'second':>9}{'ratio':>8}")
        for name in names:
            one, other = (statistics.median(values) for values in zip(*took[name], strict=True))
            print(f"{name:<44}{one:>9.1f}{other:>9.1f}{other / one:>8.2f}")


def served(stack: ExitStack, url: str, folder: str) -> Side:
    """Serve a database until the stack ends; its sessions are made in a process that knows no other."""
    refuse_elsewhere(url)
    port = free_port()
    os.environ |= {"DATABASE_URL": url, "SITE_URL": f"http://127.0.0.1:{port}", "DJANGO_DEBUG": "0"}
    os.environ |= {"REDIS_URL": "memory://", "MEDIA_ROOT": folder}
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        rows = pool.submit(asked_for).result()
    stack.enter_context(ended(serve(port)))
    wait_for(port)
    return Side(port, rows)


def asked_for() -> dict[str, tuple[str, str]]:
    from bench.pages import call_page, pages, sessions

    cookies = sessions()
    return {row.name: (cookies[row.who], row.address) for row in (*pages(), call_page()) if row.typed is None}


if __name__ == "__main__":
    main()
