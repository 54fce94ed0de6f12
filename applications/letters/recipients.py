"""Whom letters about calls and applications go to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from applications.lifecycle import OPEN_ASSESSMENT, AssessmentStatus
from applications.models import Application, ExpressionOfInterest, Interest
from core.accounts.links import absolute
from core.accounts.models import Membership, Organisation, User
from core.accounts.rules import officers_of
from core.letters import outbox


def members(thing: Application | ExpressionOfInterest) -> QuerySet[User]:
    """Everybody of the organisation who may sign in, and the officer who entered the application.

    An organisation whose application came by post may have no account, so the office has to hear of it.
    """
    concerned = Q(memberships__organisation=thing.organisation_id)
    if isinstance(thing, Application) and thing.entered_by_id:
        concerned |= Q(pk=thing.entered_by_id)
    return User.objects.filter(concerned, is_active=True).distinct()


def leads(organisation: Organisation | int) -> QuerySet[User]:
    lead = Membership.Standing.LEAD
    return User.objects.filter(
        is_active=True, memberships__organisation=organisation, memberships__standing=lead
    ).distinct()


def people_with_conflict(application: Application) -> set[str]:
    """The addresses of those who declared a conflict of interest: no letter about the application goes to them."""
    declared = Interest.objects.binding().filter(application=application)
    return set(declared.values_list("person__email", flat=True))


def people_with_assessment_due(application: Application) -> set[str]:
    """The addresses of those who have yet to finish their own assessment: no letter tells them what others found."""
    due = application.assessments.filter(status__in=OPEN_ASSESSMENT)
    return set(due.values_list("assessor__email", flat=True))


def take_back(application: Application, person: User) -> None:
    """Take back what waits to be sent to somebody who now has a conflict of interest, unless as the applicant."""
    if application.candidates.filter(email__iexact=person.email).exists():
        return
    own = application.organisation.memberships.filter(person=person).first()
    outbox.withdraw_from(person, application, before=own.joined_at if own else None)


def officers_for(application: Application) -> list[User]:
    """The programme's grants officers who declared no conflict of interest with the application."""
    conflicted = people_with_conflict(application)
    return [person for person in officers_of(application.programme_id) if person.email not in conflicted]


def officers_who_declared(application: Application) -> list[User]:
    """Of those, the ones who said before reading that they have no conflict: what others found is told to them."""
    declared = set(application.interests.values_list("person", flat=True))
    return [person for person in officers_for(application) if person.pk in declared]


def assessed_by(application: Application) -> QuerySet[User]:
    """Those who completed an assessment of it, can sign in and have no conflict of interest with it."""
    complete = application.assessments.filter(status=AssessmentStatus.COMPLETE)
    conflicted = application.interests.binding()
    people = User.objects.filter(pk__in=complete.values("assessor"), is_active=True)
    return people.exclude(pk__in=conflicted.values("person"))


def officer_for(application: Application, first: User) -> list[User]:
    """The officer who dealt with it; the others where that one has a conflict of interest or cannot sign in."""
    is_clear = first.is_active and first.email not in people_with_conflict(application)
    return [first] if is_clear else officers_for(application)


def post(template: str, recipients: Iterable[User], *, key: str, at: datetime, **context: Any) -> None:
    for person in recipients:
        outbox.post(f"applications.{template}", to=person, key=f"{key}:{person.pk}", at=at, **context)


def page_of(application: Application) -> str:
    return absolute("application", application.shown_reference)


def about_secondees() -> str:
    return f"{absolute('privacy')}#secondee"
