"""What an office may write in place of an email's standard text: words, Markdown, and the email's own fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from core.letters.models import LetterWording
from core.letters.standard import Field, PageField, Standard, Wording, described, tidy
from core.lifecycle import Refused
from core.text import is_visible

FIELD = re.compile(r"\{([^{}\n]*)\}")
NAME = re.compile(r"[a-z][a-z0-9_]*")
STRONG, LINK, HEADING = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)"), re.compile(r"^#+ +")
SIGNS = re.compile(r"([\\`*_{}\[\]()#+.!<>|~&-])")
PASSAGES = re.compile(r"^(\{passage_\d+\})+")
SUBJECT, BODY = "subject", "body"


def current(programme_id: int, template: str) -> LetterWording | None:
    """Return the version that counts now; None where the standard text does."""
    latest = newest(programme_id, template)
    return None if latest is None or latest.is_standard else latest


def newest(programme_id: int, template: str) -> LetterWording | None:
    return LetterWording.objects.filter(programme=programme_id, template=template).order_by("-number").first()


def faults(standard: Standard, wording: LetterWording) -> list[str]:
    """Say why a version does not fit its email any more, as after an upgrade; none while it fits."""
    of_subject = () if standard.is_page else problems(standard, SUBJECT, wording.subject)
    return [*of_subject, *problems(standard, BODY, wording.body)]


def check_text(standard: Standard, subject: str, body: str) -> None:
    """Raise Refused with the form's field for the first thing that is wrong with an office's text."""
    parts = {BODY: body} if standard.is_page else {SUBJECT: subject, BODY: body}
    for field, text in parts.items():
        for sentence in problems(standard, field, text):
            raise Refused(sentence, field=field)


def problems(standard: Standard, part: str, text: str) -> Iterator[str]:
    if not is_visible(text):
        yield (
            "Enter the text." if standard.is_page else f"Enter the {part if part == SUBJECT else 'text'} of the email."
        )
        return
    yield from unknown_fields(standard.fields, text, of="text" if standard.is_page else "email")
    if part == SUBJECT:
        yield from (
            f"{{{field.name}}} belongs in the text, not in the subject: the subject is one line that mailboxes show."
            for field in standard.fields.values()
            if field.is_required and not in_text(field.name, standard.subject) and in_text(field.name, text)
        )
        if "\n" in text.strip():
            yield "The subject is one line."
        return
    for field in required(standard):
        yield from _misplaced(field, text)
    for phrase, why in described()["must_say"].items():
        if phrase in standard.body and phrase not in text:
            yield f"Say “{phrase}” as the standard text does: {why}."


def unknown_fields(known: Iterable[str], text: str, of: str = "email") -> Iterator[str]:
    """Say which braces name no field; "{{ … }}" and "{% … %}" are nothing here, and are not taken for words either."""
    names = list(known)
    for match in FIELD.finditer(text):
        name = match[1].strip()
        if name not in names:
            yield f"This {of} has no field {{{name}}}. The fields that it has are listed beside the text."
    left = FIELD.sub("", text)
    if "{" in left or "}" in left:
        yield "Braces are for fields, like {name}, each in one pair: {name}, not {{name}}. Take out the others."


def required(standard: Standard) -> list[Field]:
    """The fields that the text of the email must carry: its links and codes."""
    return [field for field in standard.fields.values() if field.is_required and in_text(field.name, standard.body)]


def _misplaced(field: Field, text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.splitlines()]
    if isinstance(field, PageField):
        if not in_text(field.name, text):
            yield f"{{{field.name}}} is missing: people must be able to read it here. {field.description}."
    elif not in_text(field.name, text):
        yield f"{{{field.name}}} is missing: without it people cannot do what the email asks. {field.description}."
    elif field.name == "code" and not re.search(r"(?<!\S)\{\s*code\s*\}(?=[\s.,;)]|$)", text):
        yield "Leave a space before and after {code}, so that people copy nothing else."
    elif field.is_link and re.search(r"\]\(\s*\{\s*" + re.escape(field.name) + r"\s*\}", text):
        yield f"Put {{{field.name}}} on a line of its own, not inside a link: it becomes a button by itself."
    elif field.is_link and not any(_is_field(line, field.name) for line in lines):
        yield f"Put {{{field.name}}} on a line of its own, so that it becomes a button which works."
    elif field.is_link and any(in_text(field.name, line) and not _is_field(line, field.name) for line in lines):
        yield f"Put {{{field.name}}} only on a line of its own: with other signs beside it the link could break."


def in_text(name: str, text: str) -> bool:
    return any(match[1].strip() == name for match in FIELD.finditer(text))


def _is_field(line: str, name: str) -> bool:
    """Tell whether the line is the field alone; a passage before it, as in our own texts, ends its line by itself."""
    match = FIELD.fullmatch(PASSAGES.sub("", line))
    return match is not None and match[1].strip() == name


def fill(subject: str, body: str, values: Mapping[str, str]) -> Wording:
    """Put the values in the place of the fields, as plain text; raises KeyError for a field without a value."""
    unmarked = "\n".join(plain(line) for line in body.splitlines())
    return tidy(f"{' '.join(_filled(subject, values).split())}\n{_filled(unmarked, values)}")


def fill_markdown(body: str, values: Mapping[str, str]) -> str:
    """The same text as Markdown, in which nothing that stands in a value is obeyed but lists, as in every email."""
    return tidy(f"-\n{_filled(body, {name: escape(value) for name, value in values.items()})}").body


def fill_page(body: str, values: Mapping[str, str]) -> str:
    """The Markdown of a page; the values are Markdown already (core.letters.page_texts)."""
    return _filled(body, values)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return FIELD.sub(lambda match: values[match[1].strip()], text)


def plain(line: str) -> str:
    """A line of an office's Markdown as people read it in plain text."""
    return LINK.sub(r"\1 (\2)", STRONG.sub(r"\1", HEADING.sub("", line)))


def escape(value: str) -> str:
    """Make Markdown's signs in a value plain signs; a dash at the beginning of a line stays a list."""
    return "\n".join(
        line[:2] + SIGNS.sub(r"\\\1", line[2:]) if line.startswith("- ") else SIGNS.sub(r"\\\1", line)
        for line in value.split("\n")
    )
