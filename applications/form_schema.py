"""What the six sections of the form ask, what is still missing in them, and what the proposed secondee is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db.models import OuterRef, Subquery

from applications.budget import Budget, Terms, award
from applications.models import Answer, Application, Candidate, Document
from applications.models.call import Call, Question, Section
from core.dates import say_day
from core.money.amounts import format_pounds
from core.text import count_words

# What is asked besides the call's own questions: the name of the column, and how people read it.
FACTS: dict[str, dict[str, str]] = {
    Section.ORGANISATION: {
        "contact_phone": "Telephone number to reach you",
        "whose_idea": "Whose idea the secondment was",
    },
    Section.CANDIDATE: {"name": "Full name", "email": "E-mail address", "job_title": "Present job title"},
    Section.SECONDMENT: {
        "current_salary": "Current full-time salary (£ a year)",
        "present_hours": "Present hours a week",
        "days_per_week": "Days a week with the host",
        "months": "Length in months",
        "earliest_start_on": "Earliest start",
        "wants_enhancement": "Salary enhancement",
    },
    Section.EXPERIENCE: {},
    Section.CONFLICTS: {
        "other_funding": "Other funding from the funders or the host",
        "declared_conflicts": "Conflicts of interest to declare",
    },
    Section.DOCUMENTS: {"cv": "CV of the proposed secondee", "statement": "Supporting statement"},
}


@dataclass(frozen=True)
class Filled:
    """An application with all that was filled in, fetched beforehand."""

    application: Application
    candidate: Candidate | None
    documents: dict[str, Document]
    questions: tuple[Question, ...]
    texts: dict[int, str]

    @classmethod
    def of(cls, application: Any) -> Filled:
        """Put together a row from `Application.objects.whole()` and, with one query, its questions and answers."""
        words = Answer.objects.filter(application=application, question=OuterRef("pk")).values("text")[:1]
        questions = tuple(Question.objects.filter(call_id=application.call_id).annotate(words=Subquery(words)))
        return cls(
            application=application,
            candidate=application.person,
            documents={kind: getattr(application, kind) for kind in Document.Kind.values if getattr(application, kind)},
            questions=questions,
            texts={question.pk: getattr(question, "words", None) or "" for question in questions},
        )

    def asked(self, section: str) -> list[Question]:
        """The call's questions in this section, in their order."""
        return [question for question in self.questions if question.section == section]

    def fact(self, section: str, name: str) -> Any:
        """What was given for a fact; None or empty when nothing was."""
        if section == Section.CANDIDATE:
            return getattr(self.candidate, name, "")
        if section == Section.DOCUMENTS:
            return self.documents.get(name)
        if name == "wants_enhancement" and self.application.erased_at:  # a column that cannot be empty
            return None
        return getattr(self.application, name)


@dataclass(frozen=True)
class Row:
    """One thing asked: the control's name in the form, its label, what was given in words, and whether it is prose."""

    field: str
    label: str
    value: str
    is_prose: bool = False
    document: Document | None = None
    limit: int = 0  # words; 0 for what has no limit

    @property
    def over(self) -> int:
        """How many words it has beyond its limit: what was brought over from elsewhere may be longer."""
        return max(0, count_words(self.value) - self.limit) if self.limit else 0

    @property
    def said_over(self) -> str:
        """By how much it is too long, as people read it."""
        return f"{self.label} ({self.over} {'word' if self.over == 1 else 'words'} over its limit of {self.limit})"

    @property
    def is_missing(self) -> bool:
        """Whether nothing was given."""
        return not self.value.strip()


@dataclass(frozen=True)
class Part:
    """One section with what was given in it."""

    section: Section
    rows: tuple[Row, ...]

    @property
    def missing(self) -> list[Row]:
        """What is still to be given, in the form's order."""
        return [row for row in self.rows if row.is_missing]

    @cached_property
    def too_long(self) -> list[Row]:
        """What is longer than its question allows."""
        return [row for row in self.rows if row.over]

    @property
    def is_complete(self) -> bool:
        """Whether everything was given, and nothing at too great a length."""
        return not self.missing and not self.too_long

    @property
    def is_begun(self) -> bool:
        """Whether anything was given (what the form brings along does not count)."""
        return any(not row.is_missing for row in self.rows if row.field not in {"wants_enhancement", "months"})

    @property
    def status(self) -> str:
        """How it stands, in words."""
        return "Complete" if self.is_complete else "In progress" if self.is_begun else "Not started"

    @property
    def colour(self) -> str:
        """The tag's colour; a complete section has none."""
        return "" if self.is_complete else "blue" if self.is_begun else "grey"


def parts(filled: Filled) -> list[Part]:
    """Each of the six sections with its facts, then its questions."""
    return [Part(section, tuple(rows(filled, section))) for section in Section]


def rows(filled: Filled, section: Section) -> Iterator[Row]:
    """Yield what one section asks with what was given."""
    for name, label in FACTS[section].items():
        value = filled.fact(section, name)
        document = value if isinstance(value, Document) else None
        yield Row(name, label, in_words(name, value), is_prose=section == Section.CONFLICTS, document=document)
    for question in filled.asked(section):
        text = filled.texts[question.pk]
        yield Row(f"question_{question.pk}", question.label, text, is_prose=True, limit=question.word_limit)


def in_words(name: str, value: Any) -> str:  # noqa: PLR0911 — a table of kinds
    """Say a fact as people read it; empty when it was not given."""
    match name, value:
        case _, None | "":
            return ""
        case "whose_idea", _:
            return str(Application.Origin(value).label)
        case "wants_enhancement", _:
            return "Wanted" if value else "Not wanted"
        case "current_salary", _:
            return format_pounds(value, whole=True)
        case "earliest_start_on", _:
            return say_day(value)
        case _, Document():
            return value.original_name
        case _, Decimal():
            return f"{value.normalize():f}"
    return str(value)


def sheet(
    call: Call, *, salary: Decimal | None, days: Decimal | None, months: int | None, wants_enhancement: bool
) -> Budget | None:
    """The grant worked out, or None while a figure is missing. Raises TermsError for what cannot be."""
    if salary is None or days is None or months is None:
        return None
    return award(call.rates, Terms(salary, days, months), with_enhancement=wants_enhancement)


def example_of(call: Call) -> tuple[Terms, Budget]:
    """A grant worked out for readers: a round salary below the band, the least days, the whole term."""
    salary = round(call.band_minimum * 81 / 100_000) * Decimal(1000)
    terms = Terms(max(salary, Decimal(1000)), call.least_days, call.term_months)
    return terms, award(call.rates, terms)


def sheet_of(application: Application) -> Budget | None:
    """The grant for the figures that are saved."""
    return sheet(
        application.call,
        salary=application.current_salary,
        days=application.days_per_week,
        months=application.months,
        wants_enhancement=application.wants_enhancement,
    )


# Where there is something about the proposed secondee; saving elsewhere cannot change what they confirmed.
SHOWN_FROM = frozenset({Section.CANDIDATE, Section.SECONDMENT})


def shown(filled: Filled) -> list[Row]:
    """What is said about the proposed secondee, as their page shows it."""
    about = list(rows(filled, Section.CANDIDATE))
    terms = [row for row in rows(filled, Section.SECONDMENT) if row.field in {"current_salary", "present_hours"}]
    return [*about[:3], *terms, *about[3:]]


def shown_digest(filled: Filled) -> str:
    """SHA-256 of what is shown to the proposed secondee together with the CV's own: what a confirmation binds."""
    cv = filled.documents.get(Document.Kind.CV)
    words = [[row.field, row.value] for row in shown(filled)]
    return sha256(json.dumps([words, cv.sha256 if cv else ""], ensure_ascii=False).encode()).hexdigest()
