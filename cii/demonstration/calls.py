"""Around calls: an answer published, codes of a call by invitation, and a draft in which the check finds things."""

from datetime import datetime, time, timedelta
from typing import Any

from applications.actions import calls, invitations
from applications.models import Call
from cii.demonstration.history import furnish
from cii.demonstration.history_facts import PAY_PRINCIPLE, RATES, WELCOMED
from core.accounts.models import Programme, User
from core.dates import at_london, london

DRAFT = "reading-rooms-draft"
MUDDLED = """### What the post is about

The secondee helps libraries to become places where newcomers and neighbours read together.

### How to apply

Fill in the form, and upload the CV of the person you propose with a supporting statement. Libraries write to us about
their reading rooms in Appendix B.

Send us the form with a CV, a covering letter and two references by {deadline}.

This call is invented, for the demonstration: it has mistakes for the check to find."""


def build(of: Programme, cast: dict[str, User], open_call: Call, invited: Call, now: datetime) -> None:
    officer = cast["officer"]
    calls.clarify(
        open_call,
        question="May we propose somebody who works for us part time now?",
        answer="Yes. Give the salary as if they worked **full time**; the sheet shares it out by days.",
        by=officer,
        at=now - timedelta(days=2),
    )
    assert invited.closes_at is not None  # noqa: S101 - it has a close
    sent: dict[str, Any] = {"most_uses": 1, "expires_at": invited.closes_at - timedelta(days=3)}
    rival = cast["rival"].memberships.get().organisation
    issued_at = now - timedelta(days=5)
    taken = invitations.issue(invited, invited=rival.name, email=cast["rival"].email, **sent, by=officer, at=issued_at)
    invitations.bind(taken, organisation=rival, by=cast["rival"], at=now - timedelta(days=4))
    for name, email in (("Quayside Advice", "office.quayside@example.org"), ("Lime Tree Welcome", "lime@example.org")):
        invitations.issue(invited, invited=name, email=email, **sent, by=officer, at=issued_at)
    muddled(of, officer, now)


def muddled(of: Programme, officer: User, now: datetime) -> None:
    """A draft whose words clash with its dates, its form and each other."""
    today = london(now).date()
    day = today + timedelta(days=44)
    wrong = day + timedelta(days=1)  # whose weekday stands beside the right date
    call = Call.objects.create(
        programme=of,
        slug=DRAFT,
        title="Reading rooms for everybody",
        summary="A secondment to help libraries welcome newcomers, for a year, part time or full time.",
        brief=MUDDLED.format(deadline=f"5pm on {wrong:%A} {day.day} {day:%B %Y}"),
        opens_at=at_london(today + timedelta(days=14), time(9)),
        closes_at=at_london(day, time(17)),
        band_minimum=RATES.band_minimum,
        band_maximum=RATES.band_maximum,
        backfill=RATES.backfill,
        management_fee=RATES.management_fee,
        holds_back=Call.HoldsBack.FEE,
        pay_principle=PAY_PRINCIPLE,
        welcome=WELCOMED,
    )
    furnish(call, officer, now)
