"""Which bodies, seats and meetings somebody sees: the office those of its programmes, members those of their bodies."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS
from core.governance.models import AgendaItem, Attendance, Body, Meeting, Minute, Minutes, Seat
from core.governance.rules import on_which
from core.visibility import shows, visible

M = TypeVar("M", bound=Model)


def _seen(rows: QuerySet[M], person: object, body: str) -> QuerySet[M]:
    """`body` is the look-up to the body, empty for bodies themselves."""
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    to = f"{body}__" if body else ""
    own = Q(**{f"{to}pk__in": on_which(person).order_by().values("pk")})
    return rows.filter(own | Q(**{f"{to}programme__in": person.programmes_as(*FUNDER_OFFICERS)}))


@shows(Body)
def visible_bodies(rows: QuerySet[Body], person: object) -> QuerySet[Body]:
    return _seen(rows, person, "")


@shows(Seat)
def visible_seats(rows: QuerySet[Seat], person: object) -> QuerySet[Seat]:
    return _seen(rows, person, "body")


@shows(Meeting)
def visible_meetings(rows: QuerySet[Meeting], person: object) -> QuerySet[Meeting]:
    return _seen(rows, person, "body")


def meetings_kept_by(person: User) -> QuerySet[Meeting]:
    """Those of the programmes in whose office the person works."""
    return Meeting.objects.filter(body__programme__in=person.programmes_as(*FUNDER_OFFICERS))


@shows(Attendance)
def visible_attendances(rows: QuerySet[Attendance], person: object) -> QuerySet[Attendance]:
    return _seen(rows, person, "meeting__body")


def sees_case(person: object, to: str = "") -> Q:
    cases = visible(AgendaItem._meta.get_field("case").related_model, person)
    return Q(**{f"{to}case__isnull": True}) | Q(**{f"{to}case__in": cases.order_by().values("pk")})


@shows(AgendaItem)
def visible_items(rows: QuerySet[AgendaItem], person: object) -> QuerySet[AgendaItem]:
    return _seen(rows, person, "meeting__body").filter(sees_case(person))


def _seen_minutes(rows: QuerySet[M], person: object, minutes: str) -> QuerySet[M]:
    """Drafts are the office's; `minutes` is the look-up to the minutes, empty for minutes themselves."""
    found = _seen(rows, person, f"{minutes}meeting__body")
    if not isinstance(person, User) or person.is_superuser:
        return found
    in_office = Q(**{f"{minutes}meeting__body__programme__in": person.programmes_as(*FUNDER_OFFICERS)})
    return found.filter(in_office | Q(**{f"{minutes}confirmed_at__isnull": False}))


@shows(Minutes)
def visible_minutes(rows: QuerySet[Minutes], person: object) -> QuerySet[Minutes]:
    return _seen_minutes(rows, person, "")


@shows(Minute)
def visible_minute(rows: QuerySet[Minute], person: object) -> QuerySet[Minute]:
    return _seen_minutes(rows, person, "minutes__").filter(sees_case(person, "item__"))
