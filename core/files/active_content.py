"""What a file from strangers carries inside besides words and pictures: programs, other files, calls to elsewhere.

It is best effort and not the only guard: files leave as attachments that no browser opens as a page of ours, and are
scanned for viruses where there is a scanner. Each sentence says why, and what to do.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from posixpath import basename
from urllib.parse import urlsplit
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from core.files import docx_fields
from core.lifecycle import Refused

MOST_UNPACKED = 300 * 1024 * 1024  # bytes in all streams of a PDF; a scanned page in colour has up to 30 million
MOST_OBJECTS = 32 * 1024 * 1024  # bytes in its packed objects, which are text
MOST_RELATIONS = 1024 * 1024
MOST_MARKUP = 16 * 1024 * 1024  # bytes of XML in a Word document, enough for a book

_PRINT_IT = "Print it to a new PDF, and choose the new file."
_AS_PDF = "Save it as PDF, and choose the new file."
_CHUNK = 64 * 1024

# Written as programs write them; a sentence about JavaScript in a title is not one of these.
_ACTIVE = (
    (re.compile(rb"/S\s*/JavaScript\b|/JS\s*[(<\d]|/S\s*/Rendition\b"), "a program (JavaScript)"),
    (re.compile(rb"/S\s*/(?:Launch|ImportData|SubmitForm)\b"), "a command that starts or sends something"),
    (re.compile(rb"/EmbeddedFiles\b|/Type\s*/EmbeddedFile\b|/EF\s*<<|/Subtype\s*/RichMedia\b"), "other files"),
    (re.compile(rb"/XFA\s*[\[\d]"), "a form of Adobe's that other readers cannot show"),
)
_LOCKED = re.compile(rb"/Encrypt\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_STREAM = re.compile(rb"stream\r?\n")

# What may be embedded in a Word document: the figures behind a chart.
_MAY_EMBED = (".xlsx",)
_RUN_OR_UNPACK = (
    *(".exe", ".dll", ".scr", ".msi", ".com", ".bat", ".cmd", ".ps1", ".js", ".vbs", ".wsf", ".hta", ".lnk", ".jar"),
    *(".zip", ".rar", ".7z", ".gz", ".docm", ".dotm", ".xlsm", ".pptm"),
)

KNOWN = (
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


def name_of_kind(start: bytes) -> str:
    """What a file is that is neither of what is wanted, from its first bytes; empty when it is nothing we know."""
    lower = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((name for mark, name in KNOWN if lower.startswith(mark.lower())), "")


def check_pdf(content: bytes) -> bool:
    """Raise Refused for a PDF that holds programs, commands or other files, or unpacks to far too much.

    Return whether it is locked: its packed objects could not be read then. Bounded: packed objects are unpacked up to
    MOST_OBJECTS, all else is only counted, a piece at a time.
    """
    is_locked, counted, seen = False, 0, 0
    for dictionary, start, end in _streams(content):
        is_locked |= _refuse_active(content[seen:start])
        seen = end
        names = _plain(dictionary)
        times = len(_FLATE.findall(names))
        if times > 1:
            raise Refused(f"This PDF is packed several times over, which no program for writing does. {_PRINT_IT}")
        if not times:
            continue
        is_objects = b"/ObjStm" in names
        kept = bytearray()
        for piece in _unpacked(memoryview(content)[start:end]):
            counted += len(piece)
            if is_objects:
                kept += piece
            if counted > MOST_UNPACKED or len(kept) > MOST_OBJECTS:
                raise Refused(f"This file would unpack to far more than a document holds. {_PRINT_IT}")
        _refuse_active(bytes(kept))
    return is_locked | _refuse_active(content[seen:])


def check_docx(archive: ZipFile) -> None:
    """Raise Refused for a Word document that carries, fetches or starts other files or programs when opened."""
    left = MOST_MARKUP
    for part in archive.infolist():
        name = part.filename.lower().replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/"):
            raise Refused(f"This file would write outside of its own place when unpacked. {_AS_PDF}")
        inside = "/embeddings/" in name or "/activex/" in name
        is_foreign = inside and not name.endswith(("/", ".rels", *_MAY_EMBED))
        if is_foreign or name.endswith(_RUN_OR_UNPACK):
            raise Refused(f"This Word document has another file or a program in it ({basename(name)[:40]}). {_AS_PDF}")
        if name.endswith(".rels"):
            if part.file_size > MOST_RELATIONS:
                raise Refused(f"This file would unpack to far more than a document holds. {_AS_PDF}")
            _refuse_fetching(archive.read(part))
        elif _is_markup(archive, part):
            left -= part.file_size
            if left < 0:
                raise Refused(f"This file would unpack to far more than a document holds. {_AS_PDF}")
            _refuse_starting(archive, part)


def _streams(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each stream's dictionary, as far as it can be told, and where its bytes begin and end."""
    seen = 0
    while found := _STREAM.search(content, seen):
        start = found.end()
        end = content.find(b"endstream", start)
        end = len(content) if end < 0 else end
        before = content[max(seen, found.start() - 4096) : found.start()]
        if before.endswith(b"end"):  # the tail of an endstream
            seen = start
            continue
        yield before[before.rfind(b" obj") + 1 :], start, end
        seen = end + len(b"endstream")


def _unpacked(packed: memoryview) -> Iterator[bytes]:
    """The bytes of a stream, a piece at a time; what is broken ends it."""
    machine = zlib.decompressobj()
    for place in range(0, len(packed), _CHUNK):
        waiting = bytes(packed[place : place + _CHUNK])
        while waiting:
            try:
                piece = machine.decompress(waiting, 1024 * 1024)
            except zlib.error:
                return
            yield piece
            waiting = machine.unconsumed_tail
            if machine.eof:
                return


def _plain(words: bytes) -> bytes:
    """Names as they are meant: #4a is another way to write J."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), words)


def _refuse_active(words: bytes) -> bool:
    """Refuse what is active in a part of a PDF; return whether the part says that the PDF is locked."""
    plain = _plain(words)
    for pattern, what in _ACTIVE:
        if pattern.search(plain):
            raise Refused(f"This PDF has {what} in it. {_PRINT_IT}")
    return _LOCKED.search(plain) is not None


def _is_markup(archive: ZipFile, part: ZipInfo) -> bool:
    """Tell whether a part of a Word document is XML, by its beginning: a part's name says nothing about it."""
    with archive.open(part) as opened:
        start = opened.read(64)
    begins = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    return part.filename.lower().endswith(".xml") or begins.startswith(b"<")


def _refuse_starting(archive: ZipFile, part: ZipInfo) -> None:
    """Refuse fields that start another program, wherever in the document they stand."""
    name = part.filename.lower()
    try:
        with archive.open(part) as opened:
            docx_fields.read(iter(lambda: opened.read(_CHUNK), b""), may_have_doctype=not name.endswith(".xml"))
    except docx_fields.StartsProgramError:
        raise Refused(f"This Word document has a field in it that starts another program (DDE). {_AS_PDF}") from None
    except docx_fields.DoctypeError:
        raise Refused(f"This Word document defines what is read from elsewhere (a DOCTYPE). {_AS_PDF}") from None
    except expat.ExpatError:
        if name.endswith(".xml"):
            raise


def _refuse_fetching(relations: bytes) -> None:
    """Refuse what Word would fetch by itself from another computer; a link that people follow may stay."""

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if not tag.endswith("Relationship") or attributes.get("TargetMode", "").lower() != "external":
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if kind != "hyperlink" and _is_elsewhere(attributes.get("Target", "")):
            what = {"attachedtemplate": "a template", "image": "a picture"}.get(kind, "something")
            raise Refused(f"This Word document fetches {what} from another computer when it is opened. {_AS_PDF}")

    def refuse(*_: object) -> None:
        raise ValueError("A document's relations have no DOCTYPE.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(relations, True)


def _is_elsewhere(target: str) -> bool:
    """Tell an address on another computer from a file beside the writer's own."""
    place = urlsplit(target.strip().replace("\\", "/"))
    if place.scheme == "file":
        return bool(place.netloc) or place.path.startswith("//")
    return bool(place.netloc) or len(place.scheme) > 1
