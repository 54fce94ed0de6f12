"""What a new programme still needs before its first call is published, each with where it is done and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from applications.lifecycle import CallStatus
from applications.models import Call
from core.accounts.models import Organisation, Programme, RoleAssignment, User
from core.accounts.roles import NEEDED_FOR_A_CALL
from core.accounts.rules import FEWEST_ADMINISTRATORS, administrators
from core.governance.models import Meeting
from core.letters.models import LetterWording
from core.naming import names
from core.permissions import may_ever
from grants.models import Funder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser

ADMINISTRATORS, OFFICE = "an administrator", "the grants office"


@dataclass(frozen=True)
class SetupStep:
    """One step: what to do, where, who may, and whether it is done. What can wait is not needed for a call."""

    label: str
    url: str
    who: str
    is_done: bool
    can_wait: bool = False


@dataclass(frozen=True)
class Checklist:
    """The steps of one programme; of the installation, while there is no programme."""

    heading: str
    steps: list[SetupStep]

    @property
    def number_done(self) -> int:
        return sum(step.is_done for step in self.steps)


def checklists(user: User | AnonymousUser) -> list[Checklist]:
    """The checklists for whoever sets programmes up: of each programme that has published no call yet."""
    if not isinstance(user, User):
        return []
    published = Call.objects.exclude(published_at=None).values("programme")
    waiting = list(Programme.objects.exclude(pk__in=published).order_by("name"))
    if not (waiting or names()):
        is_setting_up = user.is_superuser or may_ever(user, "accounts.add_programme")
        return [Checklist("Set up the service", list(before_a_programme()))] if is_setting_up else []
    return [
        checklist_of(one) for one in waiting if user.is_superuser or may_ever(user, "accounts.change_programme", one)
    ]


def before_a_programme() -> Iterator[SetupStep]:
    yield two_administrators()
    label = "Add the organisations: who holds the fund, and who hosts the secondees"
    organisations = reverse("admin:accounts_organisation_changelist")
    yield SetupStep(label, organisations, ADMINISTRATORS, Organisation.objects.count() > 1)
    yield SetupStep("Add the programme", reverse("admin:accounts_programme_add"), ADMINISTRATORS, is_done=False)


def checklist_of(programme: Programme) -> Checklist:
    return Checklist(f"Set up {programme}", list(steps_of(programme)))


def steps_of(of: Programme) -> Iterator[SetupStep]:
    page = reverse("admin:accounts_programme_change", args=[of.pk])
    people, calls = reverse("admin:accounts_user_changelist"), Call.objects.filter(programme=of)
    yield two_administrators()
    yield SetupStep(f"Name the partners: {of.funder} and {of.host.in_sentence}", page, OFFICE, is_done=True)
    yield SetupStep(*register_numbers(of), can_wait=True)
    texts = f"{reverse('admin:letters_letterwording_changelist')}?programme={of.pk}"
    label = "Change what your pages, emails and agreement say, or leave the standard texts"
    yield SetupStep(label, texts, OFFICE, LetterWording.objects.filter(programme=of).exists(), can_wait=True)
    yield SetupStep("Choose the titles of your people", page, OFFICE, bool(of.titles), can_wait=True)
    yield SetupStep("Name the goals", page, OFFICE, of.goals.exists(), can_wait=True)
    yield SetupStep("Name the strands", page, OFFICE, of.strands.exists(), can_wait=True)
    has_funders = Funder.objects.filter(programme=of).exists()
    yield SetupStep("Name the other funders, if there are any", page, OFFICE, has_funders, can_wait=True)
    label = "Choose the steps before the start, or leave the standard ones"
    yield SetupStep(label, page, OFFICE, of.start_steps.exists(), can_wait=True)
    label = "Set when evaluation reports are due, or leave them at the midpoint and the end"
    yield SetupStep(label, page, OFFICE, of.report_schedules.exists(), can_wait=True)
    held = set(RoleAssignment.objects.filter(programme=of).values_list("role", flat=True))
    for role in NEEDED_FOR_A_CALL:
        label = f"Invite a {of.title_of(role).lower()} and give the role"
        yield SetupStep(label, people, f"{ADMINISTRATORS}; another confirms", role in held)
    meetings = reverse("admin:governance_meeting_changelist")
    has_meeting = Meeting.objects.of_committee(of).exists()
    yield SetupStep("Add the committee's next meeting", meetings, OFFICE, has_meeting, can_wait=True)
    where = reverse("admin:applications_call_changelist")
    is_out = calls.exclude(status=CallStatus.DRAFT).exists()
    label = (
        "Begin the first call: its posts with pay bands, days, term and fees, its criteria, its questions of each kind"
    )
    yield SetupStep(label, where, OFFICE, calls.exists())
    yield SetupStep("Publish the first call", where, OFFICE, is_out)


def register_numbers(of: Programme) -> tuple[str, str, str, bool]:
    """Who holds the fund is named in open data by its number in a register, where it has one."""
    label = f"Enter the number of {of.funder} in its register, for the open data: charity, company, society or none"
    page = reverse("admin:accounts_organisation_change", args=[of.funder_id])
    return (
        label,
        page,
        f"{ADMINISTRATORS} or {OFFICE}",
        of.funder.has_no_number or bool(of.funder.registered_as),
    )


def two_administrators() -> SetupStep:
    label = "Name two administrators, so that one can confirm what the other asks for"
    is_done = administrators().count() >= FEWEST_ADMINISTRATORS
    return SetupStep(label, reverse("admin:accounts_user_changelist"), "the superuser names the first", is_done)
