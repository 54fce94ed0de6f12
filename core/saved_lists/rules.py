"""Who reads, saves, shares, renames and removes saved lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.predicates import predicate

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, OPENS_ADMIN
from core.accounts.rules import has_role, is_funder_officer
from core.permissions import permit
from core.saved_lists.models import SavedList

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def offices_of(person: User) -> frozenset[int]:
    """The programmes in whose grants office a person works: there they share lists."""
    return person.programmes_as(*FUNDER_OFFICERS)


@predicate
def is_own(person: User | AnonymousUser, thing: SavedList | None = None) -> bool:
    """Saved it for themselves; without a list at hand, whoever works in the admin."""
    if not isinstance(person, User) or not person.is_active or not person.is_staff:
        return False
    return thing is None or thing.person_id == person.pk


@predicate
def is_shared_with(person: User | AnonymousUser, thing: SavedList | None = None) -> bool:
    """Works in the grants office of the programme in which it is shared."""
    if not isinstance(person, User) or not person.is_active or thing is None or thing.shared_in_id is None:
        return False
    return thing.shared_in_id in offices_of(person)


works_in_admin = has_role(*OPENS_ADMIN)
NOT_YOURS = "This list is someone else’s. Open it and save it under a name of your own."

permit("saved_lists.view_savedlist", is_own | is_shared_with)
permit("saved_lists.view_savedlist_history", is_shared_with)
permit("saved_lists.add_savedlist", is_own, "Only people who work in the grants office’s pages can save a list.")
permit("saved_lists.share_savedlist", is_funder_officer, "Only the grants office of the programme can share a list.")
permit("saved_lists.change_savedlist", works_in_admin & (is_own | is_shared_with), NOT_YOURS)
permit("saved_lists.delete_savedlist", works_in_admin & (is_own | is_shared_with), NOT_YOURS)
