"""Word documents with comments or tracked changes: the first upload is warned about, the same file again is taken."""

from __future__ import annotations

from django.core.files.base import File
from django.http import HttpRequest

from applications.actions.documents import HIDDEN_WORDS
from core.files.types import sha256_of
from core.lifecycle import Refused

KEY = "files_warned_about"
MOST = 20  # digests kept in a session


def was_warned(request: HttpRequest, upload: File[bytes]) -> bool:
    return sha256_of(upload) in request.session.get(KEY, [])


def note(request: HttpRequest, upload: File[bytes], refusal: Refused | None) -> None:
    """Remember a file that was refused only for its hidden words."""
    if refusal is not None and refusal.code == HIDDEN_WORDS:
        request.session[KEY] = [*request.session.get(KEY, []), sha256_of(upload)][-MOST:]
