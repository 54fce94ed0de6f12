"""Every action with the permission it asks: what is run as each member of the cast, in test_every_action.

One module for each app, with `ACTS` and `WITHOUT_CHECK`; list it in `APPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Act:
    """One action on one thing of the cast, in a state in which those whom the policy names may really take it.

    `run(thing, by, cast)` calls the action; `thing` is read anew each time, and everything is rolled back.
    """

    permission: str
    noun: str
    state: str
    run: Callable[[Any, Any, Any], object]

    def __str__(self) -> str:
        return f"{self.permission} on {self.noun} {self.state}"
