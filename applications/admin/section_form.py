"""The page on which an officer names, orders and adds the sections of a draft call's form."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.models import Call
from applications.models.section import LONGEST_LABEL, SectionOfCall
from core.accounts.models import User
from core.admin import StepForm

NEW = 3  # empty rows at a time


class SectionsForm(StepForm):
    """A place and a name for each section, and a few empty rows for new ones; an added one without a name goes."""

    def __init__(self, *args: Any, thing: Call, by: User, **kwargs: Any) -> None:
        super().__init__(*args, thing=thing, by=by, **kwargs)
        self.rows: list[SectionOfCall] = [*thing.form_sections, *(SectionOfCall("", "") for _ in range(NEW))]
        for number, section in enumerate(self.rows, start=1):
            what = f"“{section.label}”" if section else f"new section {number - len(thing.form_sections)}"
            self.fields[f"place_{number}"] = forms.IntegerField(
                label=f"Place of {what}", min_value=1, max_value=99, initial=number
            )
            self.fields[f"name_{number}"] = forms.CharField(
                label=f"Name of {what}",
                max_length=LONGEST_LABEL,
                initial=section.label,
                required=section.is_built_in,
                help_text="" if section.is_built_in else "Leave it empty to do without.",
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.errors:
            return typed
        rows = [
            (typed[f"place_{number}"], number, str(section), typed[f"name_{number}"].strip())
            for number, section in enumerate(self.rows, start=1)
        ]
        seen: set[str] = set()
        for _, number, _, name in rows:
            if name and name.casefold() in seen:
                self.add_error(f"name_{number}", f"Two sections are called “{name}”. Give each its own name.")
            seen.add(name.casefold())
        return {"sections": [(key, name) for _, _, key, name in sorted(rows) if name]}
