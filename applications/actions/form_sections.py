"""Names, orders and adds the sections of a draft call's application form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from applications.lifecycle import CallStatus, TrailEvent
from applications.models import Call
from applications.models.section import LONGEST_LABEL, MOST_SECTIONS, Section, key_of
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check


@transaction.atomic
def set_sections(call: Call, *, sections: Sequence[tuple[str, str]], by: User, at: datetime) -> None:
    """Set the sections in their order, as pairs of key and label; the key of a new one is empty.

    Raises Refused, naming the section, for a built-in one that is left out, one with questions that is left out, two
    of one name, and too many.
    """
    check(by, "applications.change_call", call)
    is_draft = call.status == CallStatus.DRAFT
    require(is_draft, "You cannot change the form of a published call.")
    labels = {one.value: str(one.label) for one in Section} | {str(one): one.label for one in call.form_sections}
    rows: list[tuple[str, str]] = []
    for key, typed in sections:
        label = " ".join(typed.split())
        require(0 < len(label) <= LONGEST_LABEL, f"Give each section a name of at most {LONGEST_LABEL} characters.")
        if label.casefold() in {name.casefold() for _, name in rows}:
            raise Refused(f"Two sections are called “{label}”. Give each its own name.")
        rows.append((key or key_of(label, [*labels, *(one for one, _ in rows)]), label))
    kept = {key for key, _ in rows}
    require(len(rows) <= MOST_SECTIONS, f"A form has at most {MOST_SECTIONS} sections.")
    if missing := next((label for key, label in labels.items() if key in Section.values and key not in kept), ""):
        raise Refused(f"“{missing}” cannot be taken out: the service needs what it asks.")
    asked = call.questions.exclude(section__in=kept).first()
    if asked is not None:
        sentence = f"“{labels.get(asked.section, asked.section)}” has the question “{asked}”."
        raise Refused(f"{sentence} Move its questions to another section first.")
    call.sections = [list(row) for row in rows]
    call.save(update_fields=["sections"])
    trail.record(TrailEvent.FORM_SECTIONS_SET, call, by=by, at=at, sections=[label for _, label in rows])
