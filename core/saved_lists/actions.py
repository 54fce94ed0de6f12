"""Actions on saved lists: saved for oneself or shared with the office, renamed, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from core.accounts.models import Programme, User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check
from core.saved_lists.models import LONGEST_ADDRESS, LONGEST_NAME, SavedList

MOST = 30  # of one list, for one person or one office
TAKEN = "There is a saved list of this name. Choose another name."


@transaction.atomic
def save_list(*, listing: str, name: str, address: str, by: User, at: datetime) -> SavedList:
    """Save a list's address under a name, for oneself.

    A list of the same name is replaced. Raises Refused without a name, and for one list too many.
    """
    check(by, "saved_lists.add_savedlist")
    return _save({"person": by}, listing=listing, name=name, address=address, by=by, at=at)


@transaction.atomic
def share_list(programme: Programme, *, listing: str, name: str, address: str, by: User, at: datetime) -> SavedList:
    """Save a list's address under a name, for the grants office of a programme; refused as save_list is."""
    check(by, "saved_lists.share_savedlist", programme)
    return _save({"shared_in": programme}, listing=listing, name=name, address=address, by=by, at=at)


@transaction.atomic
def rename_list(saved: SavedList, *, name: str, by: User, at: datetime) -> None:
    """Give it another name; it counts as saved now. Raises Refused for a name that another one has."""
    check(by, "saved_lists.change_savedlist", saved)
    saved.name, saved.saved_at = _checked(name), at
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "saved_at"])
    except IntegrityError:
        raise Refused(TAKEN, "name", code="name_taken") from None
    _note("shared list renamed", saved, by=by, at=at)


@transaction.atomic
def remove_list(saved: SavedList, *, by: User, at: datetime) -> None:
    check(by, "saved_lists.delete_savedlist", saved)
    _note("shared list removed", saved, by=by, at=at)
    saved.delete()


def _save(owner: dict[str, Any], *, listing: str, name: str, address: str, by: User, at: datetime) -> SavedList:
    require(len(address) <= LONGEST_ADDRESS, "This list has too many filters to save. Take some away.")
    rows, name = SavedList.objects.filter(**owner, listing=listing), _checked(name)
    is_full = rows.exclude(name=name).count() >= MOST
    require(not is_full, f"{MOST} lists are saved here. Remove one first.", code="too_many")
    saved, _ = rows.update_or_create(
        name=name,
        defaults={"address": address, "saved_at": at},
        create_defaults={**owner, "listing": listing, "address": address, "saved_at": at},
    )
    _note("shared list saved", saved, by=by, at=at)
    return saved


def _checked(name: str) -> str:
    name = " ".join(name.split())
    require(bool(name), "Enter a name for this list.", "name")
    require(len(name) <= LONGEST_NAME, f"Use at most {LONGEST_NAME} characters for the name.", "name")
    return name


def _note(event: str, saved: SavedList, *, by: User, at: datetime) -> None:
    if saved.shared_in_id is not None:
        trail.record(event, saved, by=by, at=at)
