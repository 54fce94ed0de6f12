"""Letters to assessors, and about assessment visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from applications.letters.recipients import (
    assessed_by,
    officer_for,
    officers_who_declared,
    people_with_assessment_due,
    people_with_conflict,
    post,
)
from applications.lifecycle import VisitStatus
from applications.models import Application, Assessment, AssessmentVisit, Attendee, Deputy, Interest
from applications.visibility.names import people_told
from core import calendars
from core.accounts.links import absolute
from core.dates import london, say_day, say_deadline
from core.letters import outbox
from core.letters.models import Letter

WEEK = timedelta(days=7)


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


def owed(assessment: Assessment, *, at: datetime) -> Letter | None:
    """Remind an assessor at the office's wish, once a day at most; without a day of the call, of a week from now."""
    call, today = assessment.application.call, london(at).date()
    due_on = call.visits_from_on or call.decision_week_on
    day = due_on if due_on is not None and due_on > today else today + WEEK
    return outbox.post(
        "applications.assessment_due",
        to=assessment.assessor,
        key=f"assessment owed:{assessment.pk}:{today}",
        at=at,
        about=assessment,
        application=assessment.application,
        call=call,
        until=say_day(day),
        link=absolute("admin:applications_assessment_change", assessment.pk),
    )


def recused(assessment: Assessment, *, at: datetime) -> None:
    """Tell the officer who assigned the assessor; the other officers where that one has a conflict of interest."""
    _to_officer("recused", assessment, at=at)


def stood_aside(assessment: Assessment, *, at: datetime) -> None:
    outbox.post(
        "applications.stood_aside",
        to=assessment.assessor,
        key=f"stood aside:{assessment.pk}:{at.isoformat()}",
        at=at,
        application=assessment.application,
    )


def asked_again(assessment: Assessment, interest: Interest, *, at: datetime) -> None:
    outbox.post(
        "applications.asked_again",
        to=assessment.assessor,
        key=f"asked again:{assessment.pk}:{at.isoformat()}",
        at=at,
        about=assessment,
        application=assessment.application,
        call=assessment.application.call,
        measure=interest.measure,
        review_on=say_day(interest.review_on) if interest.review_on else "",
        link=absolute("admin:applications_assessment_change", assessment.pk),
    )


def deputy_named(deputy: Deputy, *, at: datetime) -> None:
    outbox.post(
        "applications.deputy_named",
        to=deputy.person,
        key=f"deputy named:{deputy.pk}:{at.isoformat()}",
        at=at,
        application=deputy.application,
        role=deputy.get_role_display(),
        by=deputy.stands_for,
        link=absolute("admin:applications_application_change", deputy.application_id),
    )


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


def views_differ(application: Application, *, at: datetime) -> None:
    """Tell the office and those who assessed the application that funder and host recommend differently.

    An officer who has yet to declare or to finish an assessment of it is not told: it is among their tasks afterwards.
    """
    due = people_with_assessment_due(application)
    post(
        "views_differ",
        {
            person
            for person in (*officers_who_declared(application), *assessed_by(application))
            if person.email not in due
        },
        key=f"views differ:{application.pk}",
        at=at,
        application=application,
        link=absolute("admin:applications_application_step", application.pk, "resolve"),
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
    people = people_told(attendee, visit.attendees.all(), visit.application)
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
    for attendee in people:
        told = people_told(attendee, people, visit.application)
        outbox.post(
            f"applications.{template}",
            to=attendee.email,
            key=f"{template}:{visit.pk}:{visit.sequence}:{attendee.pk}",
            at=at,
            calendar=calendar_entry(visit, told, at, method=method),
            attendee=attendee,
            people=told,
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
        attendees=[(person.name, person.email) for person in people if person.email],
        location=visit.place,
        url=visit.link,
        description=f"Assessment visit for the application {visit.application}.",
        method=method,
        is_tentative=visit.status == VisitStatus.PROPOSED,
        publisher=visit.application.call.programme.name,
    )
