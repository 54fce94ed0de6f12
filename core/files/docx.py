"""Refuses a Word document that carries, fetches or starts other files or programs when it is opened.

It is not the only guard: see core.files.pdf. A .docx is a ZIP of XML parts; what it would unpack to is counted before
anything is unpacked, and each part is read a piece at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from posixpath import basename
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.files import docx_fields
from core.lifecycle import Refused
from core.text import plural

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TIMES_LARGER = 200  # Word's own files stay below 30; a bomb is in the thousands
MOST_PARTS = 5000
MOST_CONTENTS = 1024 * 1024  # bytes of the table of contents, and of each part that names relations
MOST_MARKUP = 16 * 1024 * 1024  # bytes of XML, enough for a book

_AS_PDF = "Save it as PDF, and choose the new file."
_SAVE_AGAIN = "Open it, save it again as PDF or as a Word document (.docx), and choose the new file."
_TOO_MUCH = f"This file unpacks to more than a document can hold. {_AS_PDF}"
_DOCTYPE = f"This Word document reads something from elsewhere (a DOCTYPE). {_AS_PDF}"
_CHUNK = 64 * 1024
_ENCRYPTED = 1  # the flag of a part in a ZIP

_TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo"})

# What may be embedded in a Word document: the figures behind a chart.
_MAY_EMBED = (".xlsx",)
_RUN_OR_UNPACK = (
    *(".exe", ".dll", ".scr", ".msi", ".com", ".bat", ".cmd", ".ps1", ".js", ".vbs", ".wsf", ".hta", ".lnk", ".jar"),
    *(".zip", ".rar", ".7z", ".gz", ".docm", ".dotm", ".xlsm", ".pptm"),
)


def check(upload: Any) -> None:
    """Raise Refused for what is no Word document, is protected, broken or a bomb, or has anything active in it."""
    with _refusing_broken_zips(), ZipFile(upload) as archive:
        _refuse_bombs(archive)
        types = _refuse_other_kinds(archive)
        _refuse_macros(archive, types)
        _refuse_active_parts(archive)
        main = next((name for name, kind in types.items() if kind == f"{CONTENT_TYPE}.main+xml"), None)
        if main is None or main not in archive.namelist():
            raise Refused(f"This file is not a Word document, even if its name says so. {_SAVE_AGAIN}")
        with archive.open(main) as text:
            if b"<!DOCTYPE" in text.read(_CHUNK):
                raise Refused(_DOCTYPE)
            while text.read(_CHUNK):  # to the end: a ZIP's checksum is looked at there
                pass


def hidden_words(upload: Any) -> str:
    """What a checked document holds besides what one reads: "1 comment and 2 tracked changes"; empty for nothing.

    Whoever gets the file can read comments, and words that were taken out while changes were tracked.
    """
    comments = changes = 0

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal comments, changes
        name = tag.rpartition(":")[2]
        comments += name == "comment"
        changes += name in _TRACKED

    with ZipFile(upload) as archive:
        for part in archive.infolist():
            if part.filename.lower().startswith("word/") and part.filename.lower().endswith(".xml"):
                parser = expat.ParserCreate()
                parser.StartElementHandler = begin
                with archive.open(part) as opened:
                    parser.ParseFile(opened)
    found = [(comments, "comment"), (changes, "tracked change")]
    return " and ".join(plural(number, noun) for number, noun in found if number)


def _refuse_bombs(archive: ZipFile) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, max(packed * MOST_TIMES_LARGER, 1024**2)):
        raise Refused(f"This file unpacks to more than a document can hold. {_SAVE_AGAIN}")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Refused("This file is protected by a password. Save it without one, and choose the new file.")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise Refused(f"This file is compressed in a way that Word does not use. {_SAVE_AGAIN}")


def _refuse_other_kinds(archive: ZipFile) -> dict[str, str]:
    names = archive.namelist()
    if "mimetype" in names and "content.xml" in names:
        raise Refused("This is an OpenDocument text (.odt). Save it as PDF, and choose the new file.")
    if "[Content_Types].xml" not in names or archive.getinfo("[Content_Types].xml").file_size > MOST_CONTENTS:
        raise Refused(f"This file is a ZIP archive and not a Word document. {_SAVE_AGAIN}")
    types: dict[str, str] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Override"):
            types[attributes.get("PartName", "").removeprefix("/")] = attributes.get("ContentType", "")

    _read(archive.read("[Content_Types].xml"), begin)
    return types


def _refuse_macros(archive: ZipFile, types: dict[str, str]) -> None:
    by_name = any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    if by_name or any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types.values()):
        raise Refused(f"This file contains macros, which are programs. {_SAVE_AGAIN}")


def _refuse_active_parts(archive: ZipFile) -> None:
    left = MOST_MARKUP
    for part in archive.infolist():
        name = part.filename.lower().replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/"):
            raise Refused(f"This file would write outside its own folder when unpacked. {_AS_PDF}")
        inside = "/embeddings/" in name or "/activex/" in name
        is_foreign = inside and not name.endswith(("/", ".rels", *_MAY_EMBED))
        if is_foreign or name.endswith(_RUN_OR_UNPACK):
            raise Refused(f"This Word document contains another file or a program ({basename(name)[:40]}). {_AS_PDF}")
        if name.endswith(".rels"):
            if part.file_size > MOST_CONTENTS:
                raise Refused(_TOO_MUCH)
            _refuse_relations(archive.read(part))
        elif _is_markup(archive, part):
            left -= part.file_size
            if left < 0:
                raise Refused(_TOO_MUCH)
            _refuse_fields(archive, part)


def _is_markup(archive: ZipFile, part: ZipInfo) -> bool:
    with archive.open(part) as opened:
        start = opened.read(64)
    begins = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    return part.filename.lower().endswith(".xml") or begins.startswith(b"<")


def _refuse_fields(archive: ZipFile, part: ZipInfo) -> None:
    name = part.filename.lower()
    try:
        with archive.open(part) as opened:
            docx_fields.read(iter(lambda: opened.read(_CHUNK), b""), may_have_doctype=not name.endswith(".xml"))
    except docx_fields.StartsProgramError:
        raise Refused(f"This Word document contains a field that starts another program (DDE). {_AS_PDF}") from None
    except docx_fields.DoctypeError:
        raise Refused(_DOCTYPE) from None
    except expat.ExpatError:
        if name.endswith(".xml"):
            raise


def _refuse_relations(relations: bytes) -> None:
    """Refuse what Word would fetch by itself, or take in from another format; a link that people follow may stay."""

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if not tag.endswith("Relationship"):
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if kind == "afchunk":  # Word converts a web page or RTF into the text, and what that does is not looked at
            raise Refused(f"This Word document contains another file or a program (altChunk). {_AS_PDF}")
        is_external = attributes.get("TargetMode", "").lower() == "external"
        if is_external and kind != "hyperlink" and _is_elsewhere(attributes.get("Target", "")):
            what = {"attachedtemplate": "a template", "image": "a picture"}.get(kind, "something")
            raise Refused(f"This Word document fetches {what} from another computer when it is opened. {_AS_PDF}")

    _read(relations, begin)


def _read(markup: bytes, begin: Any) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("A part of the package has no DOCTYPE.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(markup, True)


def _is_elsewhere(target: str) -> bool:
    place = urlsplit(target.strip().replace("\\", "/"))
    if place.scheme == "file":
        return bool(place.netloc) or place.path.startswith("//")
    return bool(place.netloc) or len(place.scheme) > 1


@contextmanager
def _refusing_broken_zips() -> Iterator[None]:
    try:
        yield
    except (BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Refused(f"This Word document is broken and cannot be opened. {_SAVE_AGAIN}") from None
