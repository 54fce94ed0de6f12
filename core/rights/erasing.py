"""Carries an erasure out, writes it to the log that is kept apart, and replays that log after a restore."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from core.accounts.models import User
from core.audit import trail
from core.audit.models import Entry
from core.documents import store
from core.documents.models import GeneratedDocument
from core.events import Event, publish
from core.retention import on_request
from core.rights import account, erasure_log, libraries
from core.rights.finding import own_words
from core.rights.models import RightsRequest
from core.rights.person import Person
from core.rights.planning import Plan, plan

UNDER = "the person asked us to erase it"


@dataclass(frozen=True, slots=True)
class Taking:
    """What an erasure takes, by key only: rows with their fields, others' words that name the person, the account."""

    account: int | None
    keeps_name: bool
    rows: dict[str, list[str]]
    of_others: list[str]
    mentions: list[list[str]]


@transaction.atomic
def carry_out(request: RightsRequest, *, by: User, at: datetime) -> Plan:
    """Erase what the plan says, as things stand now; returns the plan.

    The account leaves first, so that what follows from that (emails about who is missing) is erased with the rest.
    The log is written before the commit: what is logged and then fails can only be erased once more.
    """
    person = plan(request.email, request.person, request.programme, at).person.account
    if person is not None:
        account.leave(person, by=by, at=at)
    made = plan(request.email, request.person, request.programme, at)
    taking = taking_of(made)
    apply(taking, made.person, by=by, at=at)
    erasure_log.write(asdict(taking), at=at)
    note_remains(request, made)
    return made


def note_remains(request: RightsRequest, made: Plan) -> None:
    """Keep what was left, by key, on the request."""
    request.remains = [asdict(one) for one in made.remains]
    request.is_pending = any(one.until for one in made.remains)
    RightsRequest.objects.filter(pk=request.pk).update(remains=request.remains, is_pending=request.is_pending)


def finish(at: datetime) -> int:
    """Erase what earlier erasures had to leave, where the reason has ended; returns how many went on."""
    pending = RightsRequest.objects.filter(is_pending=True).select_related("person", "programme").order_by("pk")
    return sum(_go_on(request, at) for request in pending)


@transaction.atomic
def _go_on(request: RightsRequest, at: datetime) -> bool:
    made = plan(request.email, request.person, request.programme, at)
    if [asdict(one) for one in made.remains] == request.remains:
        return False
    taking = taking_of(made)
    apply(taking, made.person, by=None, at=at)
    erasure_log.write(asdict(taking), at=at)
    note_remains(request, made)
    trail.record("more personal data erased", request, by=None, at=at, left=len(made.remains))
    return True


def taking_of(made: Plan) -> Taking:
    return Taking(
        account=made.person.account.pk if made.person.account else None,
        keeps_name=bool(made.keeps_name),
        rows={label: fields for label, (_, fields) in made.goes.items()},
        of_others=[label for label, (row, _) in made.goes.items() if row.is_of_others],
        mentions=[item.key.rsplit(":", 1) for item in made.mentions],
    )


@transaction.atomic
def apply(taking: Taking, person: Person, *, by: User | None, at: datetime) -> None:
    """Empty what is taken. Safe to repeat, and for rows that are gone."""
    rows: dict[type[Model], set[Any]] = defaultdict(set)
    for label in taking.rows:
        model, key = row_of(label)
        rows[model].add(key)
    publish(Event.PERSON_ERASED, dict(rows), by=by, at=at)
    store.discard(GeneratedDocument.objects.filter(pk__in=rows[GeneratedDocument]))
    for label, name in taking.mentions:
        on_request.replace(*row_of(label), [name], person.words, at=at)
    for label, fields in taking.rows.items():
        _take(label, fields, at, forgets=label not in taking.of_others)
    if person.account is not None:
        for session, _ in list(libraries.sessions(person)):
            session.delete()
        account.empty(person.account, keeps_name=taking.keeps_name)
    transaction.on_commit(store.sweep, robust=True)


def row_of(label: str) -> tuple[type[Model], Any]:
    name, _, key = label.partition(":")
    model = apps.get_model(name)
    return model, model._meta.pk.to_python(key)


def _take(label: str, fields: list[str], at: datetime, *, forgets: bool) -> None:
    """Empty one row; documents were discarded before, and lines of the trail are emptied with what they are about."""
    model, key = row_of(label)
    if model in {GeneratedDocument, Entry}:
        return
    if model is RightsRequest and "file" in fields:
        delete_file(key)
    on_request.erase(model, [key], fields, under=UNDER, at=at, forgets=forgets)


def delete_file(key: int) -> None:
    """Delete the file that a request was answered with; nobody can download it any more."""
    request = RightsRequest.objects.exclude(file="").filter(pk=key).first()
    if request is not None:
        name, storage = str(request.file.name), request.file.storage
        RightsRequest.objects.filter(pk=key).update(file="")
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def replay(at: datetime) -> int:
    """Erase again, in a backup that was restored, what the log says; returns how many erasures the log has."""
    number = 0
    for entry in erasure_log.entries():
        taking = Taking(**{name: entry[name] for name in Taking.__dataclass_fields__})
        _replay(taking, at)
        number += 1
    return number


@transaction.atomic
def _replay(taking: Taking, at: datetime) -> None:
    person = User.objects.filter(pk=taking.account).first() if taking.account else None
    if person is not None and not account.is_erased(person):
        account.leave(person, by=None, at=at)
    things = [model._base_manager.filter(pk=key).first() for model, key in map(row_of, taking.rows)]
    apply(taking, own_words(person, [thing for thing in things if thing is not None]), by=None, at=at)
