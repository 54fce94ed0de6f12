"""What a page shows when two people, or two windows, changed the same box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from applications.autosave import Conflict
from applications.completeness import FilledForm
from applications.form_schema import box_text
from applications.forms.sections import SectionForm


@dataclass(frozen=True)
class Difference:
    """A box that two people changed: both texts in words, and what may be chosen."""

    label: str
    conflict: Conflict
    theirs: str
    mine: str
    when: str
    may_be_joined: bool

    @property
    def name(self) -> str:
        return f"keep_{self.conflict.name}"


def differences(form: SectionForm, conflicts: Sequence[Conflict], at: datetime) -> list[Difference]:
    if not conflicts:
        return []
    current = {row.field: row for row in FilledForm.current(form.filled.application.pk).rows(form.section)}
    return [
        Difference(
            label=str(form.fields[one.name].label),
            conflict=one,
            theirs=row.unparsed or row.value,
            mine=form.filled.in_words(one.name, typed_value(form, one.name)),
            when=one.when(at),
            may_be_joined=row.is_prose,
        )
        for one in conflicts
        if (row := current.get(one.name))
    ]


def typed_value(form: SectionForm, name: str) -> object:
    """What was typed: as it was understood, else as it stands in its box."""
    return form.cleaned_data[name] if name in form.cleaned_data else str(form[name].value() or "")


def chosen(posted: QueryDict) -> QueryDict:
    """What was sent, after the choice of a text in each box that two people had changed.

    "theirs" leaves the box out, so that what is saved stays; "both" puts the two texts one under the other, unless the
    writer has copied the other text into the box already.
    """
    data = posted.copy()
    for key in [key for key in posted if key.startswith("keep_")]:
        name, choice = key.removeprefix("keep_"), posted[key]
        if choice == "theirs":
            data.pop(name, None)
        elif choice == "both" and (theirs := box_text(posted.get(f"theirs_{name}"))) not in box_text(posted.get(name)):
            data[name] = f"{theirs}\n\n{posted.get(name, '')}"
    return data
