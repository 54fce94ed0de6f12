"""How long saved lists are kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from core.retention.periods import Period
from core.retention.rules import Line, Rule
from core.saved_lists.models import SavedList

SAVED = Period(years=2, after="they were last saved or renamed")


def saved_lists(before: datetime) -> QuerySet[SavedList]:
    return SavedList.objects.filter(saved_at__lte=before)


TABLE: tuple[Line, ...] = (
    Rule(
        "Lists that staff saved under a name, with the words searched for. Someone’s own go when the account closes",
        SAVED,
        due=saved_lists,
        is_whole=True,
        is_noted=False,
    ),
)
