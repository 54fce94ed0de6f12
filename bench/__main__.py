"""Measure the pages: `python -m bench [--size 2000] [--times 30]`, on DATABASE_URL if it is given.

It loads `demo --scale` into the database (a new SQLite file unless DATABASE_URL names one of the bench's own), starts
gunicorn with two workers on this machine, signs in as the demonstration's people, and asks for each page some times.
"""

import argparse
import os
import statistics
import sys
import tempfile

from bench.machine import OK, ONWARD, ask, ended, free_port, load, load_average, refuse_elsewhere, serve, wait_for

MOST_TIMES, WARMING = 200, 2


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3"
        refuse_elsewhere(url)
        port = free_port()
        os.environ |= {"DATABASE_URL": url, "SITE_URL": f"http://127.0.0.1:{port}", "DJANGO_DEBUG": "0"}
        os.environ |= {"REDIS_URL": "memory://", "MEDIA_ROOT": folder}  # letters wait for a worker, as in a service
        load(asked.size)
        with ended(serve(port)):
            wait_for(port)
            measure(port, asked)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", type=int, default=2000, help="synthetic organisations, each with an application")
    parser.add_argument("--times", type=int, default=30, choices=range(5, MOST_TIMES + 1), metavar="5-200")
    return parser.parse_args()


def measure(port: int, asked: argparse.Namespace) -> None:
    """Ask for every page in turn, round after round, so that a busy moment falls on all of them alike."""
    from bench.pages import applying_pages, pages, sessions

    cookies, rows = sessions(), pages()
    more, own = applying_pages(asked.times + WARMING + 1)
    cookies |= own
    rows += more
    took: dict[str, list[float]] = {row.name: [] for row in rows}
    sizes: dict[str, int] = {}
    for turn in range(asked.times + WARMING):  # the first two warm the workers
        for row in rows:
            who, address = row.at(turn)
            status, milliseconds, size = ask(port, address, cookies[who], row.typed)
            if status != (OK if row.typed is None else ONWARD):
                sys.exit(f"{address} answered {status} to {who}.")
            sizes[row.name] = size
            if turn >= WARMING:
                took[row.name].append(milliseconds)
    print(f"{asked.size} applications, {asked.times} requests each, one at a time; {load_average()}; medians in ms")
    print(f"{'page':<44}{'ms':>8}{'beside':>10}{'ratio':>8}{'reach':>8}{'kB':>7}")
    medians = {name: statistics.median(values) for name, values in took.items()}
    for row in rows:
        beside = medians[row.beside] if row.beside else None
        ratio = f"{medians[row.name] / beside:>8.2f}" if beside else " " * 8
        told = f"{beside:>10.1f}" if beside else " " * 10
        reach = f"{row.reach:>8.2f}" if row.reach else " " * 8
        print(f"{row.name:<44}{medians[row.name]:>8.1f}{told}{ratio}{reach}{sizes[row.name] / 1000:>7.0f}")


if __name__ == "__main__":
    main()
