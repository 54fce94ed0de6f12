"""Who may take data away, who writes down what was learnt, and who reads what is told in confidence."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from rules.predicates import predicate

from core.accounts.models import Programme, RoleAssignment, User
from core.accounts.roles import Role
from core.accounts.rules import is_funder_officer, is_learning_partner
from core.permissions import permit
from learning.models import ConfidentialMessage
from secondments.models import Placement

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

permit("learning.view_exports", is_learning_partner | is_funder_officer)
permit("learning.view_finding", is_funder_officer | is_learning_partner)
# Asked with the programme that the finding is about; without one: whether this person records findings at all.
permit("learning.add_finding", is_learning_partner, "Only the programme's learning partner can record a finding.")
permit(
    "learning.add_change",
    is_funder_officer | is_learning_partner,
    "Only the learning partner and the grants office can record a change.",
)

# --- In confidence. A superuser has every "view_" permission, so reading is none of them. ---


def partners_of(programme: Programme) -> QuerySet[User]:
    held = RoleAssignment.objects.filter(role=Role.LEARNING_PARTNER, programme=programme)
    return User.objects.filter(pk__in=held.values("person"), is_active=True)


def programmes_to_confide_in(person: User) -> list[Programme]:
    """The programmes in which somebody takes part, without a role of the funder or host, that have a reader."""
    readers = RoleAssignment.objects.filter(role=Role.LEARNING_PARTNER, person__is_active=True)
    places = Placement.objects.filter(secondee=person).values("grant__programme")
    own = Q(organisations__in=person.organisation_ids) | Q(pk__in=places)
    found = Programme.objects.filter(own, pk__in=readers.values("programme")).distinct().order_by("name")
    return [one for one in found if not person.roles_in(one.pk)]


@predicate
def takes_part(person: "User | AnonymousUser", programme: Programme | None) -> bool:
    if not isinstance(person, User) or not person.is_active:
        return False
    found = programmes_to_confide_in(person)
    return bool(found) if programme is None else programme in found


@predicate
def wrote_it(person: "User | AnonymousUser", message: ConfidentialMessage | None) -> bool:
    return message is not None and person.is_active and message.sender_id == person.pk


@predicate
def is_unanswered(_person: "User | AnonymousUser", message: ConfidentialMessage | None) -> bool:
    return message is None or message.waits


permit(
    "learning.tell_in_confidence",
    takes_part,
    "Only organisations and secondees of a programme with a learning partner can write to the partner here.",
)
permit("learning.read_confidentialmessage", is_learning_partner | wrote_it)
permit(
    "learning.answer_confidentialmessage",
    is_learning_partner & ~wrote_it,
    "Only the programme's learning partner can answer.",
    when=is_unanswered,
)
