"""The pages of an uploaded file as pictures with their text; of a Word document only the text."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from threading import Lock
from xml.parsers import expat
from zipfile import ZipFile

from core.files import docx, pdf_pages
from core.files.types import FileType

WITHIN = 120  # seconds, however busy the machine is
MOST_TEXT = 200_000  # characters of a Word document

_one_at_a_time = Lock()  # each may take much memory


class CannotDraw(Exception):
    """The file has no pages that can be shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a JPEG, or nothing for a Word document, and its words."""

    picture: bytes
    text: str


def pages_of(content: bytes, content_type: str) -> list[Page]:
    """Draw the pages of a file that was let in; at most 30. Takes no memory of this process. Raises CannotDraw."""
    if content_type == FileType.PDF.content_type:
        return _of_pdf(content)
    if content_type == docx.CONTENT_TYPE:
        return [Page(b"", _words(content))]
    raise CannotDraw(content_type)


def _of_pdf(content: bytes) -> list[Page]:
    command = [sys.executable, "-I", str(Path(pdf_pages.__file__))]
    with _one_at_a_time, Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as program:  # noqa: S603 - our own program
        try:
            answer, _ = program.communicate(content, timeout=WITHIN)
        except TimeoutExpired:
            program.kill()
            raise CannotDraw("It took too long.") from None
    if program.returncode:
        raise CannotDraw(f"The renderer ended with {program.returncode}.")
    return [Page(base64.b64decode(one["picture"]), one["text"].replace("\x00", "")) for one in json.loads(answer)]


def _words(content: bytes) -> str:
    """The text of a Word document, a paragraph a line."""
    found: list[str] = []
    is_text = False

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal is_text
        is_text = tag == "w:t"
        if tag in {"w:tab", "w:br"}:
            found.append(" ")

    def end(tag: str) -> None:
        nonlocal is_text
        is_text = False
        if tag == "w:p":
            found.append("\n")

    def words(text: str) -> None:
        if is_text:
            found.append(text)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, words
    try:
        with ZipFile(BytesIO(content)) as archive:
            parser.Parse(archive.read("word/document.xml"), True)
    except (KeyError, expat.ExpatError) as problem:
        raise CannotDraw(str(problem)) from None
    return "".join(found)[:MOST_TEXT]
