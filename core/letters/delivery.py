"""Sends what waits in the outbox: claims a letter, sends it, marks it; each step a conditional update."""

import logging
import re
import time
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from core.documents.store import DocumentNotReady
from core.letters import preferences
from core.letters.models import Letter, Status
from core.letters.rendering import as_html, as_text, parts_of
from core.naming import site_name

CLAIM_LASTS = timedelta(minutes=10)
PATIENCE = timedelta(seconds=90)  # a batch ends well inside the worker's time limit and the claims it made
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
MOST_ATTEMPTS = len(BACKOFF) + 1
DOCUMENT_WAIT = timedelta(seconds=3)
SERVER_AWAY_FOR = timedelta(seconds=20)
PROBLEM_LENGTH = 300
PERMANENT = 500  # SMTP replies from here on are final (RFC 5321, 4.2.1)
POLICY = re.compile(rb"\s*5\.7\.")  # security or policy, not the mailbox (RFC 3463, 3.8)

log = logging.getLogger(__name__)


class ServerAwayError(Exception):
    """The mail server cannot be reached: no letter's fault."""


def drain(now: datetime, limit: int = 100) -> int:
    """Send what is due at `now`, oldest first, at most `limit` letters; returns how many went.

    Safe to run many at once: a letter goes to the one that claims it. A letter claimed by a worker that died is claimed
    again after ten minutes. A letter that fails waits 1, 5, 15, 60, 240, 480, 720 minutes and is given up at the eighth
    failure; a mail server that cannot be reached, or an attached document that is still being made, costs no letter an
    attempt. What the server refuses for good is given up at once, and so is what a restriction of somebody's data holds
    back; a secret is gone then.
    """
    return deliver(Letter.objects.filter(due(now)).order_by("next_try_at", "pk")[:limit], now)


def due(now: datetime) -> Q:
    """Choose the letters to try: waiting and due, or claimed by somebody who did not finish."""
    return Q(status=Status.QUEUED, next_try_at__lte=now) | Q(status=Status.SENDING, claimed_at__lte=now - CLAIM_LASTS)


def deliver(letters: QuerySet[Letter], now: datetime) -> int:
    """Claim and send these letters one by one over one connection; returns how many went.

    `now` is the instant at the start. Claims are dated by how long this has run since, or else the last letters of a
    slow batch would look abandoned while they are being sent.
    """
    began = time.monotonic()
    sent = 0
    waiting = list(letters)
    held = import_string(settings.LETTER_HOLDS)(waiting) if waiting else {}
    with Connection() as connection:
        for letter in waiting:
            moment = now + timedelta(seconds=time.monotonic() - began)
            if moment - now > PATIENCE:
                break
            if not claim(letter, moment):
                continue
            if letter.pk in held:
                finish(letter, status=Status.DEAD, problem=held[letter.pk], **without_secret(letter))
                continue
            if letter.template == preferences.DAILY and not parts_of(letter):
                finish(letter, status=Status.WITHDRAWN)
                continue
            try:
                connection.send(letter)
            except ServerAwayError as problem:
                finish(letter, status=Status.QUEUED, next_try_at=moment + SERVER_AWAY_FOR, problem=describe(problem))
                break
            except DocumentNotReady:
                finish(letter, status=Status.QUEUED, next_try_at=moment + DOCUMENT_WAIT)
            except Exception as problem:  # noqa: BLE001 — one bad letter must not hold up the others
                fail(letter, problem, moment)
            else:
                finish(letter, status=Status.SENT, sent_at=moment, problem="", **without_secret(letter))
                sent += 1
    return sent


def claim(letter: Letter, moment: datetime) -> bool:
    """Take the letter for sending, unless somebody has touched it since it was read."""
    seen = Letter.objects.filter(
        pk=letter.pk, status=letter.status, next_try_at=letter.next_try_at, claimed_at=letter.claimed_at
    )
    if letter.status not in {Status.QUEUED, Status.SENDING}:
        return False
    letter.status, letter.claimed_at = Status.SENDING, moment
    return seen.update(status=Status.SENDING, claimed_at=moment) == 1


def finish(letter: Letter, **fields: Any) -> None:
    """Write the outcome, if the claim is still ours. A letter withdrawn meanwhile is sent if it went, never queued."""
    own = [Status.SENDING, Status.WITHDRAWN] if fields["status"] == Status.SENT else [Status.SENDING]
    Letter.objects.filter(pk=letter.pk, status__in=own, claimed_at=letter.claimed_at).update(**fields)


def fail(letter: Letter, problem: Exception, moment: datetime) -> None:
    """Count the attempt: try later, or give up where staff can see it."""
    attempts = letter.attempts + 1
    log.warning("letter %s failed, attempt %s: %s", letter.pk, attempts, type(problem).__name__)
    if attempts >= MOST_ATTEMPTS or is_for_good(problem):
        finish(letter, status=Status.DEAD, attempts=attempts, problem=describe(problem), **without_secret(letter))
        return
    later = moment + BACKOFF[attempts - 1]
    finish(letter, status=Status.QUEUED, attempts=attempts, next_try_at=later, problem=describe(problem))


def without_secret(letter: Letter) -> dict[str, str]:
    return {"body": "", "formatted": ""} if letter.is_secret else {}


def is_for_good(problem: Exception) -> bool:
    """Whether the mail server refused the recipient or the message for good (SMTP 5xx): trying again changes nothing.

    A code to sign in with (530, 535), a refused sender or a policy (5.7.1, such as "relay denied") is about us, and may
    be mended.
    """
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= PERMANENT and not POLICY.match(words) for code, words in problem.recipients.values())
    if isinstance(problem, SMTPDataError):
        words = problem.smtp_error
        return problem.smtp_code >= PERMANENT and not POLICY.match(words.encode() if isinstance(words, str) else words)
    return type(problem).__name__ == "AnymailRecipientsRefused"  # of django-anymail, which only a provider needs


def note_delivered(message_id: str, at: datetime) -> None:
    """Note that the recipient's mail server took the letter, as the mail provider tells."""
    Letter.objects.filter(message_id=message_id, status=Status.SENT).update(delivered_at=at)


def note_returned(message_id: str, words: str) -> None:
    """Give up a letter that the mail provider took and the recipient's mail server did not."""
    taken = Letter.objects.filter(message_id=message_id, status__in=[Status.SENT, Status.SENDING])
    taken.update(status=Status.DEAD, sent_at=None, delivered_at=None, problem=without_addresses(words)[:PROBLEM_LENGTH])


def describe(problem: Exception) -> str:
    """Say what went wrong in one short line without anybody's address."""
    cause = problem.__cause__ or problem
    words = without_addresses(str(cause))
    lead = "The mail server cannot be reached. " if isinstance(problem, ServerAwayError) else ""
    return f"{lead}{type(cause).__name__}: {words}"[:PROBLEM_LENGTH]


def without_addresses(words: str) -> str:
    return re.sub(r"\S+@\S+", "(an address)", " ".join(words.split()))


class Connection:
    """One connection to the mail server for a batch, opened at the first letter and again after a failure."""

    def __init__(self) -> None:
        self.backend: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, letter: Letter) -> None:
        """Send one letter; raises ServerAwayError when there is no connection, else whatever the letter met."""
        message = compose(letter)
        if self.backend is None:
            try:
                backend: BaseEmailBackend = get_connection()
                backend.open()
            except Exception as problem:
                raise ServerAwayError from problem
            self.backend = backend
        try:
            self.backend.send_messages([message])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        backend, self.backend = self.backend, None
        if backend is not None:
            try:
                backend.close()
            except Exception:
                log.warning("the mail server did not say goodbye", exc_info=True)


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Make the message: plain text, HTML, the invitation, and the attachments as they are now."""
    name = site_name(letter.programme_id)
    choices = preferences.page() if preferences.may_be_turned_off(letter) else ""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=as_text(letter, choices=choices),
        from_email=sender(name) if letter.programme_id else settings.DEFAULT_FROM_EMAIL,
        to=[letter.to_email],
        headers={
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
            **({"List-Unsubscribe": f"<{choices}>"} if choices else {}),
        },
        reply_to=[settings.HELP_EMAIL],
    )
    message.metadata = {"letter": letter.message_id}  # type: ignore[attr-defined]  # told back by a mail provider
    message.attach_alternative(as_html(letter, name, choices=choices), "text/html")
    if letter.calendar:
        method = re.search(r"^METHOD:([A-Z]+)\s*$", letter.calendar, re.MULTILINE)
        message.attach_alternative(letter.calendar, f"text/calendar; method={method[1] if method else 'REQUEST'}")
    for path, *arguments in letter.attachments:
        name, content_type, content = import_string(path)(*arguments)
        message.attach(name, content, content_type)
    return message


def sender(name: str) -> str:
    """The service's address under the programme's name."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
