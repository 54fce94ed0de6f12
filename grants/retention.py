"""How long grant files are kept, and what is due when."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from applications import retention as of_applications
from applications.models import Application
from core.audit import seals
from core.audit.immutability import bypass_triggers
from core.dates import at_london, london
from core.documents import store
from core.retention.rules import Line, Part, Rule, by_way_of
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Agreement, BudgetLine, Decision, EvaluationReport, Grant, Instalment, Signature, Variation
from grants.periods import DECLINED_OFFER, GRANT_FILE

OF_GRANT = (
    Part(Grant, "pk"),
    Part(Variation, "grant"),
    Part(BudgetLine, "grant"),
    Part(Signature, "agreement__grant"),
    Part(Instalment, "grant"),
    Part(EvaluationReport, "grant"),
    *by_way_of("decisions__grant", (*of_applications.PARTS, Part(Decision, "application"))),
)


def over(before: datetime) -> QuerySet[Grant]:
    """Grants whose last payment, made or still to be made, was in a year that had ended by this instant, in London.

    Without any instalment (none was agreed, or the history) their last day counts. None that is held back.
    """
    first = date(london(before).year, 1, 1)
    instant = at_london(first, time())
    counted = Instalment.objects.filter(grant=OuterRef("pk")).exclude(status=InstalmentStatus.WITHHELD)
    is_late = Q(status=InstalmentStatus.PAID, paid_at__gte=instant) | (
        ~Q(status=InstalmentStatus.PAID) & Q(due_on__gte=first)
    )
    held = Decision.objects.exclude(application__hold_reason="")
    found = Grant.objects.exclude(status=GrantStatus.DECLINED).exclude(decision__in=held)
    return found.filter(~Exists(counted.filter(is_late)), Exists(counted) | Q(ends_on__lt=first))


def declined(before: datetime) -> QuerySet[Grant]:
    found = Grant.objects.filter(status=GrantStatus.DECLINED, decision__application__hold_reason="")
    return found.filter(erased_at__isnull=True, decision__released_at__lte=before)


def decisions(at: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(erased_at__isnull=True, application__erased_at__lte=at)


def files_of(keys: list[Any], at: datetime) -> None:
    """Take out the files of the applications behind these grants; `sweep` finds the agreements by themselves."""
    behind = Application.objects.filter(decisions__grant__in=keys).values_list("pk", flat=True)
    of_applications.files_of(list(behind), at)


def sweep(at: datetime) -> None:
    """Delete the stored agreements of grants whose file was deleted. Raises what the storage raises."""
    erased = Agreement.objects.filter(grant__erased_at__isnull=False, document__isnull=False)
    with transaction.atomic(), bypass_triggers():
        store.discard(store.documents_of(Grant, list(erased.values_list("grant", flat=True))))
        without = list(erased.values_list("pk", flat=True))
        erased.update(document=None)
        seals.follow_erasure(Agreement, without, at)
    store.sweep()
    of_applications.sweep(at)


TABLE: tuple[Line, ...] = (
    Rule(
        "Grant files: the application, the agreement, how the sum was worked out, signatures, reports",
        GRANT_FILE,
        "Reference, organisation, post, dates, the published sum, what was paid when",
        is_about_secondee=True,
        case="if a grant is made",
        due=lambda before: over(before).filter(erased_at__isnull=True),
        parts=OF_GRANT,
        files=files_of,
        sweep=sweep,
    ),
    Rule(
        "Grants that were offered and declined",
        DECLINED_OFFER,
        "Reference, organisation, post, dates, the sum offered",
        due=declined,
        parts=OF_GRANT,
        files=files_of,
        sweep=sweep,
    ),
    Rule(
        "Conditions and reasons of decisions",
        "the application that they are about",
        "Outcome, dates, who decided",
        due=decisions,
        parts=(Part(Decision, "pk"),),
    ),
)
