"""Things whose time will be over, each with the instant at which it is: for the promises of retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from applications.actions import (
    applications as application_actions,
)
from applications.actions import (
    documents,
    invitations,
    late_admissions,
    rehearsals,
)
from applications.models import AccessNeeds, Application, CallInvitation
from core.accounts.actions import invite_to_organisation
from core.letters import delivery
from core.letters.models import Letter
from core.saved_lists.actions import save_list
from core.saved_lists.models import SavedList
from grants.lifecycle import GrantStatus
from learning.actions import tell_in_confidence
from learning.models import ConfidentialMessage
from secondments.actions import placements
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import OrganisationFactory
from tests.applications import factories as applications
from tests.applications.factories import CLOSES, WRITING, lead, officer, programme, published_call
from tests.applications.panel import complete, offer, visit
from tests.grants import factories as grants
from tests.grants.factories import director, grant_at
from tests.learning import factories as learning
from tests.secondments.factories import ENDING, milestone, placement_at, programme_manager

MOMENT = timedelta(microseconds=1)
OURS = ("accounts", "letters", "audit", "applications", "grants", "secondments", "learning", "sessions")


def draft() -> Application:
    """A filled-in draft, with files."""
    application = applications.an_application()
    applications.fill(application)
    return application


def late_draft() -> Application:
    """A draft that may be submitted for a week longer than others."""
    application = draft()
    Application.objects.filter(pk=application.pk).update(own_closes_at=CLOSES + timedelta(days=7))
    return application


def invited_draft() -> Application:
    """A draft begun with a code that ended before the call."""
    application = draft()
    facts: dict[str, Any] = {"invited": "Quay", "email": "quay@example.org", "code_digest": "1", "issued_at": WRITING}
    ends = CLOSES - timedelta(days=7)
    code = CallInvitation.objects.create(call=application.call, expires_at=ends, issued_by=officer(), **facts)
    Application.objects.filter(pk=application.pk).update(invitation=code, own_closes_at=ends)
    return application


def rolling_draft() -> Application:
    """A draft of a call that never closes."""
    application = applications.an_application(published_call(kind="rolling", closes_at=None))
    applications.fill(application)
    return application


def uploaded_draft() -> Application:
    """A draft of a call that never closes, to which a CV was sent last."""
    application = rolling_draft()
    by = lead(application.organisation)
    documents.attach(application, "cv", applications.pdf(words="Another"), by=by, at=CLOSES)
    return application


def reopened_draft() -> Application:
    """A draft that was submitted and reopened; its call never closes."""
    application = applications.ready_application(published_call(kind="rolling", closes_at=None))
    by = lead(application.organisation)
    application_actions.submit(application, by=by, at=WRITING)
    application_actions.reopen(applications.fresh(application), by=by, at=WRITING)
    return applications.fresh(application)


def rehearsal() -> Application:
    """A rehearsal of a call that was never published."""
    return rehearsals.begin(applications.draft_call(), by=officer(), at=WRITING)


def assessed(status: str, **facts: Any) -> Application:
    """An application that was read and scored on its way to this status."""
    application = applications.application_at("shortlisted", **facts)
    complete(application, party="host")
    applications._decide(application, applications.Status(status))
    return applications.fresh(application)


def declined() -> Any:
    """An offer that was declined."""
    return grant_at(GrantStatus.DECLINED)


def closed() -> Any:
    """A grant whose payments were all made in 2019."""
    return grant_at(GrantStatus.CLOSED)


def code() -> Any:
    """A code for a call by invitation."""
    sent: dict[str, Any] = {"invited": "Quay", "email": "quay@example.org", "expires_at": CLOSES, "most_uses": 1}
    return invitations.issue(published_call(kind="invited"), **sent, by=officer(), at=WRITING)


def late_admission() -> Any:
    """A late admission, confirmed."""
    facts: dict[str, Any] = {"closes_at": CLOSES + timedelta(days=7), "reason": "Their line was cut that day."}
    after = CLOSES + timedelta(days=1)
    admission = late_admissions.ask(
        published_call(), organisation=OrganisationFactory(), **facts, by=officer(), at=after
    )
    late_admissions.confirm(admission, by=director(), at=after)
    return admission


def ended_placement() -> Any:
    """A placement that has ended, of a grant whose payments were all made in 2019."""
    placement = placement_at(PlacementStatus.ACTIVE)
    milestone(placement)
    placements.end(placement, by=programme_manager(), at=ENDING)
    for instalment in placement.grant.instalments.all():
        grants.paid(instalment)
    return placement


def in_confidence() -> ConfidentialMessage:
    """A message to the learning partner."""
    learning.partner()
    organisation = OrganisationFactory()
    programme().organisations.add(organisation)
    return tell_in_confidence(programme(), words="Nobody asks us.", by=lead(organisation), at=WRITING)


def letter() -> Letter:
    """A letter that was sent."""
    applications.an_expression()
    found = Letter.objects.filter(template="applications.expression_received").get()
    delivery.deliver(Letter.objects.filter(pk=found.pk), WRITING)
    Letter.objects.filter(pk=found.pk).update(sent_at=WRITING)
    return found


def invitation() -> Any:
    """An invitation to join an organisation that nobody took up; it lasts for a time of its own."""
    organisation = OrganisationFactory()
    facts: dict[str, Any] = {"email": "new@example.org", "standing": "editor", "is_signatory": False}
    found = invite_to_organisation(organisation, **facts, by=lead(organisation), at=WRITING)
    type(found).objects.update(expires_at=WRITING)
    return found


def saved_list() -> SavedList:
    return save_list(listing="letters.letter", name="Peel", address="q=Peel", by=officer(), at=WRITING)


def session() -> Any:
    """Somebody's sign-in, with what they had typed when it ended."""
    store = SessionStore()
    store["kept_words"] = {"words": "typed"}
    store.create()
    Session.objects.update(expire_date=WRITING)
    return Session.objects.get()


def on(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """An instant."""
    return datetime(year, month, day, hour, tzinfo=UTC)


# What it is -> how it comes about, and the instant at which its time is over: the same hour on London's clocks.
def access_needs() -> AccessNeeds:
    """What people need at a visit that nobody recorded as held."""
    return AccessNeeds.objects.create(attendee=visit().attendees.first(), text="A ramp.", written_at=WRITING)


THINGS: dict[str, tuple[Any, datetime]] = {
    "draft": (draft, on(2019, 6, 11, 16)),
    "late draft": (late_draft, on(2019, 6, 18, 16)),
    "invited draft": (invited_draft, on(2019, 6, 4, 16)),
    "rolling draft": (rolling_draft, on(2020, 2, 20, 10)),
    "uploaded draft": (uploaded_draft, on(2020, 3, 13, 17)),
    "reopened draft": (reopened_draft, on(2020, 2, 20, 10)),
    "rehearsal": (rehearsal, on(2019, 6, 11, 16)),
    "unsuccessful": (lambda: assessed("unsuccessful"), on(2020, 4, 9, 10)),
    "reserve": (lambda: assessed("reserve"), on(2020, 4, 9, 10)),
    "withdrawn": (lambda: applications.application_at("withdrawn"), on(2020, 3, 12, 16)),
    "undecided": (lambda: assessed("shortlisted"), on(2021, 3, 12, 16)),
    "answered expression": (lambda: applications.expression_at("not_now"), on(2020, 2, 20, 10)),
    "withdrawn expression": (lambda: applications.expression_at("withdrawn"), on(2020, 2, 20, 10)),
    "unanswered expression": (applications.an_expression, on(2021, 2, 20, 10)),
    "code": (code, on(2020, 3, 13, 17)),
    "late admission": (late_admission, on(2020, 3, 20, 17)),
    "visit time": (lambda: offer()[0], on(2020, 3, 21, 14)),
    "access needs": (access_needs, on(2019, 3, 28, 14)),
    "declined": (declined, on(2020, 4, 10, 9)),
    "closed": (closed, on(2026, 1, 1)),
    "agreed": (lambda: grant_at(GrantStatus.AGREED), on(2027, 1, 1)),  # its last instalment is due in February 2020
    "ended placement": (ended_placement, on(2026, 1, 1)),
    "message in confidence": (in_confidence, on(2021, 2, 20, 10)),
    "letter": (letter, on(2020, 2, 20, 10)),
    "invitation": (invitation, on(2019, 5, 21, 9)),
    "saved list": (saved_list, on(2021, 2, 20, 10)),
    "session": (session, on(2019, 2, 20, 10)),
}


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of our tables, by model and key."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {
        model._meta.label: {row["pk"]: row for row in model._base_manager.values("pk", *columns(model))}
        for model in models
    }


def columns(model: Any) -> list[str]:
    """The names of its columns."""
    return [field.attname for field in model._meta.fields]
