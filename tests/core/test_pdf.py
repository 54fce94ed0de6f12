"""PDFs from templates: tagged, the same bytes each time, and nothing fetched."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.template.loader import render_to_string

from core import pdf
from tests.sentences import SAID

PAGE = """<!doctype html>
<html lang="en-GB">
<head><title>Agreement {{ reference }}</title><link rel="stylesheet" href="{{ style }}"></head>
<body><h1>Agreement</h1><p>{{ reference }}: £29,700.60, to Żółć</p><img src="{{ picture }}" alt="A picture"></body>
</html>"""
RED_DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4" fill="red"/></svg>'

Render = Callable[..., bytes]


@pytest.fixture
def render(settings: pytest.FixtureRequest, tmp_path: Path) -> Render:
    """Render PAGE, with static files of this test's own: a style, a picture, and one that collectstatic named."""
    source, collected = tmp_path / "source", tmp_path / "collected"
    for folder in (source, collected):
        folder.mkdir()
    (source / "small.css").write_text("@page { size: 300px 200px; margin: 0 }")
    (source / "dot.svg").write_bytes(RED_DOT)
    (collected / "tall.0123456789ab.css").write_text("@page { size: 300px 400px }")
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATIC_ROOT = str(collected)
    loader = ("django.template.loaders.locmem.Loader", {"page.html": PAGE})
    backend = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": backend, "OPTIONS": {"loaders": [loader]}}]

    def with_defaults(**context: str) -> bytes:
        html = render_to_string("page.html", {"reference": "CII-2019-014", "style": "/static/small.css", **context})
        return pdf.write(html, style_sheets=())

    return with_defaults


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def height(content: bytes) -> int:
    """The first page's height in CSS pixels."""
    document = opened(content)
    return round(float(document.pages[0].MediaBox[3]) / 0.75)


def drawings(content: bytes) -> int:
    """How many curves are drawn on the first page, or in pictures on it."""
    document = opened(content)
    page = document.pages[0]
    streams = [page.Contents.read_bytes(), *(form.read_bytes() for form in page.Resources.get("/XObject", {}).values())]
    return sum(line.endswith(b" c") for stream in streams for line in stream.splitlines())


def test_a_document_says_that_it_is_tagged_its_language_and_its_title(render: Render) -> None:
    document = opened(render())
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Agreement CII-2019-014"
    assert document.Root.MarkInfo.Marked is True
    assert str(document.Root.Lang) == "en-GB"
    assert document.Root.ViewerPreferences.DisplayDocTitle is True
    assert sorted(document.docinfo.keys()) == ["/Producer", "/Title"]


def test_the_same_document_is_the_same_bytes(render: Render) -> None:
    first = render()
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: render(), range(8))) == [first] * 8


def test_another_content_is_another_document(render: Render) -> None:
    first, second = opened(render()), opened(render(reference="CII-2019-015"))
    assert first.trailer.ID[0] != second.trailer.ID[0]


def test_the_projects_static_files_are_used(render: Render) -> None:
    assert height(render()) == 200
    assert height(render(style="/static/tall.0123456789ab.css")) == 400
    assert (drawings(render()), drawings(render(picture="/static/dot.svg"))) == (0, 4)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/dot.svg",
        "http://127.0.0.1:{port}/static/dot.svg",
        "//127.0.0.1:{port}/static/dot.svg",
        "file://{folder}/source/dot.svg",
        "/static/../source/dot.svg",
        "/static/..%2f..{folder}/source/dot.svg",
        "https://static.invalid/static/..{folder}/source/dot.svg",
        "{folder}/source/dot.svg",
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Ccircle r='4'/%3E%3C/svg%3E",
    ],
)
def test_nothing_else_is_fetched(render: Render, tmp_path: Path, address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        picture = address.format(port=server.getsockname()[1], folder=tmp_path)
        assert drawings(render(picture=picture)) == 0
        with pytest.raises(BlockingIOError):  # nobody knocked
            server.accept()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/static/dot.svg",
        "file:///etc/hostname",
        "http://static.invalid/static/dot.svg",
        "/static/dot.svg",
    ],
)
def test_an_address_that_is_no_static_file_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"^Not one of the project's static files: "):
        pdf.static_file(address)


def test_this_machine_has_the_libraries_that_it_wants() -> None:
    assert pdf.missing_library() is None


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pdf._LIBRARIES, "Pango", ("libno-such-pango.so.0",))
    assert pdf.missing_library() == SAID.pdfs_cannot_be_made_this.format("Pango")


def test_the_library_is_loaded_only_when_a_document_is_made() -> None:
    program = textwrap.dedent("""
        import sys
        from django.conf import settings
        settings.configure()
        import core.pdf
        print(core.pdf.missing_library(), "weasyprint" in sys.modules)
    """)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "None False\n"
