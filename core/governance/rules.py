"""Who may read about the bodies of a programme and their meetings, and who keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from rules.predicates import predicate

from core.accounts.models import User
from core.accounts.rules import is_director, is_funder_officer
from core.governance.agenda import out_of
from core.governance.models import AgendaItem, Attendance, Body, Meeting, Minute, Minutes, Seat
from core.permissions import permit
from core.visibility import visible

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ONLY_OFFICE = "Only a grants officer or the director can do this."


def on_which(person: User) -> QuerySet[Body]:
    """The bodies on which a person sits: by their roles, or by a seat that has not ended."""
    by_role = Q(pk__in=[])
    for role, programme in person.assignments:
        by_role |= Q(programme=programme, role=role)
    seats = Seat.objects.not_ended().filter(person=person)
    return Body.objects.filter(by_role | Q(role="", pk__in=seats.values("body")))


def bodies_of(person: User) -> frozenset[int]:
    """The keys of those bodies; asked once a request."""
    if "bodies" not in person.remembered:
        person.remembered["bodies"] = frozenset(on_which(person).values_list("pk", flat=True))
    return person.remembered["bodies"]


OfBody = Body | Seat | Meeting | Attendance | AgendaItem | Minutes | Minute


def body_of(thing: OfBody) -> int:
    """The key of the body that a row belongs to."""
    match thing:
        case Body():
            return thing.pk
        case Attendance() | AgendaItem() | Minutes():
            return thing.meeting.body_id
        case Minute():
            return thing.minutes.meeting.body_id
        case _:
            return thing.body_id


@predicate
def sits_on_it(person: User | AnonymousUser, thing: OfBody | None) -> bool:
    """Is a member of the body; without a thing, of any."""
    if not isinstance(person, User) or not person.is_active:
        return False
    return bool(bodies_of(person)) if thing is None else body_of(thing) in bodies_of(person)


@predicate
def has_no_role(_person: User | AnonymousUser, thing: Body | Seat | None) -> bool:
    """The office gives the seats of this body: they do not follow from a role."""
    body = thing.body if isinstance(thing, Seat) else thing
    return body is None or not body.role


@predicate
def sees_its_case(person: User | AnonymousUser, thing: AgendaItem | Minute | None) -> bool:
    """May read the case that an item is about; an item in words has none."""
    item = thing.item if isinstance(thing, Minute) else thing
    if item is None or item.case_id is None:
        return True
    cases = AgendaItem._meta.get_field("case").related_model
    return bool(visible(cases, person).filter(pk=item.case_id).exists())


@predicate
def is_confirmed(_person: User | AnonymousUser, thing: Minutes | Minute | None) -> bool:
    minutes = thing.minutes if isinstance(thing, Minute) else thing
    return minutes is not None and minutes.is_confirmed


@predicate
def is_unconfirmed(_person: User | AnonymousUser, meeting: Meeting | None) -> bool:
    return meeting is not None and not Minutes.objects.filter(meeting=meeting, confirmed_at__isnull=False).exists()


@predicate
def is_drafted(_person: User | AnonymousUser, meeting: Meeting | None) -> bool:
    return meeting is not None and Minutes.objects.filter(meeting=meeting, confirmed_at__isnull=True).exists()


@predicate
def chairs_it(person: User | AnonymousUser, meeting: Meeting | None) -> bool:
    """Holds the chair of the body; without a meeting at hand, nobody does."""
    if meeting is None or not isinstance(person, User) or not person.is_active:
        return False
    chairs = Seat.objects.not_ended().filter(body=meeting.body_id, person=person, is_chair=True)
    return meeting.body_id in bodies_of(person) and chairs.exists()


@predicate
def wrote_none_of_it(person: User | AnonymousUser, meeting: Meeting | None) -> bool:
    if meeting is None:
        return True
    drafted = Minutes.objects.filter(meeting=meeting, drafted_by=person.pk)
    return not drafted.exists() and not Minute.objects.filter(minutes__meeting=meeting, written_by=person.pk).exists()


@predicate
def stepped_out_for_nothing(person: User | AnonymousUser, meeting: Meeting | None) -> bool:
    return meeting is None or person.pk not in out_of(meeting)


reads = is_funder_officer | sits_on_it
ONLY_ANOTHER = (
    "Only the chair or the director can confirm minutes: someone who wrote none of them and stepped out for no item."
)
GIVEN_BY_ROLE = "Who sits on this body follows from the roles. Ask an administrator to give or take back the role."

permit("governance.view_body", reads)
permit("governance.view_body_history", is_funder_officer)
permit("governance.add_body", is_funder_officer, ONLY_OFFICE)
permit("governance.change_body", is_funder_officer, ONLY_OFFICE)
permit("governance.view_seat", reads)
permit("governance.add_seat", is_funder_officer & has_no_role, GIVEN_BY_ROLE)
permit("governance.change_seat", is_funder_officer, ONLY_OFFICE)
permit("governance.view_meeting", reads)
permit("governance.view_meeting_history", is_funder_officer)
permit("governance.add_meeting", is_funder_officer, ONLY_OFFICE)
permit("governance.change_meeting", is_funder_officer, ONLY_OFFICE)
permit("governance.read_papers", reads)
permit("governance.record_attendance", is_funder_officer, ONLY_OFFICE)
permit("governance.view_agendaitem", reads & sees_its_case)
permit("governance.change_agenda", is_funder_officer, ONLY_OFFICE, when=is_unconfirmed)
permit("governance.view_minutes", is_funder_officer | (sits_on_it & is_confirmed))
permit("governance.view_minute", (is_funder_officer | (sits_on_it & is_confirmed)) & sees_its_case)
permit("governance.draft_minutes", is_funder_officer, ONLY_OFFICE, when=is_unconfirmed)
permit(
    "governance.confirm_minutes",
    (is_director | chairs_it) & wrote_none_of_it & stepped_out_for_nothing,
    ONLY_ANOTHER,
    when=is_drafted,
    asks_again=True,
)
