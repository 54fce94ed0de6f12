"""Corrects what is wrong about somebody, or notes it beside what must stay as it was submitted."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Field, Model, TextField

from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check
from core.promises import declared
from core.rights import letters
from core.rights.answering import closed, require_checked
from core.rights.items import WITHHELD, Item, items_of
from core.rights.lifecycle import REQUEST, Kind
from core.rights.models import Correction, RightsRequest
from core.rights.reviewing import held, require_no_conflict

NOT_HERE = {
    "accounts.user:email": "The person changes the address of their account themselves, on their account page.",
    "applications.candidate:email": "The office corrects this address on the page of the application.",
    "applications.candidate:corrected_email": "The office corrects this address on the page of the application.",
}


def correctable(request: RightsRequest) -> list[Item]:
    """Words in rows about the person, without what is on the trail, in emails and in this request."""
    found = [item for row in held(request).rows.values() for item in items_of(row) if not row.is_of_others]
    return [item for item in found if _is_text(item) and item.value != WITHHELD]


def _is_text(item: Item) -> bool:
    if item.thing._meta.app_label in {"audit", "letters", "documents", "rights"}:
        return False
    field = item.thing._meta.get_field(item.name)
    return isinstance(field, CharField | TextField) and not field.choices


@transaction.atomic
def correct(request: RightsRequest, *, item: str, after: str, by: User, at: datetime) -> Correction:
    """Change one field, or note the correction where the field is frozen; before and after stand in both cases."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.RECTIFICATION)
    require_no_conflict(request, by)
    found = next((one for one in correctable(request) if one.key == item), None)
    if found is None:
        raise Refused("Choose what is to be corrected.", field="item")
    name = f"{found.thing._meta.label_lower}:{found.name}"
    if name in NOT_HERE:
        raise Refused(NOT_HERE[name], field="item")
    after = after.strip()
    require(after != found.value, "This is what stands there now.", "after")
    is_noted_only = is_frozen(found.thing, found.name)
    if not is_noted_only:
        _write(found, after)
    facts = {"item": item, "before": found.value, "after": after, "is_noted_only": is_noted_only}
    correction = Correction.objects.create(request=request, corrected_at=at, corrected_by=by, **facts)
    event = "correction noted" if is_noted_only else "corrected for the person"
    trail.record(event, found.thing, by=by, at=at, what=found.title, was=found.value, now=after)
    return correction


def _write(item: Item, after: str) -> None:
    field: Field = item.thing._meta.get_field(item.name)  # type: ignore[assignment]
    try:
        value = field.clean(after, item.thing)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages), field="after") from None
    setattr(item.thing, item.name, value)
    item.thing.save(update_fields=[item.name])


def is_frozen(thing: Model, name: str) -> bool:
    """Whether the model promises that this field of this row is never changed."""
    rows = type(thing)._base_manager.filter(pk=thing.pk)
    return any(name in one.fields.split() and rows.filter(one.when).exists() for one in declared(type(thing)).frozen)


@transaction.atomic
def finish(request: RightsRequest, *, answer: str = "", by: User, at: datetime) -> None:
    """Tell the person what was corrected, and what was noted instead or not found wrong."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.RECTIFICATION)
    corrections = list(request.corrections.all())
    is_answered = bool(corrections or answer.strip())
    require(is_answered, "Correct something, or write why there is nothing to correct.", "answer")
    REQUEST.advance(request, "finish", answer=answer.strip(), **closed(by, at))
    trail.record("data request answered", request, by=by, at=at, number=len(corrections))
    letters.to_person("corrected", request, at=at, corrections=corrections)
