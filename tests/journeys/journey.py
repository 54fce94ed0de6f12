"""One journey: whose turn it is, what time it is, and what was learnt on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from core.dates import LONDON
from tests.journeys.visitor import Person, Visitor


def london(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment on London's clocks."""
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@dataclass
class Journey:
    """What the steps share. Addresses and references are read off pages and letters, never out of the database."""

    enter: Callable[[Person], Visitor]
    clock: Any
    folder: Path
    has_scripts: bool
    call: str = ""  # the call's public address
    application: str = ""  # the application's address: of the draft first, then with its reference
    reference: str = ""
    address_in_admin: str = ""  # of the application
    decision: str = ""  # its address in the admin
    grant: str = ""  # its address
    placement: str = ""  # its address
    here: dict[str, Visitor] = field(default_factory=dict)

    def at(self, *moment: int) -> None:
        """Move the clock forward to this moment in London."""
        self.clock.move_to(london(*moment))

    def by(self, person: Person) -> Visitor:
        """Return this person, at their own browser."""
        if person.email not in self.here:
            self.here[person.email] = self.enter(person)
        return self.here[person.email]

    def paper(self, name: str, title: str) -> Path:
        """Return a real PDF of one page in a folder of the journey's own."""
        import pikepdf

        pdf = pikepdf.new()
        pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Title"] = title
        pdf.save(self.folder / name, deterministic_id=True)
        return self.folder / name
