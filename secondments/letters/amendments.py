"""Which letters about an amendment go to whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.accounts.models import User
from core.letters import outbox
from core.letters.models import Letter, label_of
from grants.letters import leads_of, members_of, office_of, signatories_of
from grants.rules import CASEWORKER, FUNDER_SIGNATORY, is_clear_of_grant
from secondments.lifecycle import AmendmentParty, Party
from secondments.models import Amendment
from secondments.rules import PARTIES, programme_managers_of
from secondments.rules.amendments import missing, placement_of


def people_of(amendment: Amendment, party: str) -> list[User]:
    """Whom to ask for a party's consent: who may give it."""
    grant, placement = amendment.grant, placement_of(amendment)
    if party == AmendmentParty.ORGANISATION:
        return list(leads_of(grant.organisation))
    if party == AmendmentParty.SECONDEE:
        return [placement.secondee] if placement and placement.secondee else []
    if party == AmendmentParty.OFFICE:
        return list(office_of(grant, CASEWORKER))
    managers = PARTIES[Party.LINE_MANAGER].people([placement])[placement.pk] if placement else []
    return list(dict.fromkeys([*managers, *programme_managers_of(grant.programme_id)]))


def to_consent(amendment: Amendment) -> list[User]:
    """Everybody who may give a consent that is missing, once each."""
    return list(dict.fromkeys(person for party in missing(amendment) for person in people_of(amendment, party)))


def signing(amendment: Amendment) -> list[User]:
    organisation = amendment.grant.organisation
    people = list(signatories_of(organisation)) or list(members_of(organisation))
    return [*people, *office_of(amendment.grant, FUNDER_SIGNATORY)]


def asked(amendment: Amendment, *, at: datetime) -> None:
    """To those who have to agree, and to the grants office."""
    _post("amendment_asked", amendment, to_consent(amendment), key="asked", at=at)
    office = [one for one in people_of(amendment, AmendmentParty.OFFICE) if one.pk != amendment.asked_by_id]
    _post("amendment_noted", amendment, office, key="noted", at=at)


def agreed(amendment: Amendment, *, at: datetime) -> None:
    """To the grants office: everybody has agreed, so it can be decided."""
    _post("amendment_agreed", amendment, people_of(amendment, AmendmentParty.OFFICE), key="agreed", at=at)


def to_sign(amendment: Amendment, *, at: datetime) -> None:
    _post("amendment_to_sign", amendment, signing(amendment), key=f"to sign:{amendment.sha256[:16]}", at=at)


def over(amendment: Amendment, *, at: datetime) -> None:
    """To everybody who was told of it: it was refused, withdrawn, or its grant has ended."""
    earlier = User.objects.filter(pk__in=Letter.objects.filter(about=label_of(amendment)).values("to_user"))
    left = [person for person in earlier.filter(is_active=True) if is_clear_of_grant(person, amendment)]
    _post("amendment_over", amendment, dict.fromkeys([*everyone(amendment), *left]), key="over", at=at)


def in_force(amendment: Amendment, *, at: datetime) -> None:
    """To the two parties and the office, with the supplementary agreement; the others are told of the new last day."""
    office = office_of(amendment.grant, CASEWORKER, FUNDER_SIGNATORY)
    people = dict.fromkeys([*members_of(amendment.grant.organisation), *office])
    attached = [("core.documents.store.attachment", amendment.document_id)]
    _post("amendment_in_force", amendment, people, key="in force", at=at, attachments=attached)


def everyone(amendment: Amendment) -> list[User]:
    people = [person for party in AmendmentParty for person in people_of(amendment, party)]
    placement = placement_of(amendment)
    home_manager = placement.home_manager if placement else None
    people += [home_manager] if home_manager is not None else []
    people += signing(amendment) if amendment.is_ready else []
    return [person for person in dict.fromkeys(people) if person.is_active]


def _post(
    template: str, amendment: Amendment, people: Iterable[User], *, key: str, at: datetime, attachments: Any = ()
) -> None:
    """While an amendment is open its letters are about it: what waits is taken back when it ends."""
    for person in people:
        outbox.post(
            f"secondments.{template}",
            to=person,
            key=f"amendment {key}:{amendment.pk}:{person.pk}",
            at=at,
            attachments=attachments,
            about=amendment if amendment.is_open else None,
            amendment=amendment,
            grant=amendment.grant,
        )
