"""Notes on a case: those of the office that may read it."""

from django.db.models import Q, QuerySet

from applications.lifecycle import OPEN_ASSESSMENT, Status
from applications.models import Assessment, CaseNote
from applications.visibility.cases import is_open
from applications.visibility.rows import of_office
from core.accounts.models import User
from core.visibility import shows


@shows(CaseNote)
def visible_notes(rows: QuerySet[CaseNote], user: User) -> QuerySet[CaseNote]:
    found = of_office(rows, user, "application__call__programme")
    if not getattr(user, "is_authenticated", False) or user.is_superuser:
        return found
    came = Q(application__reference__isnull=False) & ~Q(application__status=Status.DRAFT)
    came |= Q(application__entered_by__isnull=False)
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT)
    return found.filter(came, is_open(user)).exclude(application__in=due.values("application"))
