"""Word documents with fields, and PDFs that their owner locked: what is hidden in them, and what is quite ordinary."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from secrets import token_hex

import pikepdf
from pikepdf import Dictionary, Name, String

from tests.applications.hostile import MEGABYTE, WORD, XXE, docx, pdf, with_attachment, with_script
from tests.sentences import SAID

DDE = SAID.this_word_document_contains_a
TOO_MUCH = SAID.this_file_unpacks_to_more_than
COMMAND = 'c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"'
BEGIN, MIDDLE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


def runs(*pieces: str, tag: str = "instrText") -> str:
    """An instruction, spread over so many runs."""
    return "".join(f'<w:r><w:{tag} xml:space="preserve">{piece}</w:{tag}></w:r>' for piece in pieces)


def field(*pieces: str, shown: str = "2", **options: str) -> str:
    """A field, as Word writes it."""
    return f"{BEGIN}{runs(*pieces, **options)}{MIDDLE}<w:r><w:t>{shown}</w:t></w:r>{END}"


def written(words: str, tag: str = "document") -> str:
    """A part of a document with these words in a paragraph."""
    return f'<?xml version="1.0"?><w:{tag} xmlns:w="urn:w"><w:body><w:p>{words}</w:p></w:body></w:{tag}>'


def elsewhere(name: str, words: str = "", *, tag: str = "hdr") -> bytes:
    """A document whose field stands in another part than its body."""
    return docx({name: written(words or field("DDEAUTO ", COMMAND), tag)}, body=written(""))


def in_body(words: str) -> bytes:
    """A document with these words."""
    return docx(body=written(words))


def locked(change: Callable[[pikepdf.Pdf], None] | None = None, **how: object) -> bytes:
    """A PDF that opens without a password and is locked against all else, its objects packed."""
    options = {"owner": "o", "user": "", "R": 6} | how
    packed = pikepdf.ObjectStreamMode.generate
    return pdf(change, encryption=pikepdf.Encryption(**options), object_stream_mode=packed)


def with_packed_script(paper: pikepdf.Pdf) -> None:
    """Run a program on opening, from an object of its own, which is packed."""
    with_script(paper)
    paper.Root.OpenAction = paper.make_indirect(paper.Root.OpenAction)


def with_packed_bomb(paper: pikepdf.Pdf) -> None:
    """Objects that are as large as small when packed."""
    paper.Root.Bomb = pikepdf.Array([paper.make_indirect(String(" " * MEGABYTE)) for _ in range(100)])


def with_page_bomb(paper: pikepdf.Pdf) -> None:
    """A page of a gigabyte."""
    machine = zlib.compressobj(9)
    body = b"".join(machine.compress(b" " * MEGABYTE) for _ in range(1024)) + machine.flush()
    stream = pikepdf.Stream(paper, body)
    stream.Filter = Name.FlateDecode
    paper.pages[0].Contents = stream


def with_link(paper: pikepdf.Pdf) -> None:
    """A page with a link that people follow."""
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    paper.pages[0].Annots = pikepdf.Array([paper.make_indirect(link)])


def word(make: Callable[[], bytes], sentence: str = DDE) -> tuple[str, Callable[[], bytes], str]:
    return "cv.docx", make, sentence


REFUSED = {
    "a field that starts a program": word(partial(in_body, field(f"DDEAUTO {COMMAND}"))),
    "one that waits to be updated": word(partial(in_body, field(f"DDE {COMMAND}"))),
    "one in small letters, after spaces": word(partial(in_body, field(f"   ddeAuto {COMMAND}"))),
    "one spread over runs": word(partial(in_body, field("D", "DE", "AU", f"TO {COMMAND}"))),
    "one without an end": word(partial(in_body, BEGIN + runs(f"DDEAUTO {COMMAND}"))),
    "one without a middle": word(partial(in_body, BEGIN + runs(f"DDEAUTO {COMMAND}") + END)),
    "one in a simple field": word(partial(in_body, f"<w:fldSimple w:instr='DDEAUTO {COMMAND}'><w:r/></w:fldSimple>")),
    "one in another field": word(
        partial(in_body, f"{BEGIN}{runs(' IF 1 = 1 ')}{field(f'DDEAUTO {COMMAND}')}{MIDDLE}{END}")
    ),
    "one whose name a field makes up": word(
        partial(in_body, f"{BEGIN}{runs('DD')}{field('QUOTE 69')}{runs(f'AUTO {COMMAND}')}{MIDDLE}{END}")
    ),
    "one taken out with changes tracked": word(
        partial(in_body, f"<w:del>{field(f'DDEAUTO {COMMAND}', tag='delInstrText')}</w:del>")
    ),
    "one with other names for its elements": word(
        partial(
            docx,
            body=written(field(f"DDEAUTO {COMMAND}"))
            .replace("<w:", "<q:")
            .replace("</w:", "</q:")
            .replace("xmlns:w", "xmlns:q"),
        )
    ),
    "one in a header": word(partial(elsewhere, "word/header1.xml")),
    "one in a footer": word(partial(elsewhere, "word/footer2.xml", tag="ftr")),
    "one in a footnote": word(partial(elsewhere, "word/footnotes.xml", tag="footnotes")),
    "one in an endnote": word(partial(elsewhere, "word/endnotes.xml", tag="endnotes")),
    "one in a comment": word(partial(elsewhere, "word/comments.xml", tag="comments")),
    "one in the glossary": word(partial(elsewhere, "word/glossary/document.xml", tag="glossaryDocument")),
    "one in a part that is called a picture": word(partial(elsewhere, "word/media/image1.png")),
    "one in a text of two bytes a sign": word(
        lambda: docx({"word/header1.xml": written(field(f"DDEAUTO {COMMAND}"), "hdr").encode("utf-16")})
    ),
    "entities in a header": word(
        lambda: docx({"word/header1.xml": f"{XXE}<w:hdr>&e;</w:hdr>"}),
        SAID.this_word_document_reads_something,
    ),
    "a million elements within each other": word(
        lambda: docx({"word/header1.xml": "".join(f"<a{place}>" for place in range(MEGABYTE))}),
        SAID.this_word_document_is_broken_2,
    ),
    "more text than a book": word(lambda: docx({"word/header1.xml": token_hex(8_600_000)}), TOO_MUCH),
    "one very long word": word(
        lambda: docx({"word/header1.xml": f'<a b="{token_hex(7 * MEGABYTE)}'}), SAID.this_word_document_is_broken_2
    ),
    "a locked PDF with a program": (
        "cv.pdf",
        partial(locked, with_packed_script),
        SAID.this_pdf_contains_a_program,
    ),
    "a locked PDF with a program, in the old way": (
        "cv.pdf",
        partial(locked, with_packed_script, R=4, aes=False, metadata=False),
        SAID.this_pdf_contains_a_program,
    ),
    "a locked PDF with other files": ("cv.pdf", partial(locked, with_attachment), SAID.this_pdf_contains_other_files),
    "a bomb in a locked PDF's objects": ("cv.pdf", partial(locked, with_packed_bomb), TOO_MUCH),
    "a bomb in a locked PDF's page": ("cv.pdf", partial(locked, with_page_bomb), TOO_MUCH),
    "a PDF with a password and packed objects": (
        "cv.pdf",
        partial(locked, user="u"),
        SAID.this_pdf_is_protected_by_a,
    ),
    "a locked PDF cut short": ("cv.pdf", lambda: locked()[:-600], SAID.this_pdf_is_broken_or_has),
}

_PAGES, _CONTENTS = field(" PAGE \\* MERGEFORMAT "), field(' TOC \\o "1-3" ')
_LIST = f"{BEGIN}{runs(' IF ')}{field('MERGEFIELD Title')}{runs(' = Dr Yes No ')}{MIDDLE}{END}"
NEUTRALISED = {
    "a Word document with ordinary fields": (
        "cv.docx",
        lambda: docx(
            {"word/footer1.xml": written(_PAGES, "ftr")},
            body=written(f'{_CONTENTS}{_LIST}<w:fldSimple w:instr=" NUMPAGES "/>'),
        ),
        WORD.removesuffix(".main+xml"),
    ),
    "a Word document about DDE": (
        "cv.docx",
        lambda: in_body(f"<w:r><w:t>I teach DDEAUTO and DDE.</w:t></w:r>{field('TITLE DDE', shown='DDEAUTO c:')}"),
        WORD.removesuffix(".main+xml"),
    ),
    "a Word document with a drawing": (
        "cv.docx",
        lambda: docx({"word/media/image1.svg": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'}),
        WORD.removesuffix(".main+xml"),
    ),
    "a locked PDF with packed objects": ("cv.pdf", partial(locked, with_link), "application/pdf"),
    "a locked PDF, in the old way": (
        "cv.pdf",
        partial(locked, with_link, R=3, aes=False, metadata=False),
        "application/pdf",
    ),
}
