"""Every action as every member of the cast, against the written policy; and at every wrong status."""

import ast
import inspect
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Model

from applications.actions import (
    applications,
    assessments,
    calls,
    candidates,
    expressions,
    outcomes,
    shortlisting,
    visit_slots,
    visits,
)
from applications.models import Call
from cii.management.commands.write_docs import LIFECYCLES
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.rights.actions import access, corrections, erasures, requests, restrictions
from grants.actions import (
    bank_accounts,
    decisions,
    grants,
    instalments,
    payment_runs,
    payments_undone,
    repayments,
    reports,
)
from secondments.actions import amendments, placements, start_steps, workplans
from tests.applications.factories import ASSESSING, DECIDING, PUBLISHED, SUBMITTING, WRITING
from tests.applications.panel import VISITING
from tests.grants.factories import ACCEPTING, PAYING, RECORDING, RELEASING, REPORTING, WORDS
from tests.grants.factories import ENDING as CLOSING
from tests.promises.acts import accounts as accounts_acts
from tests.promises.acts import applications as applications_acts
from tests.promises.acts import governance as governance_acts
from tests.promises.acts import grants as grants_acts
from tests.promises.acts import learning as learning_acts
from tests.promises.acts import letters as letters_acts
from tests.promises.acts import rights as rights_acts
from tests.promises.acts import saved_lists as saved_lists_acts
from tests.promises.acts import secondments as secondments_acts
from tests.promises.policy import expected
from tests.promises.test_every_step import MODELS, as_it_is, row_at
from tests.rights.asked import ASKING
from tests.secondments.amending import ASKING as AMENDING
from tests.secondments.factories import DOING, ENDING, HAPPENED, PLANNING, STARTING
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
LATER = VISITING + timedelta(hours=2)

# By lifecycle and step: what is called, by whom, when, with what.
ACTIONS = {
    "Call for proposals": {
        "publish": (calls.publish, "officer", PUBLISHED, {}),
        "cancel": (calls.cancel, "officer", WRITING, {"reason": "No funds."}),
    },
    "Application": {
        "submit": (applications.submit, "lead", SUBMITTING, {}),
        "reopen": (applications.reopen, "lead", SUBMITTING, {}),
        "withdraw": (applications.withdraw, "lead", ASSESSING, {"reason": "Not now."}),
        "shortlist": (shortlisting.prepare_shortlist, "officer", ASSESSING, {}),
        "offer": (outcomes.offer, "officer", DECIDING, {}),
        "reserve": (outcomes.reserve, "officer", DECIDING, {}),
        "turn_down": (outcomes.turn_down, "officer", DECIDING, {}),
        "accept_offer": (outcomes.accept_offer, "officer", DECIDING, {}),
        "decline_offer": (outcomes.decline_offer, "officer", DECIDING, {}),
    },
    "Outcome of shortlisting": {
        "release": (lambda row, **facts: shortlisting.release([row], **facts), "officer", ASSESSING, {}),
        "undo": (lambda row, **facts: shortlisting.undo(row.application, **facts), "officer", ASSESSING, {}),
    },
    "Expression of interest": {
        "invite": (expressions.invite, "officer", WRITING, {"call": Call(), "text": "Do apply."}),
        "propose_other_work": (expressions.propose_other_work, "officer", WRITING, {"text": "A workshop."}),
        "put_off": (expressions.put_off, "officer", WRITING, {"text": "Not now."}),
        "withdraw": (expressions.withdraw, "lead", WRITING, {}),
    },
    "Proposed secondee": {
        "ask": (candidates.ask, "lead", WRITING, {}),
        "confirm": (candidates.confirm, None, WRITING, {"shown_digest": "2" * 64}),
        "decline": (candidates.decline, None, WRITING, {}),
        "withdraw": (candidates.withdraw, None, WRITING, {}),
    },
    "Assessment": {
        "begin": (assessments.declare, "assessor", ASSESSING, {"has_conflict": False, "explanation": ""}),
        "complete": (
            assessments.complete,
            "assessor",
            ASSESSING,
            {"overall_view": "Good.", "recommendation": "recommend"},
        ),
        "recuse": (assessments.recuse, "assessor", ASSESSING, {"explanation": "My sister works there."}),
    },
    "Assessment visit": {
        "confirm": (visits.confirm, "officer", ASSESSING, {}),
        "move": (
            visits.move,
            "officer",
            ASSESSING,
            {"starts_at": VISITING + timedelta(days=1), "place": "Elsewhere"},
        ),
        "hold": (visits.hold, "officer", LATER, {"attended": [], "absence_reason": "Ill.", "notes": ""}),
        "cancel": (visits.cancel, "officer", ASSESSING, {}),
    },
    "Visit time": {
        "withdraw": (visit_slots.withdraw, "officer", ASSESSING, {}),
    },
    "Decision": {
        "confirm": (decisions.confirm, "director", RECORDING, {}),
        "drop": (decisions.drop, "officer", RECORDING, {}),
        "release": (decisions.release, "officer", RELEASING, {}),
    },
    "Grant": {
        "accept": (grants.accept, "lead", ACCEPTING, {}),
        "decline": (grants.decline, "lead", ACCEPTING, {"reason": "They left."}),
        "lapse": (grants.lapse, "officer", ACCEPTING, {}),
        "activate": (grants.activate, "host", STARTING, {}),
        "close": (grants.close, "officer", CLOSING, {}),
        "end_early": (
            grants.end_early,
            "officer",
            REPORTING,
            {"ended_on": date(2019, 9, 30), "reason": "They left."},
        ),
    },
    "Instalment": {
        "prepare": (instalments.prepare, "second_officer", PAYING, {}),
        "approve": (instalments.approve, "director", PAYING, {}),
        "pay": (instalments.pay, "finance", PAYING, {"payment_reference": "BACS 1"}),
        "withhold": (instalments.withhold, "officer", PAYING, {"reason": "The report is late."}),
        "reinstate": (instalments.reinstate, "officer", PAYING, {}),
        "give_back": (
            payments_undone.give_back,
            "finance",
            PAYING,
            {"returned_on": PAYING.date(), "reference": "R 1"},
        ),
        "reverse": (payments_undone.reverse, "director", PAYING, {"reason": "Never sent."}),
    },
    "Payment run": {"pay": (payment_runs.pay, "finance", PAYING, {"payment_reference": "BACS 1"})},
    "Repayment": {
        "receive": (repayments.receive, "finance", PAYING, {"received_on": PAYING.date(), "reference": "BACS 1"}),
        "withdraw": (repayments.withdraw, "officer", PAYING, {}),
        "reverse": (repayments.reverse, "director", PAYING, {"reason": "Another charity's."}),
    },
    "Bank account": {
        "check": (bank_accounts.call_back, "finance", PAYING, {"spoke_to": "chair", "number_from": "chc"}),
        "approve": (bank_accounts.approve, "director", PAYING, {}),
        "refuse": (bank_accounts.refuse, "officer", PAYING, {"why_refused": "no_answer"}),
    },
    "Evaluation report": {
        "submit": (reports.submit, "lead", REPORTING, {"words": WORDS}),
        "give_back": (reports.give_back, "officer", REPORTING, {"reason": "Say how many."}),
        "accept": (reports.accept, "officer", REPORTING, {}),
    },
    "Placement": {
        "start": (placements.start, "host", STARTING, {}),
        "end": (placements.end, "host", ENDING, {}),
        "call_off": (placements.call_off, "host", PLANNING, {"reason": "The post is filled."}),
    },
    "Amendment": {
        "refuse": (amendments.refuse, "secondee", AMENDING, {"reason": "Not now."}),
        "record": (amendments.record, "officer", AMENDING, {}),
        "confirm": (amendments.confirm, "director", AMENDING, {}),
        "turn_down": (amendments.turn_down, "officer", AMENDING, {"reason": "Not now."}),
        "withdraw": (amendments.withdraw, "officer", AMENDING, {"reason": "Not now."}),
    },
    SAID.step_before_the_start: {
        "record": (start_steps.record, "host", DOING, {"happened_on": HAPPENED}),
        "confirm": (start_steps.confirm, "lead", DOING, {}),
        "waive": (start_steps.waive, "host", DOING, {"reason": "Not needed."}),
        "reopen": (start_steps.reopen, "host", DOING, {}),
    },
    "Data request": {
        "check_identity": (requests.check_identity, "officer", ASKING, {"how": "We called them back."}),
        "release": (access.release, "director", ASKING, {"handed_over": "by_hand"}),
        "finish": (corrections.finish, "director", ASKING, {"answer": "It is right."}),
        "restrict": (restrictions.restrict, "director", ASKING, {"answer": ""}),
        "lift": (restrictions.lift, "director", ASKING, {}),
        "prepare": (erasures.prepare_erasure, "director", ASKING, {}),
        "put_back": (erasures.put_back, "director", ASKING, {}),
        "erase": (erasures.erase, "second_officer", ASKING, {}),
        "refuse": (requests.refuse, "director", ASKING, {"reason": "It is the third."}),
        "withdraw": (requests.withdraw, "officer", ASKING, {}),
    },
    "Milestone": {
        step: (workplans.take_step, "manager", PLANNING, {"step": step}) for step in LIFECYCLES["Milestone"].steps
    },
    SAID.sign_off_of_a_milestone: {
        "ask": (workplans.ask_sign_off, "manager", PLANNING, {}),
        "give": (workplans.give_sign_off, "manager", PLANNING, {}),
        "refuse": (workplans.refuse_sign_off, "manager", PLANNING, {}),
    },
}
# No button leads there: a call is decided and archived by nobody yet, a grant is agreed by the second signature, a step of
# one side is complete when it is recorded. What follows from an event or from the clock has no button either.
WITHOUT_ACTION = {
    ("Call for proposals", "decide"),
    ("Call for proposals", "archive"),
    ("Grant", "agree"),
    ("Amendment", "complete"),
    ("Amendment", "take_effect"),
    ("Amendment", "lapse"),
    ("Application", "end_with_call"),
    ("Outcome of shortlisting", "drop"),
    ("Application", "stand"),
    ("Proposed secondee", "lapse"),
    ("Assessment", "close"),
    ("Assessment", "ask_again"),
    ("Visit time", "take"),
    ("Bank account", "replace"),
    ("Payment run", "void"),
    (SAID.step_before_the_start, "complete"),
}
# A second submit of what was handed in shows the first, wherever it stands by now.
SHOWS_THE_FIRST = {("Application", "submit")}

WRONG = [
    pytest.param(noun, step, status, id=f"{noun}: {step} when {status}")
    for noun, steps in ACTIONS.items()
    for step in steps
    for status in MODELS[noun][1]
    if status not in LIFECYCLES[noun].steps[step].sources
]


def test_every_step_has_its_action():
    tried = {(noun, step) for noun, steps in ACTIONS.items() for step in steps}
    assert tried | WITHOUT_ACTION == {(noun, step) for noun, table in LIFECYCLES.items() for step in table.steps}


def answer_of(action, row, **facts):
    """The sentence it is refused with; empty where it is not."""
    try:
        action(row, **facts)
    except Refused as refusal:
        return refusal.sentence
    return ""


@pytest.mark.parametrize(("noun", "step", "status"), WRONG)
def test_an_action_at_a_wrong_status_changes_nothing(noun, step, status, cast):
    action, part, at, facts = ACTIONS[noun][step]
    row, table = row_at(cast, noun, status), LIFECYCLES[noun]
    by = {} if part is None else {"by": row.assessor if part == "assessor" else cast.afresh(part)}
    before = as_it_is(row), Entry.objects.count(), Letter.objects.count()
    said = answer_of(action, row, **facts, **by, at=at)
    assert said.endswith(".") or (table.steps[step].target == status or (noun, step) in SHOWS_THE_FIRST)
    assert (as_it_is(row), Entry.objects.count(), Letter.objects.count()) == before


# --- Who: each action asks its permission first -------------------------------------------------------------------

APPS = {
    "core.letters": letters_acts,
    "core.accounts": accounts_acts,
    "core.rights": rights_acts,
    "core.saved_lists": saved_lists_acts,
    "core.governance": governance_acts,
    "applications": applications_acts,
    "grants": grants_acts,
    "secondments": secondments_acts,
    "learning": learning_acts,
}


def refusal_of(act, thing, person, cast):
    """The code of the refusal; empty where the action was taken. Everything is rolled back."""
    current = type(thing)._base_manager.get(pk=thing.pk) if isinstance(thing, Model) else thing
    with transaction.atomic():
        try:
            act.run(current, person, cast)
        except Refused as refusal:
            return refusal.code or refusal.sentence
        finally:
            transaction.set_rollback(True)
    return ""


@pytest.mark.parametrize("act", [act for app in APPS.values() for act in app.ACTS], ids=str)
def test_an_action_is_taken_by_exactly_those_whom_the_policy_names(act, cast, things):
    allowed = expected(act.noun, list(things[act.noun]))[act.permission, act.state]
    answers = {part: refusal_of(act, things[act.noun][act.state], cast.afresh(part), cast) for part in cast.people}
    assert answers == {part: "" if part in allowed else act.permission for part in cast.people}
    assert allowed


def public_actions(app):
    """(module.function, its first statement) of every action that is told who acts."""
    folder = Path(inspect.getfile(import_module(app))).parent
    for path in sorted([*folder.glob("actions.py"), *folder.glob("actions/*.py")]):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if "by" in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}:
                statements = [line for line in node.body if ast.get_docstring(node) is None or line is not node.body[0]]
                yield f"{path.stem}.{node.name}", ast.unparse(statements[0])


@pytest.mark.parametrize("app", APPS)
def test_every_action_begins_by_asking_its_permission(app):
    unasked = {name for name, first in public_actions(app) if not first.startswith("check(by, ")}
    assert unasked == set(APPS[app].WITHOUT_CHECK)


@pytest.mark.parametrize("app", APPS)
def test_every_permission_that_an_action_asks_is_tried(app):
    asked = {first.split("'")[1] for _, first in public_actions(app) if first.startswith("check(by, ")}
    assert asked == {act.permission for act in APPS[app].ACTS}
