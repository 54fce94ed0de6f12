"""The post: letters that arrived, the links and codes in them, and what is attached."""

from __future__ import annotations

import re
from email.message import Message

from django.core import mail


def letters(to: str, subject: str) -> list[mail.EmailMultiAlternatives]:
    """Letters to this address whose subject holds these words, the oldest first."""
    return [one for one in mail.outbox if one.to == [to] and subject in one.subject]


def letter(to: str, subject: str) -> mail.EmailMultiAlternatives:
    """Return the last letter to this address whose subject holds these words."""
    found = letters(to, subject)
    assert found, f"No letter {subject!r} to {to}; there are {[one.subject for one in mail.outbox if one.to == [to]]}"
    return found[-1]


def link(to: str, subject: str, holding: str) -> str:
    """Return the link in the letter whose address holds this."""
    body = str(letter(to, subject).body)
    return next(one for one in re.findall(r"https?://\S+", body) if holding in one)


def code(to: str, subject: str) -> str:
    """Return the code in the letter: the line that is nothing but a code."""
    found = re.search(r"^([A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})?)$", str(letter(to, subject).body), re.MULTILINE)
    assert found, letter(to, subject).body
    return found[1]


def attached(one: mail.EmailMultiAlternatives, content_type: str) -> bytes:
    """Return the attachment or alternative of this type, as it went into the mail."""
    message: Message = one.message()
    parts = [part for part in message.walk() if part.get_content_type() == content_type]
    assert parts, f"{one.subject!r} has only {[part.get_content_type() for part in message.walk()]}"
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
