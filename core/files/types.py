"""Files from strangers: what they are by their content, under which keys they are kept, and how they go out again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from io import SEEK_END, BytesIO
from typing import IO
from uuid import uuid4

from django.core.files.base import File
from django.db.models import Model, TextChoices
from django.http import FileResponse

from core.files import docx, pdf
from core.lifecycle import Refused

MAX_BYTES = 10 * 1024 * 1024

_CHUNK = 64 * 1024
_LONGEST_NAME, _LONGEST_ENDING = 100, 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AGAIN = "Open it, save it again as PDF or as a Word document (.docx), and choose the new file."
_KNOWN = (
    (b"{\\rtf", "a text in the RTF format"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a program"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "a web picture (SVG)"),
    (b"<?xml", "an XML file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
)


class FileType(TextChoices):
    """What may be uploaded."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word document"

    @property
    def content_type(self) -> str:
        return "application/pdf" if self is FileType.PDF else docx.CONTENT_TYPE


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
            f"This file is {_megabytes(size)} MB. The most is {MAX_BYTES // 1024**2} MB. "
            "Make its pictures smaller, or leave them out, and choose the new file.",
        )
    upload.seek(0)
    start = upload.read(1024)
    upload.seek(0)
    try:
        if start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
            pdf.check(upload.read(MAX_BYTES + 1))
            return FileType.PDF
        if start.startswith(b"PK\x03\x04"):
            docx.check(upload)
            return FileType.DOCX
        if start.startswith(_OLE):
            raise Refused(_said_of_ole(upload.read()))
    finally:
        upload.seek(0)
    if kind := _name_of_kind(start):
        raise Refused(f"This file is {kind}, not a PDF or a Word document. {_SAVE_AGAIN}")
    raise Refused(f"This file is not a PDF or a Word document, even if its name says so. {_SAVE_AGAIN}")


def hidden_words(upload: IO[bytes] | File[bytes], kind: FileType) -> str:
    """What a file that `look` let in holds besides what one reads ("2 comments"); the file is left at its beginning."""
    if kind is not FileType.DOCX:
        return ""
    upload.seek(0)
    try:
        return docx.hidden_words(upload)
    finally:
        upload.seek(0)


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


def _said_of_ole(content: bytes) -> str:
    """Tell a Word document with a password from an old one: both are OLE files."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as opened:
            is_shut, is_old = opened.exists("EncryptedPackage"), opened.exists("WordDocument")
    except Exception:  # noqa: BLE001 - a parser of what strangers send; it is refused either way
        is_shut = is_old = False
    if is_shut:
        return "This Word document is protected by a password. Save it without one, and choose the new file."
    if is_old:
        return f"This is an old Word document (.doc). {_SAVE_AGAIN}"
    return (
        "This file is protected by a password, or it is an old Word document (.doc). "
        "Save it without a password as PDF or as a Word document (.docx), and choose the new file."
    )


def _name_of_kind(start: bytes) -> str:
    lower = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((name for mark, name in _KNOWN if lower.startswith(mark.lower())), "")
