"""Sessions in the database, each loaded together with when its person signed in and was last seen: in one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.db.models import OuterRef, Subquery
from django.utils import timezone

ROW = UserSession.objects.filter(session_key=OuterRef("session_key"))


class SessionStore(db.SessionStore):
    """Django's own, with two moments of its row in allauth.usersessions; None where it has none yet."""

    signed_in_at: datetime | None = None
    seen_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        moments = {"signed_in_at": Subquery(ROW.values("created_at")), "seen_at": Subquery(ROW.values("last_seen_at"))}
        living = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        row: Any = living.annotate(**moments).first()
        if row is None:
            self._session_key = None
            return None
        self.signed_in_at, self.seen_at = row.signed_in_at, row.seen_at
        return row
