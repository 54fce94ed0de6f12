"""Actions on roles: given, asked for, confirmed by a second administrator."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.accounts import links
from core.accounts.actions.calendars import forget_calendar_address
from core.accounts.models import Programme, RoleRequest, User
from core.accounts.roles import CONFIRMED_ROLES, OPENS_ADMIN, Role
from core.accounts.rules import FEWEST_ADMINISTRATORS, administrators, is_administrator, is_last_administrator
from core.audit import trail
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

SETTING_UP = "superuser, while there were fewer than two administrators"
SETTING_UP_ALONE = "the only administrator, who names the second"


@transaction.atomic
def give_roles(person: User, roles: Iterable[str], *, programme: Programme | None, by: User, at: datetime) -> None:
    """Make these the roles a person holds in a programme (None: in the installation), and open or close the admin.

    Roles that decide, pay or give roles are only asked for: another administrator confirms them. The first two
    administrators are named without one. `by` is an administrator, or a superuser while there are fewer than two.
    Raises Refused for anybody else, for roles given to oneself, for taking the role from the last administrator, and
    for a role that is not held there. A superuser may be the first administrator themselves.
    """
    check(by, "accounts.give_roles", person)
    wanted = frozenset(Role(role) for role in roles)
    _check_place(wanted, programme)
    held = person.role_assignments.filter(programme=programme)
    before = frozenset(Role(role) for role in held.values_list("role", flat=True))
    setting_up = _setting_up(by, programme)
    _refuse_own(person, wanted, before, by, may_take_it=setting_up.get("acting_as") == SETTING_UP)
    to_confirm = frozenset() if setting_up else (wanted - before) & CONFIRMED_ROLES
    held.exclude(role__in=wanted).delete()
    _add(person, wanted - before - to_confirm, programme)
    _ask(person, to_confirm, programme, by=by, at=at)
    after = wanted - to_confirm
    if after != before:
        detail = {"roles": sorted(after), "before": sorted(before), **setting_up, **_within(programme)}
        trail.record("roles given", person, by=by, at=at, **detail)
        _tell(person, programme, by=by, at=at)
    if after - before:
        publish(Event.ROLES_GIVEN, person, by=by, at=at)
    if before - wanted:
        forget_calendar_address(person)
        publish(Event.PERSON_LEFT, person, by=by, at=at)


def _check_place(roles: frozenset[Role], programme: Programme | None) -> None:
    place = "a programme" if programme is None else "the installation"
    for role in roles:
        is_in_place = (role == Role.ADMINISTRATOR) == (programme is None)
        require(is_in_place, f"{role} is held in {place}.", "roles")


def _refuse_own(person: User, wanted: frozenset[Role], before: frozenset[Role], by: User, *, may_take_it: bool) -> None:
    if by == person and Role.ADMINISTRATOR in before - wanted:
        sentence = "You cannot remove your own role of administrator. Ask another administrator."
        raise Refused(sentence, field="roles", code="own_administrator")
    if by == person and wanted - before and not may_take_it:
        sentence = "You cannot give a role to yourself. Ask another administrator."
        raise Refused(sentence, field="roles", code="own_role")
    if Role.ADMINISTRATOR in before - wanted and is_last_administrator(person):
        sentence = f"{person} is the only administrator. Name another one first."
        raise Refused(sentence, field="roles", code="last_administrator")


def _setting_up(by: User, programme: Programme | None) -> dict[str, str]:
    if programme is not None or administrators().count() >= FEWEST_ADMINISTRATORS:
        return {}
    return {"acting_as": SETTING_UP_ALONE if is_administrator(by) else SETTING_UP}


def _add(person: User, roles: Iterable[str], programme: Programme | None) -> None:
    for role in sorted(roles):
        person.role_assignments.create(role=role, programme=programme)
    person.forget_answers()
    person.is_staff = person.is_superuser or not person.roles.isdisjoint(OPENS_ADMIN)
    person.save(update_fields=["is_staff"])


def _ask(person: User, roles: frozenset[Role], programme: Programme | None, *, by: User, at: datetime) -> None:
    waiting = person.role_requests.filter(programme=programme)
    waiting.exclude(role__in=roles).delete()
    new = roles - set(waiting.values_list("role", flat=True))
    if not new:
        return
    for role in sorted(new):
        person.role_requests.create(role=role, programme=programme, asked_by=by, asked_at=at)
    trail.record("roles asked for", person, by=by, at=at, roles=sorted(new), **_within(programme))
    for administrator in administrators().exclude(pk__in=[by.pk, person.pk]):
        outbox.post(
            "accounts.roles_to_confirm",
            to=administrator,
            key=f"roles to confirm:{person.pk}:{programme and programme.pk}:{at.isoformat()}:{administrator.pk}",
            at=at,
            asked_by=by,
            candidate=person,
            roles=sorted(new),
            programme=programme,
            link=links.absolute("admin:accounts_user_change", person.pk),
        )


def _within(programme: Programme | None) -> dict[str, Programme]:
    return {} if programme is None else {"programme": programme}


def _tell(person: User, programme: Programme | None, *, by: User, at: datetime) -> None:
    held = person.role_assignments.select_related("programme")
    outbox.post(
        "accounts.roles_changed",
        to=person,
        key=f"roles changed:{person.pk}:{programme and programme.pk}:{at.isoformat()}",
        at=at,
        changed_by=by,
        programme=programme,
        held=[f"{one.role} ({one.programme})" if one.programme else one.role for one in held],
    )


@transaction.atomic
def give_all_roles(person: User, assignments: Iterable[str], *, by: User, at: datetime) -> None:
    """Make these all the roles a person holds: each is "role|programme id", or "Administrator|"."""
    check(by, "accounts.give_roles", person)
    wanted: dict[int | None, set[str]] = defaultdict(set)
    for assignment in assignments:
        role, _, programme = assignment.partition("|")
        wanted[int(programme) if programme else None].add(role)
    held = {programme for _, programme in person.assignments}
    asked = set(person.role_requests.values_list("programme", flat=True))
    # The installation's last: a superuser who makes the second administrator may give nothing after that.
    for key in sorted({*wanted, *held, *asked, None}, key=lambda key: (key is None, key)):
        place = Programme.objects.get(pk=key) if key is not None else None
        give_roles(person, wanted[key], programme=place, by=by, at=at)


@transaction.atomic
def confirm_roles(person: User, *, by: User, at: datetime) -> None:
    """Give the roles that another administrator asked for; what the confirming one asked for waits on."""
    check(by, "accounts.confirm_roles", person)
    requests = RoleRequest.objects.select_for_update(of=("self",)).select_related("programme", "asked_by")
    places: dict[Programme | None, list[RoleRequest]] = defaultdict(list)
    for request in requests.filter(person=person).exclude(asked_by=by):
        places[request.programme].append(request)
    for programme, asked in places.items():
        roles = sorted(request.role for request in asked)
        _add(person, roles, programme)
        askers = sorted({str(request.asked_by) for request in asked})
        trail.record("roles confirmed", person, by=by, at=at, roles=roles, asked_by=askers, **_within(programme))
        RoleRequest.objects.filter(pk__in=[request.pk for request in asked]).delete()
        _tell(person, programme, by=by, at=at)
    publish(Event.ROLES_GIVEN, person, by=by, at=at)


@transaction.atomic
def drop_role_requests(person: User, *, by: User, at: datetime) -> None:
    check(by, "accounts.drop_role_requests", person)
    roles = sorted(person.role_requests.values_list("role", flat=True))
    person.role_requests.all().delete()
    trail.record("roles not confirmed", person, by=by, at=at, roles=roles)


@transaction.atomic
def close_account(person: User, *, by: User, at: datetime) -> None:
    """Keep somebody from signing in. Raises Refused for oneself and for the last administrator."""
    check(by, "accounts.change_user", person)
    require(by != person, "Another administrator closes your account.", code="own_account")
    sentence = f"{person} is the only administrator. Name another one first."
    require(not is_last_administrator(person), sentence, code="last_administrator")
    if not person.is_active:
        return
    _set_active(person, is_active=False)
    person.access_tokens.all().delete()
    trail.record("account closed", person, by=by, at=at)
    publish(Event.PERSON_LEFT, person, by=by, at=at)


@transaction.atomic
def reopen_account(person: User, *, by: User, at: datetime) -> None:
    check(by, "accounts.change_user", person)
    _set_active(person, is_active=True)
    trail.record("account opened again", person, by=by, at=at)
    publish(Event.ROLES_GIVEN, person, by=by, at=at)


def _set_active(person: User, *, is_active: bool) -> None:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
