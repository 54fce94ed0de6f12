"""What a page says."""

from __future__ import annotations

from html import unescape
from re import sub


def text_of(response) -> str:
    """The page's words without tags, in one line."""
    return " ".join(unescape(sub(r"<[^>]+>", " ", response.text)).split())
