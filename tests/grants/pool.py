"""A fund for tests: contributions received through the actions."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.accounts.models import Programme
from grants.actions import contributions
from grants.models import Contribution, LedgerLine
from tests.applications.factories import programme as the_programme
from tests.grants.factories import finance

PLEDGED_ON, RECEIVED_ON = date(2019, 3, 1), date(2019, 3, 20)
IN_MARCH = datetime(2019, 3, 20, 9, 0, tzinfo=UTC)


def pledged(label: str, amount: int | str, *, programme: Programme | None = None, **purpose: Any) -> Contribution:
    """Return a contribution of which nothing came in yet."""
    facts = {"label": label, "amount": Decimal(amount), "pledged_on": PLEDGED_ON, **purpose}
    return contributions.record(programme or the_programme(), **facts, by=finance(), at=IN_MARCH)


def received(label: str, amount: int | str, **purpose: Any) -> Contribution:
    """Return a contribution that came in."""
    contribution = pledged(label, amount, **purpose)
    receive(contribution, amount)
    return contribution


def receive(contribution: Contribution, amount: int | str) -> LedgerLine:
    """Have money of a contribution come in."""
    facts = {"amount": Decimal(amount), "received_on": RECEIVED_ON, "reference": "BACS 12"}
    return contributions.receive(contribution, **facts, by=finance(), at=IN_MARCH)
