"""Which rows and people the queues of the office and of assessors are about."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from applications.models import Application
from applications.visibility import conflicts_of, of_office, office_programmes, to_declare, without_conflict
from core.accounts.models import User
from core.dates import london
from core.permissions import may_ever


def in_office(user: User) -> bool:
    return bool(office_programmes(user))


def assesses(user: User) -> bool:
    return may_ever(user, "applications.assess_applications")


def of_application(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Rows of applications that the person deals with: in their programmes, without a conflict or a duty to declare."""
    rows = of_office(rows, user, "application__call__programme").filter(without_conflict(user))
    return rows.exclude(application__in=to_declare(user))


def in_hand(user: User) -> QuerySet[Application]:
    rows = of_office(Application.objects.filter(is_rehearsal=False), user, "call__programme")
    return rows.exclude(pk__in=conflicts_of(user).values("application")).exclude(pk__in=to_declare(user))


def day_of(at: datetime | None) -> date | None:
    return london(at).date() if at else None
