"""Fetch a document that is made in the background, as somebody does who waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from core.documents import making
from core.documents.models import GeneratedDocument, Status


def make_waiting(at: datetime | None = None) -> int:
    """Make everything that waits; returns how many were made."""
    waiting = GeneratedDocument.objects.filter(status=Status.WAITING).order_by("pk")
    return sum(making.make_now(document, at or timezone.now()) for document in waiting)


def fetched(client: Any, address: str, **facts: Any) -> Any:
    """Ask for a document, have it made if it is not, and return the response that carries it."""
    response = client.get(address, **facts)
    if response.status_code == 202:
        make_waiting()
        response = client.get(address, **facts)
    return response


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)
