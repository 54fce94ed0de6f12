"""A letter's template becomes a subject and plain text; the plain text becomes the HTML part."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context
from django.template.loader import get_template, render_to_string

from core import text

SUBJECT_LENGTH = 250


@dataclass(frozen=True)
class Wording:
    """A letter as plain text."""

    subject: str
    body: str


def render(template: str, context: Mapping[str, Any]) -> Wording:
    """Word the letter "<app>.<name>" from templates/<app>/letters/<name>.txt; its first line is the subject.

    The text is plain, so nothing is escaped in it. Raises ValueError when nothing is left below the subject.
    """
    app, _, name = template.partition(".")
    found = get_template(f"{app}/letters/{name}.txt")
    words = found.template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
    first, _, rest = words.strip().partition("\n")
    subject = " ".join(first.split())[:SUBJECT_LENGTH]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in rest.strip().splitlines()))
    if not body:
        raise ValueError(f"The letter {template} says nothing below its subject.")
    return Wording(subject, body + "\n")


def as_html(subject: str, body: str) -> str:
    """Dress the plain text as HTML with its styles inlined; see core.text.email for what is made of the text."""
    context = {
        "subject": subject,
        "content": text.email(body, settings.SITE_URL),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    page = render_to_string("emails/base.html", context)
    return css_inline.inline(page, load_remote_stylesheets=False, extra_css=stylesheet())


@lru_cache(maxsize=1)
def stylesheet() -> str | None:
    path = finders.find("build/mail.css")
    return Path(path).read_text(encoding="utf-8") if path else None
