"""Answers of an earlier application, brought over into a new one where it is still empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from applications.actions.drafts import lock_draft, save_section
from applications.completeness import FilledForm
from applications.form_schema import funding_labels, read_funding
from applications.lifecycle import TrailEvent
from applications.models import Answer, Application
from applications.models.section import Section
from core.accounts.duplicates import bare
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused
from core.permissions import check

# Never the person, the salary and the terms, or the files: they are asked anew.
FACTS_BROUGHT: dict[str, tuple[str, ...]] = {
    Section.ORGANISATION: ("contact_phone", "whose_idea"),
    Section.CONFLICTS: ("other_funding", "declared_conflicts"),
}
NEVER: frozenset[str] = frozenset({Section.CANDIDATE, Section.DOCUMENTS})


@dataclass(frozen=True)
class Brought:
    """What was brought over: the labels of the answers, and of those too long for their new question."""

    labels: tuple[str, ...]
    too_long: tuple[str, ...]


def earlier(application: Application) -> QuerySet[Application]:
    """The organisation's other applications in which something was written, submitted or not, the newest first."""
    others = Application.objects.real().filter(organisation=application.organisation_id).exclude(pk=application.pk)
    return others.filter(erased_at__isnull=True, answers__text__gt="").distinct()


def has_earlier() -> Exists:
    """Say within the query for an application whether there are answers to bring over: it costs no query of its own."""
    written = Application.objects.real().filter(organisation=OuterRef("organisation"), erased_at__isnull=True)
    return Exists(written.filter(answers__text__gt="").exclude(pk=OuterRef("pk")))


@transaction.atomic
def bring(application: Application, *, source: Application, by: User, at: datetime) -> Brought:
    """Copy into empty answers what the same question, in the same section, was answered before.

    Questions are the same when their words are, whatever their case and punctuation; an answer that the new one does
    not take (a choice that is not in its list) stays out. Raises Refused after the close,
    and for an application of another organisation.
    """
    check(by, "applications.change_application", application)
    lock_draft(application, at)
    if not earlier(application).filter(pk=source.pk).exists():
        raise Refused("Choose one of your organisation's earlier applications.", field="source")
    filled = FilledForm.current(application.pk)
    sections = [section for section in filled.sections if section not in NEVER]
    words = {(row.question.section, bare(row.question.label)): row.text for row in _answered(source)}
    fields: set[str] = set()
    for section in sections:
        facts = _facts_brought(filled, source, section)
        empty = [question for question in filled.questions_of(section) if not filled.boxes(section)[question.field]]
        earlier_texts = {question: words.get((section, bare(question.label)), "") for question in empty}
        answers = {question.pk: text for question, text in earlier_texts.items() if text and question.accepts(text)}
        if facts or answers:
            save_section(application, section, facts=facts, answers=answers, by=by, at=at)
            fields |= {*facts, *(f"question_{pk}" for pk in answers)}
    brought = _brought(application, fields)
    if brought.labels:
        trail.record(TrailEvent.ANSWERS_COPIED, application, by=by, at=at, source=source, answers=list(brought.labels))
    return brought


def _facts_brought(filled: FilledForm, source: Application, section: str) -> dict[str, Any]:
    """What the source says where the new application is still empty; of one body's funding all three boxes."""
    facts = {name: getattr(source, name) for name in FACTS_BROUGHT.get(section, ())}
    if section == Section.CONFLICTS:
        for body in filled.bodies:
            names = funding_labels([body])
            if not any(filled.boxes(section)[name] for name in names):
                facts |= {name: read_funding(source, name) for name in names}
    empty = {name for name, text in filled.boxes(section).items() if not text}
    return {name: value for name, value in facts.items() if value and name in empty}


def _answered(source: Application) -> QuerySet[Answer]:
    return source.answers.filter(text__gt="").select_related("question")


def _brought(application: Application, fields: set[str]) -> Brought:
    filled = FilledForm.current(application.pk)
    copied = [
        row
        for section in filled.sections
        if section not in NEVER
        for row in filled.rows(section)
        if row.field in fields
    ]
    return Brought(tuple(row.label for row in copied), tuple(row.over_in_words for row in copied if row.is_too_long))
