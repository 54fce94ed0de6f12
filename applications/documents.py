"""Papers and files of applications: the copy, the blank form, uploaded documents, the deadline for a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.http import FileResponse
from django.template.loader import render_to_string

from applications.completeness import FilledForm, Part, Row
from applications.form_schema import asked_in, sheet_of
from applications.lifecycle import TrailEvent
from applications.models import Application, Call, Document, DocumentPage
from applications.models.assessment import Party
from applications.redaction import LABEL
from applications.rules.assessments import assesses_for
from applications.visibility.names import Reader
from core import calendars
from core.accounts.models import Programme, User
from core.audit import trail
from core.audit.models import Entry
from core.dates import clock_name, say_day, say_deadline, say_left
from core.documents import store
from core.documents.models import GeneratedDocument
from core.files import types
from core.files.types import FileType
from core.lifecycle import Refused

PDF_TYPE = FileType.PDF.content_type
OPENED, COLLEAGUE = TrailEvent.CV_OPENED, "A colleague"
MOST_OPENINGS = 50
CONTACTS, HIDDEN = frozenset({"email", "contact_phone"}), "Hidden from assessors for now"
SALARY_FIELDS = frozenset({"current_salary", "wants_enhancement"})


def copy(
    application: Application,
    *,
    with_salary: bool,
    at: datetime,
    filled: FilledForm | None = None,
    is_frozen: bool = False,
    reader: Reader | None = None,
) -> GeneratedDocument:
    """Request the application as a PDF, from a row of `Application.objects.whole()`; without the salary if so asked,
    and without the name where `reader` reads without it.

    The receipt's copy is frozen: it shows what was submitted, whatever changes afterwards.
    """
    filled = filled or FilledForm.of(application)
    reader = reader or Reader(application, hides=False)
    context = {
        "application": reader.application,
        "call": application.call,
        "candidate": reader.candidate(filled.candidate),
        "parts": parts_for(reader, filled),
        "budget": sheet_of(application) if with_salary else None,
        "hidden": frozenset() if with_salary else SALARY_FIELDS,
        "site_name": application.call.programme.name,
    }
    html = render_to_string("applications/application_pdf.html", context)
    kind = "application" if with_salary else "application without salary"
    kind = "application without name" if reader.hides else kind
    name = f"{application.shown_reference}.pdf"
    return store.request(application, kind, html, name=name, at=at, is_frozen=is_frozen, is_awaited=not is_frozen)


def parts_for(reader: Reader, filled: FilledForm) -> tuple[Part, ...]:
    if not reader.hides:
        return filled.parts
    return tuple(Part(part.section, tuple(_shown(row, reader) for row in part.rows)) for part in filled.parts)


def _shown(row: Row, reader: Reader) -> Row:
    value = LABEL if row.field == "name" else HIDDEN if row.field in CONTACTS else reader.text(row.value)
    value = "Uploaded" if row.document is not None else value
    return replace(row, value=value, document=None, unparsed="")


def blank(call: Call, closes_at: datetime | None, *, at: datetime, is_awaited: bool = False) -> GeneratedDocument:
    """Request the form without answers, to print and talk over, with the deadline of whoever asks for it."""
    questions = list(call.questions.select_related("criterion"))
    context = {
        "call": call,
        "dates": key_dates(call, closes_at),
        "posts": call.posts.all(),
        "criteria": call.criteria.all(),
        "sections": [
            (section, asked_in(call, section), [row for row in questions if row.section == section])
            for section in call.form_sections
        ],
        "rates": call.rates,
        "funders": call.programme.funding_organisations,
        "site_name": call.programme.name,
    }
    html = render_to_string("applications/call_blank.html", context)
    name = f"{call.slug}-blank.pdf"
    return store.request(call, "blank form", html, name=name, at=at, is_awaited=is_awaited)


def key_dates(call: Call, closes_at: datetime | None, now: datetime | None = None) -> list[tuple[str, str]]:
    """What happens when, with every weekday computed; with `now`, how long it is until the opening and the close.

    `closes_at` is the reader's own deadline: the call's, or that of their invitation; None for a rolling call.
    """

    def instant(at: datetime) -> str:
        left = f", {say_left(now, at)}" if now is not None and now < at else ""
        return f"{say_deadline(at)} ({clock_name()}){left}"

    dates = [("Opens", instant(call.opens_at))]
    dates.append(("Closes", instant(closes_at) if closes_at else "No closing date: apply at any time"))
    if call.visits_from_on:
        until = f" to {say_day(call.visits_to_on)}" if call.visits_to_on else ""
        dates.append(("Assessment visits", f"{say_day(call.visits_from_on)}{until}"))
    if call.decision_week_on:
        dates.append(("Decision", f"In the week of {say_day(call.decision_week_on)}"))
    if call.start_month_on:
        dates.append(("Start", f"{call.start_month_on:%B %Y}"))
    return dates


def who_decides(of: Programme) -> list[tuple[str, str]]:
    """Who does what with an application, by the programme's own names and titles."""
    funder, host = of.funder.in_sentence, of.host.in_sentence
    both = f"Assessors of {funder} and of {host}"
    return [
        ("Reading and scores", f"{both}. Each scores separately and gives a reason for each score"),
        ("The shortlist", f"The {of.title_of('Grants officer')} of {funder}, when the scores are in"),
        ("Assessment visits", f"{both}, who meet a senior member of your staff and the proposed secondee"),
        ("The decision", f"The grants committee of {funder}. A second person confirms it before we email the result"),
        ("The funding agreement", f"Signed by your organisation and by the {of.title_of('Grants director')}"),
        ("The work", f"Directed by {host}. You stay the employer"),
    ]


def deadline(call: Call, closes_at: datetime) -> tuple[str, bytes]:
    """The closing time, or that of somebody's invitation, as a calendar file: its name and bytes."""
    host = settings.SITE_URL.partition("://")[2]
    content = calendars.deadline(
        f"call-{call.slug}@{host}",
        # A deadline only ever moves later, so the minutes to it are a number that rises with each change.
        int((closes_at - call.opens_at) / timedelta(minutes=1)),
        f"Deadline: {call.title}",
        closes_at,
        stamped_at=call.published_at or call.opens_at,
        description=f"Applications close at {say_deadline(closes_at)} ({clock_name()}).",
        url=f"{settings.SITE_URL}{call.get_absolute_url()}",
        publisher=call.programme.name,
    )
    return f"{call.slug}-deadline.ics", content


@dataclass(frozen=True)
class Opening:
    """One opening of a CV: when, and by whom as its organisation and the proposed secondee may know."""

    at: datetime
    reader: str


def openings(application: Application) -> list[Opening]:
    """Who has opened the CV, the newest first, at most MOST_OPENINGS: one query."""
    lines = trail.history(application).filter(event=OPENED).order_by("-at", "-pk")[:MOST_OPENINGS]
    return [Opening(line.at, said_of_reader(line)) for line in lines]


def said_of_reader(line: Entry) -> str:
    """Say who it was: a colleague by name, everybody else by their part."""
    reader = str(line.detail.get("reader", ""))
    if line.by is None and "through" in line.detail:
        return "The proposed secondee"
    return str(line.by) if reader == COLLEAGUE and line.by else reader or "The grants office"


def part_of(reader: User, application: Application) -> str:
    """The part in which somebody opens a file, in words, as it is at this moment."""
    if application.organisation_id in reader.organisation_ids:
        return COLLEAGUE
    if assesses_for(Party.FUNDER, reader, application):
        return "An assessor of the funder"
    if assesses_for(Party.HOST, reader, application):
        return "An assessor of the host"
    return "The grants office"


def open_pages(document: Document, *, by: User, at: datetime, is_opened: bool = True) -> list[DocumentPage]:
    """The pages as pictures with their words; empty while they are being made. Opening a CV is put on the trail."""
    _refuse_closed(document)
    pages = list(document.pages.all())
    if pages and is_opened:
        _record_opening(document, by=by, at=at)
    return pages


def send(document: Document, *, by: User | None, at: datetime, is_opened: bool = True) -> FileResponse:
    """The file as a download under a name of ours. Opening a CV is put on the trail; `by` is None for the candidate.

    Who only asks whether it is there (HEAD) has not opened it: `is_opened` is then false.
    The one way out for a file. Raises Refused, for everybody alike, before the virus scan has found it clean, and once
    it was deleted.
    """
    _refuse_closed(document)
    if is_opened:
        _record_opening(document, by=by, at=at)
    return types.send(document.file.open("rb"), name_of(document), document.content_type)


def taken(document: Document, *, by: User, at: datetime) -> str:
    """The name of a file that is taken away in an archive; Refused and recorded as `send` does."""
    _refuse_closed(document)
    _record_opening(document, by=by, at=at)
    return name_of(document)


def name_of(document: Document) -> str:
    ending = "pdf" if document.content_type == PDF_TYPE else "docx"
    return f"{document.application.shown_reference} {document.get_kind_display()}.{ending}"


def _refuse_closed(document: Document) -> None:
    if document.application.erased_at:
        raise Refused(document.application.erasure)
    if not document.may_be_opened:
        raise Refused(
            f"This file ({document.get_kind_display()}) is waiting for the virus scan. No one can open it until"
            " then. This usually takes less than a minute."
        )


def _record_opening(document: Document, *, by: User | None, at: datetime) -> None:
    if document.kind in {Document.Kind.CV, Document.Kind.REDACTED_CV}:
        how = {"reader": part_of(by, document.application)} if by else {"through": "their own link"}
        trail.record(OPENED, document.application, by=by, at=at, **how)
