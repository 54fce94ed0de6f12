"""The way from any page of a case to the others: its application, decision, grant and placement."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from core.permissions import way_up


@dataclass(frozen=True)
class CaseLink:
    """One part of a case that the person may open."""

    what: str
    name: str
    url: str


def case_links(user: object, thing: Model) -> list[CaseLink]:
    """Return the parts of the case that a row belongs to, none without one; settings.CASE_SOURCES name who is asked."""
    case = next((row for row in way_up(thing) if getattr(row, "is_case", False)), None)

    def links() -> Iterator[CaseLink]:
        for source in settings.CASE_SOURCES:
            yield from import_string(source)(user, case)

    return list(links()) if case is not None else []
