"""Impossible rows are refused by the database itself: every constraint of ours has a row here that breaks only it."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.models import F

from applications.models import Deputy, EligibilityAnswer, EligibilityItem, ExpressionDraft, NameOpening
from core.accounts.models import Invitation, RoleRequest
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.governance.models import Attendance, Body, Meeting, Seat
from grants.models import Allocation, ConditionTemplate, Funder, LedgerLine, ReportSchedule, Variation
from secondments.models import ProgrammeStep

pytestmark = pytest.mark.django_db

OURS = {"accounts", "letters", "audit", "applications", "governance", "grants", "secondments", "learning"}
NOW, DAY = datetime(2019, 5, 1, 9, 0, tzinfo=UTC), date(2019, 5, 1)
UNKNOWN = {"status": "odd"}

# By the constraint's name: (which row is taken, what is made of it). A check is broken by changing the row, a unique
# constraint by adding a copy of it, changed as said.
CASES = {
    # --- letters and people
    "a letter has a known status": ({"status": "queued"}, UNKNOWN),
    "a letter is sent at a time or not sent": ({"status": "queued"}, {"sent_at": NOW}),
    "an email text has each version once": ({}, {}),
    "a text is the standard one or has words": ({}, {"is_standard": True}),
    "a person chooses once for a topic": ({}, {}),
    "notices come daily or not at all": ({}, {"way": "odd"}),
    "a letter is in a daily email or goes by itself": ({"status": "queued"}, {"status": "collected"}),
    "an email to many is sent by someone to someone": ({"sent_at": None}, {"sent_at": NOW}),
    "one account per email address": ({"email": "sana@example.org"}, {"email": "SANA@example.org"}),
    "one membership per person and organisation": ({}, {}),
    "a membership has a known standing": ({}, {"standing": "owner"}),
    "an invitation is accepted by somebody at a time": ({}, {"accepted_at": NOW}),
    "a role is held once in a programme": ({"programme__isnull": False}, {}),
    "a role is held once in the installation": ({"programme": None}, {}),
    "every role but the administrator's is held in a programme": ({"role": Role.OFFICER}, {"programme": None}),
    "a role is one of the closed list": ({"role": Role.OFFICER}, {"role": "odd"}),
    "a role is asked for once in a programme": ({"programme__isnull": False}, {}),
    "a role is asked for once in the installation": ({"programme": None}, {}),
    "a role is asked for where it is held": ({"programme__isnull": False}, {"programme": None}),
    "nobody asks for a role for themselves": ({}, {"person": F("asked_by")}),
    # --- seals
    "one seal a part": ({}, {}),
    # --- calls
    "the fewest placements are no more than the most": ({"slug": "cii"}, {"fewest_placements": 6}),
    "a call has a known status": ({"status": "published"}, UNKNOWN),
    "a call closes after it opens, unless rolling": ({"kind": "open"}, {"closes_at": F("opens_at")}),
    "assessment visits end after they begin": ({}, {"visits_to_on": date(2019, 3, 19)}),
    "a pay band goes upwards": ({}, {"band_maximum": 1}),
    "a call's sums are not negative": ({}, {"on_costs_percent": 101}),
    "a call holds back a known part": ({}, {"holds_back": "odd"}),
    "the least days are within a working week": ({}, {"least_days": 6}),
    "a call is published by somebody at a time": ({"status": "published"}, {"published_by": None}),
    "a call that is out was published": ({"status": "published"}, {"published_at": None, "published_by": None}),
    "a cancelled call says when and why": ({"status": "published"}, {"status": "cancelled", "cancelled_at": NOW}),
    "a call has a known way to its totals": ({"status": "published"}, {"total_by": "odd"}),
    "a post has each version once": ({}, {}),
    "an organisation is asked once about a call": ({}, {}),
    "a comment on a post is answered by somebody at a time": ({"answered_at": None}, {"answered_at": NOW}),
    "one criterion per letter of a call": ({"letter": "a"}, {}),
    "a question has a known kind of answer": ({}, {"kind": "colour"}),
    "a question with a list has choices": ({}, {"kind": "choice"}),
    "the least of a number is not above its most": ({}, {"least": 5, "most": 4}),
    # --- shortlisting
    "one reason of a name in a programme": ({}, {}),
    "who stays despite a conflict of interest has a day of review": ({"has_conflict": True}, {"handling": "stays"}),
    "one deputy for each role of a case": ({}, {}),
    "a deputy is somebody else": ({}, {"person": F("stands_for")}),
    "a deputy has a known role": ({}, {"role": "odd"}),
    "one answer per application and check": ({}, {}),
    "an outcome of shortlisting has a known status": ({"status": "prepared"}, UNKNOWN),
    "one prepared outcome per application": ({"status": "prepared"}, {}),
    "an outcome of shortlisting is released by somebody at a time": ({"status": "prepared"}, {"status": "released"}),
    # --- invitations to apply
    "a code is used no more often than it may be": ({"invited": "taken up"}, {"uses": 2}),
    "a used code is one organisation's": ({"invited": "sent"}, {"uses": 1}),
    "one code per organisation and call": ({"invited": "taken up"}, {"code_digest": "0" * 64}),
    # --- expressions of interest and equality
    "an expression of interest has a known status": ({"status": "received"}, UNKNOWN),
    "an expression of interest is answered by somebody at a time": ({"status": "received"}, {"answered_at": NOW}),
    "an outcome of an expression of interest was given": ({"status": "received"}, {"status": "not_now"}),
    "who is invited is invited to a call": ({"status": "invited"}, {"call": None}),
    "one expression of interest waits per organisation": ({"status": "received"}, {"reference": "E-OTHER"}),
    "one text per strand of an expression": ({}, {}),
    "one draft of a new expression of interest per person": ({"expression": None}, {}),
    "one draft per person and expression of interest": ({"expression__isnull": False}, {}),
    "one tally per call, half-year, question and answer": ({}, {}),
    # --- applications
    "an application has a known status": ({"status": "submitted"}, UNKNOWN),
    "one live application per organisation and post": (
        {"status": "draft", "reference": None},
        {"draft_reference": "D-OTHER"},
    ),
    "an application is submitted by somebody at a time": ({"status": "submitted"}, {"submitted_by": None}),
    "what is neither draft nor withdrawn nor cancelled was submitted": ({"status": "submitted"}, {"reference": None}),
    "an application is withdrawn at a time or not": ({"status": "submitted"}, {"withdrawn_at": NOW}),
    "a draft is not submitted": ({"status": "submitted"}, {"status": "draft"}),
    "what the office entered says how and when it came": ({"entered_by__isnull": False}, {"came_by": ""}),
    "a rehearsal is never submitted": ({"is_rehearsal": True}, {"reference": "CII-2019-998"}),
    "one rehearsal per officer and post": ({"is_rehearsal": True}, {"draft_reference": "D-ANOTHER"}),
    "one late admission per organisation and call": ({}, {}),
    "a late admission is confirmed by somebody at a time": ({"confirmed_by__isnull": False}, {"confirmed_at": None}),
    "a late admission is confirmed by another person": (
        {"confirmed_by__isnull": False},
        {"confirmed_by": F("asked_by")},
    ),
    "a late admission has a reason": ({}, {"reason": ""}),
    "a salary is more than nothing": ({"status": "submitted"}, {"current_salary": 0}),
    "days are within a working week": ({"status": "submitted"}, {"days_per_week": 6}),
    "one save per section": ({}, {}),
    "one save per box": ({}, {}),
    "one answer per question": ({}, {}),
    "a candidate has a known status": ({"status": "confirmed"}, UNKNOWN),
    "one proposed secondee per application": ({"status": "confirmed"}, {"token_digest": "0" * 64}),
    "a confirmation says when and of what": ({"status": "confirmed"}, {"confirmed_digest": ""}),
    "who is asked has a link": ({"status": "confirmed"}, {"token_digest": None}),
    "a document has a known kind, and a redacted copy its original": ({"kind": "cv"}, {"kind": "photo"}),
    "a redacted copy is checked by somebody at a time": ({"kind": "cv"}, {"checked_by": F("received_from")}),
    "a name is opened once to an assessor": ({"assessor__isnull": False}, {}),
    "a name is opened once to all": ({"assessor": None}, {}),
    "a document was scanned at a time or not": ({"kind": "cv"}, {"scanned_at": NOW}),
    "what waits for the scan has a turn": ({"kind": "cv"}, {"scan": "waiting"}),
    "what was taken out no longer stands": ({"kind": "cv", "replaced_at": None}, {"taken_out_at": NOW}),
    "what is infected was taken out": ({"kind": "cv"}, {"scan": "infected", "scanned_at": NOW}),
    "one current document per kind": (
        {"kind": "cv", "replaced_at": None},
        {"id": "9b2f8a3e-3f3e-4f60-8f1d-0a6f0f6f0001"},
    ),
    "one declaration per person and application": ({}, {}),
    "a conflict of interest is explained": ({"has_conflict": True}, {"explanation": ""}),
    "one assessment per assessor and application": ({"status": "assigned"}, {}),
    "an assessment has a known status": ({"status": "begun"}, UNKNOWN),
    "an assessment is complete at a time or not": ({"status": "begun"}, {"status": "complete"}),
    "an assessment has a known recommendation or none yet": ({"status": "begun"}, {"recommendation": "odd"}),
    "one score per criterion": ({}, {}),
    "a score is from 0 to 4": ({}, {"score": 5}),
    "a message is for an organisation or for a person with a link": ({"party": "organisation"}, {"party": "secondee"}),
    "an answer to a message is dealt with by somebody after it came": ({}, {"dealt_with_at": NOW}),
    "a note mentions a person once": ({}, {}),
    "one joint view per application and party": ({}, {}),
    "a joint view has a known recommendation": ({}, {"recommendation": "odd"}),
    "a joint view is of funder or host": ({}, {"party": "other"}),
    "a resolution has a known recommendation or none": ({}, {"recommendation": "odd"}),
    "a score is revised at a time, from 0 to 4, or not": ({}, {"revised_score": 3}),
    "one picture per page of a document": ({}, {}),
    "a visit has a known status": ({"status": "proposed"}, UNKNOWN),
    "one coming visit per application": ({"status": "proposed"}, {"uid": "9b2f8a3e-3f3e-4f60-8f1d-0a6f0f6f0002"}),
    "a visit is held at a time or not": ({"status": "confirmed"}, {"status": "held"}),
    "one invitation per person and visit": ({}, {}),
    "a visit time has a known status": ({"status": "offered"}, UNKNOWN),
    "a visitor writes notes of a visit once": ({}, {}),
    "a visit time is taken by a visit or not": ({"status": "taken"}, {"visit": None}),
    "a visit time is withdrawn at a time or not": ({"status": "withdrawn"}, {"withdrawn_at": None}),
    "one offer per visit time and application": ({}, {}),
    # --- decisions and grants
    "a body has a name of its own in its programme": ({}, {"role": ""}),
    "one body for each role of a programme": ({"role__gt": ""}, {"name": "Another"}),
    "a seat ends no earlier than it begins": ({}, {"until_on": date(2019, 4, 30)}),
    "a person holds one seat on a body at a time": ({"until_on__isnull": True}, {"is_chair": False}),
    "one meeting of a body a day": ({}, {}),
    "one standard condition of a name": ({}, {}),
    "a body has one chair at a time": ({"is_chair": True}, {"person": "rival"}),
    "an agenda item is a case or has a title": ({"case": None}, {"title": ""}),
    "a case is on an agenda once": ({"case__isnull": False}, {}),
    "minutes are confirmed by another person": ({"confirmed_at__isnull": False}, {"confirmed_by": None}),
    "minutes have one line an item": ({}, {}),
    "a member is present once": ({}, {}),
    "a decision has a known status": ({"status": "recorded"}, UNKNOWN),
    "one pending decision per application": ({"status": "recorded"}, {}),
    "a decision is confirmed by another person": ({"status": "confirmed"}, {"confirmed_by": F("recorded_by")}),
    "what is confirmed or released was confirmed": ({"status": "recorded"}, {"status": "confirmed"}),
    "a decision is released by somebody at a time": ({"status": "confirmed"}, {"status": "released"}),
    "an award says post, days, months and start": ({"status": "recorded"}, {"post": None}),
    "only the reserve list is ranked, from 1": ({"status": "recorded", "outcome": "award"}, {"rank": 1}),
    "one funder per programme": ({}, {}),
    "one contribution of a name": ({}, {}),
    "a contribution is for a known kind of spending or any": ({}, {"kind": "odd"}),
    "one allocation of a contribution": ({}, {}),
    "an allocation is above zero": ({}, {"amount": 0}),
    "an allocation is confirmed by another person": ({}, {"confirmed_at": NOW}),
    "a ledger line has a known kind": ({"kind": "commitment"}, {"kind": "odd"}),
    "a ledger line is above zero, and its reversal below": ({"kind": "commitment"}, {"amount": 0}),
    "money comes from a contribution and goes to a grant": ({"kind": "commitment"}, {"grant": None}),
    "a payment is of an instalment": ({"kind": "commitment"}, {"kind": "payment"}),
    "reports are spread evenly or come every so many months": ({}, {"every_months": 3}),
    "a grant has a known status": ({"status": "offered"}, UNKNOWN),
    "a grant is not negative": ({"status": "offered"}, {"total": -1}),
    "a grant ends after it starts": ({"status": "offered"}, {"ends_on": F("starts_on")}),
    "a grant's days are within a week": ({"status": "offered"}, {"days_per_week": 6}),
    "what is agreed says since when": ({"status": "active"}, {"agreed_on": None}),
    "what goes beyond an offer was accepted": ({"status": "accepted"}, {"accepted_at": None}),
    "an offer is declined by somebody at a time": ({"status": "declined"}, {"declined_by": None}),
    "who agrees to another post was asked to": ({"status": "offered"}, {"person_agreed_at": NOW}),
    "an offer lapses after the day for its answer": ({"status": "declined"}, {"has_lapsed": True}),
    "another post is accepted once the proposed secondee agrees": ({"status": "accepted"}, {"answer_by_on": DAY}),
    "a variation has a known kind and ends after it starts": ({"kind": "extension"}, {"to_on": F("from_on")}),
    "an early end says what is to be returned": ({"kind": "early_end"}, {"unspent": None}),
    "an extension is not negative": ({}, {"total": -1}),
    "a budget line is not negative": ({}, {"amount": -1}),
    "one budget line per kind": ({"variation": None}, {}),
    "one budget line per kind of an extension": ({"variation__isnull": False}, {}),
    "one signature per party": ({"party": "funder"}, {"signed_by": "rival"}),
    "nobody signs for both parties": ({"party": "funder", "agreement__grant__status": "active"}, {"party": "other"}),
    "an instalment has a known status": ({"status": "paid"}, UNKNOWN),
    "one instalment per number": ({"status": "scheduled"}, {}),
    "an instalment is not negative": ({"status": "scheduled"}, {"amount": -1}),
    "what is prepared was prepared by somebody": ({"status": "prepared"}, {"prepared_at": None}),
    "what is approved was approved by somebody": ({"status": "approved"}, {"approved_at": None}),
    "what is paid was paid by somebody": ({"status": "paid"}, {"paid_at": None}),
    "who allows a payment says when and why": ({"overdue_allowed_at": None}, {"overdue_allowed_at": NOW}),
    "what is held back is due later": ({"status": "scheduled"}, {"held_back_on": date(2999, 1, 1)}),
    "an instalment is approved by another person": ({"status": "approved"}, {"approved_by": F("prepared_by")}),
    "an instalment is paid by a third person": ({"status": "paid"}, {"paid_by": F("approved_by")}),
    "what is approved goes into a bank account": ({"status": "approved"}, {"bank_account": None}),
    "a payment run has a known status": ({"status": "made"}, UNKNOWN),
    "one payment run per number": ({"status": "made"}, {}),
    "a paid run went to the bank and was paid by somebody": ({"status": "paid"}, {"payment_reference": ""}),
    "a payment run pays something": ({"status": "made"}, {"payments": 0}),
    "a repayment has a known status": ({"status": "asked"}, UNKNOWN),
    "a repayment is above zero": ({"status": "asked"}, {"amount": 0}),
    "a repayment is received by somebody on a day": ({"status": "received"}, {"received_on": None}),
    "a repayment is received by another person": ({"status": "received"}, {"received_by": F("asked_by")}),
    "a bank account has a known status": ({"status": "entered"}, UNKNOWN),
    "one bank account of a grant is approved": ({"status": "approved"}, {}),
    "one bank account of a grant is being checked": ({"status": "entered"}, {}),
    "a checked bank account says who was spoken to": ({"status": "checked"}, {"spoke_to": ""}),
    "an approved bank account was approved by somebody": ({"status": "approved"}, {"usable_from_on": None}),
    "a bank account is entered, checked and approved by three people": (
        {"status": "approved"},
        {"approved_by": F("checked_by")},
    ),
    "a report has a known status": ({"status": "submitted"}, UNKNOWN),
    "one report per number": ({"status": "due"}, {}),
    "a report past due was submitted by somebody": ({"status": "submitted"}, {"submitted_at": None}),
    "a returned report says why": ({"status": "returned"}, {"returned_reason": ""}),
    "a report is accepted by somebody at a time": ({"status": "accepted"}, {"accepted_by": None}),
    # --- placements
    "a placement has a known status": ({"status": "active"}, UNKNOWN),
    "a placement ends after it starts": ({"status": "active"}, {"ends_on": F("starts_on")}),
    "a placement's two managers are two people": ({"status": "active"}, {"home_manager": F("line_manager")}),
    "nobody manages their own placement": ({"status": "active"}, {"secondee": F("line_manager")}),
    "an active placement has its three people": ({"status": "active"}, {"secondee": None}),
    "a placement is ended at a time or not": ({"status": "active"}, {"ended_at": NOW}),
    "a placement that is called off never started, and says why": (
        {"status": "preparing"},
        {"status": "called_off", "ended_at": NOW},
    ),
    "an amendment has a known status and kind": ({"status": "asked"}, UNKNOWN),
    "one amendment per number": ({"status": "refused"}, {}),
    "one amendment of a grant at a time": ({"status": "asked"}, {"number": 99}),
    "an amendment is recorded by somebody, after everyone agreed": ({"status": "recorded"}, {"recorded_by": None}),
    "an amendment is confirmed by a person who neither asked nor recorded": (
        {"status": "confirmed"},
        {"confirmed_by": F("recorded_by")},
    ),
    "an amendment is in force since a moment": ({"status": "in_force"}, {"in_force_at": None}),
    "an amendment that came to nothing says when": ({"status": "refused"}, {"ended_at": None}),
    "a party consents once": ({"party": "host"}, {"given_by": "rival"}),
    "nobody consents for two parties": (
        {"party": "organisation", "amendment__status": "in_force"},
        {"party": "secondee"},
    ),
    "one signature per party of an amendment": ({"party": "funder"}, {"signed_by": "rival"}),
    "nobody signs an amendment for both parties": ({"party": "funder"}, {"party": "other"}),
    "a start step has a known status": ({"status": "open"}, UNKNOWN),
    "one start step per kind": ({"status": "open"}, {}),
    "a step done says when and by whom": ({"status": "recorded"}, {"happened_on": None}),
    "a waived step says why": ({"status": "waived"}, {"waived_reason": ""}),
    "a step is confirmed by the other side": ({"status": "recorded"}, {"confirmed_by": F("recorded_by")}),
    "a step of two sides is done when both have said so": (
        {"status": "recorded", "kind": "contract"},
        {"status": "done"},
    ),
    "of a step with an outcome nothing but its day is kept": ({"kind": "screening"}, {"note": "Some trouble."}),
    "one step of a programme per address": ({}, {}),
    "a step is not confirmed by the party that records it": ({}, {"confirmer": F("recorder")}),
    "a waiver is asked for by somebody at a time, before the step is settled": (
        {"waiver_asked_by__isnull": False},
        {"waiver_asked_at": None},
    ),
    "a milestone has a known status": ({}, UNKNOWN),
    "a sign-off has a known state": ({}, {"sign_off": "odd"}),
    "a sign-off asked for says since when": ({}, {"sign_off": "asked"}),
    "a sign-off given says when": ({}, {"sign_off": "given", "sign_off_asked_on": DAY}),
    "a milestone is done on a day or not": ({}, {"status": "done"}),
    "a concern says what it is": ({"view": "concern"}, {"text": ""}),
    "a concern is answered by somebody at a time": ({"view": "concern"}, {"answered_at": NOW, "answer": "Yes."}),
    "only a concern is answered, and in words": ({"view": "concern"}, {"answer": "Yes."}),
    "a message in confidence is answered by somebody at a time": ({"answered_at": None}, {"answered_at": NOW}),
    "a finding rests on evidence": ({}, {"evidence": ""}),
}

CONSTRAINTS = [
    pytest.param(model, constraint, id=f"{model.__name__}: {constraint.name}")
    for model in apps.get_models()
    if model._meta.app_label in OURS
    for constraint in model._meta.constraints
]


@pytest.fixture
def rows(cast):
    """What the cast has none of: an invitation, roles asked for, drafts, a funder, and an extension with a line."""
    active, submitted = cast.things["grant"]["active"], cast.things["application"]["submitted"]
    check = EligibilityItem.objects.create(call=submitted.call, subject="days", label="Days")
    opened = {"application": submitted, "opened_by": cast.officer, "opened_at": NOW}
    for assessor in (cast.declared, None):
        NameOpening.objects.create(assessor=assessor, **opened)
    EligibilityAnswer.objects.create(
        application=submitted, item=check, is_met=True, answered_by=cast.officer, answered_at=NOW
    )
    Invitation.objects.create(
        organisation=cast.organisation,
        email="new@example.org",
        token_digest="1" * 64,
        invited_by=cast.lead,
        invited_at=NOW,
        expires_at=NOW,
    )
    for role, programme in ((Role.LEARNING_PARTNER, active.programme), (Role.ADMINISTRATOR, None)):
        RoleRequest.objects.create(
            person=cast.rival, role=role, programme=programme, asked_by=cast.administrator, asked_at=NOW
        )
    committee = Body.objects.committee_of(active.programme)
    seat = Seat.objects.create(body=committee, person=cast.rival, from_on=DAY, until_on=DAY)
    Seat.objects.filter(person=cast.people["committee"]).update(is_chair=True)
    meeting = Meeting.objects.get_or_create(body=committee, held_on=DAY)[0]
    Attendance.objects.create(meeting=meeting, seat=seat)
    aside, facts = cast.things["application"]["aside"], {"role": Role.DIRECTOR, "named_at": NOW}
    Deputy.objects.create(application=aside, person=cast.finance, stands_for=cast.director, **facts)
    received = cast.things["expression of interest"]["received"]
    for expression in (None, received):
        ExpressionDraft.objects.create(
            programme=received.programme, person=cast.lead, expression=expression, saved_at=NOW
        )
    Funder.objects.get_or_create(programme=active.programme, organisation=active.programme.funder)
    elsewhere, award = cast.things["contribution"]["received"], cast.things["decision"]["confirmed"]
    chosen = {"amount": 1, "chosen_at": NOW, "chosen_by": cast.officer}
    Allocation.objects.create(decision=award, contribution=elsewhere, **chosen)
    facts = {"kind": "commitment", "amount": 1, "happened_on": DAY, "reason": "Awarded.", "recorded_at": NOW}
    LedgerLine.objects.create(contribution=elsewhere, grant=active, **facts)
    ReportSchedule.objects.create(programme=active.programme, number=2, set_at=NOW)
    ConditionTemplate.objects.create(programme=active.programme, label="Backfill", text="Name who covers the work.")
    ProgrammeStep.objects.create(programme=active.programme, kind="tour", title="Tour", recorder="lead")
    extension = Variation.objects.create(
        grant=active, from_on=DAY, to_on=date(2019, 6, 1), total=1, reason="More.", recorded_at=NOW
    )
    extension.lines.create(grant=active, kind="salary", amount=1, workings="1", position=1)
    return cast


def broken(rows, model, constraint):
    """Make the row that the constraint forbids."""
    where, changes = CASES[constraint.name]
    changes = {name: rows.people[value] if value == "rival" else value for name, value in changes.items()}
    row = model._base_manager.filter(**where).first()
    assert row is not None, f"the cast has no {model.__name__} with {where}"
    with bypass_triggers():  # what is frozen would be refused before it is checked
        if isinstance(constraint, models.CheckConstraint):
            model._base_manager.filter(pk=row.pk).update(**changes)
        else:
            row.pk, row._state.adding = None, True
            for name, value in changes.items():
                setattr(row, name, value)
            models.Model.save_base(row, raw=True, force_insert=True)


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS)
def test_the_database_refuses_a_row_that_cannot_be(model, constraint, rows):
    with pytest.raises(IntegrityError) as refusal:
        broken(rows, model, constraint)
    if isinstance(constraint, models.CheckConstraint) or connection.vendor == "postgresql":
        assert constraint.name[:63] in str(refusal.value)  # PostgreSQL keeps no more of a name
    elif constraint.fields:
        columns = ", ".join(
            f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in constraint.fields
        )
        assert str(refusal.value) == f"UNIQUE constraint failed: {columns}"


def test_every_case_belongs_to_a_constraint():
    assert set(CASES) == {param.values[1].name for param in CONSTRAINTS}
