"""Expressions of interest: sent, changed and withdrawn by an organisation; talked over and answered by the office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from applications import letters
from applications.actions import applications, invitations
from applications.lifecycle import EXPRESSION, CallStatus, ExpressionStatus, TrailEvent
from applications.models import (
    Application,
    Call,
    Conversation,
    ExpressedStrand,
    ExpressionDraft,
    ExpressionOfInterest,
    Post,
    Strand,
)
from core.accounts.actions.organisations import take_part
from core.accounts.models import Organisation, Programme, User
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import count_words, plural

ABOUT_WORDS, STRAND_WORDS, PERSON_WORDS = 300, 150, 150
ANSWERED = {
    "invite": TrailEvent.EXPRESSION_INVITED,
    "propose_other_work": TrailEvent.EXPRESSION_OTHER_WORK,
    "put_off": TrailEvent.EXPRESSION_NOT_NOW,
}


@dataclass(frozen=True)
class Words:
    """What an organisation would like to do, what it cares about by strand (its key), and whom it has in mind."""

    about: str
    strands: Mapping[int, str] = field(default_factory=dict)
    person_in_mind: str = ""

    @classmethod
    def of(cls, expression: ExpressionOfInterest) -> Words:
        strands = dict(expression.strands.values_list("strand_id", "text"))
        return cls(expression.about, strands, expression.person_in_mind)

    @property
    def digest(self) -> str:
        parts = [self.about, self.person_in_mind, *(f"{key}:{self.strands[key]}" for key in sorted(self.strands))]
        return sha256("\0".join(parts).encode()).hexdigest()

    def tidy(self) -> Words:
        strands = {key: text.strip() for key, text in self.strands.items() if text.strip()}
        return Words(self.about.strip(), strands, self.person_in_mind.strip())


def strands_in_force(programme: Programme, at: datetime) -> list[Strand]:
    year = london(at).year
    strands = programme.strands.filter(Q(to_year__isnull=True) | Q(to_year__gte=year), from_year__lte=year)
    return list(strands.order_by("title"))


def offered_to(expression: ExpressionOfInterest, at: datetime) -> list[Strand]:
    in_force = strands_in_force(expression.programme, at)
    mentioned = Strand.objects.filter(pk__in=expression.strands.values("strand"))
    return [*in_force, *mentioned.exclude(pk__in=[strand.pk for strand in in_force])]


@transaction.atomic
def send(
    programme: Programme, *, organisation: Organisation, words: Words, by: User, at: datetime
) -> ExpressionOfInterest:
    """Take an expression of interest in, and say so by letter; the same one sent twice is kept once.

    Raises Refused for a stranger to the organisation, words that are missing or too many, and when another one waits.
    """
    check(by, "applications.add_expressionofinterest", organisation)
    words = _checked(words, strands_in_force(programme, at))
    waiting = ExpressionOfInterest.objects.filter(
        organisation=organisation, programme=programme, status=ExpressionStatus.RECEIVED
    )
    try:
        with transaction.atomic():
            expression = ExpressionOfInterest.objects.create(
                programme=programme,
                organisation=organisation,
                about=words.about,
                person_in_mind=words.person_in_mind,
                sent_at=at,
                sent_by=by,
            )
    except IntegrityError:  # of two at once, too, the database lets one through
        return _same(waiting.get(), words)
    _save_strands(expression, words)
    ExpressionDraft.objects.of(by, programme, None).delete()
    take_part(organisation, programme, by=by, at=at)
    trail.record(TrailEvent.EXPRESSION_SENT, expression, by=by, at=at, programme=programme)
    letters.calls.expression("expression_received", expression, at=at)
    return expression


def _same(waiting: ExpressionOfInterest, words: Words) -> ExpressionOfInterest:
    if Words.of(waiting).digest == words.digest:
        return waiting
    raise Refused(
        f"An expression of interest of {waiting.organisation} of {say_day(waiting.sent_at)} is waiting for an"
        " answer. Change that one instead of sending another."
    )


@transaction.atomic
def change(expression: ExpressionOfInterest, *, words: Words, seen: str, by: User, at: datetime) -> None:
    """Change the words while nobody has answered; `seen` is the digest of the words that the form was fetched with.

    Raises Refused, and changes nothing, when a colleague changed them meanwhile.
    """
    check(by, "applications.change_expressionofinterest", expression)
    locked = (
        ExpressionOfInterest.objects.select_for_update(of=("self",)).select_related("programme").get(pk=expression.pk)
    )
    require(
        locked.status == ExpressionStatus.RECEIVED,
        "This expression of interest has been answered or withdrawn, so you cannot change it.",
    )
    before = Words.of(locked)
    words = _checked(words, offered_to(locked, at))
    if words.digest == before.digest:
        return
    if before.digest != seen:
        raise Refused(
            "A colleague changed this while you were writing. We have not overwritten anything. Compare the two"
            " versions below, then save what you want to keep."
        )
    ExpressionOfInterest.objects.filter(pk=locked.pk).update(about=words.about, person_in_mind=words.person_in_mind)
    expression.about, expression.person_in_mind = words.about, words.person_in_mind
    locked.strands.all().delete()
    _save_strands(locked, words)
    ExpressionDraft.objects.of(by, locked.programme, locked).delete()
    trail.record(TrailEvent.EXPRESSION_CHANGED, locked, by=by, at=at)


def problems(words: Words, offered: list[Strand]) -> Iterator[Refused]:
    names = {strand.pk: strand.title for strand in offered}
    if not words.about:
        yield Refused("Enter what you would like to do", field="about")
    yield from _too_long("about", "What you would like to do", words.about, ABOUT_WORDS)
    if names and not words.strands:
        yield Refused("Enter what matters to you in at least one strand", field=f"strand_{offered[0].pk}")
    for key, text in words.strands.items():
        yield from _too_long(f"strand_{key}", names.get(key, "A strand"), text, STRAND_WORDS)
    yield from _too_long("person_in_mind", "The person you have in mind", words.person_in_mind, PERSON_WORDS)
    if words.strands.keys() - names.keys():
        yield Refused("One of the strands is no longer part of the programme. Reload the page and write again.")


def _too_long(name: str, label: str, text: str, limit: int) -> Iterator[Refused]:
    count = count_words(text)
    if (over := count - limit) > 0:
        sentence = f"“{label}” has {count} words and the limit is {limit}. Take out {plural(over, 'word')}."
        yield Refused(sentence, field=name)


def _checked(words: Words, offered: list[Strand]) -> Words:
    words = words.tidy()
    for problem in problems(words, offered):
        raise problem
    return words


def _save_strands(expression: ExpressionOfInterest, words: Words) -> None:
    ExpressedStrand.objects.bulk_create(
        ExpressedStrand(expression=expression, strand_id=key, text=text) for key, text in words.strands.items()
    )


@transaction.atomic
def withdraw(expression: ExpressionOfInterest, *, by: User, at: datetime) -> None:
    check(by, "applications.withdraw_expressionofinterest", expression)
    EXPRESSION.advance(expression, "withdraw")
    trail.record(TrailEvent.EXPRESSION_WITHDRAWN, expression, by=by, at=at)


@transaction.atomic
def start(expression: ExpressionOfInterest, post: Post, *, by: User, at: datetime) -> Application:
    """Begin the application that it leads to, or return the one begun; what the organisation had begun there is taken.

    Raises Refused unless it is invited to the post's call, and whatever `applications.start` refuses.
    """
    check(by, "applications.start_expressionofinterest", expression)
    locked = ExpressionOfInterest.objects.select_for_update(of=("self",)).get(pk=expression.pk)
    if begun := Application.objects.filter(expression=locked).first():
        return begun
    if locked.status != ExpressionStatus.INVITED or post.call_id != locked.call_id:
        raise Refused(
            "This expression of interest was not invited to this call, so you cannot start an application from it."
        )
    application = applications.start(post, organisation=locked.organisation, by=by, at=at, expression=locked)
    if application.expression_id is None:
        Application.objects.filter(pk=application.pk, expression=None).update(expression=locked)
    trail.record(TrailEvent.STARTED, locked, by=by, at=at, application=application)
    return application


# --- The office ---


@transaction.atomic
def note(expression: ExpressionOfInterest, *, spoken_on: date, text: str, by: User, at: datetime) -> Conversation:
    """Write down a conversation with the organisation, for the office only. Raises Refused for a day to come."""
    check(by, "applications.note_expressionofinterest", expression)
    require(bool(text.strip()), "Enter what was said.", "text")
    require(spoken_on <= london(at).date(), "Choose today or a day that has passed.", "spoken_on")
    conversation = Conversation.objects.create(
        expression=expression, spoken_on=spoken_on, text=text.strip(), noted_at=at, noted_by=by
    )
    trail.record(TrailEvent.CONVERSATION_NOTED, expression, by=by, at=at, spoken_on=spoken_on)
    return conversation


def calls_to_invite_to(expression: ExpressionOfInterest, at: datetime) -> QuerySet[Call]:
    published = Call.objects.filter(programme=expression.programme_id, status=CallStatus.PUBLISHED)
    return published.filter(Q(closes_at__gt=at) | Q(closes_at__isnull=True)).order_by("opens_at", "pk")


@transaction.atomic
def invite(expression: ExpressionOfInterest, *, call: Call, text: str, by: User, at: datetime) -> None:
    """Invite the organisation to apply to a call, in words; for a call by invitation it gets a code of its own."""
    check(by, "applications.invite_expressionofinterest", expression)
    if not calls_to_invite_to(expression, at).filter(pk=call.pk).exists():
        raise Refused("Choose a published call of this programme that has not closed.", field="call")
    _answer(expression, "invite", text, by=by, at=at, call=call)
    if call.kind == Call.Kind.BY_INVITATION and call.closes_at is not None:
        email = expression.sent_by.email
        invitations.issue_to(expression.organisation, call, email=email, expires_at=call.closes_at, by=by, at=at)
    letters.calls.expression("expression_invited", expression, at=at, call=call)


@transaction.atomic
def propose_other_work(expression: ExpressionOfInterest, *, text: str, by: User, at: datetime) -> None:
    check(by, "applications.propose_other_work_expressionofinterest", expression)
    _answer(expression, "propose_other_work", text, by=by, at=at)
    letters.calls.expression("expression_other_work", expression, at=at)


@transaction.atomic
def put_off(expression: ExpressionOfInterest, *, text: str, by: User, at: datetime) -> None:
    check(by, "applications.put_off_expressionofinterest", expression)
    _answer(expression, "put_off", text, by=by, at=at)
    letters.calls.expression("expression_not_now", expression, at=at)


def _answer(expression: ExpressionOfInterest, step: str, text: str, *, by: User, at: datetime, **fields: Any) -> None:
    require(bool(text.strip()), "Enter our answer to the organisation.", "text")
    EXPRESSION.advance(expression, step, outcome=text.strip(), answered_at=at, answered_by=by, **fields)
    trail.record(ANSWERED[step], expression, by=by, at=at, **fields)
