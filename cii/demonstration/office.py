"""What the office did of its own: emails in its words and to many, a conflict, notes, conditions, the next meeting."""

from datetime import datetime, timedelta
from typing import Any

from applications.actions import assessments, messages, notes
from applications.models import Application, Call
from core.accounts.models import Programme, User
from core.dates import london
from core.governance.actions import agenda
from core.governance.models import Body, Meeting
from core.letters.actions import change_wording
from core.letters.actions.choices import choose_emails
from core.letters.actions.to_many import write_mailing
from core.letters.models import Way
from core.saved_lists.actions import save_list, share_list
from grants.models import ConditionTemplate

RECEIPT = "applications.received"
# The receipt as the office worded it at first, and after it had learnt that people asked what comes next.
FIRST_WORDS = """Hello {name}

Thank you for applying for {post}. Your reference is **{reference}**.

See your application:
{link}
"""
RECEIVED = """Hello {name}

Thank you for applying for {post}. Your reference is **{reference}**. We read every application twice.

If your application is shortlisted, we visit you together with the host.

See your application:
{link}
"""
TO_LEADS = """Hello {name}

We meet everyone who applied at an open evening. Come and ask what you like.
"""

CONDITIONS = {
    "Backfill named": "{organisation} names who covers the work of {secondee} by [day].",
    "Introduction to the post": "{secondee} and the team agree an introduction to the post before {start}.",
}


def before_the_round(programme: Programme, cast: dict[str, User], now: datetime) -> None:
    """The receipt of the round is in the office's words, and an officer has notices once a day."""
    at = now - timedelta(days=50)
    text = {"subject": "Thank you: {reference}", "body": FIRST_WORDS}
    change_wording(programme, RECEIPT, **text, number=0, by=cast["officer"], at=at)
    choose_emails(cast["second_officer"], ways={"cases": Way.DAILY}, by=cast["second_officer"], at=at)


def build(programme: Programme, closed: Call, cast: dict[str, User], now: datetime) -> None:
    officer, at = cast["officer"], now - timedelta(hours=4)
    text = {"subject": "Thank you for your application {reference}", "body": RECEIVED}
    saved: dict[str, Any] = {"listing": "applications.application", "by": officer, "at": at}
    share_list(programme, **saved, name="To score before the visits", address="missing=owed")
    save_list(**saved, name="Funder and host apart", address="spread=4&status__exact=shortlisted")
    change_wording(programme, RECEIPT, **text, number=1, by=cast["second_officer"], at=at)
    chosen = {"calls": [str(closed.pk)], "statuses": ["application:shortlisted"], "parts": ["lead"]}
    write_mailing(programme, **chosen, subject="An open evening", body=TO_LEADS, by=officer, at=at)
    waiting = closed.applications.filter(status="submitted").order_by("pk").first()
    if waiting is not None:
        told = "I was a volunteer there until last year."
        assessments.declare_conflict(waiting, explanation=told, by=cast["second_officer"], at=at)
    own = closed.applications.filter(submitted_by=cast["applicant"], status="shortlisted").first()
    if own is not None:
        lease = {"subject": "Where would the secondee's cover sit?", "text": "Your lease ends in May. Where next?"}
        messages.send(own, to=["organisation", "secondee"], **lease, by=officer, at=at)
    apart = closed.applications.filter(joint_views__recommendation="decline").order_by("pk").first()
    if apart is not None:
        asked = f"@{cast['director']}, can you bring both sides to one table this week?"
        notes.write(apart, text=f"I talked with their chair on the phone. {asked}", by=officer, at=at)


def standard_conditions(programme: Programme) -> None:
    for position, (label, text) in enumerate(CONDITIONS.items(), start=1):
        facts = {"position": position, "text": text}
        ConditionTemplate.objects.get_or_create(programme=programme, label=label, defaults=facts)


def planned(committee: Body, cases: list[Application], officer: User, now: datetime) -> None:
    """The next meeting, with what it will decide on and a paper."""
    meeting = Meeting.objects.create(body=committee, held_on=london(now).date() + timedelta(days=11), quorum=1)
    agenda.add_cases(meeting, cases=cases, by=officer, at=now)
    paper = "The host would like three posts in spring.\n\nThe committee is asked how many it could fund."
    agenda.add_item(meeting, title="Posts in the spring round", paper=paper, by=officer, at=now)
