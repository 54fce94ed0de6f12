"""Who may record a request about personal data, prepare the answer, and download it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.predicates import predicate

from core.accounts.models import RoleAssignment, User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.accounts.rules import is_director, is_funder_officer
from core.permissions import in_state, permit
from core.rights.lifecycle import REQUEST
from core.rights.models import RightsRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet


@predicate
def is_named_for_it(person: User | AnonymousUser, request: RightsRequest | None) -> bool:
    """The officer whom the director named for this request, while they are one."""
    if request is None:
        return bool(is_funder_officer(person, None))
    is_named = request.officer_id is not None and request.officer_id == person.pk
    return is_named and bool(is_funder_officer(person, request))


@predicate
def asks_about_themselves(person: User | AnonymousUser, request: RightsRequest | None) -> bool:
    return request is not None and request.person_id is not None and request.person_id == person.pk


@predicate
def is_another_than_prepared(person: User | AnonymousUser, request: RightsRequest | None) -> bool:
    return request is None or request.prepared_by_id != person.pk


@predicate
def is_for_them(person: User | AnonymousUser, request: RightsRequest | None) -> bool:
    """The person who asked, while the file waits for them."""
    is_theirs = isinstance(person, User) and person.is_active and asks_about_themselves(person, request)
    return is_theirs and request is not None and request.can_be_collected


@predicate
def is_handed_over(_person: object, request: RightsRequest | None) -> bool:
    return request is not None and bool(request.file)


def directors_of(programme_id: int) -> QuerySet[User]:
    held = RoleAssignment.objects.filter(role=Role.DIRECTOR, programme=programme_id)
    return User.objects.filter(is_active=True, pk__in=held.values("person"))


def office_of(programme_id: int) -> QuerySet[User]:
    held = RoleAssignment.objects.filter(role__in=FUNDER_OFFICERS, programme=programme_id)
    return User.objects.filter(is_active=True, pk__in=held.values("person"))


records = is_funder_officer & ~asks_about_themselves
prepares = (is_director | is_named_for_it) & ~asks_about_themselves
OFFICE = "Only the grants office can do this, and no one answers their own request."
PREPARERS = (
    "Only the director, or the officer named for this request, can do this, and no one answers their own request."
)

permit("rights.view_rightsrequest", records)
permit("rights.view_rightsrequest_history", records)
permit("rights.add_rightsrequest", is_funder_officer, OFFICE)
permit("rights.check_identity", records, OFFICE, when=in_state(REQUEST, "check_identity"))
permit("rights.withdraw_request", records, OFFICE, when=in_state(REQUEST, "withdraw"))
permit("rights.name_officer", is_director & ~asks_about_themselves, "Only the director names an officer for it.")
permit("rights.prepare_request", prepares, PREPARERS, asks_again=True)
permit(
    "rights.confirm_erasure",
    prepares & is_another_than_prepared,
    "Another person than the one who prepared it confirms an erasure: the director or the officer named for it.",
    when=in_state(REQUEST, "erase"),
    asks_again=True,
)
permit(
    "rights.download_file",
    is_for_them | prepares,
    "This file is for the person who asked for it, and for those who hand it over.",
    when=is_handed_over,
    asks_again=True,
)
