"""Which times for assessment visits somebody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import SlotOffer, VisitSlot
from applications.rules.cases import closed_to, to_declare_on
from applications.visibility.rows import of_office
from core.accounts.models import User
from core.visibility import hides, shows


def offered_to(applications: frozenset[int]) -> Exists:
    return Exists(SlotOffer.objects.filter(slot=OuterRef("pk"), application__in=applications))


@shows(VisitSlot)
def visible_slots(rows: QuerySet[VisitSlot], user: Any) -> QuerySet[VisitSlot]:
    """The office's, without those offered to an organisation whose application is closed to the officer."""
    of_programmes = of_office(rows, user, "call__programme")
    if not isinstance(user, User) or user.is_superuser:
        return of_programmes
    closed = closed_to(user) | to_declare_on(user)
    return of_programmes.exclude(offered_to(closed)) if closed else of_programmes


@hides
def times_of_closed_cases(user: User) -> Iterator[str]:
    """Visit times offered to an organisation whose application is closed to the person."""
    if closed := closed_to(user):
        offers = SlotOffer.objects.filter(application__in=closed)
        for key in offers.order_by().values_list("slot", flat=True).distinct():
            yield f"{VisitSlot._meta.label_lower}:{key}"
