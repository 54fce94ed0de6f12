"""What the office does for single applicants: an application it enters from paper, a late admission to confirm."""

from datetime import datetime, time, timedelta

from applications.actions import drafts, late_admissions, paper_applications
from applications.models import Application, Call
from cii.demonstration.expressions import days_ago
from cii.demonstration.history import organisation
from core.accounts.models import Organisation, User
from core.dates import at_london, london

ON_PAPER, LATE = "Juniper Street Project", "Elder Grove Group"


def build(open_call: Call, closed_call: Call, cast: dict[str, User], now: datetime) -> None:
    """One application half entered, and one organisation that somebody else than who asked has to let in."""
    officer = cast["officer"]
    body = organisation(ON_PAPER, legal_form=Organisation.LegalForm.CIC)
    entered = paper_applications.enter(
        open_call,
        organisation=body,
        post=open_call.posts.get(),
        came_by=Application.CameBy.POST,
        came_at=days_ago(now, 2),
        by=officer,
        at=now - timedelta(days=1),
    )
    drafts.save_section(
        entered,
        "organisation",
        facts={"contact_phone": "020 7946 0155", "whose_idea": "organisation"},
        answers={},
        by=officer,
        at=now - timedelta(hours=23),
    )
    late_admissions.ask(
        closed_call,
        organisation=Organisation.objects.get(name=LATE),
        closes_at=at_london(london(now).date() + timedelta(days=5), time(17)),
        reason="Their line was cut on the afternoon of the deadline; the provider has confirmed it in writing.",
        by=officer,
        at=now - timedelta(hours=5),
    )
