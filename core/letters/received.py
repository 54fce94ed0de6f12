"""The signal of django-anymail about letters that a mail provider sent: each event calls one action."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from core.letters import delivery

FAILED = {"bounced", "rejected", "failed"}


def tracked(*, event: Any, **_: Any) -> None:
    """Note what became of a letter, by the Message-ID that it was sent with; what is not a letter's is nobody's."""
    message_id = (event.metadata or {}).get("letter", "")
    if event.event_type == "delivered":
        delivery.note_delivered(message_id, at=event.timestamp or timezone.now())
    elif event.event_type in FAILED:
        words = " ".join(filter(None, [event.event_type, event.reject_reason, event.mta_response, event.description]))
        delivery.note_returned(message_id, words)


def connect() -> None:
    """Listen, where a mail provider is set up (settings.EMAIL_PROVIDER)."""
    import_string("anymail.signals.tracking").connect(tracked, dispatch_uid="what became of an email")
