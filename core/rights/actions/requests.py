"""Requests about personal data are recorded, checked, given to an officer, put off, refused or withdrawn."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from core.accounts import links
from core.accounts.models import Programme, User
from core.accounts.rules import is_funder_officer
from core.audit import trail
from core.dates import london
from core.letters import outbox
from core.lifecycle import require
from core.months import add_months
from core.permissions import check
from core.rights import letters
from core.rights.answering import closed, require_open
from core.rights.lifecycle import REQUEST, Kind
from core.rights.models import RightsRequest
from core.rights.person import person_at

LONGEST_EXTENSION = 2  # months after the first, where requests are complex or many (article 12(3))


@transaction.atomic
def record(
    *, programme: Programme, kind: str, email: str, received_on: date, words: str = "", by: User, at: datetime
) -> RightsRequest:
    """Record what somebody asked for; the answer is due a calendar month after it was received."""
    check(by, "rights.add_rightsrequest", programme)
    require(received_on <= london(at).date(), "The day it was received has not come yet.", "received_on")
    person = person_at(email).account
    require(person != by, "A colleague records your own request.", "email", code="own_request")
    request = RightsRequest.objects.create(
        programme=programme,
        reference=f"N-{links.new_code(10)}",
        kind=Kind(kind),
        email=email.strip().lower(),
        person=person,
        words=words.strip(),
        received_on=received_on,
        due_on=add_months(received_on, 1),
        recorded_at=at,
        recorded_by=by,
    )
    request.reference = f"{programme.reference_prefix}-D-{request.pk:03d}"
    request.save(update_fields=["reference"])
    trail.record("data request recorded", request, by=by, at=at, due=request.due_on, kind=request.kind)
    letters.to_person("received", request, at=at)
    letters.to_preparers("to_prepare", request, at=at, by=by)
    return request


@transaction.atomic
def check_identity(request: RightsRequest, *, how: str, by: User, at: datetime) -> None:
    check(by, "rights.check_identity", request)
    require(bool(how.strip()), "Write how you know that it is them.", "how")
    facts = {"identity_how": how.strip(), "identity_checked_by_id": by.pk, "identity_checked_at": at}
    REQUEST.advance(request, "check_identity", **facts)
    trail.record("identity checked", request, by=by, at=at)


@transaction.atomic
def name_officer(request: RightsRequest, *, officer: User, by: User, at: datetime) -> None:
    """Let an officer prepare the answer beside the director."""
    check(by, "rights.name_officer", request)
    require(is_funder_officer(officer, request), f"{officer} is no grants officer of this programme.", "officer")
    require(officer.pk != request.person_id, "No one answers their own request.", "officer")
    require_open(request)
    RightsRequest.objects.filter(pk=request.pk).update(officer=officer)
    request.officer = officer
    trail.record("officer named for a data request", request, by=by, at=at, officer=officer)
    letters.to_preparers("to_prepare", request, at=at, by=by)


@transaction.atomic
def extend(request: RightsRequest, *, months: int, reason: str, by: User, at: datetime) -> None:
    """Take up to two months more; the person is told why within the first month."""
    check(by, "rights.prepare_request", request)
    require_open(request)
    require(bool(reason.strip()), "Write why it takes longer: the person reads it.", "reason")
    require(1 <= months <= LONGEST_EXTENSION, "One or two months more.", "months")
    first = add_months(request.received_on, 1)
    require(request.extended_at is None, "It was extended already.", code="extended")
    require(london(at).date() <= first, "It can be extended only within the first month.", code="too_late")
    request.due_on, request.extended_at = add_months(request.received_on, 1 + months), at
    request.extended_reason = reason.strip()
    request.save(update_fields=["due_on", "extended_at", "extended_reason"])
    trail.record("data request takes longer", request, by=by, at=at, due=request.due_on)
    letters.to_person("extended", request, at=at)


@transaction.atomic
def refuse(request: RightsRequest, *, reason: str, by: User, at: datetime) -> None:
    """Refuse what is manifestly unfounded or excessive, or from somebody else; the person may complain."""
    check(by, "rights.prepare_request", request)
    require(bool(reason.strip()), "Write why: the person reads it.", "reason")
    REQUEST.advance(request, "refuse", answer=reason.strip(), **closed(by, at))
    outbox.withdraw([request])
    trail.record("data request refused", request, by=by, at=at, reason=reason.strip())
    letters.to_person("refused", request, at=at)


@transaction.atomic
def withdraw(request: RightsRequest, *, by: User, at: datetime) -> None:
    """The person no longer asks for it."""
    check(by, "rights.withdraw_request", request)
    REQUEST.advance(request, "withdraw", **closed(by, at))
    outbox.withdraw([request])
    trail.record("data request withdrawn", request, by=by, at=at)


@transaction.atomic
def note_download(request: RightsRequest, *, by: User, at: datetime) -> None:
    """Put each download of the file on the trail, and note the person's first."""
    check(by, "rights.download_file", request)
    if by.pk == request.person_id:
        RightsRequest.objects.filter(pk=request.pk, collected_at__isnull=True).update(collected_at=at)
    trail.record("copy of personal data downloaded", request, by=by, at=at)
