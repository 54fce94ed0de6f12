"""Files from strangers: what they are by their content, under which keys they are kept, and how they go out again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from threading import Lock
from typing import IO, Any
from uuid import uuid4
from xml.parsers import expat

from django.core.files.base import File
from django.db.models import Model, TextChoices
from django.http import FileResponse

from core.files import active_content, pdf_unlock
from core.lifecycle import Refused

MAX_BYTES = 10 * 1024 * 1024

_CHUNK = 64 * 1024
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_RATIO = 200  # Word's own files stay below 30; a bomb is in the thousands
_MAX_PARTS = 5000
_MAX_CONTENTS = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_NAME, _LONGEST_ENDING = 100, 10
_ENCRYPTED = 1  # the flag of a part in a ZIP
_NO_LOCK = -1  # of PDFium's FPDF_GetSecurityHandlerRevision
_SHUT = "This PDF is protected by a password. Save it without one, and choose the new file."
_SAVE_AGAIN = "Open it, save it again as PDF or as a Word document (.docx), and choose the new file."

# PDFium is not safe with threads, not even for two different documents, and the web server has several.
_pdfium = Lock()


class FileType(TextChoices):
    """What may be uploaded."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word document"

    @property
    def content_type(self) -> str:
        """Its media type."""
        return "application/pdf" if self is FileType.PDF else _WORD


def look(upload: IO[bytes] | File[bytes]) -> FileType:
    """Tell a PDF from a Word document by the content, whatever the name says; the file is left at its beginning.

    Raises Refused, saying what to do, for anything else: nothing, too much (over MAX_BYTES), what a password protects,
    what is broken, macros, a ZIP that would unpack to more than 100 MB.
    """
    size = upload.seek(0, SEEK_END) if (known := getattr(upload, "size", None)) is None else known
    if not size:
        raise Refused("This file is empty. Choose the file again, or save it again first.")
    if size > MAX_BYTES:
        raise Refused(
            f"This file is {_megabytes(size)} MB; the most is {MAX_BYTES // 1024**2} MB. "
            "Make its pictures smaller, or leave them out, and choose the new file.",
        )
    upload.seek(0)
    start = upload.read(1024)
    upload.seek(0)
    try:
        if start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
            _check_pdf(upload)
            return FileType.PDF
        if start.startswith(b"PK\x03\x04"):
            _check_docx(upload)
            return FileType.DOCX
    finally:
        upload.seek(0)
    if start.startswith(_OLE):
        raise Refused(
            "This file is protected by a password, or it is an old Word document (.doc). "
            "Save it without a password as PDF or as a Word document (.docx), and choose the new file.",
        )
    if kind := active_content.name_of_kind(start):
        raise Refused(f"This file is {kind}, and neither a PDF nor a Word document. {_SAVE_AGAIN}")
    raise Refused(f"This file is neither a PDF nor a Word document, whatever its name says. {_SAVE_AGAIN}")


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no folders, no signs that are not seen or turn the writing round, 100 at most.

    The ending stays, as people tell files apart by it.
    """
    bare = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in bare if unicodedata.category(sign)[0] != "C")
    seen = " ".join(seen.split())
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > _LONGEST_NAME and dot and len(ending) <= _LONGEST_ENDING:
        return f"{stem[: _LONGEST_NAME - len(ending) - 2]}….{ending}"
    return seen[:_LONGEST_NAME]


def stored_name(thing: Model, filename: str) -> str:
    """Where a thing's file is kept, for `upload_to`: a random key, with nothing of the name that a person gave it."""
    return f"{thing._meta.app_label}/{thing._meta.model_name}/{uuid4()}"


def sha256_of(file: IO[bytes] | File[bytes]) -> str:
    """The SHA-256 of the whole content, in hexadecimal; the file is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def send(file: IO[bytes] | File[bytes], filename: str, content_type: str = "application/octet-stream") -> FileResponse:
    """The file as a download under this name, which no browser opens as a page of ours. Ask the rules before."""
    name = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", filename).strip() or "file"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _megabytes(size: int) -> str:
    """Rounded up, so that no file is said to be as large as is allowed and refused."""
    return f"{-(-size * 10 // 1024**2) / 10:g}"


def _check_pdf(upload: Any) -> None:
    import pypdfium2

    open_pdf: Any = pypdfium2.PdfDocument
    content = upload.read(MAX_BYTES + 1)
    if active_content.check_pdf(content):
        _check_locked_pdf(content)
        return
    with _pdfium:
        try:
            document = open_pdf(content)
            try:
                document[0].close()
                is_locked = pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != _NO_LOCK
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdf_unlock.PASSWORD_WANTED:
                raise Refused(_SHUT) from None
            raise Refused(f"This PDF is broken, or has no pages, and cannot be opened. {_SAVE_AGAIN}") from None
    if is_locked:  # and hid it from us
        _check_locked_pdf(content)


def _check_locked_pdf(content: bytes) -> None:
    """Look inside a PDF that is locked against printing or changing, as banks and offices make them."""
    try:
        active_content.check_pdf(pdf_unlock.unlocked(content))
    except pdf_unlock.PasswordWantedError:
        raise Refused(_SHUT) from None
    except pdf_unlock.TooMuchError:
        raise Refused(f"This file would unpack to far more than a document holds. {_SAVE_AGAIN}") from None
    except ValueError:
        raise Refused(f"This PDF is broken, or has no pages, and cannot be opened. {_SAVE_AGAIN}") from None


def _check_docx(upload: Any) -> None:
    with _refusing_broken_zips(), zipfile.ZipFile(upload) as archive:
        parts = {part.filename: part for part in archive.infolist()}
        unpacked = sum(part.file_size for part in archive.infolist())
        packed = sum(part.compress_size for part in archive.infolist())
        if len(archive.infolist()) > _MAX_PARTS or unpacked > min(_MAX_UNPACKED, max(packed * _MAX_RATIO, 1024**2)):
            raise Refused(f"This file would unpack to far more than a document holds. {_SAVE_AGAIN}")
        if any(part.flag_bits & _ENCRYPTED for part in archive.infolist()):
            raise Refused("This file is protected by a password. Save it without one, and choose the new file.")
        if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in archive.infolist()):
            raise Refused(f"This file is packed in a way that Word does not use. {_SAVE_AGAIN}")
        table = parts.get("[Content_Types].xml")
        if "mimetype" in parts and "content.xml" in parts:
            raise Refused("This is an OpenDocument text (.odt). Save it as PDF, and choose the new file.")
        if table is None or table.file_size > _MAX_CONTENTS:
            raise Refused(f"This file is a ZIP archive and not a Word document. {_SAVE_AGAIN}")
        types = _types_of(archive.read(table))
        if any(name.lower().endswith("vbaproject.bin") for name in parts) or any(
            "macroenabled" in kind.lower() for kind in types.values()
        ):
            raise Refused(f"This file has macros in it, which are programs. {_SAVE_AGAIN}")
        active_content.check_docx(archive)
        main = next((name for name, kind in types.items() if kind == f"{_WORD}.main+xml"), None)
        if main is None or main not in parts:
            raise Refused(f"This file is not a Word document, whatever its name says. {_SAVE_AGAIN}")
        with archive.open(main) as text:  # to the end: a ZIP's checksum is looked at there
            if b"<!DOCTYPE" in text.read(_CHUNK):
                raise Refused(f"This Word document defines what is read from elsewhere (a DOCTYPE). {_SAVE_AGAIN}")
            while text.read(_CHUNK):
                pass


@contextmanager
def _refusing_broken_zips() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Refused(f"This Word document is broken and cannot be opened. {_SAVE_AGAIN}") from None


def _types_of(table: bytes) -> dict[str, str]:
    """The part names and their types, as a document's table of contents has them; one with a DOCTYPE has none."""
    types: dict[str, str] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Override"):
            types[attributes.get("PartName", "").removeprefix("/")] = attributes.get("ContentType", "")

    def refuse(*_: object) -> None:
        raise ValueError("A document's table of contents has no DOCTYPE.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(table, True)
    return types
