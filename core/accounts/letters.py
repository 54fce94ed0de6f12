"""Letters about who belongs to an organisation."""

from datetime import datetime

from core.accounts import links
from core.accounts.models import Membership, User
from core.letters import outbox


def tell_leads(template: str, membership: Membership, *, by: User, at: datetime) -> None:
    """Tell the organisation's other leads who has joined or may do more now, through whom."""
    leads = membership.organisation.memberships.filter(standing=Membership.Standing.LEAD, person__is_active=True)
    for lead in leads.exclude(pk=membership.pk).select_related("person"):
        outbox.post(
            f"accounts.{template}",
            to=lead.person,
            key=f"{template}:{membership.pk}:{at.isoformat()}:{lead.person_id}",
            at=at,
            organisation=membership.organisation,
            member=membership,
            changed_by=None if by == membership.person else by,
            works_for=membership.person.works_for,
            link=links.absolute("organisation"),
        )
