"""A letter's template, or an office's text of it, becomes a subject and plain text; that becomes the HTML part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString

from core import text
from core.letters import formatting, wordings
from core.letters.models import Letter, LetterWording, Status
from core.letters.preferences import DAILY
from core.letters.standard import Wording, is_worded, standard, tidy

CHOICES = "You can turn off emails like this, or have them in one email a day:"
RULE = 60  # signs, at most, of the line below a notice's subject in a plain daily email


@dataclass(frozen=True)
class Rendered:
    """A letter's words, what its fields said, and the office's version that it is in (None: the standard text)."""

    words: Wording
    formatted: str = ""
    values: dict[str, str] = field(default_factory=dict)
    wording: LetterWording | None = None
    required: frozenset[str] = frozenset()


def render(template: str, context: Mapping[str, Any]) -> Wording:
    """Word the letter "<app>.<name>" from templates/<app>/letters/<name>.txt; its first line is the subject.

    The text is plain, so nothing is escaped in it. Raises ValueError when nothing is left below the subject.
    """
    app, _, name = template.partition(".")
    found = get_template(f"{app}/letters/{name}.txt")
    words = tidy(found.template.render(Context(dict(context), autoescape=False)))  # type: ignore[attr-defined]
    if not words.body:
        raise ValueError(f"The letter {template} says nothing below its subject.")
    return words


def render_for(template: str, context: Mapping[str, Any], programme_id: int | None) -> Rendered:
    """Word a letter in the words of the programme's office, where it has any that fit, else in the standard text.

    An office's text that an upgrade has left without one of its fields, or that says nothing, does not hold up a
    letter: the standard text goes out, and the page of the text says so.
    """
    if programme_id is None or not is_worded(template):
        return Rendered(render(template, context))
    base = standard(template)
    values = base.values(context)
    links = frozenset(one.name for one in base.fields.values() if one.is_required)
    wording = wordings.current(programme_id, template)
    if wording is not None and not wordings.faults(base, wording):
        words = wordings.fill(wording.subject, wording.body, values)
        if words.subject and words.body:
            return Rendered(words, wordings.fill_markdown(wording.body, values), values, wording, links)
    return Rendered(render(template, context), values=values, required=links)


def as_html(letter: Letter, name: str, *, choices: str = "") -> str:
    """Dress a letter as HTML with its styles inlined; see core.text.email for what is made of its text.

    `name` is whose letter it is, at its head; `choices` the page on which its recipient may turn it off.
    """
    context = {
        "subject": letter.subject,
        "content": _content(letter.text, letter.markdown),
        "parts": [
            (part.subject, _content(without_greeting(part.text), without_greeting(part.markdown)))
            for part in parts_of(letter)
        ],
        "site_name": name,
        "site_url": settings.SITE_URL,
        "choices": choices,
    }
    page = render_to_string("emails/base.html", context)
    return css_inline.inline(page, load_remote_stylesheets=False, extra_css=stylesheet())


def as_text(letter: Letter, *, choices: str = "") -> str:
    """The letter as plain text; a daily email with the notices in it, each under its subject."""
    said = letter.text
    for part in parts_of(letter):
        said += f"\n\n{part.subject}\n{'-' * min(len(part.subject), RULE)}\n\n{without_greeting(part.text)}"
    return f"{said.rstrip()}\n\n{CHOICES}\n{choices}\n" if choices else said


def parts_of(letter: Letter) -> list[Letter]:
    """The notices in a daily email, as they are now: none whose text was deleted since."""
    if letter.template != DAILY:
        return []
    return list(letter.parts.filter(status=Status.COLLECTED, erased_at__isnull=True).order_by("posted_at", "pk"))


def without_greeting(body: str) -> str:
    """A notice below its "Hello Ada", which the daily email says once."""
    first, _, rest = body.strip().partition("\n\n")
    return rest if first.startswith("Hello") and "\n" not in first and rest else body


def _content(body: str, markdown: str) -> SafeString:
    site = settings.SITE_URL
    return formatting.as_markdown(markdown, site) if markdown else text.email(body, site)


@lru_cache(maxsize=1)
def stylesheet() -> str | None:
    path = finders.find("build/mail.css")
    return Path(path).read_text(encoding="utf-8") if path else None
