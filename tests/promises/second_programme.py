"""A second programme with everything a programme can have, each of its secrets named with a word to search for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from applications.actions import expressions, invitations, late_admissions, messages, notes, visit_slots
from applications.lifecycle import Status
from core.accounts.models import Organisation, Programme, User
from core.accounts.roles import Role
from core.letters.actions import change_wording
from core.letters.actions.to_many import write_mailing
from core.rights.actions import requests
from core.saved_lists.actions import share_list
from grants.actions import contributions, instalments, payment_runs, repayments
from grants.actions import reports as report_actions
from grants.lifecycle import DecisionStatus
from grants.models import Funder
from learning.actions import record_change, record_finding, tell_in_confidence
from secondments.actions import organisation_views
from tests.accounts.factories import OrganisationFactory, address, building_in, lead_of, person_with, programme
from tests.applications import factories as applications
from tests.applications import panel
from tests.grants import factories as grants
from tests.secondments import amending
from tests.secondments import factories as placements

SLUG, MARKER = "arts", "Quokka"
# What no page of another programme's people may hold: the secrets, its addresses, its partners and its references.
TRACES = (MARKER, "@arts.example.org", "Arts Fund", "Arts Council", "Arts Learning", "ART-20", "ART-P-20")


@dataclass
class Second:
    """The programme, its people by role and its rows by kind."""

    programme: Programme
    organisation: Organisation
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)


def build() -> Second:
    """Build it all by the actions that the Initiative's own rows come from."""
    with building_in(SLUG, MARKER):
        partners = {
            "funder": OrganisationFactory(name="Arts Fund"),
            "host": OrganisationFactory(name="Arts Council"),
            "learning_partner": OrganisationFactory(name="Arts Learning"),
        }
        of = programme(name="Arts in Office", reference_prefix="ART", **partners)
        own = OrganisationFactory(name=f"{MARKER} Charity")
        lead_of(own, is_signatory=True)
        second = Second(of, own)
        _calls(second)
        _interest(second)
        _applications(second)
        _grants(second)
        _learning(second)
        _rights(second)
        _letters(second)
        _people(second)
    return second


def _calls(second: Second) -> None:
    officer, after = applications.officer(), applications.CLOSES + timedelta(days=1)
    published = applications.published_call(title="Artists in the town hall")
    invited = applications.published_call(title=f"{MARKER} invited", kind="invited")
    sent = {"email": address("guest"), "expires_at": applications.CLOSES, "most_uses": 1}
    invitation = invitations.issue(invited, invited=f"{MARKER} Guests", **sent, by=officer, at=applications.WRITING)
    admission = late_admissions.ask(
        published,
        organisation=second.organisation,
        closes_at=after + timedelta(days=7),
        reason=f"{MARKER}: their line was cut.",
        by=officer,
        at=after,
    )
    second.rows |= {
        "published call": published,
        "draft call": applications.draft_call(title=f"{MARKER} draft"),
        "invited call": invited,
        "invitation": invitation,
        "late admission": admission,
    }
    applications.equality_questions()


def _interest(second: Second) -> None:
    about = {"strands": {applications.strands()[0].pk: f"{MARKER} knows."}}
    expression = applications.an_expression(second.organisation, about=f"{MARKER} dances.", **about)
    facts = {"by": applications.officer(), "at": applications.WRITING}
    expressions.note(expression, spoken_on=facts["at"].date(), text=f"{MARKER} called.", **facts)
    second.rows["expression"] = expression


def _applications(second: Second) -> None:
    own, named = second.organisation, {"name": f"{MARKER} Candidate", "email": address("candidate")}
    draft = applications.an_application(second.rows["published call"], organisation=own)
    shortlisted = applications.application_at(Status.SHORTLISTED, organisation=own, **named)
    waiting = applications.application_at(Status.SUBMITTED, organisation=own, **named)
    finished = panel.complete(shortlisted, party="host", reason=f"{MARKER} because")
    assessor = person_with(
        Role.FUNDER_ASSESSOR, email=address("frank"), works_for=second.programme.funder, name="Frank"
    )
    second.people["funder assessor"] = assessor
    begun = panel.assigned(waiting, assessor=assessor)
    visit = panel.visit(shortlisted, status="confirmed")
    facts = {"by": applications.officer(), "at": applications.ASSESSING}
    notes.write(shortlisted, text=f"{MARKER} has moved.", **facts)
    undecided = applications.application_at(Status.SHORTLISTED, organisation=own, **named)
    visitors = {"funder_visitor": assessor, "host_visitor": panel.host_assessor()}
    visit_slots.offer(undecided, times=[panel.VISITING], minutes=60, place=f"{MARKER} hall", **visitors, **facts)
    messages.send(shortlisted, to=["organisation"], subject="Your lease", text=f"{MARKER}: when?", **facts)
    decision = grants.decision_at(DecisionStatus.RECORDED, application=shortlisted, reasons=f"{MARKER} is strong.")
    second.rows |= {
        "draft": draft,
        "shortlisted": applications.fresh(shortlisted),
        "submitted": applications.fresh(waiting),
        "document": shortlisted.documents.first(),
        "finished assessment": finished,
        "begun assessment": begun,
        "visit": visit,
        "decision": decision,
    }


def _grants(second: Second) -> None:
    people = {
        "secondee_name": f"{MARKER} Secondee",
        "secondee_email": address("secondee"),
        "home_manager_name": f"{MARKER} Home",
        "home_manager_email": address("home"),
    }
    placement = placements.placement_at("active", organisation=second.organisation, **people)
    grant = placement.grant
    first, following, *_ = grant.instalments.all()
    grants.paid(first)
    instalments.prepare(following, by=applications.officer(), at=grants.PAYING)
    report = grant.reports.get(number=1)
    words = {name: f"{MARKER}: {said}" for name, said in grants.WORDS.items()}
    lead = applications.lead(second.organisation)
    report_actions.submit(report, words=words, by=lead, at=grants.REPORTING)
    milestone = placements.milestone(placement, title=f"{MARKER} milestone")
    facts = {"seen_version": None, "by": lead, "at": placements.PLANNING}
    view = organisation_views.say_view(placement, view="concern", text=f"{MARKER} is tired.", **facts)
    asked_back = {"amount": Decimal(9), "reason": f"{MARKER} spent less.", "by": applications.officer()}
    repayment = repayments.ask(grant, **asked_back, at=grants.PAYING)
    in_run = grants.approved(grant.instalments.get(number=3))
    run = payment_runs.make([in_run], by=grants.finance(), at=grants.PAYING)
    change = amending.asked(grants.fresh(grant), reason=f"{MARKER} goes on.")
    funder = Funder.objects.create(programme=second.programme, organisation=second.programme.funder)
    held = {"amount": Decimal(9), "by": applications.officer(), "at": grants.ENDING}
    of_funder = {"label": f"{MARKER} fund", "funder": second.programme.funder}
    fund = contributions.record(second.programme, **of_funder, pledged_on=grants.MEETING, **held)
    contributions.receive(fund, received_on=grants.MEETING, reference=f"{MARKER} paid", **held)
    second.rows |= {
        "contribution": fund,
        "grant": grant,
        "placement": placement,
        "milestone": milestone,
        "view": view,
        "report": report,
        "instalment": following,
        "repayment": repayment,
        "payment run": run,
        "change of the grant": change,
        "funder": funder,
    }
    second.people |= {"secondee": placement.secondee, "home_manager": placement.home_manager}


def _learning(second: Second) -> None:
    partner = person_with(Role.LEARNING_PARTNER, works_for=second.programme.learning_partner, name="Lara Learning")
    facts = {"by": partner, "at": grants.ENDING}
    finding = record_finding(
        second.programme, statement=f"{MARKER} was slow.", evidence=f"{MARKER} said so.", strand=None, **facts
    )
    record_change(finding, what=f"{MARKER} asks earlier.", since_on=grants.ENDING.date(), **facts)
    lead = applications.lead(second.organisation)
    told = tell_in_confidence(second.programme, words=f"Nobody asks {MARKER}.", by=lead, at=grants.ENDING)
    second.rows |= {"finding": finding, "message in confidence": told}
    second.people["learning"] = partner


def _rights(second: Second) -> None:
    asked = {"programme": second.programme, "kind": "access", "email": address("asks")}
    received_on = applications.WRITING.date()
    second.rows["data request"] = requests.record(
        **asked, received_on=received_on, by=applications.officer(), at=applications.WRITING
    )


def _letters(second: Second) -> None:
    text = {"subject": f"{MARKER} heard you", "by": applications.officer(), "at": applications.WRITING}
    body = f"{MARKER} thanks you.\n\n{{link}}\n"
    name = "applications.received"
    second.rows["wording"] = change_wording(second.programme, name, body=body, number=0, **text)
    chosen = {"calls": [], "statuses": [], "parts": ["lead"]}
    share_list(
        second.programme,
        listing="applications.application",
        name=f"{MARKER} list",
        address="",
        by=applications.officer(),
        at=applications.WRITING,
    )
    second.rows["email to many"] = write_mailing(second.programme, body=f"{MARKER} meets.", **chosen, **text)


def _people(second: Second) -> None:
    second.people |= {
        "officer": applications.officer(),
        "director": grants.director(),
        "finance": grants.finance(),
        "committee": panel.says_none(panel.committee()),
        "host assessor": panel.host_assessor(),
        "line manager": placements.line_manager(),
        "programme manager": placements.programme_manager(),
        "lead": applications.lead(second.organisation),
    }
