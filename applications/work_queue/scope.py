"""Which rows and people the queues of the office and of assessors are about."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from applications.models import Application
from applications.visibility import is_open, of_office, office_programmes, to_declare
from core.accounts.models import User
from core.dates import london
from core.permissions import may_ever


def in_office(user: User) -> bool:
    return bool(office_programmes(user))


def assesses(user: User) -> bool:
    return may_ever(user, "applications.assess_applications")


def of_application(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Rows of applications that the person deals with: in their programmes, without a conflict or a duty to declare."""
    rows = of_office(rows, user, "application__call__programme").filter(is_open(user))
    return rows.exclude(application__in=to_declare(user))


def in_hand(user: User) -> QuerySet[Application]:
    rows = of_office(Application.objects.filter(is_rehearsal=False), user, "call__programme")
    return rows.filter(is_open(user, "pk")).exclude(pk__in=to_declare(user))


def day_of(at: datetime | None) -> date | None:
    return london(at).date() if at else None
