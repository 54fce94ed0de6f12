"""Published awards as open data, by the 360Giving Data Standard 1.4: JSON, and CSV with the standard's titles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.accounts.models import Programme
from core.money.fields import MoneyField
from core.naming import site_name
from core.rights.models import Use
from core.rights.restriction import usable
from grants.exports.columns import COLUMNS as COLUMNS
from grants.exports.columns import row
from grants.exports.records import record
from grants.lifecycle import InstalmentStatus, RepaymentStatus
from grants.models import Grant, Instalment, Repayment

if TYPE_CHECKING:
    from grants.exports.records import OpenAward

CHUNK = 2000
UNREAD = ("current_salary", "conditions", "post__purpose", "post__accountabilities", "post__person_specification")
UNREAD_OF_CALL = ("summary", "brief", "welcome")


def published(of: Programme | None = None) -> QuerySet[Grant]:
    """Every published award (of one programme), the latest first, with what the public list reads."""
    awards = usable(Grant.objects.published(), Use.EXPORTS)
    rows = (awards.filter(programme=of) if of else awards).select_related("organisation", "post", "programme__funder")
    return rows.order_by("-agreed_on", "-pk").defer("current_salary", "conditions")


def open_awards(of: Programme | None = None) -> QuerySet[OpenAward]:
    """Those in the open data, with what a record reads; without an amount in the records there is none to publish."""
    return as_open(published(of).filter(is_illustrative=False))


def as_open(grants: QuerySet[Grant]) -> QuerySet[OpenAward]:
    """Grants with what `record` reads, whether or not they are published."""
    paid = sum_of(Instalment.objects.filter(status=InstalmentStatus.PAID))
    back = sum_of(Repayment.objects.filter(status=RepaymentStatus.RECEIVED))
    of_call = ("post__call", "decision__application__call__programme")
    rows = grants.select_related("organisation", "programme__funder", *of_call).annotate(paid=paid - back)
    calls = (f"{way}__{name}" for way in ("post__call", "decision__application__call") for name in UNREAD_OF_CALL)
    return rows.prefetch_related("post__call__strands").defer(*UNREAD, *calls)


def sum_of(rows: QuerySet[Any]) -> Coalesce:
    """The amounts of these rows of each award, as a subquery."""
    sums = rows.filter(grant=OuterRef("pk")).order_by().values("grant").annotate(total=Sum("amount"))
    return Coalesce(Subquery(sums.values("total")), Value(0), output_field=MoneyField())


def rows(of: Programme | None = None) -> Iterator[tuple[Any, ...]]:
    """The values of each award in the order of COLUMNS, a chunk of rows in memory at a time."""
    for grant in open_awards(of).iterator(chunk_size=CHUNK):
        yield row(record(grant))


def json_stream(of: Programme | None = None, *, address: str, on: date) -> Iterator[bytes]:
    """The same awards as a 360Giving package, one grant at a time, taken from this address on this day."""
    about = json.dumps(package(of, address, on), ensure_ascii=False).removesuffix("}")
    yield f'{about}, "grants": ['.encode()
    before = b"\n"
    for grant in open_awards(of).iterator(chunk_size=CHUNK):
        yield before + json.dumps(record(grant), ensure_ascii=False).encode()
        before = b",\n"
    yield b"\n]}\n"


def package(of: Programme | None, address: str, on: date) -> dict[str, Any]:
    """What the standard's package says of itself: version, licence, who publishes it and where."""
    publisher = {"name": of.funder.name if of else site_name(), "website": settings.SITE_URL}
    if of and of.funder.registered_as:
        publisher["identifier"] = of.funder.registered_as
    return {
        "version": "1.4",
        "title": f"Grants awarded: {of or site_name()}",
        "license": settings.OPEN_DATA_LICENCE,
        "publisher": publisher,
        "issued": on.isoformat(),
        "accessURL": f"{settings.SITE_URL}{reverse('grants')}",
        "downloadURL": f"{settings.SITE_URL}{address}",
    }
