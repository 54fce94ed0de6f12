"""How long grant files are kept, and what is due when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear, Greatest

from applications import retention as of_applications
from applications.models import Application
from core.audit import seals
from core.audit.immutability import bypass_triggers
from core.dates import at_london, london
from core.documents import store
from core.documents.models import GeneratedDocument
from core.documents.models import Status as DocumentStatus
from core.documents.retention import discard
from core.governance.models import Meeting, Minute
from core.retention import duties
from core.retention.duties import Duty
from core.retention.rules import Line, Part, Rule, by_way_of
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import (
    Agreement,
    BankAccount,
    BudgetLine,
    Decision,
    EvaluationReport,
    Grant,
    Instalment,
    Repayment,
    Signature,
    Variation,
)
from grants.periods import COMMITTEE_PAPERS, DECLINED_OFFER, DOSSIER, GRANT_FILE

OF_GRANT = (
    Part(Grant, "pk"),
    Part(Variation, "grant"),
    Part(BudgetLine, "grant"),
    Part(Signature, "agreement__grant"),
    Part(Instalment, "grant"),
    Part(BankAccount, "grant"),
    Part(Repayment, "grant"),
    Part(EvaluationReport, "grant"),
    *by_way_of("decisions__grant", (*of_applications.PARTS, Part(Decision, "application"))),
)


ACCOUNTS = "the grant's file: the funder must account for what it pays (Charities Act 2011, section 131)"


def over(before: datetime) -> QuerySet[Grant]:
    """Grants whose last payment, made or still to be made, was in a year that had ended by this instant, in local time.

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


def papers_made(before: datetime) -> QuerySet[GeneratedDocument]:
    """Papers and copies of minutes, which every reader may have made again while the applications are kept."""
    made = store.documents_of(Meeting, list(Meeting.objects.values_list("pk", flat=True)))
    return made.filter(Q(kind__startswith="papers") | Q(kind__startswith="minutes"), requested_at__lte=before)


def dossiers_made(before: datetime) -> QuerySet[GeneratedDocument]:
    """Dossiers of applications, which every reader may have made again while the application is kept."""
    made = GeneratedDocument.objects.exclude(status=DocumentStatus.DISCARDED)
    made = made.filter(thing_type=Application._meta.label_lower, kind__startswith="dossier")
    return made.filter(requested_at__lte=before)


def decisions(at: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(erased_at__isnull=True, application__erased_at__lte=at)


def minutes(at: datetime) -> QuerySet[Minute]:
    return Minute.objects.filter(erased_at__isnull=True, item__case__erased_at__lte=at)


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


def kept(rows: Mapping[type[Model], set[Any]], at: datetime) -> Iterator[Duty]:
    """What stays although somebody asks for erasure: files of grants, while the funder has to account for them."""
    yield from duties.among((*OF_GRANT, Part(Agreement, "grant")), rows, accounted_for(at))


def accounted_for(at: datetime) -> dict[Any, tuple[str, str]]:
    """The grants whose file must be kept at this instant: why, and until when, in words."""
    gone = over(GRANT_FILE.before(at)).values("pk")
    files = Grant.objects.filter(erased_at__isnull=True).exclude(status=GrantStatus.DECLINED).exclude(pk__in=gone)
    last = Coalesce(Max("instalments__paid_at__year"), ExtractYear("ends_on"))
    due = Greatest(
        last, Coalesce(Max("instalments__due_on__year", filter=~Q(instalments__status=InstalmentStatus.WITHHELD)), last)
    )
    years = files.annotate(last=due).order_by("pk").values_list("pk", "last")
    return {pk: (ACCOUNTS, f"31 December {year + GRANT_FILE.years}") for pk, year in years}


TABLE: tuple[Line, ...] = (
    Rule(
        "Grant files: the application, the agreement, how the sum was worked out, signatures, bank details, reports",
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
        "Papers of the Grants Committee, with scores, views and visits, and copies of minutes",
        COMMITTEE_PAPERS,
        due=papers_made,
        files=discard,
        sweep=sweep,
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Dossiers of applications: all that one reader may see, in one file",
        DOSSIER,
        due=dossiers_made,
        files=discard,
        sweep=sweep,
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Conditions and reasons of decisions",
        "the application that they are about",
        "Outcome, dates, who decided",
        due=decisions,
        parts=(Part(Decision, "pk"),),
    ),
    Rule(
        "What the minutes of the Grants Committee say about an application",
        "the application that they are about",
        "The item, who was present, who stepped out, who confirmed the minutes",
        due=minutes,
        parts=(Part(Minute, "pk"),),
    ),
)
