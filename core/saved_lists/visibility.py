"""Which saved lists somebody sees: their own, and those shared with the grants office they work in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS
from core.saved_lists.models import SavedList
from core.visibility import shows


@shows(SavedList)
def visible_saved_lists(rows: QuerySet[SavedList], user: object) -> QuerySet[SavedList]:
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return rows.none()
    if user.is_superuser:
        return rows
    return rows.filter(Q(person=user) | Q(shared_in__in=user.programmes_as(*FUNDER_OFFICERS)))
