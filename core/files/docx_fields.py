"""The fields of a Word document: commands between its words, of which some start another program when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

LONGEST_BEGINNING = 40  # signs of an instruction that are looked at
DEEPEST = 1000  # elements within each other; Word writes some thirty
_HOLE = "\0"  # where another field stands within the instruction
_STARTS_PROGRAMS = ("DDE", "DDEAUTO")
_INSTRUCTIONS = ("instrText", "delInstrText")  # the second: taken out with changes tracked, and back with one press


class StartsProgramError(Exception):
    """A field starts another program (DDE)."""


class DoctypeError(Exception):
    """The part defines what is read from elsewhere."""


def read(pieces: Iterator[bytes], *, may_have_doctype: bool) -> None:
    """Read a part of a document, a piece at a time: its body, a header, a footer, its notes, a text box, a glossary.

    Raises StartsProgramError, DoctypeError, ExpatError for what is no XML, and ValueError for what is too deep to be a
    document. What is kept is the beginning of each instruction that is not at its end.
    """
    reader = _Reader(may_have_doctype)
    for piece in pieces:
        reader.parser.Parse(piece, False)
    reader.parser.Parse(b"", True)
    for instruction in reader.around:
        _refuse(instruction)


class _Reader:
    """Follows the fields as they open and close."""

    def __init__(self, may_have_doctype: bool) -> None:
        self.depth = 0
        self.around = [""]  # the instructions of the fields around this place; the first stands for no field
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        if not may_have_doctype:
            self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("No document is as deep as this.")
        name = tag.rpartition(":")[2]
        if name in _INSTRUCTIONS:
            self.parser.CharacterDataHandler = self.go_on
        elif name == "fldChar":
            self.mark(_of(attributes, "fldCharType"))
        elif name == "fldSimple":
            _refuse(_of(attributes, "instr"))

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.rpartition(":")[2] in _INSTRUCTIONS:
            self.parser.CharacterDataHandler = None

    def go_on(self, text: str) -> None:
        self.around[-1] = (self.around[-1] + text).lstrip()[:LONGEST_BEGINNING]

    def mark(self, kind: str) -> None:
        if kind == "begin":
            if len(self.around) > 1:
                self.go_on(_HOLE)
            self.around.append("")
            return
        _refuse(self.around[-1])
        if kind == "end" and len(self.around) > 1:
            self.around.pop()

    def refuse_doctype(self, *_: object) -> None:
        raise DoctypeError


def _of(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _refuse(instruction: str) -> None:
    begun, hole, _ = instruction.lstrip().partition(_HOLE)
    word = begun.split(None, 1)[0].strip('"“”').upper() if begun.strip() else ""
    is_made_up = bool(hole) and not begun[-1:].isspace() and any(one.startswith(word) for one in _STARTS_PROGRAMS)
    if word in _STARTS_PROGRAMS or is_made_up:
        raise StartsProgramError
