"""Codes by email that prove a mailbox: the session knows a code by its digest, for 15 minutes and three guesses."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils.crypto import salted_hmac

from core.accounts import links, security_log
from core.accounts.models import User
from core.accounts.requests import Arrived
from core.letters import outbox

LENGTH = 8
WORKS_FOR = timedelta(minutes=15)
MOST_GUESSES = 3
WRONG = "That code is wrong. Check the email and try again."
OVER = "That code has expired, or was wrong three times. Ask for a new one."
TOO_MANY = "We have sent you several codes. Use the latest, or wait 10 minutes and ask again."


def session_key(template: str) -> str:
    return f"code:{template}"


def send(request: Arrived, template: str, person: User | None, **context: str) -> None:
    """Email a code by this template; for nobody (an address without an account) nothing is sent, and nothing fits."""
    code = links.new_code(LENGTH)
    request.session[session_key(template)] = {
        "person": person and person.pk,
        "digest": _digest(code, person),
        "at": request.arrived_at.isoformat(),
        "guesses": 0,
    }
    if person is not None:
        facts: dict[str, Any] = {**context, "code": f"{code[:4]}-{code[4:]}"}
        outbox.post(template, to=person, key=f"{template}:{uuid4()}", at=request.arrived_at, secret=True, **facts)


def is_waiting(request: Arrived, template: str) -> bool:
    """Tell whether a code was asked for that can still be entered."""
    sent = request.session.get(session_key(template))
    if not sent or sent["guesses"] >= MOST_GUESSES:
        return False
    return bool(request.arrived_at - datetime.fromisoformat(sent["at"]) < WORKS_FOR)


def take(request: Arrived, template: str, typed: str) -> User | None:
    """Return whose mailbox this code was sent to; it works once, and not after three wrong ones."""
    if not is_waiting(request, template):
        return None
    sent = request.session[session_key(template)]
    person = User.objects.filter(pk=sent["person"], is_active=True).first()
    if person is not None and secrets.compare_digest(sent["digest"], _digest(links.plain_code(typed), person)):
        del request.session[session_key(template)]
        security_log.log.info("code by email", user=person.pk)
        return person
    request.session[session_key(template)] = sent | {"guesses": sent["guesses"] + 1}
    security_log.log.warning("wrong code by email", user=sent["person"])
    return None


def complaint(request: Arrived, template: str) -> str:
    """What to say after a code that was not taken."""
    return WRONG if is_waiting(request, template) else OVER


def _digest(code: str, person: User | None) -> str:
    whose = f"{person.pk}:{person.email}" if person else secrets.token_hex()
    return salted_hmac("core.accounts.mailbox_codes", f"{whose}:{code}", algorithm="sha256").hexdigest()
