"""Who asks for, consents to, decides and signs an amendment of a grant."""

import rules
from django.contrib.auth.models import AnonymousUser

from core.accounts.models import User
from core.accounts.rules import is_lead, is_member, is_programme_manager
from core.permissions import in_state, permit
from grants.lifecycle import GrantStatus
from grants.models import Grant
from grants.rules import is_payer, keeps_grants
from grants.rules import party_of as signing_party
from secondments.lifecycle import AMENDMENT, AmendmentParty
from secondments.models import Amendment, Placement
from secondments.rules.placements import is_home_manager, is_secondee, manages_at_host

Person = User | AnonymousUser
AMENDABLE = (GrantStatus.AGREED, GrantStatus.ACTIVE)


def grant_of(thing: Grant | Amendment) -> Grant:
    return thing if isinstance(thing, Grant) else thing.grant


def placement_of(thing: Grant | Amendment) -> Placement | None:
    """The placement that the grant pays for; None before it is opened."""
    placement: Placement | None = getattr(grant_of(thing), "placement", None)
    return placement


def party_of(person: Person, thing: Grant | Amendment | None) -> AmendmentParty | None:
    """For whom a person speaks; one party each, so that nobody consents for two."""
    if thing is None:
        return None
    placement, grant = placement_of(thing), grant_of(thing)
    if is_secondee(person, placement):
        return AmendmentParty.SECONDEE
    if is_lead(person, grant):
        return AmendmentParty.ORGANISATION
    if manages_at_host(person, placement) or is_programme_manager(person, grant):
        return AmendmentParty.HOST
    return AmendmentParty.OFFICE if keeps_grants(person, grant) else None


def consenting(thing: Grant | Amendment) -> list[AmendmentParty]:
    """The parties whose consent is needed; a secondee who has left is not asked."""
    placement = placement_of(thing)
    secondee = placement.secondee if placement else None
    of_person = [AmendmentParty.SECONDEE] if secondee is not None and secondee.is_active else []
    return [AmendmentParty.ORGANISATION, *of_person, AmendmentParty.HOST]


def missing(amendment: Amendment) -> list[AmendmentParty]:
    given = {consent.party for consent in amendment.consents.all()}
    return [party for party in consenting(amendment) if party not in given]


@rules.predicate
def speaks_for_party(person: Person, thing: Grant | Amendment | None) -> bool:
    return party_of(person, thing) is not None


@rules.predicate
def consents(person: Person, amendment: Amendment | None) -> bool:
    return party_of(person, amendment) in {AmendmentParty.ORGANISATION, AmendmentParty.SECONDEE, AmendmentParty.HOST}


@rules.predicate
def is_missing(person: Person, amendment: Amendment | None) -> bool:
    return amendment is not None and party_of(person, amendment) in missing(amendment)


@rules.predicate
def is_of_asker(person: Person, amendment: Amendment | None) -> bool:
    return amendment is not None and party_of(person, amendment) == amendment.asked_as


@rules.predicate
def takes_part(person: Person, amendment: Amendment | None) -> bool:
    """Secondee, home manager, or line manager of the placement."""
    placement = placement_of(amendment) if amendment else None
    return bool(
        is_secondee(person, placement) or is_home_manager(person, placement) or manages_at_host(person, placement)
    )


@rules.predicate
def is_amendable(_person: Person, thing: Grant | None) -> bool:
    return thing is not None and thing.status in AMENDABLE


@rules.predicate
def did_not_propose(person: Person, amendment: Amendment | None) -> bool:
    """Neither asked for the amendment nor recorded the decision on it."""
    return amendment is None or person.pk not in {amendment.asked_by_id, amendment.recorded_by_id}


@rules.predicate
def signs(person: Person, amendment: Amendment | None) -> bool:
    return amendment is not None and signing_party(person, amendment.grant) is not None


decides = keeps_grants & ~is_member
ONLY_OFFICE = (
    "Only a grants officer or the director can do this, without a conflict of interest, and not for their own "
    "organisation."
)

permit("secondments.view_amendment", is_member | takes_part | is_programme_manager | keeps_grants | is_payer)
permit("secondments.view_amendment_history", is_member | takes_part | is_programme_manager | keeps_grants | is_payer)
permit(
    "secondments.ask_amendment",
    speaks_for_party,
    "Only a lead of the organisation, the secondee, the host's managers and the grants office can ask for a change.",
    when=is_amendable,
)
permit(
    "secondments.consent_amendment",
    consents,
    "Only a lead of the organisation, the secondee and the host's managers agree to a change.",
    when=in_state(AMENDMENT, "refuse") & is_missing,
)
permit(
    "secondments.refuse_amendment",
    consents,
    "Only a lead of the organisation, the secondee and the host's managers can refuse a change.",
    when=in_state(AMENDMENT, "refuse") & is_missing,
)
permit(
    "secondments.withdraw_amendment",
    is_of_asker | keeps_grants,
    "Only the side that asked for a change and the grants office can withdraw it.",
    when=in_state(AMENDMENT, "withdraw"),
)
permit("secondments.record_amendment", decides, ONLY_OFFICE, when=in_state(AMENDMENT, "record"))
permit("secondments.turn_down_amendment", decides, ONLY_OFFICE, when=in_state(AMENDMENT, "turn_down"))
permit(
    "secondments.confirm_amendment",
    decides & did_not_propose,
    "Another grants officer or the director must confirm a change: someone who neither asked for it nor approved it "
    "first, and has no conflict of interest.",
    when=in_state(AMENDMENT, "confirm"),
    asks_again=True,
)
permit(
    "secondments.sign_amendment",
    signs,
    "Only an authorised signatory of the organisation and the funder's director can sign the supplementary agreement.",
    when=in_state(AMENDMENT, "take_effect"),
    asks_again=True,
)
