"""PDF/UA documents from HTML: deterministic bytes, the project's own fonts, and nothing fetched but its static files.

Only the worker (or the process that stands in for it) calls `render` and `write`; web processes never load WeasyPrint.
They may call `write_apart`, which runs this module as a program: HTML on its standard input, the PDF on its output.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from base64 import b64decode
from contextlib import suppress
from ctypes import CDLL
from functools import lru_cache
from importlib.metadata import version
from mimetypes import guess_type
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

STYLE_SHEETS = ("build/pdf.css",)
FONTS = "build/fonts/fonts.conf"  # which fonts there are, and in which order: fontconfig sees no others
FONT_SUMS = "build/fonts/SHA256SUMS"
_BASE_URL = "https://static.invalid/"  # relative addresses start from here; it is never requested
_PICTURE = "data:image/jpeg;base64,"  # a page of an uploaded file, which core/files/pages.py drew
_LIBRARIES = {
    "GLib": ("libgobject-2.0.so.0", "libgobject-2.0.dylib"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}
_MISSING_GLYPH = ".notdef glyph rendered"
_one_at_a_time = Lock()  # the parsed style sheets and the font configuration are shared


def render(template: str, context: dict[str, Any]) -> bytes:
    return write(render_to_string(template, context))


def write(html: str, style_sheets: tuple[str, ...] = STYLE_SHEETS) -> bytes:
    """Write HTML as a PDF/UA-1 document; the same HTML gives the same bytes, which can be hashed.

    The HTML sets `<html lang>` and `<title>`. Style sheets are names of static files. Pictures come from `{% static %}`
    or are JPEGs in the HTML itself: any other address is left out, unfetched. The PDF has no date but those in the
    text.
    """
    import weasyprint

    writer: Any = weasyprint.HTML
    with _one_at_a_time:
        document = writer(string=html, base_url=_BASE_URL, url_fetcher=_fetcher())
        content: bytes = document.write_pdf(
            stylesheets=[_style_sheet(name) for name in style_sheets],
            font_config=_font_configuration(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )
    return content


def write_apart(html: str, timeout: float) -> bytes:
    """Write HTML as a PDF in a process of its own, within `timeout` seconds.

    Raises subprocess.TimeoutExpired, or CalledProcessError for HTML that cannot be written.
    """
    command = [sys.executable, "-m", "core.pdf"]
    program = subprocess.run(  # noqa: S603 — our own program
        command, input=html.encode(), stdout=subprocess.PIPE, cwd=settings.BASE_DIR, timeout=timeout, check=True
    )
    return program.stdout


def content_key(html: str) -> str:
    """SHA-256 of the HTML with all else that shapes the PDF: style sheets, fonts and WeasyPrint's version."""
    return hashlib.sha256(f"{_edition()}\n{html}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _edition() -> str:
    sheets = [hashlib.sha256(static_file(_address(name))).hexdigest() for name in (*STYLE_SHEETS, FONTS, FONT_SUMS)]
    return " ".join([version("weasyprint"), *sheets])


@lru_cache(maxsize=1)
def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    os.environ["FONTCONFIG_FILE"] = str(_font_settings())
    logger = logging.getLogger("weasyprint")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_without_words)
    return FontConfiguration()


def _font_settings() -> Path:
    match = finders.find(FONTS)
    if not isinstance(match, str):
        raise FileNotFoundError(f"static/{FONTS} is missing: assets/build.sh makes it.")
    return Path(match).resolve()


def _without_words(record: logging.LogRecord) -> bool:
    """Take the sign out of the warning about a missing glyph: one for each, in order, they are an applicant's words."""
    if str(record.msg).startswith(_MISSING_GLYPH):
        record.msg, record.args = "A sign is missing from the fonts of PDFs: a box is drawn.", ()
    return True


@lru_cache(maxsize=8)
def _style_sheet(name: str) -> Any:
    import weasyprint

    parse: Any = weasyprint.CSS
    text = static_file(_address(name)).decode()
    return parse(string=text, base_url=_BASE_URL, url_fetcher=_fetcher(), font_config=_font_configuration())


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    answer: Any = URLFetcherResponse

    class OwnPicturesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(_PICTURE):
                return answer(url, b64decode(url.removeprefix(_PICTURE), validate=True), {"Content-Type": "image/jpeg"})
            kind = guess_type(urlsplit(url).path)[0] or "application/octet-stream"
            return answer(url, static_file(url), {"Content-Type": kind})

    fetcher: Any = OwnPicturesOnly
    return fetcher(allowed_protocols=["https", "data"])


def _address(name: str) -> str:
    return f"{_BASE_URL.rstrip('/')}{settings.STATIC_URL}{name}"


def static_file(url: str) -> bytes:
    """Return the content of one of the project's static files. ValueError for any other address."""
    parts = urlsplit(url)
    name = unquote(parts.path).removeprefix(str(settings.STATIC_URL))
    if f"{parts.scheme}://{parts.netloc}/" != _BASE_URL or name == unquote(parts.path):
        raise ValueError(f"Not one of the project's static files: {url}")
    match = finders.find(name)
    if isinstance(match, str):
        return Path(match).read_bytes()
    with staticfiles_storage.open(name) as file:  # a name with a hash in it, as collectstatic made it
        content: bytes = file.read()
        return content


def missing_library() -> str | None:
    """Return a sentence that names the system libraries which PDFs need and this machine lacks, or None."""
    missing = [name for name, files in _LIBRARIES.items() if not any(map(_loads, files))]
    return f"PDFs cannot be made: this machine lacks {', '.join(missing)}." if missing else None


def _loads(file: str) -> bool:
    with suppress(OSError):
        CDLL(file)
        return True
    return False


if __name__ == "__main__":
    sys.stdout.buffer.write(write(sys.stdin.buffer.read().decode()))
