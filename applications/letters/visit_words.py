"""Letters about what people need at a visit, and to visitors who have not written their notes."""

from __future__ import annotations

from datetime import datetime

from applications.letters.recipients import officer_for, post
from applications.models import AssessmentVisit, Attendee
from applications.models.visit_words import needs_token
from applications.rules.visit_words import VISITORS, still_to_write, visitors_of
from core.accounts.links import absolute
from core.dates import say_deadline
from core.letters import outbox


def needs_asked(attendee: Attendee, *, at: datetime) -> None:
    """Ask one person by a link of their own; whoever reads the list of emails does not see it."""
    visit = attendee.visit
    outbox.post(
        "applications.visit_needs_asked",
        to=attendee.email,
        key=f"visit needs asked:{attendee.pk}:{at.isoformat()}",
        at=at,
        about=attendee,
        secret=True,
        attendee=attendee,
        visit=visit,
        application=visit.application,
        when=say_deadline(visit.starts_at),
        link=absolute("visit_needs", needs_token(attendee)),
    )


def access_needs(attendee: Attendee, *, at: datetime) -> None:
    # What is needed, and by whom, stays on the page: it is in no email and no calendar.
    visit = attendee.visit
    facts = {"application": visit.application, "when": say_deadline(visit.starts_at)}
    key = f"visit access needs:{visit.pk}:{at.isoformat()}"
    own = attendee.email.lower()
    visitors = [] if attendee.capacity in VISITORS else list(visitors_of(visit))
    others = [one for one in visitors if one.email.lower() != own]
    post("visit_access_needs", others, key=key, at=at, **facts, link=absolute("visit", visit.uid))
    office = officer_for(visit.application, visit.arranged_by)
    officers = [one for one in office if one not in others and one.email.lower() != own]
    page = absolute("admin:applications_assessmentvisit_change", visit.pk)
    post("visit_access_needs", officers, key=key, at=at, **facts, link=page)


def notes_wanted(visit: AssessmentVisit, *, at: datetime) -> None:
    post(
        "visit_notes_wanted",
        still_to_write(visit),
        key=f"visit notes wanted:{visit.pk}",
        at=at,
        application=visit.application,
        when=say_deadline(visit.starts_at),
        link=absolute("visit", visit.uid),
    )
