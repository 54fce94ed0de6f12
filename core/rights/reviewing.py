"""Which items of an access request somebody looks at before they are released, and who may not look."""

from __future__ import annotations

from core.accounts.models import User
from core.lifecycle import require
from core.rights.finding import Found, find
from core.rights.items import Item, items
from core.rights.models import RightsRequest
from core.visibility import hidden_from


def held(request: RightsRequest) -> Found:
    return find(request.email, request.person, request.programme)


def all_items(request: RightsRequest) -> list[Item]:
    """Everything the person gets to read or that was looked at for them, each field once."""
    return list({item.key: item for item in items(held(request), request.programme)}.values())


def to_review(request: RightsRequest) -> list[Item]:
    return [item for item in all_items(request) if item.is_reviewed_first]


def waiting(request: RightsRequest) -> list[Item]:
    decided = set(request.reviews.values_list("item", flat=True))
    return [item for item in to_review(request) if item.key not in decided]


def require_no_conflict(request: RightsRequest, by: User) -> None:
    """Raise Refused when the person's case is one with which `by` declared a conflict of interest."""
    hidden = hidden_from(by)
    touched = hidden and any(label in hidden for label in held(request).rows)
    sentence = "You declared a conflict of interest with a case of this person. A colleague prepares the answer."
    require(not touched, sentence, code="conflict")
