"""The cast: one set of people with every part they can have, and one thing in every state, walked there by the actions.

Their own organisation seconds somebody to City Hall; `rival` leads another one. Four assessors were asked about every
application that was handed in: one has declared, one has not, one has finished and one stood aside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser

from applications.actions import (
    applications as application_actions,
)
from applications.actions import (
    assessments,
    calls,
    candidates,
    invitations,
    joint_views,
    late_admissions,
    messages,
    notes,
    page_pictures,
    paper_applications,
    rehearsals,
    role_drafts,
    shortlisting,
    visit_notes,
    visit_slots,
    visits,
)
from applications.lifecycle import Status
from applications.models import Application, Call, CallInvitation, CaseNote
from core.accounts.models import Organisation, Programme, User
from core.accounts.roles import Role
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of, person_with
from tests.applications import factories as applications
from tests.applications.panel import FOUR, SURE, VISITING, finished_by, spokesperson
from tests.grants import factories as grants
from tests.secondments import factories as placements

PUBLIC = "public"
ASSESSORS = ("declared", "undeclared", "finished", "conflicted")


@dataclass
class Cast:
    """Who there is (by part) and what there is (by kind and state)."""

    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    organisation: Any = None
    token: str = ""

    def __getattr__(self, name: str) -> Any:
        """`cast.officer` is `cast.people["officer"]`."""
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def afresh(self, part: str) -> Any:
        """The person as a new request finds them: nothing remembered."""
        person = self.people[part]
        return person if isinstance(person, AnonymousUser) else User.objects.get(pk=person.pk)


def place() -> Cast:
    """Bring everybody on, and everything to its state."""
    from tests import stage  # which builds upon what is here
    from tests.rights.of_the_cast import data_requests

    cast = Cast()
    people(cast)
    all_applications(cast)
    stage.all_decisions(cast)
    stage.all_grants(cast)
    stage.all_contributions(cast)
    stage.all_learning(cast)
    stage.all_interest(cast)
    stage.all_wordings(cast)
    stage.all_mailings(cast)
    stage.all_saved_lists(cast)
    cast.things["data request"] = data_requests(cast)
    return cast


def people(cast: Cast) -> None:
    """The people, by part."""
    programme = applications.programme()
    funder, host, partner = programme.funder, programme.host, programme.learning_partner
    own, other, elsewhere = (OrganisationFactory(name=name) for name in ("Own Charity", "Rival Charity", "Other Host"))
    another = Programme.objects.create(
        name="Another programme",
        slug="other",
        reference_prefix="OTH",
        funder=elsewhere,
        host=elsewhere,
        fewest_placements=1,
        most_placements=2,
    )
    programme.organisations.add(own, other)
    cast.organisation = own
    with_role: dict[str, tuple[str, Organisation | None]] = {
        "committee": (Role.COMMITTEE, None),
        "conflicted_member": (Role.COMMITTEE, None),
        "undeclared_member": (Role.COMMITTEE, None),
        "declared": (Role.FUNDER_ASSESSOR, funder),
        "undeclared": (Role.HOST_ASSESSOR, host),
        "finished": (Role.HOST_ASSESSOR, host),
        "conflicted": (Role.FUNDER_ASSESSOR, funder),
        "unassigned": (Role.FUNDER_ASSESSOR, funder),
        "other_manager": (Role.LINE_MANAGER, host),
        "learning": (Role.LEARNING_PARTNER, partner),
        "administrator": (Role.ADMINISTRATOR, None),
    }
    cast.people = {
        PUBLIC: AnonymousUser(),
        "lead": lead_of(own, is_signatory=True),
        "editor": editor_of(own),
        "signatory": editor_of(own, is_signatory=True),
        "rival": lead_of(other, is_signatory=True),
        "officer": applications.officer(),
        "second_officer": grants.second_officer(),
        "director": grants.director(),
        "finance": grants.finance(),
        "manager": placements.line_manager(),
        "host": placements.programme_manager(),
        "other_officer": person_with(Role.OFFICER, works_for=elsewhere, within=another, name="other_officer"),
        "other_host": person_with(Role.PROGRAMME_MANAGER, works_for=elsewhere, within=another, name="other_host"),
        **{part: person_with(role, works_for=body, name=part) for part, (role, body) in with_role.items()},
    }


# --- Applications ----------------------------------------------------------------------------


def assessed(cast: Cast, application: Application) -> None:
    """Have four people asked about it, who get as far as their parts say; of the committee one declared and one may not."""
    facts = {"by": cast.officer, "at": applications.ASSESSING}
    for part in ASSESSORS:
        party = "funder" if cast.people[part].works_for == application.call.programme.funder else "host"
        assessment = assessments.assign(application, assessor=cast.people[part], party=party, **facts)
        own = {"by": cast.people[part], "at": applications.ASSESSING}
        if part != "undeclared":
            assessments.declare(
                assessment, has_conflict=part == "conflicted", explanation="My sister works there.", **own
            )
        if part == "finished":
            for criterion in application.call.criteria.all():
                assessments.score(assessment, criterion=criterion, score=3, reason="Good.", **own)
            assessments.complete(assessment, recommendation="recommend", overall_view="Good.", **own)
    own = {"by": cast.conflicted_member, "at": applications.ASSESSING}
    assessments.declare_conflict(application, explanation="I am a trustee there.", **own)
    assessments.record_none(application, by=cast.committee, at=applications.ASSESSING)


def handed_in(cast: Cast, status: Status = Status.SHORTLISTED) -> Application:
    """An application that was assessed and stands in this status."""
    application = applications.application_at(Status.SUBMITTED, organisation=cast.organisation)
    assessed(cast, application)
    facts = {"by": cast.officer, "at": applications.ASSESSING}
    if status == Status.UNSUCCESSFUL:
        applications.turn_down(application, **facts)
    elif status != Status.SUBMITTED:
        applications.shortlist(application, **facts)
    if status == Status.WITHDRAWN:
        application_actions.withdraw(application, reason="Not now.", by=cast.lead, at=applications.ASSESSING)
    return applications.fresh(application)


def all_applications(cast: Cast) -> None:
    """One in each status but those that a grant brings; and a draft that was withdrawn."""
    own = cast.organisation
    dropped = applications.an_application(organisation=own, by=cast.lead)
    application_actions.withdraw(dropped, reason="Too soon.", by=cast.lead, at=applications.WRITING)
    open_again = applications.application_at(Status.SUBMITTED, organisation=own)
    application_actions.reopen(open_again, by=cast.lead, at=applications.SUBMITTING)
    cast.things["application"] = {
        "draft": applications.application_at(Status.DRAFT, organisation=own),
        "reopened": applications.fresh(open_again),
        "dropped draft": applications.fresh(dropped),
        **{
            str(status): handed_in(cast, status)
            for status in (Status.SUBMITTED, Status.SHORTLISTED, Status.UNSUCCESSFUL, Status.WITHDRAWN)
        },
        "rival's": applications.application_at(
            Status.SHORTLISTED, organisation=cast.rival.memberships.get().organisation
        ),
    }
    rivals = cast.things["application"]["rival's"]
    assessments.record_none(rivals, by=cast.committee, at=applications.ASSESSING)
    aside = applications.application_at(Status.SUBMITTED)
    by = {"by": cast.director, "at": applications.ASSESSING}
    assessments.declare_conflict(aside, explanation="I was their chair.", **by)
    cast.things["application"]["aside"] = aside
    prepared = applications.application_at(Status.SUBMITTED, organisation=cast.rival.memberships.get().organisation)
    shortlisting.prepare_shortlist(prepared, by=cast.officer, at=applications.ASSESSING)
    named = {"name": "Nadia Named", "email": "nadia@example.org", "job_title": "Adviser"}
    candidates.name(cast.things["application"]["draft"], **named, by=cast.lead, at=applications.WRITING)
    shortlisted = cast.things["application"]["shortlisted"]
    cast.things["call"] = {
        "draft": applications.draft_call(),
        "published": shortlisted.call,
        "invited": applications.published_call(kind="invited"),
        "decided": applications.published_call(),
    }
    calls.decide(cast.things["call"]["decided"], by=cast.officer, at=applications.DECIDING)
    what_the_office_does(cast)
    posts_drafted(cast, cast.things["call"]["draft"])
    cast.things["invitation to apply"] = all_invitations(cast, cast.things["call"]["invited"])
    cast.things["assessment"] = {part: shortlisted.assessments.get(assessor=cast.people[part]) for part in ASSESSORS}
    joint_views_of(cast)
    notes_of(cast)
    messages_of(cast)
    page_pictures.run(applications.ASSESSING)
    cast.things["document"] = {kind: shortlisted.documents.get(kind=kind) for kind in ("cv", "statement")}
    cast.things["visit time"] = visit_times(cast)
    cast.things["visit"] = {status: visit(cast, shortlisted, status) for status in ("cancelled", "held", "proposed")}


def notes_of(cast: Cast) -> None:
    """A note of the officer on the shortlisted one, which was edited and mentions the director."""
    facts = {"by": cast.officer, "at": applications.ASSESSING}
    mentioned = [cast.people["director"]]
    note = notes.write(cast.things["application"]["shortlisted"], text="Ask them.", mentioned=mentioned, **facts)
    notes.edit(note, text="Ask them in May.", **facts)
    cast.things["note"] = {"written": CaseNote.objects.get(pk=note.pk)}


def messages_of(cast: Cast) -> None:
    """One to the organisation that waits, one that was answered, and one to the proposed secondee."""
    facts = {"subject": "Your lease", "text": "When does it end?", "by": cast.officer, "at": applications.ASSESSING}
    shortlisted = cast.things["application"]["shortlisted"]
    answered, secondee = messages.send(shortlisted, to=["organisation", "secondee"], **facts)
    messages.answer(answered, text="In May.", by=cast.lead, at=applications.ASSESSING)
    (sent,) = messages.send(shortlisted, to=["organisation"], **facts)
    cast.things["message"] = {"sent": sent, "answered": answered, "to the secondee": secondee}


def joint_views_of(cast: Cast) -> None:
    """The host's view of the shortlisted one, sealed; two that differ; and a difference that was resolved."""
    facts: dict[str, Any] = {"reasons": "They know why.", "at": applications.ASSESSING}
    host = {"by": cast.finished, "recommendation": "recommend", **facts}
    sealed = joint_views.record(cast.things["application"]["shortlisted"], **host)
    apart, resolved = handed_in(cast), handed_in(cast)
    for application in (apart, resolved):
        by = finished_by(spokesperson("funder"), application, party="funder").assessor
        joint_views.record(application, **host)
        opened = joint_views.record(application, by=by, recommendation="decline", **facts)
    people = {"for_funder": by, "for_host": cast.finished, "by": cast.officer, "at": applications.ASSESSING}
    agreed = {"recommendation": "", "account": "We talked.", "talked_on": applications.ASSESSING.date()}
    resolution = joint_views.resolve(resolved, **agreed, **people)
    cast.things["application"]["apart"] = applications.fresh(apart)
    opened.refresh_from_db()
    cast.things["joint view"] = {"sealed": sealed, "opened": opened}
    cast.things["resolution of views"] = {"recorded": resolution}


def posts_drafted(cast: Cast, call: Call) -> None:
    """The own organisation is asked to comment on the post of a draft call, and has commented."""
    role_drafts.keep_versions(call, by=cast.officer, at=applications.PUBLISHED)
    asked = {"organisations": [cast.organisation], "until_on": applications.CLOSES.date()}
    role_drafts.ask_for_comments(call, **asked, by=cast.officer, at=applications.PUBLISHED)
    said = {"organisation": cast.organisation, "text": "Say how many days.", "by": cast.lead}
    role_drafts.comment(call.posts.get(), **said, at=applications.PUBLISHED)


def what_the_office_does(cast: Cast) -> None:
    """An application that is entered for the own organisation, an officer's rehearsal, two late admissions."""
    things, after = cast.things, applications.CLOSES + timedelta(days=1)
    call = applications.published_call()
    came = {"came_by": "post", "came_at": applications.WRITING, "by": cast.officer, "at": applications.WRITING}
    entered = paper_applications.enter(call, organisation=cast.organisation, post=call.posts.get(), **came)
    rehearsal = rehearsals.begin(things["call"]["draft"], by=cast.officer, at=applications.PUBLISHED)
    things["application"] |= {"entered": entered, "rehearsal": rehearsal}
    late = {"closes_at": after + timedelta(days=7), "reason": "Their line was cut.", "by": cast.officer, "at": after}
    bodies = {"asked": cast.organisation, "confirmed": cast.rival.memberships.get().organisation}
    found = {state: late_admissions.ask(call, organisation=body, **late) for state, body in bodies.items()}
    late_admissions.confirm(found["confirmed"], by=cast.second_officer, at=after)
    things["late admission"] = found


def all_invitations(cast: Cast, call: Call) -> dict[str, Any]:
    """A code that was taken up by the own organisation, one that nobody took up, and one that was withdrawn."""
    facts = {"by": cast.officer, "at": applications.WRITING}
    sent = {"email": "office@example.org", "expires_at": applications.CLOSES, "most_uses": 1}
    rows = {
        state: invitations.issue(call, invited=state, **sent, **facts) for state in ("sent", "taken up", "withdrawn")
    }
    invitations.bind(rows["taken up"], organisation=cast.organisation, by=cast.lead, at=applications.WRITING)
    invitations.withdraw(rows["withdrawn"], **facts)
    return {state: CallInvitation.objects.get(pk=row.pk) for state, row in rows.items()}


def visit(cast: Cast, application: Application, status: str) -> Any:
    """A visit for it in this status."""
    facts = {"by": cast.officer, "at": applications.ASSESSING}
    visitors = {"funder": cast.declared, "host": cast.finished}
    four = [*FOUR[:2], *((person.name, person.email, side) for side, person in visitors.items())]
    arranged = visits.arrange(
        application,
        starts_at=VISITING,
        minutes=60,
        place="12 High Road",
        attendees=four,
        sure_of=[*SURE, *(email for _, email, _ in four)],
        **facts,
    )
    if status in {"confirmed", "held"}:
        visits.confirm(arranged, **facts)
    if status == "held":
        everybody = list(arranged.attendees.values_list("pk", flat=True))
        after = VISITING + timedelta(hours=1)
        visits.hold(arranged, attended=everybody, absence_reason="", notes="Good.", by=cast.officer, at=after)
        visit_notes.write(arranged, text="They showed us round.", by=cast.declared, at=after)
    if status == "cancelled":
        visits.cancel(arranged, **facts)
    return arranged


def visit_times(cast: Cast) -> dict[str, Any]:
    """A time that one organisation may choose, one that another has chosen, and one that was withdrawn."""
    facts: dict[str, Any] = {"by": cast.officer, "at": applications.ASSESSING}
    people = {"funder_visitor": cast.declared, "host_visitor": cast.finished}
    open_one, another = cast.things["application"]["apart"], handed_in(cast)
    found = {}
    times = {"offered": (open_one, 3), "withdrawn": (open_one, 6), "taken": (another, 9)}
    for state, (application, hours) in times.items():
        at = VISITING + timedelta(hours=hours)
        [found[state]] = visit_slots.offer(application, times=[at], minutes=60, place="12 High Road", **people, **facts)
    visit_slots.withdraw(found["withdrawn"], **facts)
    senior = {"senior_name": cast.lead.name, "senior_email": cast.lead.email}
    visit_slots.choose(another, slot=found["taken"], **senior, by=cast.lead, at=applications.ASSESSING)
    return {state: type(slot).objects.get(pk=slot.pk) for state, slot in found.items()}
