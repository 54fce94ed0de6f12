"""A folder of hostile and odd files, made here: what each is, and what is said about it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.sentences import SAID

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MEGABYTE = 1024 * 1024
Change = Callable[[pikepdf.Pdf], None]


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    """A PDF of one page, with what `change` puts into it."""
    paper, content = pikepdf.new(), BytesIO()
    paper.add_blank_page(page_size=(595, 842))
    if change:
        change(paper)
    paper.save(content, **options)
    return content.getvalue()


def docx(more: dict[str, str | bytes] | None = None, *, kind: str = WORD, body: str = "<w:document/>") -> bytes:
    """A Word document with more parts."""
    content = BytesIO()
    types = f'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in ({"[Content_Types].xml": types, "word/document.xml": body} | (more or {})).items():
            archive.writestr(name, words)
    return content.getvalue()


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of these parts."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, words in parts.items():
            opened.writestr(name, words)
    return content.getvalue()


def relations(kind: str, target: str) -> dict[str, str | bytes]:
    """The part of a Word document that names what lies elsewhere."""
    return {
        "word/_rels/settings.xml.rels": (
            '<?xml version="1.0"?><Relationships>'
            f'<Relationship Id="r1" Type="{RELATION}{kind}" Target="{target}" TargetMode="External"/></Relationships>'
        )
    }


def with_script(paper: pikepdf.Pdf) -> None:
    """Run a program on opening."""
    paper.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def with_launch(paper: pikepdf.Pdf) -> None:
    """Start another program on opening."""
    paper.Root.OpenAction = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def with_attachment(paper: pikepdf.Pdf) -> None:
    """Carry another file."""
    paper.attachments["run.exe"] = b"MZ"


def with_data(*names: str, content: bytes = b"<?xml version='1.0'?><Candidate xmlns='urn:europass'/>") -> Change:
    """Carry data beside the pages, as the EU's own CV maker does."""

    def change(paper: pikepdf.Pdf) -> None:
        for name in names:
            paper.attachments[name] = content

    return change


def with_action(key: str, **action: object) -> Change:
    """Do this on opening, or when a page is shown."""

    def change(paper: pikepdf.Pdf) -> None:
        thing = Dictionary({f"/{name}": value for name, value in action.items()})
        if key == "OpenAction":
            paper.Root.OpenAction = thing
        elif key == "AA":
            paper.pages[0].AA = Dictionary(O=thing)
        else:
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=thing)
            paper.pages[0].Annots = Array([paper.make_indirect(link)])

    return change


def with_named_script(paper: pikepdf.Pdf) -> None:
    """Run a program kept under a name, its kind in an object of its own."""
    kind = paper.make_indirect(Name.JavaScript)
    script = Dictionary(S=kind, JS=paper.make_stream(b"app.alert(1)"))
    paper.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))


def with_old_form(paper: pikepdf.Pdf) -> None:
    """A form of Adobe's."""
    paper.Root.AcroForm = Dictionary(Fields=Array([]), XFA=paper.make_stream(b"<xdp/>"))


def with_words_about_scripts(paper: pikepdf.Pdf) -> None:
    """Only speak of programs."""
    paper.docinfo["/Title"] = "Skills: HTML/JavaScript, product Launch"
    paper.pages[0].Contents = paper.make_stream(b"BT /F1 12 Tf (I write HTML/JavaScript and /JS) Tj ET")


def with_bomb(size: int, kind: str) -> bytes:
    """A PDF that unpacks to `size` bytes: in its packed objects, or in a page."""
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(b" " * MEGABYTE) for _ in range(size // MEGABYTE)) + packed.flush()
    names = b"/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode" if kind == "objects" else b"/Filter /FlateDecode"
    stream = b"9 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (names, len(body), body)
    whole = pdf()
    return whole.replace(b"\nxref", b"\n" + stream + b"xref", 1)


def twice_packed() -> bytes:
    """A PDF whose page is packed twice over."""

    def pack(paper: pikepdf.Pdf) -> None:
        inner = zlib.compress(zlib.compress(b" " * MEGABYTE, 9), 9)
        stream = pikepdf.Stream(paper, inner)
        stream.Filter = Array([Name.FlateDecode, Name.FlateDecode])
        paper.pages[0].Contents = stream

    return pdf(pack, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def disguised_script() -> bytes:
    """A program whose name is spelt in figures."""
    return pdf(with_script).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")


HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ\x90\0" + b"\0" * 512
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
TYPES_XXE = f'<?xml version="1.0"?>{XXE}<Types><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>'

COMMAND = SAID.this_pdf_contains_a_command
FILES = SAID.this_pdf_contains_other_files

# What it is: the name it comes under, how it is made, and the beginning of what is said.
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "macros, renamed": ("cv.docx", lambda: docx(kind=MACROS), SAID.this_file_contains_macros_which_are),
    "macros beside the text": (
        "cv.docx",
        lambda: docx({"word/vbaProject.bin": OLE}),
        SAID.this_file_contains_macros_which_are,
    ),
    "a web page as PDF": ("cv.pdf", lambda: HTML, SAID.this_file_is_not_a.format("a web page")),
    "a web page with a PDF's mark later": ("cv.pdf", lambda: HTML + b"\n%PDF-1.7", "This file is a web page"),
    "a web picture as PDF": ("cv.pdf", lambda: SVG, "This file is a web picture (SVG)"),
    "a program as PDF": ("cv.pdf", lambda: PROGRAM, "This file is a program"),
    "a program as Word": ("cv.docx", lambda: PROGRAM, "This file is a program"),
    "a PDF with a password": (
        "cv.pdf",
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        SAID.this_pdf_is_protected_by_a,
    ),
    "a broken PDF": ("cv.pdf", lambda: b"%PDF-1.7\n" + b"\xff" * 2000, SAID.this_pdf_is_broken_or_has),
    "a PDF cut short": ("cv.pdf", lambda: pdf()[:120], SAID.this_pdf_is_broken_or_has),
    "a Word document cut short": ("cv.docx", lambda: docx()[:-40], SAID.this_word_document_is_broken_2),
    "nothing": ("cv.pdf", lambda: b"", SAID.this_file_is_empty),
    "30 MB": (
        "cv.pdf",
        lambda: b"%PDF-1.7" + b"0" * (30 * MEGABYTE),
        SAID.this_file_is_mb_the_most.format("30.1", "10"),
    ),
    "a bomb as Word": (
        "cv.docx",
        lambda: docx({"word/media/image1.png": b"\0" * (200 * MEGABYTE)}),
        SAID.this_file_unpacks_to_more_than,
    ),
    "a bomb in a PDF's objects": (
        "cv.pdf",
        lambda: with_bomb(1024 * MEGABYTE, "objects"),
        SAID.this_file_unpacks_to_more_than,
    ),
    "a bomb in a PDF's page": (
        "cv.pdf",
        lambda: with_bomb(1024 * MEGABYTE, "page"),
        SAID.this_file_unpacks_to_more_than,
    ),
    "a PDF packed twice": ("cv.pdf", twice_packed, SAID.this_pdf_is_compressed_several),
    "a ZIP in a ZIP": (
        "cv.docx",
        lambda: archive({"in.zip": archive({"cv.pdf": pdf()})}),
        SAID.this_file_is_a_zip_archive,
    ),
    "a ZIP in a Word document": (
        "cv.docx",
        lambda: docx({"word/media/more.zip": archive({"run.exe": PROGRAM})}),
        SAID.this_word_document_contains_another.format("more.zip"),
    ),
    "a program in a Word document": (
        "cv.docx",
        lambda: docx({"word/embeddings/oleObject1.bin": OLE}),
        SAID.this_word_document_contains_another.format("oleobject1.bin"),
    ),
    "an OpenDocument text": (
        "cv.odt",
        lambda: archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        SAID.this_is_an_opendocument_text,
    ),
    "RTF": ("cv.doc", lambda: b"{\\rtf1\\ansi My life}", "This file is a text in the RTF format"),
    SAID.an_old_word_document: ("cv.doc", lambda: OLE, SAID.this_file_is_protected_by_a_password),
    "a photograph": ("cv.jpg", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF", "This file is a picture"),
    "a screenshot": ("cv.png", lambda: b"\x89PNG\r\n\x1a\n", "This file is a picture"),
    "plain text": ("cv.txt", lambda: b"My life", SAID.this_file_is_not_a_pdf),
    "entities in the table of contents": (
        "cv.docx",
        lambda: archive({"[Content_Types].xml": TYPES_XXE, "word/document.xml": "<w/>"}),
        SAID.this_word_document_is_broken_2,
    ),
    "entities in the text": (
        "cv.docx",
        lambda: docx(body=f"{XXE}<w:document>&e;</w:document>"),
        SAID.this_word_document_reads_something,
    ),
    "parts that climb out of their folder": (
        "cv.docx",
        lambda: docx({"../../../etc/cron.d/x": "* * * * * root sh"}),
        SAID.this_file_would_write_outside,
    ),
    "a PDF with a program": ("cv.pdf", lambda: pdf(with_script), SAID.this_pdf_contains_a_program_javascript),
    "a PDF with a program in packed objects": (
        "cv.pdf",
        lambda: pdf(with_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        SAID.this_pdf_contains_a_program_javascript,
    ),
    "a PDF with a disguised program": ("cv.pdf", disguised_script, SAID.this_pdf_contains_a_program_javascript),
    "a PDF that starts something": (
        "cv.pdf",
        lambda: pdf(with_launch),
        SAID.this_pdf_contains_a_command,
    ),
    "a PDF with other files": ("cv.pdf", lambda: pdf(with_attachment), SAID.this_pdf_contains_other_files),
    "a PDF with a program under a name": (
        "cv.pdf",
        lambda: pdf(with_named_script),
        SAID.this_pdf_contains_a_program_javascript,
    ),
    "a PDF that opens a web page by itself": (
        "cv.pdf",
        lambda: pdf(with_action("OpenAction", S=Name.URI, URI=String("https://example.org/"))),
        COMMAND,
    ),
    "a PDF that opens a web page after something harmless": (
        "cv.pdf",
        lambda: pdf(
            with_action(
                "AA", S=Name.Named, N=Name.NextPage, Next=Dictionary(S=Name.URI, URI=String("https://example.org/"))
            )
        ),
        COMMAND,
    ),
    "a PDF that sends what is typed": (
        "cv.pdf",
        lambda: pdf(with_action("A", S=Name.SubmitForm, F=String("https://example.org/"))),
        COMMAND,
    ),
    "a PDF that opens one on a file server": (
        "cv.pdf",
        lambda: pdf(with_action("A", S=Name.GoToR, F=String("\\\\example.org\\share\\x.pdf"), D=Array([0]))),
        COMMAND,
    ),
    "a PDF with a form of Adobe's": ("cv.pdf", lambda: pdf(with_old_form), SAID.this_pdf_contains_an_adobe),
    "a PDF with two data files": ("cv.pdf", lambda: pdf(with_data("a.xml", "b.xml")), FILES),
    "a PDF with a program called data": ("cv.pdf", lambda: pdf(with_data("cv.xml", content=PROGRAM)), FILES),
    "a PDF with a web page called data": (
        "cv.pdf",
        lambda: pdf(with_data("cv.xml", content=b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>")),
        FILES,
    ),
    "a PDF with data that defines entities": (
        "cv.pdf",
        lambda: pdf(with_data("cv.xml", content=XXE.encode() + b"<x>&e;</x>")),
        FILES,
    ),
    "a PDF with more data than a CV": (
        "cv.pdf",
        lambda: pdf(with_data("cv.xml", content=b"<x>" + b" " * 2 * MEGABYTE + b"</x>")),
        FILES,
    ),
    "a web page that Word takes in": (
        "cv.docx",
        lambda: docx(
            {
                "word/_rels/document.xml.rels": (
                    f'<Relationships><Relationship Id="r1" Type="{RELATION}aFChunk" Target="x.html"/></Relationships>'
                ),
                "word/x.html": HTML,
            }
        ),
        SAID.this_word_document_contains_another_file,
    ),
    "a template from elsewhere": (
        "cv.docx",
        lambda: docx(relations("attachedTemplate", "https://example.org/evil.dotm")),
        "This Word document fetches a template from another computer",
    ),
    "a template from a file server": (
        "cv.docx",
        lambda: docx(relations("attachedTemplate", "file:///\\\\example.org\\share\\evil.dotm")),
        "This Word document fetches a template from another computer",
    ),
    "a picture that reports its reading": (
        "cv.docx",
        lambda: docx(relations("image", "http://example.org/seen.png")),
        "This Word document fetches a picture from another computer",
    ),
    "an object from elsewhere": (
        "cv.docx",
        lambda: docx(relations("oleObject", "mhtml:http://example.org/x!x")),
        "This Word document fetches something from another computer",
    ),
}

# Odd, and let in: harmless as we give it out, or quite ordinary.
NEUTRALISED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF that is a web page too": ("cv.html", lambda: pdf() + HTML, "application/pdf"),
    "a PDF that is a ZIP too": ("cv.zip", lambda: pdf() + archive({"run.exe": PROGRAM}), "application/pdf"),
    "a CV with its data, as Europass makes it": (
        "cv.pdf",
        lambda: pdf(with_data("Europass-XML-Attachment.xml")),
        "application/pdf",
    ),
    "a CV with its data as JSON": ("cv.pdf", lambda: pdf(with_data("cv.json", content=b'{"a": 1}')), "application/pdf"),
    "a PDF that opens on its page": (
        "cv.pdf",
        lambda: pdf(with_action("OpenAction", S=Name.GoTo, D=Array([0, Name.Fit]))),
        "application/pdf",
    ),
    "a PDF with a link to a file beside it": (
        "cv.pdf",
        lambda: pdf(with_action("A", S=Name.GoToR, F=String("other.pdf"), D=Array([0]))),
        "application/pdf",
    ),
    "a PDF called a program": ("cv.exe", pdf, "application/pdf"),
    "a PDF about programs": ("cv.pdf", lambda: pdf(with_words_about_scripts), "application/pdf"),
    "a PDF that must not be printed": (
        "cv.pdf",
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        "application/pdf",
    ),
    "a Word document with a link": (
        "cv.docx",
        lambda: docx(relations("hyperlink", "https://example.org/")),
        WORD.removesuffix(".main+xml"),
    ),
    "a Word document from the own template": (
        "cv.docx",
        lambda: docx(relations("attachedTemplate", "file:///C:\\Templates\\Letter.dotx")),
        WORD.removesuffix(".main+xml"),
    ),
}

NAMES = {
    "a path": ("../../../etc/passwd.pdf", "passwd.pdf"),
    "a path of another system": ("C:\\Users\\sana\\cv.pdf", "cv.pdf"),
    "signs that are not seen": ("c\x07v\x1b[31m\u200b.pdf", "cv[31m.pdf"),
    "writing turned round": ("cv\u202efdp.exe.pdf", "cvfdp.exe.pdf"),
    "a thousand letters": ("a" * 1000 + ".pdf", "a" * 95 + "….pdf"),
    "pictures": ("my 🎓 cv 👩🏽‍🏫.pdf", "my 🎓 cv 👩🏽🏫.pdf"),
    "another script": ("سيرة ذاتية.pdf", "سيرة ذاتية.pdf"),
    "a command": ('cv".pdf\r\nX-Evil: 1', "cv_.pdfX-Evil: 1"),
    "markup": ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
}
