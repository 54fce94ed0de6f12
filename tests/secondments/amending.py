"""Amendments for tests, brought to a status through the real actions, on the placement of the 2019 call."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from core.accounts.models import User
from core.documents import making
from grants.models import Grant
from secondments.actions import amendments, supplements
from secondments.lifecycle import AmendmentKind, AmendmentStatus, PlacementStatus
from secondments.models import Amendment
from secondments.rules.amendments import missing
from tests.applications.factories import lead, officer
from tests.grants.factories import director, second_officer
from tests.secondments.factories import placement_at, programme_manager

ASKING = datetime(2019, 10, 30, 9, 0, tzinfo=UTC)
EXTENDED = date(2020, 10, 31)
SHORTENED = date(2019, 11, 30)
WHY = "There is more to do."
E = AmendmentKind.EXTENSION


def current(amendment: Amendment) -> Amendment:
    return Amendment.objects.with_parties().get(pk=amendment.pk)


def asked(grant: Grant | None = None, by: User | None = None, at: datetime = ASKING, **facts: Any) -> Amendment:
    """Have somebody, the organisation's lead unless said, ask for an extension unless said."""
    grant = grant or placement_at(PlacementStatus.ACTIVE).grant
    terms = {"kind": E, "last_on": EXTENDED, "reason": WHY} | facts
    return current(amendments.ask(grant, **terms, by=by or lead(grant.organisation), at=at))


def speakers(amendment: Amendment) -> dict[str, User]:
    placement = getattr(amendment.grant, "placement", None)
    return {
        "organisation": lead(amendment.grant.organisation),
        "secondee": placement.secondee if placement else None,
        "host": placement.line_manager if placement else programme_manager(),
    }


def agreed(amendment: Amendment, at: datetime = ASKING) -> Amendment:
    """Have everybody agree whose consent is missing."""
    for party in missing(current(amendment)):
        amendments.consent(current(amendment), by=speakers(amendment)[party], at=at)
    return current(amendment)


def confirmed(amendment: Amendment, at: datetime = ASKING) -> Amendment:
    """Have it approved by an officer, confirmed by another, and its document made."""
    amendment = agreed(amendment, at)
    amendments.record(amendment, by=officer(), at=at)
    amendments.confirm(amendment, by=second_officer(), at=at)
    amendment = current(amendment)
    making.make_now(amendment.document, at)
    return current(amendment)


def signed(amendment: Amendment, by: User, at: datetime = ASKING) -> Amendment:
    supplements.sign(current(amendment), name_typed=by.name, by=by, at=at)
    return current(amendment)


def in_force(amendment: Amendment, at: datetime = ASKING) -> Amendment:
    amendment = confirmed(amendment, at)
    signed(amendment, lead(amendment.grant.organisation), at)
    return signed(amendment, director(), at)


def amendment_at(status: AmendmentStatus, **facts: Any) -> Amendment:
    amendment = asked(**facts)
    if status == AmendmentStatus.ASKED:
        return amendment
    if status == AmendmentStatus.REFUSED:
        amendments.refuse(amendment, reason="Not now.", by=speakers(amendment)["secondee"], at=ASKING)
    elif status == AmendmentStatus.WITHDRAWN:
        amendments.withdraw(amendment, reason="Not now.", by=lead(amendment.grant.organisation), at=ASKING)
    elif status == AmendmentStatus.CONFIRMED:
        confirmed(amendment)
    elif status == AmendmentStatus.IN_FORCE:
        in_force(amendment)
    elif status == AmendmentStatus.LAPSED:
        amendments.lapse(amendment.grant, by=officer(), at=ASKING)
    else:
        agreed(amendment)
        if status == AmendmentStatus.RECORDED:
            amendments.record(current(amendment), by=officer(), at=ASKING)
    return current(amendment)
