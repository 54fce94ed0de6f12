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
from django.db.models import Case, F, Model, Q, QuerySet, TextField, Value, When

from core.encryption import encrypt
from core.letters import delivery, preferences, rendering
from core.letters.models import Letter, Status, label_of
from core.naming import site_name
from core.permissions import programme_of, way_up

Attachment = tuple[Any, ...]
UNSENT = (Status.QUEUED, Status.HELD)


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
    programme_id = programme_in(context)
    said = rendering.render_for(template, {"person": person, **context, **_site(programme_id)}, programme_id)
    return post_words(
        template,
        said,
        to=to,
        key=key,
        at=at,
        attachments=attachments,
        secret=secret,
        calendar=calendar,
        whose=_whose(about, context),
    )


def post_words(
    template: str,
    said: rendering.Rendered,
    *,
    to: AbstractBaseUser | str,
    key: str,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
    calendar: bytes | str | None = None,
    whose: dict[str, Any],
) -> Letter | None:
    """Put a letter whose words are ready into the outbox; `whose` are its `about`, `case` and `programme_id`."""
    letter = Letter(
        key=key,
        template=template,
        **whose,
        **_words(said, secret=secret),
        to_email=to.get_username() if isinstance(to, AbstractBaseUser) else to,
        to_user_id=to.pk if isinstance(to, AbstractBaseUser) else None,
        attachments=json.loads(json.dumps([list(attachment) for attachment in attachments])),
        calendar=calendar.decode() if isinstance(calendar, bytes) else calendar or "",
        is_secret=secret,
        message_id=message_id(key),
        posted_at=at,
        next_try_at=at,
    )
    letter.status = preferences.status_of(letter)
    if not _insert(letter):
        return None
    if letter.status == Status.QUEUED:
        _deliver_without_broker([letter.pk], at)
    return letter


def _words(said: rendering.Rendered, *, secret: bool) -> dict[str, Any]:
    """Freeze the words in the letter. Links and codes of a secret letter are encrypted, and not among its fields."""
    return {
        "subject": said.words.subject,
        "body": encrypt(said.words.body) if secret else said.words.body,
        "formatted": encrypt(said.formatted) if secret and said.formatted else said.formatted,
        "fields": {name: value for name, value in said.values.items() if not (secret and name in said.required)},
        "wording": said.wording,
    }


def _deliver_without_broker(keys: list[int], at: datetime) -> None:
    if not settings.REDIS_URL:
        # Robust: the change is committed and must be answered for; the letters are safe in their rows and tried again.
        transaction.on_commit(lambda: delivery.deliver(Letter.objects.filter(pk__in=keys), at), robust=True)


def release(held: QuerySet[Letter], at: datetime) -> int:
    """Send letters that waited for the daily email by themselves; returns how many."""
    keys = list(held.values_list("pk", flat=True))
    released = Letter.objects.filter(pk__in=keys, status=Status.HELD).update(status=Status.QUEUED, next_try_at=at)
    if released:
        _deliver_without_broker(keys, at)
    return released


def withdraw(things: Iterable[Model], *, to: str = "") -> int:
    """Take back the letters about these rows (`to` one address only) that wait; returns how many. Keys stay used.

    One that is being sent may still arrive; when that fails it is not tried again. A notice is taken out of the daily
    email in which it would have gone.
    """
    waiting = Letter.objects.filter(_waits(), about__in=[label_of(thing) for thing in things])
    return _take_back(waiting.filter(to_email__iexact=to) if to else waiting)


def _waits() -> Q:
    """Letters that have not gone: by themselves, or in the daily email that collected them."""
    return Q(status__in=[Status.QUEUED, Status.SENDING, Status.HELD]) | Q(
        status=Status.COLLECTED, daily__status__in=[Status.QUEUED, Status.SENDING]
    )


def _take_back(waiting: QuerySet[Letter]) -> int:
    left = {
        name: Case(When(is_secret=True, then=Value("")), default=F(name), output_field=TextField())
        for name in ("body", "formatted")
    }
    return waiting.update(status=Status.WITHDRAWN, daily=None, **left)


def withdraw_from(person: AbstractBaseUser, case: Model, *, before: datetime | None = None) -> int:
    """Take back the emails about a case, written before an instant, that wait for a person; returns how many."""
    is_theirs = Q(to_user=person.pk) | Q(to_email__iexact=person.get_username())
    waiting = Letter.objects.filter(is_theirs, _waits(), case=label_of(case))
    return _take_back(waiting.filter(posted_at__lt=before) if before else waiting)


def withdraw_notices(case: Model, *, before: datetime) -> int:
    """Take the notices about a case that has ended out of the next daily emails, but for those of its end."""
    held = Letter.objects.filter(status=Status.HELD, case=label_of(case), posted_at__lt=before)
    return held.update(status=Status.WITHDRAWN)


def forward(before: str, person: AbstractBaseUser) -> int:
    """Send what waits for a person's old address to their new one; returns how many letters."""
    waiting = Letter.objects.filter(status__in=UNSENT, to_email__iexact=before, is_secret=False)
    return waiting.update(to_email=person.get_username())


def redirect(things: Iterable[Model], before: str, email: str) -> int:
    """Send the letters about these rows, or about a case among them, that wait for one address to another; how many."""
    waiting = Letter.objects.filter(status__in=UNSENT, to_email__iexact=before, is_secret=False)
    labels = [label_of(thing) for thing in things]
    return waiting.filter(Q(about__in=labels) | Q(case__in=labels)).update(to_email=email)


def _site(programme_id: int | None) -> dict[str, str]:
    return {"site_url": settings.SITE_URL, "site_name": site_name(programme_id)}


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
