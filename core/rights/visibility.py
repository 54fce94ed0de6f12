"""Which data requests somebody sees."""

from django.db.models import QuerySet

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS
from core.rights.models import RightsRequest
from core.visibility import shows


@shows(RightsRequest)
def visible_requests(rows: QuerySet[RightsRequest], user: object) -> QuerySet[RightsRequest]:
    """Those of one's programmes for officers and directors, without one's own."""
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    return rows.filter(programme__in=user.programmes_as(*FUNDER_OFFICERS)).exclude(person=user)
