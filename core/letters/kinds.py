"""What kinds of email there are, as templates/emails/letters.toml says: name, stage of the journey, and class.

An email is necessary, or a notice of a topic that people may turn off or collect (core.letters.preferences). Beside
them are the texts of a programme's pages and agreement (templates/texts/texts.toml), which an office words alike.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

NECESSARY = "necessary"


@dataclass(frozen=True)
class Topic:
    """Notices that people choose together; `is_for` "members" of an organisation, "staff" or "everyone"."""

    key: str
    name: str
    hint: str
    is_for: str

    @property
    def templates(self) -> list[str]:
        return [kind.template for kind in kinds().values() if kind.topic == self]


@dataclass(frozen=True)
class Kind:
    """One kind of email, by its template "<app>.<name>"; `topic` is None for a necessary one."""

    template: str
    name: str
    stage: str
    topic: Topic | None


@cache
def _declared() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "templates" / "emails" / "letters.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def topics() -> dict[str, Topic]:
    return {key: Topic(key, **facts) for key, facts in _declared()["topics"].items()}


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its template, in the order of the journey."""
    return {
        template: Kind(template, name, stage["name"], None if topic == NECESSARY else topics()[topic])
        for stage in _declared()["stages"]
        for template, (name, topic) in stage["letters"].items()
    }


@cache
def page_texts() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "templates" / "texts" / "texts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def page_kinds() -> dict[str, Kind]:
    """The texts of pages and of the agreement, by their names "pages.help"."""
    groups = page_texts()["groups"]
    return {
        name: Kind(name, facts["name"], groups[name.partition(".")[0]], None)
        for name, facts in page_texts()["texts"].items()
    }


def kind_of(template: str) -> str:
    """Say the kind of an email in words, also of one that an earlier release sent."""
    kind = kinds().get(template) or page_kinds().get(template)
    return kind.name if kind else template.partition(".")[2].replace("_", " ").capitalize()


def topic_of(template: str) -> Topic | None:
    """The topic of a notice; None for an email that is necessary, as one without a declaration is."""
    kind = kinds().get(template)
    return kind.topic if kind else None


def pages_by_group() -> list[tuple[str, list[Kind]]]:
    found = page_kinds().values()
    return [(group, [kind for kind in found if kind.stage == group]) for group in page_texts()["groups"].values()]


def by_stage(templates: set[str]) -> list[tuple[str, list[Kind]]]:
    """These templates' kinds in their stages, without stages that have none of them."""
    stages: dict[str, list[Kind]] = {stage["name"]: [] for stage in _declared()["stages"]}
    for kind in kinds().values():
        if kind.template in templates:
            stages[kind.stage].append(kind)
    return [(stage, found) for stage, found in stages.items() if found]
