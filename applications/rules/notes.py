"""Who reads and writes notes on a case: its office, without those with a conflict or an assessment of it to finish."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rules.predicates import predicate

from applications.lifecycle import OPEN_ASSESSMENT
from applications.models import Application, CaseNote
from applications.rules.applications import WITHOUT_CONFLICT, reads_as_office
from applications.rules.cases import own_is_due
from core.accounts.models import RoleAssignment, User
from core.accounts.roles import FUNDER_OFFICERS
from core.accounts.rules import is_funder_officer
from core.permissions import permit


def colleagues(application: Application) -> QuerySet[User]:
    """Those of the office who may read the case, by name: who can be mentioned in its notes."""
    held = RoleAssignment.objects.filter(role__in=FUNDER_OFFICERS, programme=application.programme_id)
    shut_out = application.interests.binding().values("person")
    to_assess = application.assessments.filter(status__in=OPEN_ASSESSMENT).values("assessor")
    people = User.objects.filter(pk__in=held.values("person"), is_active=True)
    return people.exclude(pk__in=shut_out).exclude(pk__in=to_assess).order_by("name", "pk")


reads_notes = reads_as_office & ~own_is_due


@predicate(name=is_funder_officer.name)
def reads_its_case(user: User | AnonymousUser, note: CaseNote | None) -> bool:
    return note is not None and bool(reads_notes(user, note.application))


@predicate
def is_its_author(user: Any, note: CaseNote | None) -> bool:
    return note is not None and note.written_by_id == user.pk


@predicate
def is_not_erased(_user: Any, application: Application | None) -> bool:
    return application is not None and application.erased_at is None


@predicate
def its_case_is_not_erased(_user: Any, note: CaseNote | None) -> bool:
    return note is not None and note.application.erased_at is None


permit("applications.view_casenotes", is_funder_officer)
permit("applications.view_casenote", reads_its_case)
permit(  # asked about the application
    "applications.add_casenote",
    reads_notes,
    f"Only the grants office writes notes on a case{WITHOUT_CONFLICT}",
    when=is_not_erased,
)
permit(
    "applications.change_casenote",
    reads_its_case & is_its_author,
    "Only the person who wrote a note edits it.",
    when=its_case_is_not_erased,
)
permit("applications.read_casenote", reads_its_case, f"Only the grants office reads notes on a case{WITHOUT_CONFLICT}")
