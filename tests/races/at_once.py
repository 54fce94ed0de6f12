"""Several people press at the same moment; PostgreSQL, where each has a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from core.lifecycle import Refused


def all_at_once(*presses: Callable[[], Any]) -> list[Any]:
    """Press each in a thread and on a connection of its own; give back, in the same order, answers or refusals."""
    barrier = Barrier(len(presses))

    def press(action: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return action()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))
