"""A folder of hostile and odd files, each through the real page: refused with its reason, or made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from core.files.types import MAX_BYTES, shown_name
from tests.applications import hidden, hostile
from tests.applications.factories import WRITING, an_application, docx, lead, pdf
from tests.applications.hostile import MEGABYTE, NAMES
from tests.client import Client

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Duplicate name")]

REFUSED, NEUTRALISED = hostile.REFUSED | hidden.REFUSED, hostile.NEUTRALISED | hidden.NEUTRALISED
MOST_MEMORY = 120 * MEGABYTE  # above what the process had: the file itself, a copy, and 32 MB of packed objects


@pytest.fixture
def uploading():
    with time_machine.travel(WRITING, tick=False):
        application = an_application()
        client = Client()
        client.force_login(lead(application.organisation))
        address = f"/applications/{application.draft_reference}/documents/"
        yield application, lambda **files: client.post(address, files), client


@contextmanager
def bounded_memory(most: int) -> Iterator[None]:
    """Fail when the whole process, libraries included, was at its highest more than `most` bytes above its start."""

    def memory(name: str) -> int:
        found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
        assert found
        return int(found[1]) * 1024

    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before = memory("VmRSS")
    yield
    assert memory("VmHWM") - before < most


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_the_reason_and_nothing_else_is_lost(uploading, what):
    application, upload, _ = uploading
    name, make, sentence = REFUSED[what]
    file = SimpleUploadedFile(name, make(), "application/pdf")
    with bounded_memory(MOST_MEMORY):
        page = upload(cv=file, statement=docx())
    assert (page.status_code, f"CV: {escape(sentence)}" in page.text) == (200, True), page.context["form"].errors
    assert '<a href="#id_cv">CV: ' in page.text
    said = page.context["form"].errors["cv"][0]
    assert len(said) < 250
    assert "empty" in sentence or re.search(r"[Cc]hoose the (new )?file", said), "what to do is not said"
    assert [document.kind for document in application.documents.all()] == ["statement"]


@pytest.mark.parametrize("what", NEUTRALISED)
def test_what_is_let_in_goes_out_as_a_file_that_no_browser_opens(uploading, what):
    application, upload, client = uploading
    name, make, content_type = NEUTRALISED[what]
    assert upload(cv=SimpleUploadedFile(name, make(), "text/html")).status_code == 302
    document = application.documents.get()
    response = client.get(f"/applications/{application.draft_reference}/documents/{document.pk}/")
    ending = "pdf" if content_type == "application/pdf" else "docx"
    assert (
        response.headers["Content-Disposition"] == f'attachment; filename="{application.draft_reference} CV.{ending}"'
    )
    assert response.headers["Content-Type"] == content_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("what", NAMES)
def test_a_name_is_only_ever_words_on_a_page(uploading, what):
    application, upload, _ = uploading
    given, _ = NAMES[what]
    assert upload(cv=pdf(given)).status_code == 302
    document = application.documents.get()
    assert re.fullmatch(r"applications/document/[0-9a-f-]{36}", document.file.name)
    assert len(document.original_name) <= 100
    assert not re.search("[\x00-\x1f\u202e\u200b/\\\\]", document.original_name)
    page = uploading[2].get(f"/applications/{application.draft_reference}/documents/").text
    assert escape(document.original_name) in page


@pytest.mark.parametrize("what", [what for what in NAMES if what != "a command"])
def test_a_name_is_shown_without_what_deceives(what):
    given, shown = NAMES[what]
    assert shown_name(given) == shown


def test_an_ordinary_large_file_is_let_in_within_the_same_bound(uploading):
    _, upload, _ = uploading
    content = pdf().read()
    with bounded_memory(MOST_MEMORY):
        assert upload(cv=SimpleUploadedFile("cv.pdf", content.ljust(MAX_BYTES))).status_code == 302
