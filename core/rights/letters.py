"""Emails about data requests: to the person at each step, and to those who prepare the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.accounts import links
from core.accounts.models import User
from core.letters import outbox
from core.rights.models import RightsRequest
from core.rights.rules import directors_of, office_of


def to_person(template: str, request: RightsRequest, *, at: datetime, **facts: Any) -> None:
    """Tell the person who asked; one whose account is closed is told at the address of the request."""
    outbox.post(
        f"rights.{template}",
        to=request.person if request.person and request.person.is_active else request.email,
        key=f"{template}:{request.pk}:{at.isoformat()}",
        at=at,
        about=None,
        request=request,
        link=links.absolute("account_data"),
        **facts,
    )


def to_preparers(template: str, request: RightsRequest, *, at: datetime, by: User | None = None, **facts: Any) -> None:
    for person in preparers(request):
        if person != by:
            outbox.post(
                f"rights.{template}",
                to=person,
                key=f"{template}:{request.pk}:{at.isoformat()}:{person.pk}",
                at=at,
                about=request,
                request=request,
                link=page(request),
                **facts,
            )


def page(request: RightsRequest) -> str:
    return links.absolute("admin:rights_rightsrequest_change", request.pk)


def preparers(request: RightsRequest) -> list[User]:
    """The directors of the programme and the officer named, but for the person themselves."""
    people = directors_of(request.programme_id)
    if request.officer_id is not None:
        people |= office_of(request.programme_id).filter(pk=request.officer_id)
    return [person for person in people.distinct().order_by("pk") if person.pk != request.person_id]
