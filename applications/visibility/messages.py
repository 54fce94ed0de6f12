"""Messages to applicants: those of the office that may read the case, and of the organisation each is for."""

from django.db.models import Q, QuerySet

from applications.lifecycle import Status
from applications.models import CaseMessage
from applications.visibility.cases import is_open, office_programmes, signs_in, to_declare
from core.accounts.models import User
from core.visibility import shows


@shows(CaseMessage)
def visible_messages(rows: QuerySet[CaseMessage], user: User) -> QuerySet[CaseMessage]:
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    came = Q(application__reference__isnull=False) & ~Q(application__status=Status.DRAFT)
    came |= Q(application__entered_by__isnull=False)
    office = Q(application__call__programme__in=office_programmes(user)) & came & ~Q(application__in=to_declare(user))
    own = Q(application__organisation__in=user.organisation_ids, party=CaseMessage.Party.ORGANISATION)
    return rows.filter(office & is_open(user) | own)
