"""Which times for assessment visits somebody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import SlotOffer, VisitSlot
from applications.rules.applications import conflicts_of
from applications.visibility.rows import of_office
from core.accounts.models import User
from core.visibility import hides, shows


def offered_to(applications: frozenset[int]) -> Exists:
    return Exists(SlotOffer.objects.filter(slot=OuterRef("pk"), application__in=applications))


@shows(VisitSlot)
def visible_slots(rows: QuerySet[VisitSlot], user: Any) -> QuerySet[VisitSlot]:
    """The office's, without those offered to an organisation with which the officer has a conflict of interest."""
    of_programmes = of_office(rows, user, "call__programme")
    conflicts = conflicts_of(user) if isinstance(user, User) and not user.is_superuser else frozenset()
    return of_programmes.exclude(offered_to(conflicts)) if conflicts else of_programmes


@hides
def times_of_closed_cases(user: User) -> Iterator[str]:
    """Visit times offered to an organisation with which the person has a conflict of interest."""
    if conflicts := conflicts_of(user):
        offers = SlotOffer.objects.filter(application__in=conflicts)
        for key in offers.order_by().values_list("slot", flat=True).distinct():
            yield f"{VisitSlot._meta.label_lower}:{key}"
