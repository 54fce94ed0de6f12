"""What came into the pooled fund: the one documented total, and invented money for one purpose."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cii.demonstration import people
from core.accounts.models import Organisation, Programme, User
from core.dates import london
from grants.actions import contributions
from grants.models import Contribution, Funder
from grants.models.pool import keeps_pool

DOCUMENTED, DOCUMENTED_ON = Decimal(776_000), date(2019, 9, 30)
REFERENCE = "The learning partner's report of September 2019, all funders together"
BEFORE = timedelta(days=730)  # the invented money came in before the first of today's grants was offered
OF_CONTRIBUTOR = f"{people.CONTRIBUTOR.member_of}, first gift"
INVENTED = {
    "Lantern Fund (invented)": (Decimal(45_000), Decimal(30_000), Contribution.Kind.LEARNING),
    OF_CONTRIBUTOR: (Decimal(170_000), Decimal(170_000), Contribution.Kind.SECONDMENTS),
}


def build(programme: Programme, cast: dict[str, User], now: datetime) -> None:
    """Single amounts of real funders are not documented, so none is shown; earlier grants are taken in."""
    if keeps_pool(programme.pk):
        return
    acting: dict[str, Any] = {"by": cast["finance"], "at": now}
    documented: dict[str, Any] = {
        "label": "Pooled funding to September 2019",
        "amount": DOCUMENTED,
        "pledged_on": DOCUMENTED_ON,
    }
    total = contributions.record(programme, **documented, **acting)
    came_in: dict[str, Any] = {"amount": DOCUMENTED, "received_on": DOCUMENTED_ON, "reference": REFERENCE}
    contributions.receive(total, **came_in, **acting)
    day = london(now).date() - BEFORE
    givers = {OF_CONTRIBUTOR: contributor(programme, now)}
    for label, (pledged, received, kind) in INVENTED.items():
        facts: dict[str, Any] = {"label": label, "amount": pledged, "funder": givers.get(label), "kind": kind}
        row = contributions.record(programme, pledged_on=day, **facts, **acting)
        contributions.receive(row, amount=received, received_on=day, reference="BACS, invented", **acting)
    contributions.take_in(programme, **acting)


def contributor(programme: Programme, now: datetime) -> Organisation:
    one = people.CONTRIBUTOR
    body = people.join(people.account(one.email, one.name), one.member_of, now)
    Funder.objects.get_or_create(programme=programme, organisation=body)
    return body
