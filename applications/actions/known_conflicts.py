"""Conflicts of interest that follow from what is known: members now and before, secondees, funding, seats."""

from collections.abc import Iterator

from applications.form_schema import is_funded_by
from applications.models import Application, Interest
from core.accounts.models import Organisation, RoleAssignment, User
from core.accounts.roles import READS_CALLS
from core.audit import trail
from core.audit.models import Entry
from core.governance.models import Seat

Source = Interest.Source
EXPLAINED = {
    Source.MEMBER: "Belongs to the organisation that applies.",
    Source.WAS_MEMBER: "Belonged to the organisation that applies.",
    Source.SECONDEE: "Is the proposed secondee.",
    Source.SEAT: "Speaks or spoke for the organisation that applies on a body of the programme.",
    Source.FUNDING: "Works for a body that the organisation names as paying it already.",
}


def following(application: Application) -> Iterator[tuple[User, Source]]:
    """Yield who has a conflict of interest by what is known, and why.

    Of those who work on the programme's applications: who decides on them has a role too, from which the seat follows.
    """
    held = RoleAssignment.objects.filter(programme=application.programme_id, role__in=READS_CALLS)
    people = list(User.objects.filter(pk__in=held.values("person")).select_related("works_for"))
    organisation = application.organisation
    secondees = {email.lower() for email in application.candidates.values_list("email", flat=True)}
    sets = {
        Source.MEMBER: set(organisation.memberships.values_list("person", flat=True)),
        Source.WAS_MEMBER: former_members(organisation),
        Source.SECONDEE: {person.pk for person in people if person.email.lower() in secondees},
        Source.SEAT: set(Seat.objects.filter(organisation=organisation).values_list("person", flat=True)),
        Source.FUNDING: {person.pk for person in people if pays_already(person.works_for, application)},
    }
    for person in people:
        if source := next((source for source, keys in sets.items() if person.pk in keys), None):
            yield person, source


def pays_already(body: Organisation | None, application: Application) -> bool:
    """Whether the applicant names this body as paying it; the programme's own funder and host do not count."""
    programme = application.call.programme
    if body is None or body.pk in {programme.funder_id, programme.host_id}:
        return False
    return is_funded_by(application, body)


def former_members(organisation: Organisation) -> set[int]:
    """The keys of the people who belonged to an organisation once, as the trail has it."""
    lines = trail.history(organisation).filter(event__in=["person removed", "person left"])
    return {_who_left(line) for line in lines} - {0}


def _who_left(line: Entry) -> int:
    if line.event == "person left":
        return line.by_id or 0
    return int(line.detail.get("person") or 0)
