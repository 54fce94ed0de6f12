"""Complete drafts for the deadline: all is there but the CV; made through the actions, in a database of their own."""

import os
import secrets
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the setting up
from django.core.files.base import ContentFile  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from applications.actions import candidates, documents  # noqa: E402
from applications.completeness import FilledForm  # noqa: E402
from applications.lifecycle import Status  # noqa: E402
from applications.models import Application, Call, Document  # noqa: E402
from applications.views.sections import form_of  # noqa: E402
from bench.crowd import Applicant, Browser, Paper  # noqa: E402
from cii.demonstration import applicants  # noqa: E402
from cii.demonstration.people import PASSWORD  # noqa: E402
from core.accounts.models import User  # noqa: E402
from core.audit.immutability import bypass_triggers  # noqa: E402
from core.letters.models import Letter  # noqa: E402

RUN = secrets.token_hex(3)  # in the names of this run's people, so that one can follow another
EVERY = 10  # of so many applicants one signs in first, and one presses the button twice
GRACE = 60  # seconds


def the_call() -> Call:
    return Call.objects.get(slug="welcome-open")


def prepare(count: int, *, port: int, megabytes: int, picture: bytes) -> list[Applicant]:
    """Make the drafts, each of an organisation of its own, the proposed secondee asked; return who is to apply."""
    call = the_call()
    now = max(call.opens_at, timezone.now() - timedelta(days=3))
    support = applicants.specimen("Statement", [applicants.WORDS["a"]]).read()
    crowd = []
    for number in range(1, count + 1):
        with transaction.atomic():
            crowd.append(one(number, call, now, support, port=port, paper=Paper(number, megabytes, picture)))
    return crowd


def one(number: int, call: Call, at: datetime, support: bytes, *, port: int, paper: Paper) -> Applicant:
    who = applicants.Applicant(
        organisation=f"Deadline Organisation {RUN}{number:03d}",
        lead=f"Lead Number{RUN}{number:03d}",
        candidate=f"Secondee Number{RUN}{number:03d}",
        salary=32_000,
    )
    lead = applicants.lead_of(who, at)
    draft = applicants.write(who, call, lead, at)
    later = at + timedelta(hours=1)
    documents.attach(draft, "statement", ContentFile(support, name="statement.pdf"), by=lead, at=later)
    token = candidates.ask(draft.candidates.get(), by=lead, at=later)
    client = Client()
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    return Applicant(
        number=number,
        draft=draft.draft_reference,
        email=lead.email,
        password=PASSWORD,
        token=token,
        lead=Browser(port, session),
        secondee=Browser(port),
        paper=paper,
        signs_in=number % EVERY == 0,
        clicks=2 if number % EVERY == 1 else 1,
    )


def ready(count: int) -> list[tuple[User, str]]:
    """Make so many drafts that only want submitting, each of an organisation of its own, and say whose they are."""
    call, at = the_call(), timezone.now() - timedelta(days=1)
    papers = {kind: applicants.specimen(kind, [applicants.WORDS["a"]]).read() for kind in ("cv", "statement")}
    made = []
    for number in range(count):
        who = applicants.Applicant(
            f"Bench {RUN}{number}", f"Lena Bench{RUN}{number}", f"Sana Bench{RUN}{number}", 32_000
        )
        lead = applicants.lead_of(who, at)
        with transaction.atomic():
            draft = applicants.write(who, call, lead, at)
            for kind, content in papers.items():
                documents.attach(draft, kind, ContentFile(content, name=f"{kind}.pdf"), by=lead, at=at)
            confirm(draft, lead, at)
        made.append((lead, draft.draft_reference))
    return made


def confirm(draft: Application, lead: User, at: datetime) -> None:
    candidate = draft.candidates.get()
    candidates.ask(candidate, by=lead, at=at)
    candidate.refresh_from_db()
    candidates.confirm(candidate, shown_digest=candidates.digest_now(candidate), at=at)


def written(draft: str, section: str, *, by: User) -> tuple[str, dict[str, str]]:
    """Return a section's address, and what its form holds when it is sent as it is."""
    application = Application.objects.whole().get(draft_reference=draft)
    form = form_of(section)(None, filled=FilledForm.of(application), by=by)
    return f"/applications/{draft}/{section}/", {name: str(form[name].value() or "") for name in form.fields}


def closes(at: datetime) -> None:
    with bypass_triggers():  # a call that is out closes later only; this one is the bench's own
        Call.objects.filter(pk=the_call().pk).update(closes_at=at, grace_seconds=GRACE)


def letters_waiting() -> int:
    return Letter.objects.exclude(status="sent").count()


def wrong_with(crowd: list[Applicant]) -> list[str]:
    """What was lost or doubled, a sentence each; read from the tables and the files."""
    found = [one.problem for one in crowd if one.problem]
    rows = {
        row.draft_reference: row for row in Application.objects.filter(draft_reference__in=[one.draft for one in crowd])
    }
    references = [row.reference for row in rows.values() if row.reference]
    if len(set(references)) != len(references):
        found.append("one reference was given twice")
    cvs = {
        cv.application_id: cv
        for cv in Document.objects.filter(application__in=rows.values(), kind="cv", replaced_at__isnull=True)
    }
    received = list(Letter.objects.filter(template="applications.received").values_list("to_email", "status"))
    for applicant in crowd:
        row = rows[applicant.draft]
        if row.status != Status.SUBMITTED or row.reference != applicant.reference:
            found.append(f"applicant {applicant.number}: {row.status} {row.reference}, told {applicant.reference!r}")
        size, digest = applicant.paper.size_and_digest()
        cv = cvs.get(row.pk)
        if cv is None or (cv.size, cv.sha256, cv.file.size) != (size, digest, size):
            found.append(f"applicant {applicant.number}: the CV is not what was sent")
        letters = [status for to, status in received if to == applicant.email]
        if letters != ["sent"]:
            found.append(f"applicant {applicant.number}: letters of receipt {letters}")
    connection.close()
    return found
