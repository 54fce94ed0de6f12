"""Letters to assessors, and about assessment visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from applications.letters.recipients import officer_for, people_with_conflict, post
from applications.lifecycle import VisitStatus
from applications.models import Assessment, AssessmentVisit, Attendee
from core import calendars
from core.accounts.links import absolute
from core.dates import say_deadline
from core.letters import outbox


def assigned(assessment: Assessment, *, at: datetime) -> None:
    outbox.post(
        "applications.assigned",
        to=assessment.assessor,
        key=f"assigned:{assessment.pk}",
        at=at,
        about=assessment,
        application=assessment.application,
        call=assessment.application.call,
        link=absolute("admin:applications_assessment_change", assessment.pk),
    )


def recused(assessment: Assessment, *, at: datetime) -> None:
    """Tell the officer who assigned the assessor; the other officers where that one has a conflict of interest."""
    _to_officer("recused", assessment, at=at)


def closed(assessment: Assessment, *, at: datetime) -> None:
    outbox.post(
        "applications.assessment_closed",
        to=assessment.assessor,
        key=f"assessment closed:{assessment.pk}",
        at=at,
        application=assessment.application,
        call=assessment.application.call,
    )


def left(assessment: Assessment, *, at: datetime) -> None:
    """Tell the officer who assigned an assessor that the assessor can no longer do it."""
    _to_officer("assessor_left", assessment, at=at)


def _to_officer(template: str, assessment: Assessment, *, at: datetime) -> None:
    post(
        template,
        officer_for(assessment.application, assessment.assigned_by),
        key=f"{template}:{assessment.pk}",
        at=at,
        assessor=assessment.assessor,
        application=assessment.application,
        link=absolute("admin:applications_application_change", assessment.application_id),
    )


def excused(attendee: Attendee, *, at: datetime) -> None:
    """Tell one person that they are no longer expected at a visit, and take it out of their calendar."""
    visit = attendee.visit
    outbox.post(
        "applications.visit_excused",
        to=attendee.email,
        key=f"visit excused:{visit.pk}:{attendee.pk}",
        at=at,
        calendar=calendar_entry(visit, [attendee], at, method="CANCEL"),
        attendee=attendee,
        visit=visit,
        application=visit.application,
        when=say_deadline(visit.starts_at),
    )


def expected(attendee: Attendee, *, at: datetime) -> None:
    visit = attendee.visit
    people = list(visit.attendees.all())
    outbox.post(
        "applications.visit_invitation",
        to=attendee.email,
        key=f"visit_invitation:{visit.pk}:{visit.sequence}:{attendee.pk}",
        at=at,
        calendar=calendar_entry(visit, people, at, method="REQUEST"),
        attendee=attendee,
        people=people,
        visit=visit,
        application=visit.application,
        when=say_deadline(visit.starts_at),
    )


def visit(
    template: str, visit: AssessmentVisit, *, at: datetime, method: calendars.Method = "REQUEST", **context: Any
) -> None:
    conflicted = people_with_conflict(visit.application)
    people = [person for person in visit.attendees.all() if person.email not in conflicted]
    calendar = calendar_entry(visit, people, at, method=method)
    for attendee in people:
        outbox.post(
            f"applications.{template}",
            to=attendee.email,
            key=f"{template}:{visit.pk}:{visit.sequence}:{attendee.pk}",
            at=at,
            calendar=calendar,
            attendee=attendee,
            people=people,
            visit=visit,
            application=visit.application,
            when=say_deadline(visit.starts_at),
            **context,
        )


def calendar_entry(
    visit: AssessmentVisit, people: Sequence[Attendee], at: datetime, *, method: calendars.Method
) -> bytes:
    """The visit as calendars read it: the same uid always, a higher sequence after each change."""
    officer = visit.arranged_by
    return calendars.event(
        f"{visit.uid}@{urlsplit(settings.SITE_URL).hostname}",
        visit.sequence,
        f"Assessment visit: {visit.application.organisation}",
        visit.starts_at,
        visit.ends_at,
        stamped_at=at,
        organiser=(str(officer), officer.email),
        attendees=[(person.name, person.email) for person in people],
        location=visit.place,
        description=f"Assessment visit for the application {visit.application}.",
        method=method,
        is_tentative=visit.status == VisitStatus.PROPOSED,
    )
