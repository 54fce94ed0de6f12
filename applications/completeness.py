"""An application form as it is filled in: what was given, what is missing, and what the proposed secondee is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.db.models import OuterRef, Subquery
from django.utils.text import Truncator

from applications.form_schema import (
    FACTS,
    FUNDING_BOX,
    agreement_of,
    bodies_of,
    box_text,
    funding_labels,
    in_words,
    read_funding,
)
from applications.lifecycle import CandidateStatus
from applications.models import Answer, Application, Candidate, Document
from applications.models.document import OF_APPLICANTS
from applications.models.question import Question
from applications.models.section import Section, SectionOfCall
from core.accounts.models import Organisation
from core.text import count_words, is_visible, plural

Value = object  # what a column holds: text, a number, a date, a file, or None
PREFILLED = frozenset({"wants_enhancement", "months"})  # set when the application is started
MOST_QUOTED = 40  # characters of a text that cannot be read
NOT_SHOWN = frozenset({"other_funding", "cv"})  # with funding_12: of the sections that the proposed secondee is shown
PROSE = frozenset({"other_funding", "declared_conflicts"})
OPTIONAL = frozenset({"other_funding"})
NUMBERED = frozenset({"whose_idea", "wants_enhancement"})  # radio buttons


@dataclass(frozen=True)
class Row:
    """One thing asked, with what was given in words.

    `field` is the control's name in the form, `limit` a number of words (0 for no limit). `unparsed` is what was typed
    last where it could not be read; `value` is then what was read before. Of several radio buttons, which are
    `is_numbered`, the first is the control.
    """

    field: str
    label: str
    value: str
    is_prose: bool = False
    document: Document | None = None
    limit: int = 0
    unparsed: str = ""
    is_optional: bool = False
    most_characters: int = 0
    is_numbered: bool = False

    @property
    def words_over(self) -> int:
        return max(0, count_words(self.value) - self.limit) if self.limit else 0

    @property
    def characters_over(self) -> int:
        return max(0, len(self.value) - self.most_characters) if self.most_characters else 0

    @property
    def is_too_long(self) -> bool:
        return bool(self.words_over or self.characters_over)

    @property
    def over_in_words(self) -> str:
        if self.words_over:
            return f"{self.label} ({plural(self.words_over, 'word')} over its limit of {self.limit})"
        over = plural(self.characters_over, "character")
        return f"{self.label} ({over} over its limit of {self.most_characters})"

    @property
    def is_given(self) -> bool:
        return bool(self.unparsed or (count_words(self.value) if self.is_prose else is_visible(self.value)))

    @property
    def is_missing(self) -> bool:
        return not (self.is_given or self.is_optional)

    @property
    def unparsed_in_words(self) -> str:
        if self.is_prose:
            return f"{self.label} (too long)"
        return f"{self.label} (“{Truncator(self.unparsed).chars(MOST_QUOTED)}” cannot be used)"

    @property
    def anchor(self) -> str:
        """The id of its control in the section's page; radio buttons are numbered."""
        match = FUNDING_BOX.fullmatch(self.field)
        is_numbered = self.is_numbered or self.field in NUMBERED or (match is not None and not match["part"])
        return f"id_{self.field}_0" if is_numbered else f"id_{self.field}"


@dataclass(frozen=True)
class Part:
    """One section of the form with what was given in it."""

    section: SectionOfCall
    rows: tuple[Row, ...]

    @cached_property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if row.is_missing]

    @cached_property
    def too_long(self) -> list[Row]:
        return [row for row in self.rows if row.is_too_long]

    @cached_property
    def unparsed(self) -> list[Row]:
        return [row for row in self.rows if row.unparsed]

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.too_long or self.unparsed)

    @property
    def is_begun(self) -> bool:
        return any(row.is_given for row in self.rows if row.field not in PREFILLED)

    @property
    def status(self) -> str:
        if self.too_long:
            return "Too long"
        if self.unparsed:
            return "Check an answer"
        return "Complete" if self.is_complete else "In progress" if self.is_begun else "Not started"

    @property
    def colour(self) -> str:
        if self.too_long or self.unparsed:
            return "orange"
        return "" if self.is_complete else "blue" if self.is_begun else "grey"


@dataclass(frozen=True)
class FilledForm:
    """An application with everything that was filled in, fetched beforehand.

    Its parts are worked out once, so make one for a request and pass it on.
    """

    application: Application
    candidate: Candidate | None
    documents: dict[str, Document]
    questions: tuple[Question, ...]
    texts: dict[int, str]

    @classmethod
    def of(cls, application: Application) -> FilledForm:
        words = Answer.objects.filter(application=application, question=OuterRef("pk")).values("text")[:1]
        questions = tuple(Question.objects.filter(call_id=application.call_id).annotate(words=Subquery(words)))
        documents = {kind: getattr(application, kind) for kind in OF_APPLICANTS}
        return cls(
            application=application,
            candidate=application.person,
            documents={kind: document for kind, document in documents.items() if document},
            questions=questions,
            texts={question.pk: getattr(question, "words", None) or "" for question in questions},
        )

    @classmethod
    def current(cls, application_pk: int) -> FilledForm:
        return cls.of(Application.objects.whole().get(pk=application_pk))

    def questions_of(self, section: str) -> list[Question]:
        return [question for question in self.questions if question.section == section]

    @cached_property
    def sections(self) -> tuple[SectionOfCall, ...]:
        return self.application.call.form_sections

    def section(self, key: str) -> SectionOfCall:
        """The section with this key. Raises KeyError for one that the call does not have."""
        return {str(one): one for one in self.sections}[key]

    @cached_property
    def bodies(self) -> list[Organisation]:
        return bodies_of(self.application)

    def labels(self, section: str) -> dict[str, str]:
        """What a section asks besides the call's own questions, by the name of its box."""
        funding = funding_labels(self.bodies) if section == Section.CONFLICTS else {}
        return {**funding, **FACTS.get(section, {})}

    def fact(self, section: str, name: str) -> Value:
        """The value of a fact; None or empty when none was given."""
        if FUNDING_BOX.fullmatch(name):
            return read_funding(self.application, name)
        if section == Section.CANDIDATE:
            return getattr(self.candidate, name, "")
        if section == Section.DOCUMENTS:
            return self.documents.get(name)
        if name == "wants_enhancement" and self.application.erased_at:  # a column that cannot be empty
            return None
        value: Value = getattr(self.application, name)
        return value

    def rows(self, section: str) -> Iterator[Row]:
        for name, label in self.labels(section).items():
            value, match = self.fact(section, name), FUNDING_BOX.fullmatch(name)
            if match and match["part"] and self.application.funding_by_body.get(f"funding_{match['body']}") != "yes":
                continue
            yield Row(
                name,
                label,
                in_words(name, value),
                is_prose=name in PROSE,
                is_optional=name in OPTIONAL,
                document=value if isinstance(value, Document) else None,
                unparsed=self.application.unparsed.get(name, ""),
            )
        for question in self.questions_of(section):
            is_text = question.kind == Question.Kind.TEXT
            yield Row(
                question.field,
                question.label,
                question.in_words(self.texts[question.pk]),
                is_prose=is_text,
                is_optional=not question.is_required,
                limit=question.word_limit if is_text else 0,
                most_characters=question.character_limit if is_text else 0,
                is_numbered=question.has_radios,
                unparsed=self.application.unparsed.get(question.field, ""),
            )

    def in_words(self, name: str, value: Value) -> str:
        """Say what a box holds as people read it."""
        question = next((one for one in self.questions if one.field == name), None)
        return question.in_words(box_text(value)) if question else in_words(name, value)

    def boxes(self, section: str) -> dict[str, str]:
        boxes = {name: box_text(self.fact(section, name)) for name in self.labels(section)}
        boxes |= {question.field: self.texts[question.pk].strip() for question in self.questions_of(section)}
        return {name: self.application.unparsed.get(name, text) for name, text in boxes.items()}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(section, tuple(self.rows(section))) for section in self.sections)

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What prevents submission, in words: empty and overlong rows, and the proposed secondee's confirmation."""
        missing = [row.label for part in self.parts for row in part.missing]
        missing += [row.over_in_words for part in self.parts for row in part.too_long]
        missing += [row.unparsed_in_words for part in self.parts for row in part.unparsed]
        candidate = self.candidate
        needs_confirmation = candidate is not None and candidate.name and not self.application.is_rehearsal
        if candidate is not None and needs_confirmation and candidate.status != CandidateStatus.CONFIRMED:
            missing.append(f"the confirmation by {candidate.name}")
        return tuple(missing)

    @cached_property
    def missing_before_asking(self) -> tuple[str, ...]:
        rows = (*self.said_of_candidate, *self.rows(Section.SECONDMENT))
        return tuple(row.label for row in rows if row.is_missing or row.unparsed)

    @property
    def agreed_by_candidate(self) -> tuple[Row, ...]:
        agreed = {name: Row(name, *words) for name, words in agreement_of(self.application).items()}
        first = [agreed.pop(name) for name in ("post", "host")]
        return (*first, *self.rows(Section.SECONDMENT), *agreed.values())

    @property
    def said_of_candidate(self) -> tuple[Row, ...]:
        sections = (Section.CANDIDATE, Section.CONFLICTS, Section.DOCUMENTS)
        rows = (row for section in sections for row in self.rows(section) if row.field not in NOT_SHOWN)
        return tuple(row for row in rows if not FUNDING_BOX.fullmatch(row.field))

    @property
    def shown_to_candidate(self) -> tuple[Row, ...]:
        return (*self.said_of_candidate, *self.agreed_by_candidate)

    @property
    def candidate_digest(self) -> str:
        files = [self.documents.get(kind) for kind in (Document.Kind.CV, Document.Kind.STATEMENT)]
        host = self.application.call.programme.host
        words = [[row.field, row.value] for row in self.shown_to_candidate]
        for word in words:  # an article put before the host's name changes nothing that they agreed to
            if word[0] == "direction":
                word[1] = word[1].replace(host.in_sentence, host.name)
        shown = [words, [file.sha256 if file else "" for file in files]]
        return sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()
