"""Who may offer, choose and withdraw times for assessment visits, and who may be a visitor."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rules.predicates import predicate

from applications.lifecycle import SLOT, Status
from applications.models import Application, VisitSlot
from applications.models.assessment import Party
from applications.rules.applications import WITHOUT_CONFLICT, takes_back
from applications.rules.cases import closed_to, to_declare_on
from core.accounts.models import Programme, RoleAssignment, User
from core.accounts.roles import VISITS_FOR_FUNDER, VISITS_FOR_HOST
from core.accounts.rules import is_funder_officer
from core.permissions import in_state, permit

VISITOR_ROLES = {Party.FUNDER: VISITS_FOR_FUNDER, Party.HOST: VISITS_FOR_HOST}


def possible_visitors(side: Party, programme: Programme) -> QuerySet[User]:
    """Who can visit for this side: who assesses for it or runs its part of the programme, and works for it."""
    held = RoleAssignment.objects.filter(role__in=VISITOR_ROLES[side], programme=programme)
    organisation = programme.funder if side == Party.FUNDER else programme.host
    return User.objects.filter(is_active=True, works_for=organisation, pk__in=held.values("person"))


@predicate
def is_clear_of_its_offers(user: User | AnonymousUser, slot: VisitSlot | None) -> bool:
    """No organisation that was offered the time is one with which they have a conflict, or have yet to say if they do.

    Else even its end would tell.
    """
    if slot is None or not isinstance(user, User):
        return isinstance(user, User)
    closed = closed_to(user) | to_declare_on(user)
    return not closed or not slot.offers.filter(application__in=closed).exists()


@predicate
def is_shortlisted(_user: object, application: Application | None) -> bool:
    return application is not None and application.status == Status.SHORTLISTED


manages_slot = is_funder_officer & is_clear_of_its_offers
ONLY_OFFICE_TIMES = f"Only the grants office works on visit times{WITHOUT_CONFLICT}"

permit("applications.view_visitslot", manages_slot)
permit("applications.view_visitslot_history", manages_slot)
permit("applications.withdraw_visitslot", manages_slot, ONLY_OFFICE_TIMES, when=in_state(SLOT, "withdraw"))
permit("applications.replace_visitor_visitslot", manages_slot, ONLY_OFFICE_TIMES, when=in_state(SLOT, "withdraw"))
permit(
    "applications.choose_visitslot",  # asked about the application
    takes_back,
    "Only a lead of your organisation can choose the time of the visit.",
    when=is_shortlisted,
)
