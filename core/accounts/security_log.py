"""Sign-ins, second factors and changed roles as events of the log: ids only, no names or addresses (ASVS 16.3.1)."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.signals import password_changed, password_reset, user_logged_in, user_logged_out
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_used
from django.db.models.signals import post_delete, post_save

from core.accounts.models import RoleAssignment, User

log = structlog.get_logger("security")

EVENTS = {
    "signed in": user_logged_in,
    "signed out": user_logged_out,
    "password changed": password_changed,
    "password reset": password_reset,
}
FACTOR_EVENTS = {
    "second factor used": authenticator_used,
    "second factor failed": authentication_failed,
    "second factor added": authenticator_added,
    "second factor removed": authenticator_removed,
}


def sign_in_failed(email: str, *, is_locked: bool) -> None:
    """Log a wrong password, or a guess that was not looked at because there were too many."""
    person = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    log.warning("sign-in locked" if is_locked else "sign-in failed", user=person)


def _account_event(event: str) -> Any:
    def receive(user: Any = None, **_: Any) -> None:
        log.info(event, user=getattr(user, "pk", None))

    return receive


def _factor_event(event: str) -> Any:
    def receive(user: Any = None, authenticator: Any = None, **_: Any) -> None:
        level = log.warning if event == "second factor failed" else log.info
        level(event, user=getattr(user, "pk", None), kind=getattr(authenticator, "type", ""))

    return receive


def _role_given(instance: RoleAssignment, **_: Any) -> None:
    log.info("role given", user=instance.person_id, role=instance.role, programme=instance.programme_id)


def _role_taken(instance: RoleAssignment, **_: Any) -> None:
    log.info("role taken", user=instance.person_id, role=instance.role, programme=instance.programme_id)


for name, signal in EVENTS.items():
    signal.connect(_account_event(name), weak=False, dispatch_uid=f"log: {name}")
for name, signal in FACTOR_EVENTS.items():
    signal.connect(_factor_event(name), weak=False, dispatch_uid=f"log: {name}")
post_save.connect(_role_given, sender=RoleAssignment, dispatch_uid="log: role given")
post_delete.connect(_role_taken, sender=RoleAssignment, dispatch_uid="log: role taken")
