"""A round whose assessors do not see who is proposed: scored so far, a copy of the CV shown, one to be checked."""

from __future__ import annotations

from datetime import datetime, timedelta

from applications.actions import assessments, names, page_pictures, redacted_copies
from applications.models import Application, Call, Document
from applications.models.assessment import Party
from cii.demonstration import sifting
from cii.demonstration.applicants import WORDS, Applicant, lead_of, specimen, submitted
from core.accounts.models import User

PROPOSES = Applicant("Alder Lane Library Friends", "Astrid Penny", "Noor Castell", 31000)


def build(call: Call, cast: dict[str, User], now: datetime) -> None:
    """Hide the names of a closed call, and have both sides score what is not about the person."""
    officer, deadline = cast["officer"], call.closes_at
    assert deadline is not None  # noqa: S101 - a_call sets it
    names.hide(call, by=officer, at=deadline - timedelta(days=30))
    lead = lead_of(PROPOSES, deadline - timedelta(days=20))
    application = submitted(PROPOSES, call, lead, deadline - timedelta(hours=30))
    sifting.declare(call, cast, at=deadline + timedelta(hours=16))
    sifting.shortlist(application, by=officer, at=deadline + timedelta(hours=17))
    at = deadline + timedelta(hours=20)
    copies(application, officer, at)
    for party, key in ((Party.FUNDER, "trust_assessor"), (Party.HOST, "gla_assessor")):
        by, began_at = cast[key], at + timedelta(hours=2)
        assessment = assessments.assign(application, assessor=by, party=party, by=officer, at=at)
        assessments.declare(assessment, has_conflict=False, explanation="", by=by, at=began_at)
        for criterion in application.call.criteria.filter(concerns_person=False):
            reason = f"{criterion.scale[3][1]}: see the answer."
            assessments.score(assessment, criterion=criterion, score=3, reason=reason, by=by, at=began_at)


def copies(application: Application, officer: User, at: datetime) -> None:
    for kind, about in ((Document.Kind.STATEMENT, WORDS["a"]), (Document.Kind.CV, WORDS["b"])):
        file = specimen(f"Redacted {kind.label}", [about])
        copy = redacted_copies.upload(application, kind=kind, file=file, by=officer, at=at)
        page_pictures.run(at)
        if kind == Document.Kind.CV:
            redacted_copies.confirm(application, document=copy, is_clean=False, by=officer, at=at)
