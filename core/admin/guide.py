"""The guide inside the admin, made of what exists: stages of a round, steps of each role, states of each list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from core.admin.navigation import list_url
from core.admin.rounds import counts
from core.permissions import asks_again, roles_named


@dataclass(frozen=True)
class GuideStep:
    """One step that a role may take: on which list, what its button says, and what it does."""

    listing: str
    url: str
    label: str
    explanation: str
    asks_again: bool


@dataclass(frozen=True)
class RoleGuide:
    """What one role may do."""

    role: str
    is_own: bool
    steps: list[GuideStep]


@dataclass(frozen=True)
class GuideStage:
    """One stage of a round: what happens there, what can wait, and for whom."""

    heading: str
    sentence: str
    waiting: list[tuple[str, str]]


@dataclass(frozen=True)
class States:
    """The states of one kind of row, each with the steps that lead on from it and where to."""

    listing: str
    states: list[tuple[str, list[tuple[str, str]]]]


@cache
def explanations() -> dict[str, str]:
    return {name: text for source in settings.STEP_EXPLANATIONS for name, text in import_string(source).items()}


def explanation_of(listing: ModelAdmin[Any], step: str) -> str:
    """What a step does in a sentence: the explanation written for it, else what its page asks."""
    button = listing.steps[step]  # type: ignore[attr-defined]  # of StepsAdmin
    said = explanations().get(f"{listing.opts.label_lower}/{step}") or button.confirm
    return str(said).format(thing=listing.opts.verbose_name)


def stages() -> list[GuideStage]:
    return [
        GuideStage(
            heading,
            sentence,
            [(f"{capfirst(one.noun)}s {one.label}", one.owner) for one in counts() if one.owner and one.stage == stage],
        )
        for stage, (heading, sentence) in settings.ROUND_STAGES.items()
    ]


def roles(site: AdminSite, request: HttpRequest) -> list[RoleGuide]:
    """What each role may do, the reader's own first; a role that takes no step in the admin is left out."""
    own: frozenset[str] = getattr(request.user, "roles", frozenset())
    found: dict[str, list[GuideStep]] = {}
    for listing in in_menu_order(site):
        for name, button in getattr(listing, "steps", {}).items():
            label = capfirst(str(listing.opts.verbose_name_plural))
            url = list_url(listing) if listing.has_view_permission(request) else ""
            explained = explanation_of(listing, name)
            step = GuideStep(label, url, button.label, explained, asks_again(button.permission))
            for role in roles_named(button.permission):
                found.setdefault(role, []).append(step)
    guides = [RoleGuide(role, role in own, steps) for role, steps in found.items()]
    return sorted(guides, key=lambda guide: (not guide.is_own, guide.role))


def states(site: AdminSite, request: HttpRequest) -> Iterator[States]:
    """The states of the rows that the reader may open."""
    for listing in in_menu_order(site):
        lifecycle = getattr(listing, "lifecycle", None)
        if lifecycle is None or not listing.has_view_permission(request):
            continue
        labels = dict(listing.model._meta.get_field(lifecycle.field).flatchoices)
        rows = [
            (
                capfirst(str(label)),
                [
                    (lifecycle.steps[step].verb or step.replace("_", " "), str(labels[lifecycle.steps[step].target]))
                    for step in lifecycle.steps_from(status)
                ],
            )
            for status, label in labels.items()
        ]
        yield States(capfirst(str(listing.opts.verbose_name_plural)), rows)


def in_menu_order(site: AdminSite) -> list[Any]:
    return sorted(site._registry.values(), key=lambda listing: getattr(listing, "menu_place", 0) or 99)


def context(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    return {"stages": stages(), "roles": roles(site, request), "states": list(states(site, request))}
