"""What one grant lacks to be, complete, in the open data: asked of the very record and list that are published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model
from django.urls import reverse

from core.accounts.models import Organisation
from core.accounts.models.organisations import WITHOUT_NUMBER
from grants import exports
from grants.exports.columns import FIELDS, at
from grants.exports.records import record
from grants.models import Grant

if TYPE_CHECKING:
    from grants.exports.records import OpenAward


@dataclass(frozen=True)
class Lack:
    """What is missing and why; where it is put right, and the permission to do so there, if anywhere."""

    what: str
    text: str
    thing: Model | None = None
    permission: str = ""

    @property
    def url(self) -> str:
        if self.thing is None:
            return ""
        meta = self.thing._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.thing.pk])

    @property
    def place(self) -> str:
        return str(self.thing or "")


@dataclass(frozen=True)
class Readiness:
    """Whether a grant is in the public list and in the open data, and what its record lacks."""

    is_listed: bool
    is_open: bool
    lacks: list[Lack]


def readiness_of(grant: Grant) -> Readiness:
    row = exports.as_open(Grant.objects.filter(pk=grant.pk)).get()
    is_listed = exports.published().filter(pk=grant.pk).exists()
    is_open = exports.open_awards().filter(pk=grant.pk).exists()
    return Readiness(is_listed, is_open, [*_bars(row, is_listed), *_gaps(row)])


def _bars(grant: OpenAward, is_listed: bool) -> Iterator[Lack]:
    if grant.agreed_on and not is_listed:
        yield Lack("Use of its data", "It is held back while a restriction of data is in force.")
    if grant.is_illustrative:
        yield Lack("Amount awarded", "The records do not give it. Without one it is listed, not in the open data.")


def _gaps(grant: OpenAward) -> Iterator[Lack]:
    """The columns of the export that are empty in its record and need not be, each said once."""
    values = record(grant)
    empty = [".".join(way) for _, way in FIELDS if at(values, way) == ""]
    judged = [JUDGED[name] for name in empty if name in JUDGED]
    yield from dict.fromkeys(one(grant) if callable(one) else one for one in judged)
    for body in (grant.organisation, grant.programme.funder):
        if not body.registered_as and body.legal_form not in WITHOUT_NUMBER:
            yield _number(body)


def _number(body: Organisation) -> Lack:
    text = "Without a number in a register it is identified by our own, which no other data knows."
    return Lack(f"Register number of {body}", text, body, "accounts.change_organisation")


def _area(grant: OpenAward) -> Lack:
    text = "The programme does not name the area that benefits."
    return Lack("Area", text, grant.programme, "accounts.change_programme")


def _area_code(grant: OpenAward) -> Lack:
    text = "The programme has no code of its area of a kind that the standard names."
    return Lack("Code of the area", text, grant.programme, "accounts.change_programme")


def _strand(grant: OpenAward) -> Lack:
    return Lack("Strand", "Its call names none, and a published call keeps its terms." if grant.post else NO_CALL)


NO_CALL = "The grant is from before this service and names no call."

# What an empty column means, by its way in the record; every record fills the others, or rightly leaves them empty.
JUDGED: dict[str, Lack | Callable[[OpenAward], Lack]] = {
    "title": Lack("Title", "It has none."),
    "description": Lack("Description", "It does not say what the grant pays for."),
    "amountAppliedFor": Lack("Amount applied for", "The application's figures are not on record."),
    "awardDate": Lack("Award date", "It is the day on which both parties have signed the agreement."),
    "beneficiaryLocation.name": _area,
    "beneficiaryLocation.geoCode": _area_code,
    "locationScope": _area_code,
    "fromOpenCall": Lack("From an open call?", NO_CALL),
    "classifications.title": _strand,
}
