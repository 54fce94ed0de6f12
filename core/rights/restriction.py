"""What a restriction in force (UK GDPR, article 18) holds back: data about the person is kept and not otherwise used.

Held back are assessing and deciding, emails but those about data requests and the account, and exports (open data, the
learning data sets, the read API). Each is possible again where a ground of article 18(2) is recorded for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q, QuerySet

from core.letters.models import Letter
from core.permissions import programme_of, way_up
from core.promises import THING, declared, own_models
from core.rights import finding
from core.rights.models import RightsRequest, Use
from core.rights.person import Person, person_at

RESTRICTED = (
    "The person whom this is about has asked us to keep their data and not to use it ({}). Until that is lifted, this "
    "needs a ground: the director, or the officer named for the request, records it there."
)
NOT_SENT = "Not sent: use of the person's data is restricted ({}). Send it again once that is lifted."
ALWAYS_SENT = {"rights", "accounts"}  # apps whose emails the person needs to ask, to answer and to sign in

M = TypeVar("M", bound=Model)


def in_force(use: str) -> list[tuple[RightsRequest, Person]]:
    """The restrictions without a recorded ground for this use, each with its person."""
    requests = RightsRequest.objects.in_force().exclude(permitted_uses__use=use).select_related("person")
    return [(request, person_at(request.email, request.person)) for request in requests]


def refusal(thing: object, use: str) -> str:
    """Say why this thing may not be used so now; "" where it may."""
    rows = [row for row in way_up(thing) if type(row) in _models_about_people()]
    for request, person in in_force(use) if rows else ():
        if any(_is_about(row, request, person) for row in rows):
            return RESTRICTED.format(request.reference)
    return ""


def usable(rows: QuerySet[M], use: str) -> QuerySet[M]:
    """The rows without those about a person whose restriction holds this use back."""
    keys = {key for request, person in in_force(use) for key in _keys(rows.model, request, person)}
    return rows.exclude(pk__in=keys) if keys else rows


def shown_on(thing: Model | None) -> list[RightsRequest]:
    """The restrictions in force that the page of this person, or of this part of a case, tells of."""
    requests = RightsRequest.objects.in_force().select_related("person").prefetch_related("permitted_uses")
    if isinstance(thing, AbstractBaseUser):
        return list(requests.filter(Q(person=thing.pk) | Q(email__iexact=thing.get_username())))
    rows = [row for row in way_up(thing) if type(row) in _models_about_people()]
    people = ((request, person_at(request.email, request.person)) for request in (requests if rows else ()))
    return [request for request, person in people if any(_is_about(row, request, person) for row in rows)]


def held_letters(letters: list[Letter]) -> dict[int, str]:
    """The letters that are not sent now, by key, with the sentence: to such a person, or about their case."""
    asked = [letter for letter in letters if letter.template.partition(".")[0] not in ALWAYS_SENT]
    held: dict[int, str] = {}
    for request, person in in_force(Use.EMAILS) if asked else ():
        cases = {case for case in {letter.case for letter in asked} - {""} if _is_case_of(case, request, person)}
        for letter in asked:
            is_theirs = letter.to_email.lower() in person.addresses
            if letter.case in cases or (is_theirs and letter.programme_id in {None, request.programme_id}):
                held[letter.pk] = NOT_SENT.format(request.reference)
    return held


def _is_case_of(label: str, request: RightsRequest, person: Person) -> bool:
    name, _, key = label.partition(":")
    case = apps.get_model(name)._base_manager.filter(pk=key).first()
    return case is not None and _is_about(case, request, person)


def _is_about(row: Model, request: RightsRequest, person: Person) -> bool:
    return row.pk in _keys(type(row), request, person, row.pk)


def _keys(model: type[Model], request: RightsRequest, person: Person, key: Any = None) -> Iterator[Any]:
    """The keys of rows of this model (or the one key) that are about the person in the programme of the request."""
    for part in declared(model).about:
        if part.is_of_others or THING in part.ways.split():
            continue
        for thing in finding.rows_about(model, part, person, key):
            if programme_of(thing) in {None, request.programme_id}:
                yield thing.pk


def _models_about_people() -> set[type[Model]]:
    return {model for model in own_models() if declared(model).about}
