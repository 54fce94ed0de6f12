"""What placements must keep to."""

from collections.abc import Iterator
from datetime import date, datetime

from secondments import capacity
from secondments.lifecycle import PlacementStatus, StartStepStatus
from secondments.models import Placement, StartStep

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
