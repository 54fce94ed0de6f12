"""Files from strangers: told by their content, refused with a reason, kept and sent without their name being trusted."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files.types import MAX_BYTES, FileType, look, send, sha256_of, stored_name
from core.lifecycle import Refused
from tests.sentences import SAID

AGAIN = SAID.open_it_save_it_again
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OVERRIDE = '<Override PartName="/word/document.xml" ContentType="{}"/>'
TYPES = '<?xml version="1.0"?>{}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'


def pdf(pages: int = 1, **options: object) -> bytes:
    document, file = pikepdf.new(), BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(file, **options)
    return file.getvalue()


def archive(parts: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return file.getvalue()


def docx(more: dict[str, str] | None = None, kind: str = WORD, doctype: str = "") -> dict[str, str]:
    types = TYPES.format(doctype, OVERRIDE.format(kind))
    return {"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **(more or {})}


def locked(content: bytes) -> bytes:
    """The same archive with the flag for a password on each of its parts, in both of a ZIP's places for it."""
    content = re.sub(rb"(PK\x03\x04..)\x00", b"\\g<1>\x01", content, flags=re.DOTALL)
    return re.sub(rb"(PK\x01\x02....)\x00", b"\\g<1>\x01", content, flags=re.DOTALL)


def ole_file(stream: str) -> bytes:
    """An OLE compound file with one empty stream: a header, one sector of its allocation table, one of its directory."""
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    none = 0xFFFFFFFF

    def entry(name: str, kind: int, child: int) -> bytes:
        written = name.encode("utf-16-le")
        return struct.pack("<64sHBBIII36xIQ", written, len(written) + 2, kind, 1, none, none, child, 0xFFFFFFFE, 0)

    directory = entry("Root Entry", 5, 1) + entry(stream, 2, none) + bytes(256)
    return header + struct.pack("<109I", 0, *[none] * 108) + table + directory


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), FileType.PDF),
        (b"\xef\xbb\xbf\r\n" + pdf(), FileType.PDF),
        (pdf(encryption=pikepdf.Encryption(owner="owner", user="")), FileType.PDF),
        (archive(docx()), FileType.DOCX),
        (archive(docx(), zipfile.ZIP_STORED), FileType.DOCX),
        (archive(docx({"word/media/image1.png": "." * 500_000})), FileType.DOCX),
    ],
)
def test_the_content_tells_what_a_file_is_and_not_its_name(content: bytes, kind: FileType) -> None:
    upload = SimpleUploadedFile("holiday.jpg", content)
    assert look(upload) is kind
    assert upload.read() == content
    assert look(BytesIO(content)) is kind


def test_a_kind_knows_its_media_type() -> None:
    assert [kind.content_type for kind in FileType] == [
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", SAID.this_file_is_empty_choose),
    "too much": (
        lambda: pdf() + b"\0" * MAX_BYTES,
        SAID.this_file_is_mb_the.format("10.1", "10"),
    ),
    "a PDF that wants a password": (
        lambda: pdf(encryption=pikepdf.Encryption(owner="owner", user="user")),
        SAID.this_pdf_is_protected_by,
    ),
    "a PDF that is broken": (
        lambda: b"%PDF-1.7 and then nothing of the kind",
        SAID.this_pdf_is_broken_or.format(AGAIN),
    ),
    "a PDF without pages": (partial(pdf, 0), SAID.this_pdf_is_broken_or.format(AGAIN)),
    "a PDF that only counts a page": (
        lambda: pdf().replace(b"/Type /Page ", b"/Type /Pago ").replace(b"/Kids [ 3 0 R ]", b"/Kids [ 9 0 R ]"),
        SAID.this_pdf_is_broken_or.format(AGAIN),
    ),
    "a web page": (
        lambda: b"<!DOCTYPE html><script>alert(1)</script> %PDF-1.7",
        f"This file is a web page, not a PDF or a Word document. {AGAIN}",
    ),
    SAID.an_old_word_document: (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        (SAID.this_file_is_protected_by),
    ),
    "a ZIP": (
        lambda: archive({"cv.pdf": "%PDF-1.7"}),
        SAID.this_file_is_a_zip.format(AGAIN),
    ),
    "a table of contents too long to read": (
        lambda: archive(docx({"[Content_Types].xml": "".join(map(str, range(300_000)))})),
        SAID.this_file_is_a_zip.format(AGAIN),
    ),
    "a spreadsheet": (
        lambda: archive(docx(kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")),
        SAID.this_file_is_not_a_word.format(AGAIN),
    ),
    "a document without its text": (
        lambda: archive({"[Content_Types].xml": docx()["[Content_Types].xml"]}),
        SAID.this_file_is_not_a_word.format(AGAIN),
    ),
    "macros by their type": (
        lambda: archive(docx(kind="application/vnd.ms-word.document.macroEnabled.main+xml")),
        SAID.this_file_contains_macros_which.format(AGAIN),
    ),
    "macros by their part": (
        lambda: archive(docx({"word/vbaProject.bin": "Sub AutoOpen()"})),
        SAID.this_file_contains_macros_which.format(AGAIN),
    ),
    "a document with a password": (
        lambda: locked(archive(docx())),
        SAID.this_file_is_protected_by_a,
    ),
    "a bomb": (
        lambda: archive(docx({"word/media/image1.png": "\0" * 20_000_000})),
        SAID.this_file_unpacks_to_more.format(AGAIN),
    ),
    "a great many parts": (
        lambda: archive(docx({f"word/media/{number}": "" for number in range(5000)})),
        SAID.this_file_unpacks_to_more.format(AGAIN),
    ),
    "another way of packing": (
        lambda: archive(docx(), zipfile.ZIP_BZIP2),
        SAID.this_file_is_compressed_in.format(AGAIN),
    ),
    "a document cut short": (
        lambda: archive(docx())[:-30],
        SAID.this_word_document_is_broken.format(AGAIN),
    ),
    "a document with a byte wrong in its text": (
        lambda: archive(docx(), zipfile.ZIP_STORED).replace(b"<w:document/>", b"<w:documemt/>"),
        SAID.this_word_document_is_broken.format(AGAIN),
    ),
    "a table of contents that is not XML": (
        lambda: archive(docx({"[Content_Types].xml": "<Types"})),
        SAID.this_word_document_is_broken.format(AGAIN),
    ),
    "a table of contents that defines entities": (
        lambda: archive(docx(doctype='<!DOCTYPE Types [<!ENTITY a "aaaa">]>')),
        SAID.this_word_document_is_broken.format(AGAIN),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_not_wanted_is_refused_with_the_reason_and_the_way_out(name: str) -> None:
    make, sentence = REFUSED[name]
    with pytest.raises(Refused) as refusal:
        look(SimpleUploadedFile("cv.pdf", make(), content_type="application/pdf"))
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        (
            "EncryptedPackage",
            SAID.this_word_document_is_protected,
        ),
        ("WordDocument", SAID.this_is_an_old_word.format(AGAIN)),
    ],
)
def test_an_old_word_document_is_told_from_one_with_a_password(stream: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        look(BytesIO(ole_file(stream)))
    assert refusal.value.sentence == sentence


def test_exactly_the_most_is_let_in() -> None:
    assert look(BytesIO(pdf().ljust(MAX_BYTES))) is FileType.PDF


def test_a_file_too_large_is_not_read() -> None:
    class Unread(BytesIO):
        size = MAX_BYTES + 1

        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError(size)

    with pytest.raises(Refused, match=r"^This file is 10\.1 MB"):
        look(Unread())


@settings(deadline=None, max_examples=40)  # each PDF is a process of its own
@given(st.data())
def test_a_damaged_document_is_let_in_or_refused_and_never_an_error(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([archive(docx()), pdf()])))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        answer = look(BytesIO(bytes(content))).label
    except Refused as refusal:
        answer = refusal.sentence.rpartition(", ")[2]
    assert answer in {"PDF", "Word document", SAID.and_choose_the_new_file}


def test_many_at_once_do_not_disturb_each_other() -> None:
    contents = [pdf(number) for number in range(1, 5)] * 25
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda content: look(BytesIO(content)), contents)) == [FileType.PDF] * 100


def test_a_file_is_kept_under_a_random_key() -> None:
    first, second = (stored_name(Group(), "../../Anna Example CV.pdf") for _ in range(2))
    assert re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "…", first) == "auth/group/…"
    assert first != second


def test_the_hash_is_of_the_whole_content_and_leaves_it_unread() -> None:
    file = BytesIO(b"x" * 200_000)
    file.read(10)
    assert sha256_of(file) == hashlib.sha256(b"x" * 200_000).hexdigest()
    assert file.tell() == 0


def test_a_file_is_sent_as_a_download_that_no_browser_opens_as_a_page() -> None:
    response = send(BytesIO(b"<script>alert(1)</script>"), "CII-2019-014 CV.pdf", "application/pdf")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert dict(response.items()) == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="CII-2019-014 CV.pdf"',
        "Content-Length": "25",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SAID.default_src_none_frame_ancestors,
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("a\r\nSet-Cookie: b/../c.pdf", 'attachment; filename="a Set-Cookie: b .. c.pdf"'),
        ("Żółć.pdf", "attachment; filename*=utf-8''%C5%BB%C3%B3%C5%82%C4%87.pdf"),
        ("/", 'attachment; filename="file"'),
    ],
)
def test_the_name_of_a_download_cannot_break_out_of_its_header(filename: str, header: str) -> None:
    assert send(BytesIO(b"x"), filename)["Content-Disposition"] == header
