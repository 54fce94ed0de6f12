"""PDFs made by earlier tests, kept on disk: writing one costs a third of a second, and most are the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from core import pdf

FOLDER = Path(settings.BASE_DIR, "var", "test-pdfs")


def cached(write: Callable[..., bytes]) -> Callable[..., bytes]:
    """Return `pdf.write` with its results kept by the hash of the HTML, the style sheets, WeasyPrint and core/pdf.py.

    HTML written with other style sheets than the project's own is not kept.
    """
    source = Path(pdf.__file__).read_bytes()

    def write_once(html: str, style_sheets: tuple[str, ...] = pdf.STYLE_SHEETS) -> bytes:
        if style_sheets != pdf.STYLE_SHEETS:
            return write(html, style_sheets)
        path = FOLDER / hashlib.sha256(source + pdf.content_key(html).encode()).hexdigest()
        if path.exists():
            return path.read_bytes()
        content = write(html, style_sheets)
        FOLDER.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(f".{os.getpid()}")
        whole.write_bytes(content)
        whole.rename(path)
        return content

    return write_once
