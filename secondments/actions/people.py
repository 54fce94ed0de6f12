"""Who is in a placement: the secondee and the two managers, whom to ask about first, and who takes over from whom."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from applications.lifecycle import CandidateStatus
from applications.models import Candidate
from core.accounts.actions import invite_person
from core.accounts.addresses import Doubt, doubt_about, require_sure
from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check
from grants.models import Grant
from secondments import letters, rules
from secondments.actions import start_steps
from secondments.lifecycle import OVER, Part, PlacementStatus, TrailEvent
from secondments.models import Placement


def confirmed_candidate(grant: Grant) -> Candidate | None:
    """The proposed secondee who confirmed the application that the committee decided on."""
    if grant.decision is None:
        return None
    application = grant.decision.application_id
    return Candidate.objects.filter(application=application, status=CandidateStatus.CONFIRMED).first()


def doubts(grant: Grant, *, part: Part, name: str, email: str) -> list[Doubt]:
    """What to ask before a person is put into a part by their address: another's account, or not the candidate's."""
    email = email.strip().lower()
    candidate = confirmed_candidate(grant) if part == Part.SECONDEE else None
    if candidate and email and email not in {candidate.email.lower(), candidate.address.lower()}:
        return [Doubt(email, f"{email} is not the address of the confirmed secondee {candidate}, {candidate.address}.")]
    doubt = doubt_about(name, email)
    return [doubt] if doubt else []


def check_apart(secondee_email: str, home_manager_email: str, line_manager: User | None, grant: Grant) -> None:
    """Raise Refused for one person in two parts."""
    line_email = line_manager.email.lower() if line_manager else ""
    if home_manager_email == line_email:
        sentence = f"{line_manager} cannot be both the line manager and the home manager."
        raise Refused(
            f"{sentence} Enter another person from {grant.organisation} as home manager.", field="home_manager_email"
        )
    if secondee_email == home_manager_email:
        sentence = "The secondee cannot be their own home manager."
        raise Refused(
            f"{sentence} Enter the email address of the manager who releases them.", field="home_manager_email"
        )
    if secondee_email == line_email:
        raise Refused("The secondee cannot be their own line manager. Choose someone else.", field="line_manager")


def check_line_manager(line_manager: User, grant: Grant) -> None:
    if not rules.line_managers(grant.programme_id).filter(pk=line_manager.pk).exists():
        sentence = f"{line_manager} is not a line manager of {grant.programme.host.in_sentence}."
        raise Refused(f"{sentence} Choose someone who is.", field="line_manager")


@transaction.atomic
def change_line_manager(placement: Placement, *, line_manager: User, by: User, at: datetime) -> None:
    """Name another line manager of the host, who takes over what waits for the one before."""
    check(by, "secondments.change_placement", placement)
    check_line_manager(line_manager, placement.grant)
    _replace(placement, Part.LINE_MANAGER, line_manager, by=by, at=at)


@transaction.atomic
def change_person(
    placement: Placement, *, part: Part, name: str, email: str, sure_of: Collection[str] = (), by: User, at: datetime
) -> None:
    """Name another home manager, or before the start another secondee; invite them to an account.

    Raises Refused for an address in doubt that is not in `sure_of`, for somebody who has another part in the placement,
    and for another secondee once the placement has started: that needs another grant.
    """
    check(by, "secondments.change_placement", placement)
    is_late = part == Part.SECONDEE and placement.status != PlacementStatus.PREPARING
    require(not is_late, "The placement has started, so its secondee stays. Another person needs another grant.")
    require_sure(doubts(placement.grant, part=part, name=name, email=email), sure_of)
    person = invite_person(email=email, name=name, programme=placement.programme, by=by, at=at)
    _replace(placement, part, person, by=by, at=at)


def _replace(placement: Placement, part: Part, person: User, *, by: User, at: datetime) -> None:
    require(placement.status not in OVER, "This placement has ended, so you cannot change it.", code="wrong_state")
    before: User | None = getattr(placement, part)
    if before == person:
        return
    other = next((other for other in Part if other != part and getattr(placement, other) == person), None)
    field = "line_manager" if part == Part.LINE_MANAGER else "email"
    require(other is None, f"{person} is already the {other and other.label} of this placement.", field)
    setattr(placement, part, person)
    placement.save(update_fields=[part.value])
    if before is not None:
        outbox.withdraw(placement.steps.all(), to=before.email)
    trail.record(TrailEvent.PERSON_CHANGED, placement, by=by, at=at, part=part.label, was=before, now=person)
    is_another = part == Part.SECONDEE and before is not None
    reopened = start_steps.reopen_for_another(placement, by=by, at=at) if is_another else []
    letters.person_changed(placement, part, before, reopened, at=at)
