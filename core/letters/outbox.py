"""The outbox: a message to a person is first a row, written with the change that it tells of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Model, TextField, Value, When

from core.encryption import encrypt
from core.letters import delivery, rendering
from core.letters.models import Letter, Status, label_of
from core.permissions import programme_of, way_up

Attachment = tuple[Any, ...]


def post(
    template: str,
    *,
    to: AbstractBaseUser | str,
    key: str,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
    calendar: bytes | str | None = None,
    about: Model | None = None,
    **context: Any,
) -> Letter | None:
    """Put one letter into the outbox, in the caller's transaction; None when its key has been used before.

    `template` is "<app>.<name>", rendered now with `context`, site_url, site_name and person; `to` a person or an
    address; `key` the reason and the person. `attachments` are ("dotted.path.to.function", *JSON arguments), called
    when it is sent. The body of a `secret` letter is encrypted until then. `calendar` is an iCalendar file shown as an
    invitation. While it waits, `withdraw` takes back what is `about` a row. Without a broker it goes after the commit.
    """
    person = to if isinstance(to, AbstractBaseUser) else None
    words = rendering.render(template, {"person": person, **context, **_site()})
    letter = Letter(
        key=key,
        template=template,
        **_whose(about, context),
        to_email=to.get_username() if isinstance(to, AbstractBaseUser) else to,
        to_user_id=person.pk if person else None,
        subject=words.subject,
        body=encrypt(words.body) if secret else words.body,
        attachments=json.loads(json.dumps([list(attachment) for attachment in attachments])),
        calendar=calendar.decode() if isinstance(calendar, bytes) else calendar or "",
        is_secret=secret,
        message_id=message_id(key),
        posted_at=at,
        next_try_at=at,
    )
    if not _insert(letter):
        return None
    _deliver_without_broker(letter, at)
    return letter


def _deliver_without_broker(letter: Letter, at: datetime) -> None:
    if not settings.REDIS_URL:
        # Robust: the change is committed and must be answered for; the letter is safe in its row and tried again.
        transaction.on_commit(lambda: delivery.deliver(Letter.objects.filter(pk=letter.pk), at), robust=True)


def withdraw(things: Iterable[Model], *, to: str = "") -> int:
    """Take back the letters about these rows (`to` one address only) that wait; returns how many. Keys stay used.

    One that is being sent may still arrive; when that fails it is not tried again.
    """
    waiting = Letter.objects.filter(
        status__in=[Status.QUEUED, Status.SENDING], about__in=[label_of(thing) for thing in things]
    )
    if to:
        waiting = waiting.filter(to_email__iexact=to)
    body = Case(When(is_secret=True, then=Value("")), default=F("body"), output_field=TextField())
    return waiting.update(status=Status.WITHDRAWN, body=body)


def forward(before: str, person: AbstractBaseUser) -> int:
    """Send what waits for a person's old address to their new one; returns how many letters."""
    waiting = Letter.objects.filter(status=Status.QUEUED, to_email__iexact=before, is_secret=False)
    return waiting.update(to_email=person.get_username())


def redirect(things: Iterable[Model], before: str, email: str) -> int:
    """Send the letters about these rows that wait for one address to another; returns how many."""
    waiting = Letter.objects.filter(status=Status.QUEUED, to_email__iexact=before, is_secret=False)
    return waiting.filter(about__in=[label_of(thing) for thing in things]).update(to_email=email)


def _site() -> dict[str, str]:
    return {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME}


def _insert(letter: Letter) -> bool:
    try:
        with transaction.atomic():  # a savepoint: a key used before must not spoil the caller's transaction
            letter.save(force_insert=True)
    except IntegrityError:
        if Letter.objects.filter(key=letter.key).exists():
            return False
        raise
    return True


def _whose(about: Model | None, context: Mapping[str, object]) -> dict[str, Any]:
    case = case_in([about, *context.values()])
    return {"about": label_of(about) if about else "", "case": case, "programme_id": programme_in(context)}


def case_in(things: Iterable[object]) -> str:
    """Return the label of the application that the things of a letter belong to; "" for none."""
    rows = (row for thing in things for row in way_up(thing))
    return next((label_of(row) for row in rows if getattr(row, "is_case", False)), "")


def programme_in(context: Mapping[str, object]) -> int | None:
    """Return the id of the one programme that the things of a letter's context belong to; None for none or several."""
    named = context.get("programme")
    things = context.values() if named is None else [named]
    programmes = {programme_of(thing) for thing in things} - {None}
    return programmes.pop() if len(programmes) == 1 else None


def message_id(key: str) -> str:
    """Return the letter's Message-ID: the same however often it is tried, so that mailboxes can fold a double."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid5(NAMESPACE_URL, f'{settings.SITE_URL}/letters/{key}')}@{host}>"
