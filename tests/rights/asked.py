"""One person with every part that a person can have here, and a marker in every field about them that can hold one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import CharField, EmailField, FileField, JSONField, TextField

from applications.actions import expressions, invitations, page_pictures
from applications.models import (
    AccessNeeds,
    AnswerRevision,
    CaseMessage,
    CaseNote,
    Deputy,
    EligibilityAnswer,
    EligibilityItem,
    Enquiry,
    ExpressionDraft,
    Interest,
    Mention,
    NoteVersion,
    StandingSubmission,
    VisitNote,
)
from core.accounts.models import AccessToken, Invitation, RoleRequest, User
from core.accounts.roles import Role
from core.audit import seals, trail
from core.audit.immutability import bypass_triggers
from core.encryption import encrypt
from core.governance.models import AgendaItem, Body, Meeting, Minute, Minutes, Seat
from core.letters import delivery, outbox
from core.letters.models import EmailChoice, Letter
from core.promises import THING, declared, own_models
from core.rights.actions import requests
from core.rights.finding import find
from core.rights.models import Correction, PermittedUse, RightsRequest
from core.saved_lists.models import SavedList
from grants.lifecycle import GrantStatus
from learning.models import ConfidentialMessage
from secondments.actions import organisation_views
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import OrganisationFactory, UserFactory, hold, programme
from tests.applications import factories as applications
from tests.applications.factories import CLOSES, WRITING, draft_call, officer, published_call
from tests.applications.panel import both_views, complete, visit
from tests.grants.factories import director, fresh, grant_at, second_officer
from tests.secondments import amending
from tests.secondments.factories import PLANNING, milestone, placement_at

EMAIL, NAME = "sam.asker@example.org", "Sam Asker"
ASKING = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
ASKED_ON = date(2021, 3, 1)


@dataclass(frozen=True)
class Marker:
    """A word in one field of one row, or in its file."""

    text: str
    label: str
    field: str
    is_file: bool = False


def candidate_only() -> Any:
    """An unsuccessful application that proposed somebody who has no account."""
    application = applications.application_at("shortlisted", email=EMAIL, name=NAME)
    complete(application)
    both_views(application, host="decline")
    page_pictures.run(WRITING)
    applications._decide(application, applications.Status.UNSUCCESSFUL)
    return applications.fresh(application)


def everything_about_one_person() -> User:
    """Somebody who was proposed twice, seconded once, leads an organisation, assesses, and works for the office."""
    person = UserFactory(email=EMAIL, name=NAME)
    EmailAddress.objects.update_or_create(user=person, email=EMAIL, defaults={"verified": True, "primary": True})
    turned_down(person)
    seconded()
    leads(person)
    works_here(person)
    confides(person)
    account_of(person)
    send_everything()
    return person


def turned_down(person: User) -> None:
    application = applications.application_at("shortlisted", email=EMAIL, name=NAME)
    complete(application)
    both_views(application, host="decline")
    page_pictures.run(WRITING)
    arranged = visit(application)
    arranged.attendees.filter(name="Sana Secondee").update(email=EMAIL)
    applications._decide(application, applications.Status.UNSUCCESSFUL)
    words = {"text": "-", "written_at": WRITING}
    AccessNeeds.objects.create(attendee=arranged.attendees.get(email=EMAIL), **words)
    VisitNote.objects.create(visit=arranged, written_by=officer(), **words)
    facts: dict[str, Any] = {"application": application, "text": "-", "replaced_at": WRITING}
    AnswerRevision.objects.create(field="name", written_by=person, **facts)
    StandingSubmission.objects.create(
        application=application, submitted_at=WRITING, submitted_by=officer(), content={"facts": {}}
    )
    Interest.objects.filter(application=application).update(explanation="-")
    item = EligibilityItem.objects.create(call=application.call, subject="person", label="Is employed")
    found: dict[str, Any] = {"is_met": True, "note": "-", "answered_by": officer(), "answered_at": WRITING}
    seals.seal(application.call, at=WRITING, is_extended=True)
    EligibilityAnswer.objects.create(application=application, item=item, **found)
    sent = {"application": application, "subject": "-", "text": "-", "sent_by": officer(), "sent_at": WRITING}
    answered = {"answer": "-", "answered_by": person, "answered_at": WRITING}
    link = {"party": "secondee", "candidate": application.candidates.get(), "token_digest": "-"}
    seals.seal(CaseMessage.objects.create(**sent, **link, **answered), at=WRITING)
    note = CaseNote.objects.create(application=application, text="-", written_by=officer(), written_at=WRITING)
    seals.seal(NoteVersion.objects.create(note=note, text="-", written_at=WRITING), at=WRITING)
    Mention.objects.create(note=note, person=person)
    minuted(application)


def minuted(application: Any) -> None:
    """The minutes of a meeting say something of their case."""
    held = Meeting.objects.create(body=Body.objects.committee_of(programme()), held_on=ASKED_ON, quorum=1)
    item = AgendaItem.objects.create(meeting=held, case=application, position=1)
    minutes = Minutes.objects.create(meeting=held, drafted_at=WRITING, drafted_by=officer())
    Minute.objects.create(minutes=minutes, item=item, position=1, text="-", decision="-", written_by=officer())


def seconded() -> None:
    application = applications.application_at("shortlisted", email=EMAIL, name=NAME, call=another_call("seconded"))
    grant = grant_at(GrantStatus.AGREED, application=application)
    placement = placement_at(PlacementStatus.ACTIVE, grant=grant, secondee_email=EMAIL, secondee_name=NAME)
    milestone(placement)
    leader = applications.lead(grant.organisation)
    organisation_views.say_view(placement, view="concern", text="Sign-off is slow.", by=leader, at=PLANNING)
    amending.in_force(amending.asked(fresh(grant), reason="The desk goes on."))


def another_call(slug: str) -> Any:
    return published_call(slug=slug)


def leads(person: User) -> None:
    """They lead an organisation, sign for it and write to the office."""
    organisation = OrganisationFactory()
    organisation.memberships.create(person=person, standing="lead", is_signatory=True)
    case = applications.application_at("shortlisted", organisation=organisation, call=another_call("led"))
    placement = placement_at(PlacementStatus.ACTIVE, grant=grant_at(GrantStatus.AGREED, application=case))
    amending.in_force(amending.asked(placement.grant, by=person))
    post = draft_call(slug="drafted").posts.get()
    said = {"organisation": organisation, "of_version": 1, "text": "-", "said_by": person, "said_at": WRITING}
    post.comments.create(**said, answer="-", answered_by=person, answered_at=WRITING)
    expression = applications.an_expression(organisation, person_in_mind="-")
    expressions.note(expression, text="We spoke.", spoken_on=WRITING.date(), by=officer(), at=WRITING)
    ExpressionDraft.objects.create(
        programme=programme(), person=person, texts={"about": "-"}, saved_at=WRITING, expression=expression
    )


def confides(person: User) -> None:
    """They write to the learning partner; only the two read it, so the file says that they wrote and not what."""
    facts: dict[str, Any] = {"sealed_words": encrypt("Nobody asks us."), "sent_at": WRITING}
    ConfidentialMessage.objects.create(programme=programme(), sender=person, **facts)


def works_here(person: User) -> None:
    hold(person, Role.LEARNING_PARTNER)
    asked: dict[str, Any] = {"role": Role.FINANCE, "programme": programme(), "asked_at": WRITING}
    RoleRequest.objects.create(person=person, asked_by=director(), **asked)
    board = Body.objects.create(programme=programme(), name="Advisory Board")
    Seat.objects.create(body=board, person=person, from_on=ASKED_ON)
    assessed = applications.application_at("shortlisted", call=another_call("assessed"))
    stood_in: dict[str, Any] = {"role": Role.OFFICER, "person": person, "named_at": WRITING}
    Deputy.objects.create(application=assessed, stands_for=director(), **stood_in)
    Interest.objects.create(
        application=assessed, person=person, has_conflict=False, explanation="-", declared_at=WRITING
    )
    trail.record("application read", assessed, by=person, at=WRITING)


def account_of(person: User) -> None:
    Invitation.objects.create(
        organisation=OrganisationFactory(),
        email=EMAIL,
        token_digest="d" * 64,
        invited_by=officer(),
        invited_at=WRITING,
        expires_at=CLOSES,
    )
    code: dict[str, Any] = {"invited": "Quay", "email": EMAIL, "expires_at": CLOSES, "most_uses": 1}
    invitations.issue(published_call(kind="invited", slug="invited"), **code, by=officer(), at=WRITING)
    Enquiry.objects.create(call=another_call("asked"), text="May two of us apply?", email=EMAIL, asked_at=WRITING)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "s"})
    times = {"created_at": WRITING, "expires_at": CLOSES}
    AccessToken.objects.create(person=person, name="-", scopes="calls", digest="e" * 64, last_used_at=WRITING, **times)
    SavedList.objects.create(person=person, listing="letters.letter", name="-", address="q=-", saved_at=WRITING)
    EmailChoice.objects.create(person=person, topic="-", way="daily")
    session = SessionStore()
    session.update({"_auth_user_id": str(person.pk), "unsaved": "SESSIONMARKER"})
    session.create()
    outbox.post("accounts.lead_appointed", to=director(), key="names them", at=WRITING, **leads_letter(person))
    earlier = record("rectification")
    Correction.objects.create(
        request=earlier, item="-", before="-", after="-", corrected_at=ASKING, corrected_by=director()
    )
    PermittedUse.objects.create(
        request=earlier, use="emails", ground="consent", words="-", recorded_at=ASKING, recorded_by=director()
    )
    requests.withdraw(earlier, by=officer(), at=ASKING)


def leads_letter(person: User) -> dict[str, Any]:
    organisation = person.memberships.get().organisation
    return {"organisation": organisation, "member": person.memberships.get(), "lead": person, "link": "https://x"}


def send_everything() -> None:
    delivery.deliver(Letter.objects.order_by("pk"), ASKING)


def record(kind: str) -> RightsRequest:
    facts: dict[str, Any] = {"programme": programme(), "kind": kind, "email": EMAIL, "received_on": ASKED_ON}
    return requests.record(**facts, words="Please.", by=officer(), at=ASKING)


def checked(kind: str) -> RightsRequest:
    request = record(kind)
    requests.check_identity(request, how="We called them back.", by=officer(), at=ASKING)
    return request


def another_preparer(request: RightsRequest) -> User:
    """An officer whom the director named."""
    person = second_officer()
    requests.name_officer(request, officer=person, by=director(), at=ASKING)
    return person


def plant(email: str) -> list[Marker]:
    """Put a word of its own into every field about the person that can hold one."""
    planted = []
    for label, row in find(email).rows.items():
        for name in row.fields:
            if name not in row.names("withheld"):
                planted += _plant(row.thing, name, label, len(planted))
    return planted


def _plant(thing: Any, name: str, label: str, number: int) -> Iterator[Marker]:
    field, text = thing._meta.get_field(name), f"MARK{number:04d}X"
    if isinstance(field, FileField):
        if stored := getattr(thing, name):
            default_storage.delete(stored.name)
            default_storage.save(stored.name, ContentFile(text.encode()))
            yield Marker(text, label, name, is_file=True)
        return
    is_text = isinstance(field, CharField | TextField) and not isinstance(field, EmailField)
    if field.choices or field.unique or not (is_text or isinstance(field, JSONField)):
        return
    if isinstance(field, CharField) and (field.max_length or 0) < len(text) and field.max_length is not None:
        return
    if name in {"hold_reason", "attachments"} or not _is_there(thing, name):
        return
    value = {"reason": text} if isinstance(field, JSONField) else text
    try:
        with transaction.atomic(), bypass_triggers():
            type(thing)._base_manager.filter(pk=thing.pk).update(**{name: value})
            seals.follow_erasure(type(thing), [thing.pk], ASKING)
    except IntegrityError:
        return
    yield Marker(text, label, name)


def _is_there(thing: Any, name: str) -> bool:
    """The HTML of a document that is made is gone, a secret email's text is withheld, the name finds the person."""
    if isinstance(thing, Letter) and thing.is_secret and name in {"body", "formatted"}:
        return False
    if thing._meta.label == "documents.GeneratedDocument":
        return name == "problem"
    return not (isinstance(thing, User) and name == "name")


def models_about_people() -> set[str]:
    return {
        model._meta.label
        for model in own_models()
        if any(set(part.ways.split()) - {THING} for part in declared(model).about)
    }
