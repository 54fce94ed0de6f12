"""The sections of a call's application form: six that the service needs, and those that the call adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db.models import TextChoices
from django.utils.text import slugify

LONGEST_KEY, LONGEST_LABEL = 40, 80
MOST_SECTIONS = 12
# Last parts of addresses of an application that are no section.
TAKEN = frozenset(["check", "submit", "receipt", "withdraw", "reopen", "ask", "earlier", "rehearsal", "sheet"])


class Section(TextChoices):
    """The six sections that every form has, with their usual names."""

    ORGANISATION = "organisation", "Your organisation"
    CANDIDATE = "candidate", "The proposed secondee"
    SECONDMENT = "secondment", "The secondment and its cost"
    EXPERIENCE = "experience", "Experience and understanding"
    CONFLICTS = "conflicts", "Collaboration and conflicts"
    DOCUMENTS = "documents", "CV and supporting statement"


class SectionOfCall(str):
    """A section as a call has it: its key, which is the last part of its address, and the `label` people read."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, key: str, label: str) -> Self:
        section = super().__new__(cls, key)
        section.label = label
        return section

    @property
    def is_built_in(self) -> bool:
        return self in Section.values


def read_sections(stored: Iterable[Iterable[str]]) -> tuple[SectionOfCall, ...]:
    """The sections in their order, of pairs of key and label; built-in ones that are not among them come last."""
    named = [SectionOfCall(key, label) for key, label in stored]
    return (*named, *(SectionOfCall(one.value, str(one.label)) for one in Section if one.value not in named))


def key_of(label: str, taken: Iterable[str]) -> str:
    """A key for a new section: of its label, and of no other section or page of an application."""
    others = {*taken, *TAKEN, *Section.values}
    stem = slugify(label)[: LONGEST_KEY - 3].strip("-") or "section"
    return next(key for number in range(1, 99) if (key := stem if number == 1 else f"{stem}-{number}") not in others)
