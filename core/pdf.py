"""PDFs from templates: tagged for everyone to read, the same bytes each time, and nothing fetched."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from ctypes import CDLL
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

_HERE = "https://static.invalid/"  # what relative addresses start from; nothing is ever asked of it
_LIBRARIES = {
    "GLib": ("libgobject-2.0.so.0", "libgobject-2.0.dylib"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}


def render(template: str, context: dict[str, Any]) -> bytes:
    """The template as a PDF/UA-1 document; the same template and context give the same bytes, which can be hashed.

    The template sets `<html lang>` and `<title>`, and takes its style and pictures from `{% static %}` alone: whatever
    else it (or a text within it) points to is left out, unfetched. No date is written but what the template says.
    """
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    answer: Any = URLFetcherResponse
    write: Any = weasyprint.HTML

    class StaticFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            kind = guess_type(urlsplit(url).path)[0] or "application/octet-stream"
            return answer(url, static_file(url), {"Content-Type": kind})

    fetcher: Any = StaticFilesOnly
    html = render_to_string(template, context)
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    document = write(string=html, base_url=_HERE, url_fetcher=fetcher(allowed_protocols=["https"]))
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return content


def static_file(url: str) -> bytes:
    """The content of one of the project's static files. ValueError for any other address."""
    parts = urlsplit(url)
    name = unquote(parts.path).removeprefix(str(settings.STATIC_URL))
    if f"{parts.scheme}://{parts.netloc}/" != _HERE or name == unquote(parts.path):
        raise ValueError(f"Not one of the project's static files: {url}")
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found).read_bytes()
    with staticfiles_storage.open(name) as file:  # a name with a hash in it, as collectstatic made it
        content: bytes = file.read()
        return content


def missing_library() -> str | None:
    """The sentence that names a system library which PDFs want and this machine lacks; None if all are here."""
    missing = [name for name, files in _LIBRARIES.items() if not any(map(_loads, files))]
    return f"PDFs cannot be made: this machine lacks {', '.join(missing)}." if missing else None


def _loads(file: str) -> bool:
    with suppress(OSError):
        CDLL(file)
        return True
    return False
