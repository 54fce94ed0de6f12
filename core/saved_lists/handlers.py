"""What follows for saved lists from an event."""

from __future__ import annotations

from datetime import datetime

from core.accounts.models import User
from core.saved_lists.models import SavedList


def person_left(person: User, *, by: User | None, at: datetime) -> None:
    """A person's own lists go with the account, or with their last role in the admin."""
    if not person.is_active or not person.is_staff:
        SavedList.objects.filter(person=person).delete()
