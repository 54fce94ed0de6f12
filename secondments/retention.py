"""How long placements are kept, and what is due when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from core.audit import seals
from core.audit.immutability import bypass_triggers
from core.dates import london
from core.documents import store
from core.retention import duties
from core.retention.duties import Duty
from core.retention.rules import Line, Part, Rule
from grants import retention as of_grants
from grants.periods import GRANT_FILE
from secondments.lifecycle import PlacementStatus
from secondments.models import (
    Amendment,
    AmendmentSignature,
    Milestone,
    Objective,
    OrganisationView,
    Placement,
    StartStep,
)


def over(before: datetime) -> QuerySet[Placement]:
    """Placements whose grant file is over; not one that runs still, but one that nobody ended after its last day."""
    found = Placement.objects.filter(erased_at__isnull=True, grant__in=of_grants.over(before))
    return found.exclude(status=PlacementStatus.ACTIVE, ends_on__gte=london(before).date())


PARTS = (
    Part(Placement, "pk"),
    Part(StartStep, "placement"),
    Part(Objective, "workplan__placement"),
    Part(Milestone, "objective__workplan__placement"),
    Part(OrganisationView, "workplan__placement"),
)


def amendments_over(before: datetime) -> QuerySet[Amendment]:
    return Amendment.objects.filter(erased_at__isnull=True, grant__in=of_grants.over(before))


def sweep(at: datetime) -> None:
    """Delete the stored supplementary agreements of changes whose file was deleted."""
    erased = Amendment.objects.filter(erased_at__isnull=False, document__isnull=False)
    with transaction.atomic(), bypass_triggers():
        keys = list(erased.values_list("pk", flat=True))
        store.discard(store.documents_of(Amendment, keys))
        erased.update(document=None)
        seals.follow_erasure(Amendment, keys, at)
    store.sweep()


AMENDMENT_PARTS = (Part(Amendment, "pk"), Part(AmendmentSignature, "amendment"))


def kept(rows: Mapping[type[Model], set[Any]], at: datetime) -> Iterator[Duty]:
    """What stays although somebody asks for erasure: placements, as long as the files of their grants."""
    files = of_grants.accounted_for(at)
    placements = Placement.objects.filter(grant__in=files, erased_at__isnull=True).values_list("pk", "grant")
    yield from duties.among(PARTS, rows, {pk: files[grant] for pk, grant in placements})
    changes = Amendment.objects.filter(grant__in=files, erased_at__isnull=True).values_list("pk", "grant")
    yield from duties.among(AMENDMENT_PARTS, rows, {pk: files[grant] for pk, grant in changes})


TABLE: tuple[Line, ...] = (
    Rule(
        "Placements: who was where on which days, notes, the words of the workplan and of views on it",
        GRANT_FILE,
        "Reference, organisation, post, dates, kinds and dates of milestones",
        is_about_secondee=True,
        due=over,
        parts=PARTS,
    ),
    Rule(
        "Changes of grants: who asked for them and why, supplementary agreements and signatures",
        GRANT_FILE,
        "Reference, dates, what was changed, who consented when",
        due=amendments_over,
        parts=AMENDMENT_PARTS,
        sweep=sweep,
    ),
)
