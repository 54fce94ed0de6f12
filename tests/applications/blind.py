"""A call that hides names, and an application with markers wherever the proposed secondee can be named."""

from django.core.files.uploadedfile import SimpleUploadedFile
from weasyprint import HTML

from applications.actions import applications, assessments, documents, drafts, names, page_pictures, redacted_copies
from applications.models.section import Section
from core.accounts.models import Organisation
from tests.applications.factories import (
    ASSESSING,
    SUBMITTING,
    WRITING,
    an_application,
    confirmed_by_candidate,
    fill,
    fresh,
    lead,
    officer,
    published_call,
    shortlist,
)

NAME, EMAIL, PHONE = "Zéphyrine Quagmarker", "zeph.q@quagmail.example", "020 7946 0999"
MARKERS = ("zéphyrine", "zephyrine", "quagm", "7946 0999", "79460999")


def paper(words, name="cv.pdf"):
    return SimpleUploadedFile(name, HTML(string=f"<p>{words}</p>").write_pdf(), "application/pdf")


def hiding_call():
    call = published_call()
    names.hide(call, by=officer(), at=SUBMITTING)
    return call


def marked(call=None, organisation: Organisation | None = None):
    """A shortlisted application with markers in name, email, phone, answers, declarations and files."""
    application = an_application(call or hiding_call(), organisation=organisation)
    by = lead(application.organisation)
    said = f"I know {NAME.split(maxsplit=1)[0]} from school."
    fill(application, name=NAME, email=EMAIL, contact_phone=PHONE, declared_conflicts=said)
    for section in (Section.EXPERIENCE, Section.ORGANISATION):
        questions = application.call.questions.filter(section=section)
        text = f"Zephyrine Quagmarker led a choir. Write to {EMAIL} or ring {PHONE}. QUAGMARKER's choir sings."
        answers = {question.pk: text for question in questions}
        drafts.save_section(application, section, facts={}, answers=answers, by=by, at=WRITING)
    for kind in ("cv", "statement"):
        upload = paper(f"{NAME} ran a choir. {EMAIL} {PHONE}", f"{kind} Quagmarker.pdf")
        documents.attach(application, kind, upload, by=by, at=WRITING)
    confirmed_by_candidate(application)
    application = applications.submit(fresh(application), by=by, at=SUBMITTING)
    shortlist(application, by=officer(), at=ASSESSING)
    page_pictures.run(ASSESSING)
    return fresh(application)


def redacted(application, kind="cv", words="This person ran a choir", *, is_checked=True):
    copy = redacted_copies.upload(application, kind=kind, file=paper(words), by=officer(), at=ASSESSING)
    page_pictures.run(ASSESSING)
    if is_checked:
        redacted_copies.confirm(application, document=copy, is_clean=False, by=officer(), at=ASSESSING)
    copy.refresh_from_db()
    return copy


def score_others(assessment, *, but=()):
    """Score, for its assessor, the criteria that are not about the person."""
    for criterion in assessment.application.call.criteria.filter(concerns_person=False):
        if criterion.letter not in but:
            facts = {"criterion": criterion, "score": 3, "reason": "Good."}
            assessments.score(assessment, **facts, by=assessment.assessor, at=ASSESSING)
