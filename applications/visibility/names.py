"""How a person reads an application: with the name of the proposed secondee, or with a label in its place."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from applications.lifecycle import LIVE_CANDIDATE
from applications.models import Answer, Application, AssessmentVisit, Attendee, Candidate
from applications.redaction import LABEL, redacted
from applications.rules.names import DECIDED, is_name_hidden, openings_for
from core.accounts.models import User
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS


def without_names(user: object) -> QuerySet[Application]:
    """The applications that this person reads without names; equals `is_name_hidden`."""
    if not isinstance(user, User) or not user.is_active:
        return Application.objects.none()
    programmes = user.programmes_as(*ASSESSORS) - user.programmes_as(*FUNDER_OFFICERS)
    if not programmes:
        return Application.objects.none()
    rows = Application.objects.filter(call__programme__in=programmes, call__hides_names=True)
    return rows.exclude(status__in=DECIDED).exclude(pk__in=openings_for(user).values("application")).order_by()


def shown_name(user: object, way: str = "pk") -> Combinable:
    """SQL for the name of who is proposed, or the label in its place; `way` leads to the application's key."""
    live = Candidate.objects.filter(application=OuterRef(way), status__in=LIVE_CANDIDATE)
    name = Subquery(live.values("name")[:1], output_field=CharField())
    hidden = without_names(user)
    if hidden.query.is_empty():
        return name
    return Case(When(**{f"{way}__in": hidden.values("pk")}, then=Value(LABEL)), default=name)


@dataclass(frozen=True)
class Reader:
    """What one person may read in one application."""

    source: Application
    hides: bool
    names: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, user: object, application: Application) -> Reader:
        hides = bool(is_name_hidden(user, application))
        return cls(application, hides, names_in(application) if hides else ())

    def text(self, text: str) -> str:
        return redacted(text, self.names) if self.hides and text else text

    def answers(self, answers: Iterable[Answer]) -> list[Answer]:
        rows = list(answers)
        for row in rows if self.hides else ():
            row.text = self.text(row.text)
        return rows

    @cached_property
    def application(self) -> Application:
        if not self.hides:
            return self.source
        shown = copy(self.source)
        for name in ("declared_conflicts", "other_funding", "withdrawn_reason"):
            setattr(shown, name, self.text(getattr(shown, name)))
        shown.contact_phone = ""
        return shown

    def candidate(self, candidate: Candidate | None) -> Candidate | None:
        if candidate is None or not self.hides:
            return candidate
        shown = copy(candidate)
        shown.name, shown.email, shown.corrected_email, shown.remark = LABEL, "", "", ""
        shown.job_title = self.text(candidate.job_title)
        return shown

    def visit(self, visit: AssessmentVisit) -> AssessmentVisit:
        if not self.hides:
            return visit
        shown = copy(visit)
        for name in ("place", "notes", "absence_reason"):
            setattr(shown, name, self.text(getattr(shown, name)))
        return shown

    def attendees(self, attendees: Iterable[Attendee]) -> list[Attendee]:
        return [_unnamed(one) if self.hides else one for one in attendees]


def _unnamed(attendee: Attendee) -> Attendee:
    if attendee.capacity != Attendee.Capacity.CANDIDATE:
        return attendee
    shown = copy(attendee)
    shown.name, shown.email = LABEL, ""
    return shown


def people_told(attendee: Attendee, people: Iterable[Attendee], application: Application) -> list[Attendee]:
    """Those invited to a visit as one of them may know them; an attendee is known by address only."""
    hides = False
    if application.call.hides_names and application.status not in DECIDED:
        account = User.objects.filter(email__iexact=attendee.email).first()
        is_of_panel = attendee.capacity in {Attendee.Capacity.FUNDER, Attendee.Capacity.HOST}
        is_open = application.name_openings.filter(assessor=None).exists()
        hides = bool(is_name_hidden(account, application)) if account else is_of_panel and not is_open
    return [_unnamed(one) if hides else one for one in people]


def names_in(application: Application) -> tuple[str, ...]:
    """The names of everybody who was ever proposed, and of those invited in their place."""
    proposed = application.candidates.values_list("name", flat=True)
    invited = Attendee.objects.filter(visit__application=application, capacity=Attendee.Capacity.CANDIDATE)
    return tuple(dict.fromkeys([*proposed, *invited.values_list("name", flat=True)]))
