"""Papers and files: the copy that goes with the receipt, the blank form, downloads and their trail."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import documents
from applications.actions import applications, assessments, candidates
from applications.actions import documents as uploads
from applications.lifecycle import Status
from applications.models import Answer, Application, Call, Document, Post
from core.accounts.models import Organisation
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.documents import making, store
from core.documents.models import GeneratedDocument
from core.letters.models import Letter
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    docx,
    fill,
    lead,
    officer,
    pdf,
    programme,
    published_call,
    ready_application,
    the_office_declares,
)
from tests.client import Client
from tests.documents import content_of, fetched
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def visitor():
    with time_machine.travel(WRITING, tick=False) as clock:
        client = Client()
        client.clock = clock
        yield client


def words_of(content: bytes) -> str:
    paper = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())


def made(document: GeneratedDocument) -> GeneratedDocument:
    making.make_now(document, CLOSES)
    return document


def whole(application: Application) -> Application:
    return Application.objects.whole().get(pk=application.pk)


def test_the_copy_is_tagged_and_holds_what_was_given():
    application = application_at(Status.SUBMITTED)
    document = made(documents.copy(whole(application), with_salary=True, at=CLOSES))
    name, content_type, content = store.attachment(document.pk)
    assert (name, content_type) == ("CII-2019-001.pdf", "application/pdf")
    text = words_of(content)
    wanted = ["CII-2019-001", "Sana Secondee", "Tuesday 12 March 2019 at 4:00:00pm", "£32,000", "£29,700.60"]
    assert [part for part in wanted if part not in text] == []
    assert pikepdf.open(BytesIO(content)).Root.MarkInfo.Marked


def test_the_copy_that_is_read_is_the_receipts_own():
    application = application_at(Status.SUBMITTED)
    letter = Letter.objects.filter(template="applications.received").first()
    copy = documents.copy(whole(application), with_salary=True, at=CLOSES)
    assert letter.attachments == [["core.documents.store.attachment", copy.pk]]
    assert copy.is_frozen


def test_the_receipt_shows_what_was_submitted_whatever_changes_afterwards():
    application = application_at(Status.SUBMITTED)
    receipt = GeneratedDocument.objects.get(is_frozen=True)
    Organisation.objects.filter(pk=application.organisation_id).update(name="Another Name")
    later = made(documents.copy(whole(application), with_salary=True, at=CLOSES + timedelta(days=2)))
    assert "Another Name" in words_of(store.attachment(later.pk)[2])
    assert "Another Name" not in words_of(store.attachment(made(receipt).pk)[2])


def test_f9_the_receipt_is_frozen_at_the_submit_though_it_is_made_after_call_and_organisation_changed():
    application = application_at(Status.SUBMITTED)
    receipt = GeneratedDocument.objects.get(is_frozen=True)
    before = receipt.content_key
    with bypass_triggers():
        Organisation.objects.filter(pk=application.organisation_id).update(name="Changed")
        Call.objects.filter(pk=application.call_id).update(title="Changed")
        Post.objects.filter(pk=application.post_id).update(job_title="Changed")
        application.call.questions.update(label="Changed")
        Answer.objects.filter(application=application).update(text="Changed")
    attached = words_of(store.attachment(made(receipt).pk)[2])
    receipt.refresh_from_db()
    assert ("Changed" in attached, "£29,700.60" in attached, receipt.content_key) == (False, True, before)


def test_f12_a_file_is_removed_by_a_button_and_gone_for_good(uploading, django_capture_on_commit_callbacks):
    application, upload = uploading
    upload(cv=pdf(), statement=docx())
    document = application.documents.get(kind="cv")
    name, storage = document.file.name, document.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(remove="cv").status_code == 302
    assert [one.kind for one in application.documents.filter(replaced_at=None)] == ["statement"]
    assert not storage.exists(name)
    assert Entry.objects.filter(event="CV removed").count() == 1
    assert upload(remove="cv").status_code == 302  # a second press


def test_f12_after_the_close_no_file_is_removed(visitor, uploading):
    application, upload = uploading
    upload(cv=pdf())
    visitor.clock.move_to(CLOSES)
    visitor.force_login(lead(application.organisation))
    upload(remove="cv")
    assert application.documents.filter(replaced_at=None).count() == 1


def test_a_copy_without_salary_lets_nobody_reckon_it():
    application = application_at(Status.SUBMITTED)
    document = made(documents.copy(whole(application), with_salary=False, at=CLOSES))
    text = words_of(store.attachment(document.pk)[2])
    leaks = [part for part in ("32,000", "19,200", "4,500.60", "29,700", "Wanted") if part in text]
    assert (leaks, "Sana Secondee" in text) == ([], True)


def test_the_blank_copy_has_every_question_and_date():
    call = published_call()
    name, _, content = store.attachment(made(documents.blank(call, call.closes_at, at=WRITING)).pk)
    text = words_of(content)
    wanted = [question.label for question in call.questions.all()] + ["5pm on Wednesday 13 March 2019", "500 words"]
    assert (name, [part for part in wanted if part not in text]) == (f"{call.slug}-blank.pdf", [])


def test_downloads_are_attachments_under_our_own_names(visitor):
    application = ready_application()
    visitor.force_login(lead(application.organisation))
    base = f"/applications/{application.draft_reference}/"
    cv = application.documents.get(kind="cv")
    response = visitor.get(f"{base}documents/{cv.pk}/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{application.draft_reference} CV.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched(visitor, f"{base}application.pdf").headers["Content-Type"] == "application/pdf"


def test_each_opening_of_a_cv_is_on_the_trail_and_of_a_statement_is_not(visitor):
    application = ready_application()
    by = lead(application.organisation)
    visitor.force_login(by)
    for document in application.documents.all():
        visitor.get(f"/applications/{application.draft_reference}/documents/{document.pk}/")
    assert [(line.event, line.by) for line in Entry.objects.filter(event__endswith="opened")] == [("CV opened", by)]


def assessor_of(application: Application):
    person = person_with(Role.FUNDER_ASSESSOR, works_for=programme().funder)
    assessments.assign(application, assessor=person, party="funder", by=officer(), at=ASSESSING)
    return person


def test_an_assessor_opens_the_cv_only_after_declaring_and_never_sees_the_salary(visitor):
    application = application_at(Status.SHORTLISTED)
    person = assessor_of(application)
    visitor.clock.move_to(ASSESSING)
    visitor.force_login(person)
    cv = f"{application.get_absolute_url()}documents/{application.documents.get(kind='cv').pk}/"
    assert (visitor.get(cv).status_code, visitor.get(application.get_absolute_url()).status_code) == (404, 404)
    assessment = application.assessments.get()
    assessments.declare(assessment, has_conflict=False, explanation="", by=person, at=ASSESSING)
    assert visitor.get(cv).status_code == 200
    page = visitor.get(application.get_absolute_url()).content.decode()
    paper = words_of(content_of(fetched(visitor, f"{application.get_absolute_url()}application.pdf")))
    assert [part for part in ("32,000", "29,700") if part in page + paper] == []


def test_when_the_proposed_secondee_withdraws_the_cv_is_gone_for_assessors_at_once(visitor):
    from applications.actions import candidates

    application = application_at(Status.SHORTLISTED)
    person = assessor_of(application)
    assessments.declare(application.assessments.get(), has_conflict=False, explanation="", by=person, at=ASSESSING)
    cv = f"{application.get_absolute_url()}documents/{application.documents.get(kind='cv').pk}/"
    candidates.withdraw(application.candidates.get(), at=ASSESSING)
    visitor.clock.move_to(ASSESSING)
    visitor.force_login(person)
    assert visitor.get(cv).status_code == 404
    visitor.force_login(officer())
    assert visitor.get(cv).status_code == 404


def test_another_organisations_document_is_not_found(visitor):
    application = ready_application()
    visitor.force_login(lead(OrganisationFactory()))
    document = application.documents.first()
    assert visitor.get(f"/applications/{application.draft_reference}/documents/{document.pk}/").status_code == 404


# --- Uploading ---


@pytest.fixture
def uploading(visitor):
    application = an_application()
    visitor.force_login(lead(application.organisation))
    address = f"/applications/{application.draft_reference}/documents/"
    return application, lambda **files: visitor.post(address, files)


def test_two_files_are_uploaded_and_each_can_be_replaced(uploading):
    application, upload = uploading
    assert upload(cv=pdf(), statement=docx()).status_code == 302
    assert upload(cv=pdf("new.pdf", "New")).status_code == 302
    assert sorted(application.documents.filter(replaced_at=None).values_list("original_name", flat=True)) == [
        "new.pdf",
        "statement.docx",
    ]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (
            SimpleUploadedFile("cv.pdf", b"MZ\x90\x00 not a paper"),
            "CV: This file is a program, not a PDF or a Word document.",
        ),
        (SimpleUploadedFile("cv.pdf", b""), "CV: This file is empty."),
        (
            SimpleUploadedFile("cv.pdf", b"%PDF-1.7" + b"0" * (30 * MEGABYTE)),
            "CV: This file is 30.1 MB. The most is 10 MB.",
        ),
    ],
    ids=["not a paper", "empty", "30 MB"],
)
def test_a_file_that_cannot_be_is_refused_at_its_field_and_the_other_is_kept(uploading, file, sentence):
    application, upload = uploading
    response = upload(cv=file, statement=docx())
    assert (response.status_code, sentence in response.content.decode()) == (200, True)
    assert [document.kind for document in application.documents.all()] == [Document.Kind.STATEMENT]


def test_an_empty_statement_is_refused(uploading):
    application, upload = uploading
    text = upload(statement=SimpleUploadedFile("statement.docx", b"")).content.decode()
    assert ("Supporting statement: This file is empty." in text, application.documents.count()) == (True, 0)


def test_pressing_upload_without_a_file_says_so(uploading):
    assert b"Choose the CV, the supporting statement, or both." in uploading[1]().content


def test_an_upload_after_the_close_names_the_deadline(visitor, uploading):
    application, upload = uploading
    visitor.clock.move_to(CLOSES)
    visitor.force_login(lead(application.organisation))
    text = upload(cv=pdf()).content.decode()
    assert "The deadline was 5pm on Wednesday 13 March 2019 (UK time)" in text
    assert application.documents.count() == 0


def test_a_draft_is_not_printed_for_officers(visitor):
    application = ready_application()
    visitor.force_login(officer())
    assert visitor.get(f"/applications/{application.draft_reference}/application.pdf").status_code == 404
    the_office_declares(applications.submit(application, by=lead(application.organisation), at=WRITING))
    assert fetched(visitor, "/applications/CII-2019-001/application.pdf").status_code == 200


# --- Sent by the script, one file at a time ---


@pytest.fixture
def sending(visitor):
    application = an_application()
    visitor.force_login(lead(application.organisation))
    address = f"/applications/{application.draft_reference}/documents/"
    return application, lambda **files: visitor.post(address, files, headers={"X-Upload": "yes"}), visitor


def test_the_script_gets_the_pages_part_with_the_file_in_it(sending):
    application, send, visitor = sending
    response = send(cv=pdf("mine.pdf"))
    assert (response.status_code, response.headers["X-Upload"]) == (200, "yes")
    parts = ('id="upload-here"', "mine.pdf", 'id="div_id_cv"', 'id="div_id_statement"')
    assert [part for part in parts if part not in response.text] == []
    assert "<html" not in response.text
    assert "CV: mine.pdf is uploaded." in visitor.get(f"/applications/{application.draft_reference}/").text


def test_the_script_gets_the_refusal_in_the_summary_and_at_the_field(sending):
    _, send, _ = sending
    text = send(cv=SimpleUploadedFile("cv.pdf", b"MZ")).text
    assert text.count("CV: This file is a program") == 2
    assert 'href="#id_cv"' in text


def test_the_same_file_sent_again_after_a_cut_line_is_kept_once(sending):
    application, send, _ = sending
    for _ in range(2):
        assert send(cv=pdf()).status_code == 200
    assert application.documents.count() == 1


def test_the_proposed_secondees_script_is_told_where_to_go_on(visitor):
    from applications.actions import candidates
    from tests.applications.factories import candidate_of, fill

    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    response = visitor.post(f"/candidate/{token}/upload/", {"cv": pdf("mine.pdf")}, headers={"X-Upload": "yes"})
    assert (response.status_code, response.headers["X-Then"]) == (204, f"/candidate/{token}/")
    assert SAID.your_cv_is_here in visitor.get(f"/candidate/{token}/").text


TRACKED = "<w:p><w:del><w:r><w:delText>Off sick in May</w:delText></w:r></w:del><w:ins><w:r><w:t>Away</w:t></w:r></w:ins></w:p>"


def with_comment(upload: SimpleUploadedFile) -> SimpleUploadedFile:
    content = BytesIO(upload.read())
    with ZipFile(content, "a") as archive:
        archive.writestr(
            "word/comments.xml", '<w:comments><w:comment w:id="0">She is leaving us</w:comment></w:comments>'
        )
    return SimpleUploadedFile(upload.name, content.getvalue(), upload.content_type)


@pytest.mark.parametrize(
    ("upload", "hidden"),
    [
        (lambda: docx("cv.docx", TRACKED), "2 tracked changes"),
        (lambda: with_comment(docx("cv.docx", "Me")), "1 comment"),
        (lambda: with_comment(docx("cv.docx", TRACKED)), "1 comment and 2 tracked changes"),
    ],
)
def test_a_word_file_with_hidden_words_says_so_before_it_is_taken_and_is_taken_the_second_time(visitor, upload, hidden):
    application = an_application()
    visitor.force_login(lead(application.organisation))
    page = f"/applications/{application.draft_reference}/documents/"
    shown = visitor.post(page, {"cv": upload()})
    assert f"this Word document has {hidden} in it" in shown.text
    assert not Document.objects.exists()
    assert visitor.post(page, {"cv": docx("other.docx", TRACKED + "<w:p/>")}).status_code != 302
    assert visitor.post(page, {"cv": upload()}).status_code == 302
    assert Document.objects.get().original_name == "cv.docx"


def test_the_proposed_secondee_reads_what_is_hidden_in_the_cv_that_others_uploaded(visitor):
    application = an_application()
    fill(application)
    facts = {"by": lead(application.organisation), "at": WRITING}
    uploads.attach(application, Document.Kind.CV, docx("cv.docx", TRACKED), with_hidden_words=True, **facts)
    link = reverse("candidate", args=[candidates.ask(candidate_of(application), **facts)])
    assert ">2 tracked changes</strong>" in visitor.get(link).text
    visitor.force_login(facts["by"])
    assert ">2 tracked changes</strong>" in visitor.get(f"/applications/{application.draft_reference}/documents/").text
    uploads.attach(application, Document.Kind.CV, docx("cv.docx"), **facts)
    assert "tracked change" not in visitor.get(f"/applications/{application.draft_reference}/documents/").text


def test_a_word_file_without_hidden_words_is_taken_at_once(visitor):
    application = an_application()
    visitor.force_login(lead(application.organisation))
    assert (
        visitor.post(f"/applications/{application.draft_reference}/documents/", {"cv": docx("cv.docx")}).status_code
        == 302
    )
