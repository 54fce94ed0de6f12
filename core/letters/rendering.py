"""Words of a letter: a template becomes a subject and plain text, and plain text becomes safe HTML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SUBJECT_LENGTH = 250
LONGEST_LABEL = 60


@dataclass(frozen=True)
class Wording:
    """What a letter says, as plain text."""

    subject: str
    body: str


def render(template: str, context: Mapping[str, Any]) -> Wording:
    """Word the letter "<app>.<name>" from templates/<app>/letters/<name>.txt; its first line is the subject.

    The text is plain, so nothing is escaped in it. Raises ValueError when nothing is left below the subject.
    """
    app, _, name = template.partition(".")
    found = get_template(f"{app}/letters/{name}.txt")
    text = found.template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
    first, _, rest = text.strip().partition("\n")
    subject = " ".join(first.split())[:SUBJECT_LENGTH]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in rest.strip().splitlines()))
    if not body:
        raise ValueError(f"The letter {template} says nothing below its subject.")
    return Wording(subject, body + "\n")


def as_html(subject: str, body: str) -> str:
    """Dress the plain text as HTML with its styles inlined; whatever the text holds is shown, never obeyed."""
    content = mark_safe("\n".join(paragraphs(body)))  # noqa: S308 — each paragraph was escaped when it was made
    context = {"subject": subject, "content": content, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    page = render_to_string("emails/base.html", context)
    return css_inline.inline(page, load_remote_stylesheets=False, extra_css=stylesheet())


def paragraphs(body: str) -> Iterator[SafeString]:
    """Yield the blocks of a letter: paragraphs, lists ("- " at the start of each line), buttons (a link on its own)."""
    for block in re.split(r"\n\s*\n", body.strip()):
        prose: list[str] = []
        items: list[str] = []
        for line in map(str.strip, block.splitlines()):
            if items and not line.startswith("- "):
                yield bullets(items)
                items = []
            if line.startswith("- "):
                if prose:
                    yield paragraph(prose)
                    prose = []
                items.append(line[2:])
            elif is_own_link(line):
                label = prose.pop()[:-1] if prose and is_label(prose[-1]) else "Open this page"
                if prose:
                    yield paragraph(prose)
                    prose = []
                yield format_html('<p class="action"><a class="button" href="{}">{}</a></p>', line, label)
            else:
                prose.append(line)
        if prose:
            yield paragraph(prose)
        if items:
            yield bullets(items)


def is_label(line: str) -> bool:
    """Tell whether a line is short and leads up to the link below it: "Confirm your details:"."""
    return line.endswith(":") and len(line) <= LONGEST_LABEL


def is_own_link(line: str) -> bool:
    """Tell whether a line is one link into this service and nothing else."""
    return own_links().fullmatch(line) is not None


def own_links() -> re.Pattern[str]:
    """Return what a link into this service looks like; other addresses are never made into links."""
    return re.compile(re.escape(settings.SITE_URL) + r"/[^\s<>\"']*(?<![.,;:!?)])")


def paragraph(lines: list[str]) -> SafeString:
    """Return one paragraph that keeps its line ends."""
    return format_html("<p>{}</p>", mark_safe("<br>\n".join(map(linked, lines))))  # noqa: S308 — `linked` escapes


def bullets(items: list[str]) -> SafeString:
    """Return one list."""
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((linked(item),) for item in items)))


def linked(line: str) -> SafeString:
    """Escape a line, and make links of the addresses in it that lead into this service."""
    parts: list[str] = []
    seen = 0
    for match in own_links().finditer(line):
        parts += [escape(line[seen : match.start()]), format_html('<a href="{0}">{0}</a>', match.group())]
        seen = match.end()
    return mark_safe("".join([*parts, escape(line[seen:])]))  # noqa: S308 — every part was escaped above


@lru_cache(maxsize=1)
def stylesheet() -> str | None:
    """Return the mail's styles, when they have been built."""
    path = finders.find("build/mail.css")
    return Path(path).read_text(encoding="utf-8") if path else None
