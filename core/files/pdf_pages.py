"""Draws the pages of a PDF. A program of its own: it imports nothing of this project.

It reads a PDF on its standard input and writes JSON to its standard output: for each page a picture (JPEG, base64)
and its text. What a stranger packed may never end or fill all memory: the system bounds both (core.files.pages).
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from io import BytesIO

MOST_PAGES = 30
MOST_MEMORY = 700 * 1024 * 1024  # bytes of address space, the interpreter and the renderer among them
MOST_SECONDS = 60  # of computing
WIDTH = 1000  # pixels: readable at the width of half a screen
QUALITY = 70
MOST_TEXT = 50_000  # characters of a page


def draw(content: bytes) -> list[dict[str, str]]:
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(content) as pdf:
        for number in range(min(len(pdf), MOST_PAGES)):
            page = pdf[number]
            picture = page.render(scale=WIDTH / max(page.get_width(), 1), may_draw_forms=False).to_pil()
            stored = BytesIO()
            picture.convert("RGB").save(stored, "JPEG", quality=QUALITY, optimize=True)
            text = page.get_textpage().get_text_range()[:MOST_TEXT]
            found.append({"picture": base64.b64encode(stored.getvalue()).decode(), "text": text})
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    json.dump(draw(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
