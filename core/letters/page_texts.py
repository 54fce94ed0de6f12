"""What a programme's pages and agreement say in the office's words; "" where the standard text counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.utils.safestring import SafeString

from core import text
from core.letters import wordings
from core.letters.models import LetterWording
from core.letters.standard import Standard, standard

# Columns of a programme that held a text before there were versions: they count until a version is saved.
BEFORE_VERSIONS = {
    "pages.about": "about",
    "pages.how_it_works": "how_it_works",
    "agreement.duties": "agreement_duties",
}
FRONT = ("pages.about", "pages.how_it_works")
AGREEMENT = ("agreement.working", "agreement.duties", "agreement.changes")


class Partner(Protocol):
    @property
    def in_sentence(self) -> str: ...


class WordedProgramme(Protocol):
    """What the texts of a programme say of it; the model is in an app that stands on this one."""

    @property
    def pk(self) -> int: ...
    @property
    def funder(self) -> Partner: ...
    @property
    def host(self) -> Partner: ...
    @property
    def cover_name(self) -> str: ...
    @property
    def funding_organisations(self) -> Sequence[object]: ...


def values_of(programme: WordedProgramme, **facts: object) -> dict[str, str]:
    """The fields of a programme's texts as Markdown in which nothing that somebody typed is formatting."""
    words = {
        "programme": programme,
        "funder": programme.funder.in_sentence,
        "funders": ", ".join(map(str, programme.funding_organisations)),
        "host": programme.host.in_sentence,
        "cover": programme.cover_name,
        **facts,
    }
    email = settings.HELP_EMAIL
    return {name: wordings.escape(str(value)) for name, value in words.items()} | {
        "email": f"[{email}](mailto:{email})"
    }


def say(programme: WordedProgramme, name: str, **facts: object) -> SafeString:
    """The office's text as clean HTML; `facts` are fields of the grant, for a part of the agreement."""
    return said_of(programme, (name,), **facts)[name]


def said_of(programme: WordedProgramme, names: tuple[str, ...], **facts: object) -> dict[str, SafeString]:
    """The same for several texts of a programme, by their names; one query for the versions."""
    rows = LetterWording.objects.filter(programme=programme.pk, template__in=names).order_by("number")
    newest = {row.template: row for row in rows}
    values = values_of(programme, **facts) if newest else {}
    return {name: _said(programme, standard(name), newest.get(name), values) for name in names}


def before_versions(programme: WordedProgramme, name: str) -> str:
    return str(getattr(programme, BEFORE_VERSIONS[name])) if name in BEFORE_VERSIONS else ""


def preview(programme: WordedProgramme, base: Standard, body: str) -> SafeString:
    """How a text looks with the programme's own fields, and invented ones of a grant."""
    return text.markdown(wordings.fill_page(body, base.examples() | values_of(programme)))


def _said(
    programme: WordedProgramme, base: Standard, wording: LetterWording | None, values: dict[str, str]
) -> SafeString:
    if wording is None:
        before = before_versions(programme, base.template)
        return text.markdown(before) if before else text.markdown("")
    if wording.is_standard or wordings.faults(base, wording):
        return text.markdown("")
    return text.markdown(wordings.fill_page(wording.body, values))
