"""What placements must keep to."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef

from grants.models import Signature, Variation
from secondments import capacity
from secondments.lifecycle import AmendmentKind, AmendmentStatus, PlacementStatus, StartStepStatus
from secondments.models import Amendment, AmendmentSignature, Placement, StartStep

IN_BLOCKS = 2000


def breaches(_now: datetime) -> Iterator[str]:
    settled = [StartStepStatus.DONE, StartStepStatus.WAIVED]
    not_started = [PlacementStatus.PREPARING, PlacementStatus.CALLED_OFF]
    started = (
        StartStep.objects.filter(is_required=True)
        .exclude(status__in=settled)
        .exclude(placement__status__in=not_started)
    )
    for step in started.select_related("placement").iterator(IN_BLOCKS):
        yield f"{step}: open although the placement has started"
    yield from _too_many_at_once()
    yield from _apart()
    yield from _signed()


def _apart() -> Iterator[str]:
    """A placement that goes on lies within its grant, for as many days a week; none lasts too long."""
    rows = Placement.objects.going_on().select_related("grant__programme")
    for placement in rows.iterator(IN_BLOCKS):
        grant = placement.grant
        if not grant.starts_on <= placement.starts_on < placement.ends_on <= grant.ends_on:
            yield f"{placement}: its dates are not within those of {grant}"
        if placement.days_per_week != grant.days_per_week:
            yield f"{placement}: its days a week are not those of {grant}"


def _signed() -> Iterator[str]:
    """What a signed supplementary agreement says is what its grant and placement have; nothing moved without one."""
    in_force = Amendment.objects.filter(status=AmendmentStatus.IN_FORCE).select_related("grant", "document")
    for amendment in in_force.annotate(signed=Count("signatures")).iterator(IN_BLOCKS):
        grant = amendment.grant
        variation = grant.variations.filter(kind=amendment.kind).first()
        ends_on = grant.ended_on if amendment.kind == AmendmentKind.EARLY_END else grant.ends_on
        if variation is None or ends_on != amendment.last_on or variation.total != amendment.total:
            yield f"{amendment}: dates or sum are not those of {grant}"
        if amendment.signed < len(Signature.Party):
            yield f"{amendment}: in force with fewer than two signatures"
        if amendment.document is not None and amendment.document.sha256 != amendment.sha256:
            yield f"{amendment}: its hash is not that of its document"
    other = AmendmentSignature.objects.exclude(sha256=F("amendment__sha256")).select_related("amendment__grant")
    for signature in other.iterator(IN_BLOCKS):
        yield f"{signature.amendment}: a signature is of another document"
    signed = Amendment.objects.filter(status=AmendmentStatus.IN_FORCE, grant=OuterRef("grant"), kind=OuterRef("kind"))
    moved = Variation.objects.filter(~Exists(signed), grant__decision__isnull=False)
    moved = moved.filter(predates_amendments=False).select_related("grant")
    for variation in moved.iterator(IN_BLOCKS):
        yield f"{variation.grant}: its {variation.get_kind_display()} has no signed amendment"


def _too_many_at_once() -> Iterator[str]:
    terms: dict[int, list[tuple[date, date]]] = {}
    counted = Placement.objects.exclude(status=PlacementStatus.CALLED_OFF)
    rows = counted.values_list("grant__programme", "starts_on", "ends_on")
    for programme, starts_on, ends_on in rows.iterator(IN_BLOCKS):
        terms.setdefault(programme, []).append((starts_on, ends_on))
    most = dict(Placement.objects.values_list("grant__programme", "grant__programme__most_placements").distinct())
    for programme, pairs in terms.items():
        if capacity.busiest(pairs).count > most[programme]:
            yield f"programme {programme}: more placements at once than it takes"
