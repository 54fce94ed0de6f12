"""Says what an uploaded PDF carries besides pages. A program of its own: it imports nothing of this project.

It reads a PDF on its standard input and writes one word of Verdict to its standard output. What a stranger packed may
be made to fill all memory or never to end, so the system bounds both; see core.files.pdf, which starts it.
"""

from __future__ import annotations

import json
import resource
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from io import BytesIO
from typing import Any, NoReturn
from xml.parsers import expat

MOST_MEMORY = 400 * 1024 * 1024  # bytes of address space, the interpreter and qpdf among them
MOST_SECONDS = 20  # of computing
MOST_UNPACKED = 300 * 1024 * 1024  # bytes in all streams; a scanned page in colour has up to 30 million
MOST_OBJECTS = 32 * 1024 * 1024  # bytes in object streams, which are text
MOST_DATA = 1024 * 1024  # bytes of an attached data file

_CHUNK = 64 * 1024
_LONGEST_CHAIN = 100
_FLATE = {"/FlateDecode", "/Fl"}
_UNPACKED_BY_QPDF = {
    *_FLATE,
    *("/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx", "/RunLengthDecode", "/RL"),
}
_SCRIPTS = {"/JavaScript", "/Rendition"}
_COMMANDS = {"/Launch", "/ImportData", "/SubmitForm", "/GoToE"}
_COMMANDS_WHEN_AUTOMATIC = {"/URI", "/GoToR"}  # a person may follow such a link; a file may not
_MARKUP = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg")


class Verdict(StrEnum):
    """What was found."""

    FINE = "fine"
    PASSWORD = "password"  # noqa: S105 - a verdict, not a password
    BROKEN = "broken"
    TOO_MUCH = "too much"
    PACKED_TWICE = "packed twice"
    SCRIPT = "script"
    COMMAND = "command"
    FILES = "files"
    XFA = "xfa"


class Found(Exception):
    """Something that is refused."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def inspect(content: bytes) -> Verdict:
    """Read every object of the PDF, also those that no page refers to."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages):
                return Verdict.BROKEN
            _Inspection().of(pdf)
    except Found as found:
        return found.verdict
    except pikepdf.PasswordError:
        return Verdict.PASSWORD
    except MemoryError:
        return Verdict.TOO_MUCH
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return Verdict.BROKEN
    return Verdict.FINE


class _Inspection:
    def __init__(self) -> None:
        self.unpacked = self.objects = 0
        self.attached: dict[tuple[int, int], tuple[str, Any]] = {}
        self.embedded: set[tuple[int, int]] = set()

    def of(self, pdf: Any) -> None:
        import pikepdf

        for indirect in pdf.objects:
            if isinstance(indirect, pikepdf.Stream):
                self.unpack(indirect)
            for dictionary in _dictionaries(indirect):
                self.look_at(dictionary)
        self.look_at_attachments()

    def look_at(self, dictionary: Any) -> None:
        kind = str(dictionary.get("/S", ""))
        if kind in _SCRIPTS or "/OnInstantiate" in dictionary:
            raise Found(Verdict.SCRIPT)
        if kind in _COMMANDS or (kind == "/GoToR" and _is_elsewhere(dictionary.get("/F"))):
            raise Found(Verdict.COMMAND)
        if "/XFA" in dictionary:
            raise Found(Verdict.XFA)
        for action in _automatic(dictionary):
            if str(action.get("/S", "")) in _COMMANDS_WHEN_AUTOMATIC:
                raise Found(Verdict.COMMAND)
        if str(dictionary.get("/Subtype", "")) == "/RichMedia":
            raise Found(Verdict.FILES)
        if "/EF" in dictionary:
            name = str(dictionary.get("/UF", dictionary.get("/F", "")))
            for stream in dictionary["/EF"].as_dict().values():
                self.attached[stream.objgen] = (name, stream)
        if str(dictionary.get("/Type", "")) == "/EmbeddedFile":
            self.embedded.add(dictionary.objgen)

    def look_at_attachments(self) -> None:
        if len(self.attached) > 1 or self.embedded - self.attached.keys():
            raise Found(Verdict.FILES)
        if not all(_is_data(name, stream) for name, stream in self.attached.values()):
            raise Found(Verdict.FILES)

    def unpack(self, stream: Any) -> None:
        filters = _filters(stream)
        if sum(name in _FLATE for name in filters) > 1:
            raise Found(Verdict.PACKED_TWICE)
        if not filters or not set(filters) <= _UNPACKED_BY_QPDF:
            return
        is_objects = str(stream.get("/Type", "")) == "/ObjStm"
        for size in _sizes(stream, filters):
            self.unpacked += size
            self.objects += size if is_objects else 0
            if self.unpacked > MOST_UNPACKED or self.objects > MOST_OBJECTS:
                raise Found(Verdict.TOO_MUCH)


def _filters(stream: Any) -> list[str]:
    import pikepdf

    named = stream.get("/Filter", ())
    return [str(name) for name in named] if isinstance(named, pikepdf.Array | tuple) else [str(named)]


def _sizes(stream: Any, filters: list[str]) -> Iterator[int]:
    import pikepdf

    if len(filters) > 1 or filters[0] not in _FLATE:
        with suppress(pikepdf.PdfError):
            yield len(stream.read_bytes())
        return
    machine, packed = zlib.decompressobj(), stream.read_raw_bytes()
    for place in range(0, len(packed), _CHUNK):
        waiting = packed[place : place + _CHUNK]
        while waiting and not machine.eof:
            try:
                piece = machine.decompress(waiting, 1024 * 1024)
            except zlib.error:
                return
            yield len(piece)
            waiting = machine.unconsumed_tail


def _dictionaries(indirect: Any) -> Iterator[Any]:
    import pikepdf

    waiting = [indirect]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            inner = thing.stream_dict.values() if isinstance(thing, pikepdf.Stream) else thing.values()
        else:
            inner = thing if isinstance(thing, pikepdf.Array) else ()
        containers = pikepdf.Dictionary | pikepdf.Array
        waiting += [one for one in inner if isinstance(one, containers) and not one.is_indirect]


def _automatic(dictionary: Any) -> Iterator[Any]:
    """The actions that a reader takes without being asked."""
    import pikepdf

    first = [dictionary.get("/OpenAction"), *_values(dictionary.get("/AA"))]
    waiting = [action for action in first if isinstance(action, pikepdf.Dictionary)]
    for _ in range(_LONGEST_CHAIN):
        if not waiting:
            return
        action = waiting.pop()
        yield action
        following = action.get("/Next")
        after = list(following) if isinstance(following, pikepdf.Array) else [following]
        waiting += [one for one in after if isinstance(one, pikepdf.Dictionary)]
    raise Found(Verdict.COMMAND)


def _values(dictionary: Any) -> list[Any]:
    import pikepdf

    return list(dictionary.values()) if isinstance(dictionary, pikepdf.Dictionary) else []


def _is_elsewhere(file: Any) -> bool:
    import pikepdf

    names = [file.get("/F", ""), file.get("/UF", "")] if isinstance(file, pikepdf.Dictionary) else [file or ""]
    written = [str(name).replace("\\", "/") for name in names]
    return any(name.startswith("//") or "://" in name for name in written)


def _is_data(name: str, stream: Any) -> bool:
    ending = name.lower().rpartition(".")[2]
    filters = _filters(stream)
    if set(filters) - _UNPACKED_BY_QPDF or ending not in {"xml", "json"}:
        return False
    content = stream.read_bytes()
    if len(content) > MOST_DATA:
        return False
    try:
        if ending == "json":
            json.loads(content)
        else:
            _read_xml(content)
    except (ValueError, RecursionError, expat.ExpatError):
        return False
    return True


def _read_xml(content: bytes) -> None:
    """Raise ValueError for a web page, a picture, or what defines or styles itself from elsewhere."""

    def refuse(*_: object) -> NoReturn:
        raise ValueError("This is more than data.")

    def begin(tag: str, _: dict[str, str]) -> None:
        if tag.startswith(_MARKUP):
            refuse()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    parser.Parse(content, True)


def main() -> None:
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        with suppress(ValueError, OSError):  # where the system knows no such bound
            resource.setrlimit(what, (most, most))
    try:
        verdict = inspect(sys.stdin.buffer.read())
    except MemoryError:
        verdict = Verdict.TOO_MUCH
    sys.stdout.write(verdict)


if __name__ == "__main__":
    main()
