"""Keeps what somebody sent while they sign in, or show who they are, again: for an hour, for them, in their session.

Afterwards a page (account_continue) offers to send it once more, to where it was going. Passwords, codes and files are
not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict

from core.accounts.models import User
from core.accounts.requests import Arrived

SESSION_KEY = "kept_request"
KEPT_FOR = timedelta(hours=1)
MAX_CHARACTERS = 200_000
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
SECRET = {"csrfmiddlewaretoken", "code", "credential"}


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """What was sent, and where to; `label` is the name of the button, where it is known."""

    path: str
    words: QueryDict
    label: str
    had_files: bool

    @property
    def fields(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.words.lists() for value in values]


def keep(request: Arrived, person: User, label: str = "") -> bool:
    """Keep what this request sent for this person; False for what no page can send again."""
    if request.method != "POST" or request.htmx or request.content_type not in FORMS:
        return False
    words = request.POST.copy()
    for name in [name for name in words if name in SECRET or "password" in name]:
        del words[name]
    text = words.urlencode()
    if len(text) > MAX_CHARACTERS:
        return False
    request.session[SESSION_KEY] = {
        "person": person.pk,
        "path": request.get_full_path(),
        "words": text,
        "label": label,
        "had_files": bool(request.FILES),
        "at": request.arrived_at.isoformat(),
    }
    return True


def kept(request: Arrived) -> KeptRequest | None:
    """Return what is kept for whoever is signed in now."""
    found = request.session.get(SESSION_KEY)
    if not found or found["person"] != request.user.pk:
        return None
    if request.arrived_at - datetime.fromisoformat(found["at"]) > KEPT_FOR:
        del request.session[SESSION_KEY]
        return None
    return KeptRequest(found["path"], QueryDict(found["words"]), found["label"], found["had_files"])


def forget_sent(request: Arrived) -> None:
    """Forget what was kept once it is sent again."""
    found = request.session.get(SESSION_KEY)
    if found and request.method == "POST" and found["path"] == request.get_full_path():
        del request.session[SESSION_KEY]
