"""Synthetic rows for measuring: organisations with one application each, in programmes of forty."""

from datetime import datetime

from applications.models import Application
from bench.generator.applications import apply
from bench.generator.rounds import AT_WORK, DONE, FORTY, NAME, Staff, is_at_work, rounds
from bench.generator.rows import Rows, record
from core.accounts.models import Organisation, User

PROGRAMMES_AT_ONCE = 10  # what is held in memory before it is written


def build(size: int, *, cast: dict[str, User], now: datetime) -> None:
    """Bring the synthetic organisations up to `size`, each with one application; what is there already is kept."""
    done = Organisation.objects.filter(name__startswith=f"{NAME} ").count()
    staff = Staff(cast, now)
    numbers = range(done // FORTY + 1, (size - 1) // FORTY + 2) if size > done else range(0)
    for start in range(0, len(numbers), PROGRAMMES_AT_ONCE):
        rows = Rows()
        applications: list[Application] = []
        for held in rounds(rows, numbers[start : start + PROGRAMMES_AT_ONCE], staff):
            outcomes = AT_WORK if is_at_work(held.number) else DONE
            first = (held.number - 1) * FORTY
            places = range(max(0, done - first), min(FORTY, size - first))
            applications += [apply(rows, held, place, outcomes[place]) for place in places]
        rows.write()
        record(rows, applications)
        rows.write()
