"""What frozen rows and the trail must keep to."""

from collections.abc import Iterator
from datetime import datetime

from core.audit import chain, immutability, seals
from core.audit.models import TriggerBypass


def breaches(now: datetime) -> Iterator[str]:
    yield from _triggers()
    yield from seals.breaches()
    yield from chain.breaches(now)


def _triggers() -> Iterator[str]:
    for name in immutability.missing():
        yield f"{name}: this trigger is missing, switched off or different; manage.py migrate installs it"
    if TriggerBypass.objects.exists():
        yield f"{TriggerBypass._meta.db_table}: a row was left there, so nothing is frozen; delete it"
