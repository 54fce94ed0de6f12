"""CV and statement are read on the page where they are scored: as pictures with their words, and each opening is kept."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.actions import documents, file_deletion, page_pictures
from applications.models import Document, DocumentPage
from core import pdf
from core.audit.models import Entry
from core.files import pages
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, SUBMITTING, application_at, docx, lead, officer
from tests.applications.panel import assigned, begun, committee

pytestmark = pytest.mark.django_db
PDF, WORD = "application/pdf", pages.docx.CONTENT_TYPE


def two_pages():
    return pdf.write(
        "<html lang='en'><title>CV</title><p>Ran a choir</p><p style='break-before: page'>Speaks Somali</p></html>"
    )


def frame(document):
    return f"/applications/{document.application.shown_reference}/documents/{document.pk}/pages/"


@pytest.fixture
def application():
    application = application_at("shortlisted")
    page_pictures.run(ASSESSING)
    return application


def test_a_pdf_is_a_picture_for_each_page_with_its_words():
    first, second = pages.pages_of(two_pages(), PDF)
    assert ("choir" in first.text, "Somali" in second.text) == (True, True)
    assert Image.open(BytesIO(first.picture)).width == 1000


def test_a_word_document_is_its_words():
    content = (
        docx(words="<w:p><w:r><w:t>We support this.</w:t></w:r></w:p>").read().replace(b"<w:document>", b"<w:document>")
    )
    [page] = pages.pages_of(content, WORD)
    assert page == pages.Page(b"", "We support this.\n")


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.4 broken", PDF), (b"", PDF), (two_pages(), "text/plain")])
def test_what_cannot_be_drawn_is_said(content, kind):
    with pytest.raises(pages.CannotDraw):
        pages.pages_of(content, kind)


def test_what_was_submitted_is_drawn_once(application):
    cv, statement = application.documents.order_by("kind")
    assert [(page.number, bool(page.picture)) for page in cv.pages.all()] == [(1, True)]
    assert statement.pages.exists()
    assert page_pictures.run(ASSESSING) == 0
    assert not page_pictures.due().exists()


def test_a_draft_is_not_drawn_and_what_cannot_be_is_not_tried_again():
    application_at("draft")
    shortlisted = application_at("shortlisted")
    cv = shortlisted.documents.get(kind="cv")
    with cv.file.storage.open(cv.file.name, "wb") as stored:
        stored.write(b"%PDF-1.4 broken")
    assert page_pictures.run(ASSESSING) == 2
    assert [page.number for page in cv.pages.all()] == [0]
    assert page_pictures.run(ASSESSING) == 0
    assert "Download it to read it" in text_of(as_(officer()).get(frame(cv)))


def test_an_assessor_reads_it_in_a_frame_of_our_own_origin_and_each_opening_of_a_cv_is_on_the_trail(application):
    own = begun(application)
    cv, statement = application.documents.order_by("kind")
    answer = as_(own.assessor).get(frame(cv))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "data:image/jpeg;base64," in text_of(answer)
    as_(own.assessor).head(frame(cv))
    as_(own.assessor).get(frame(statement))
    opened = Entry.objects.filter(event="CV opened", by=own.assessor)
    assert opened.count() == 1
    page = text_of(as_(own.assessor).get(url("assessment", "change", own.pk)))
    assert f'src="{frame(cv)}"' in page
    assert opened.count() == 1


def test_nobody_opens_a_frame_who_may_not_open_the_file(application):
    undeclared = assigned(application)
    for document in application.documents.all():
        for person in (undeclared.assessor, committee(), lead(application_at("submitted").organisation)):
            assert as_(person).get(frame(document)).status_code == 404
        assert as_(lead(application.organisation)).get(frame(document)).status_code == 200


def test_before_it_is_drawn_the_frame_says_so_and_opens_nothing():
    cv = application_at("shortlisted").documents.get(kind="cv")
    assert "Reload in a minute" in text_of(as_(officer()).get(frame(cv)))
    assert not Entry.objects.filter(event="CV opened").exists()


def test_pages_go_with_their_file(application):
    assert DocumentPage.objects.count() >= 2
    file_deletion.take_out(Document.objects.filter(application=application), at=ASSESSING)
    assert not DocumentPage.objects.exists()


def test_a_file_that_was_taken_out_while_it_was_drawn_leaves_no_page():
    application = application_at("draft")
    upload = SimpleUploadedFile("cv.pdf", two_pages(), PDF)
    document = documents.attach(application, "cv", upload, by=lead(application.organisation), at=SUBMITTING)
    Document.objects.filter(pk=document.pk).update(taken_out_at=ASSESSING, replaced_at=ASSESSING)
    assert not page_pictures.keep(document, [pages.Page(b"", "Words")], at=ASSESSING)
    assert not DocumentPage.objects.exists()
