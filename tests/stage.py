"""What the cast has beyond applications: decisions, grants, payments, reports, placements and findings in every state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from applications.actions import applications as application_actions
from applications.actions import equality, expressions
from applications.models import EqualityLink
from core.accounts.links import digest
from core.accounts.models import Programme
from core.governance.actions import agenda, meetings, minutes
from core.governance.models import Body, Meeting, Seat
from core.letters.actions import change_wording
from core.letters.actions.to_many import send_mailing, write_mailing
from core.letters.mailings import recipients
from core.letters.models import EmailChoice
from core.saved_lists.actions import save_list, share_list
from grants.actions import (
    bank_accounts,
    contributions,
    holding,
    instalments,
    payment_runs,
    payments_undone,
    repayments,
)
from grants.actions import grants as grant_actions
from grants.actions import reports as report_actions
from grants.lifecycle import DecisionStatus, GrantStatus
from grants.models import Funder, Grant, Instalment, PaymentRun
from learning.actions import answer_in_confidence, record_change, record_finding, tell_in_confidence
from secondments.actions import organisation_views, start_steps, workplans
from secondments.models import Amendment
from tests.applications import factories as applications
from tests.cast import Cast, handed_in, visit
from tests.grants import factories as grants
from tests.secondments import amending
from tests.secondments import factories as placements

# --- Decisions, grants, payments, reports ----------------------------------------------------


def all_decisions(cast: Cast) -> None:
    """One in each status (released: the reserve list), and one on an application that was withdrawn afterwards."""
    withdrawn, waiting = handed_in(cast), handed_in(cast)
    recorded = grants.recorded(withdrawn)
    application_actions.withdraw(withdrawn, reason="Not now.", by=cast.lead, at=grants.RECORDING)
    recorded.refresh_from_db()
    reserve = grants.decision_at(DecisionStatus.RELEASED, application=handed_in(cast), outcome="reserve")
    cast.things["decision"] = {
        "dropped": grants.decision_at(DecisionStatus.DROPPED, application=waiting),
        "recorded": grants.recorded(waiting),
        "confirmed": grants.confirmed(handed_in(cast)),
        "released": reserve,
        "on a withdrawn one": recorded,
    }
    cast.things["meeting"] = all_meetings(cast, reserve.meeting)
    programme = reserve.meeting.body.programme
    cast.things["body"] = {"advisory": Body.objects.create(programme=programme, name="Advisory Board")}
    cast.things["visit"]["confirmed"] = visit(cast, waiting, "confirmed")
    cast.things["application"]["reserve"] = applications.fresh(reserve.application)


def all_meetings(cast: Cast, deciding: Meeting) -> dict[str, Meeting]:
    """The meeting that decided, and earlier ones: with an agenda, with drafted minutes, and with confirmed ones."""
    rows = {"of_the_committee": deciding}
    for weeks, name in enumerate(("planned", "drafted", "minuted"), start=1):
        rows[name] = grants.meeting(grants.MEETING - timedelta(weeks=weeks))
        agenda.add_item(rows[name], title="Matters arising", by=cast.officer, at=grants.RECORDING)
    since = grants.MEETING - timedelta(weeks=4)
    seat = Seat.objects.create(body=deciding.body, person=cast.people["committee"], from_on=since)
    agenda.add_cases(rows["drafted"], cases=[handed_in(cast)], by=cast.officer, at=grants.RECORDING)
    for name in ("drafted", "minuted"):
        meetings.record_attendance(rows[name], present=[seat], by=cast.officer, at=grants.RECORDING)
        texts = dict.fromkeys(rows[name].agenda.values_list("pk", flat=True), "Noted.")
        minutes.draft(rows[name], texts=texts, by=cast.officer, at=grants.RECORDING)
    grants.minutes_confirmed(rows["minuted"])
    return rows


def all_grants(cast: Cast) -> None:
    """One in each status (three of them with placements), and the application it came from; payments and reports."""
    alone = (GrantStatus.OFFERED, GrantStatus.DECLINED, GrantStatus.ACCEPTED, GrantStatus.ENDED_EARLY)
    rows = {str(status): grants.grant_at(status, application=handed_in(cast)) for status in alone}
    rows |= {
        name: placement.grant
        for name, placement in zip(("closed", "active", "agreed"), all_placements(cast), strict=True)
    }
    close(rows["closed"])
    cast.things["grant"] = {name: grants.fresh(row) for name, row in rows.items()}
    for name, grant in {"offered": "offered", "accepted": "accepted", "offer_declined": "declined"}.items():
        cast.things["application"][name] = applications.fresh(rows[grant].decision.application)
    cast.things["agreement"] = {"prepared": grants.prepared(rows["accepted"]), "signed": rows["agreed"].agreement}
    bank_accounts_of(cast, rows["accepted"], rows["active"])
    payments_and_reports(cast, rows["active"], rows["ended_early"], rows["closed"])
    cast.things["amendment"] = all_amendments(cast)


def all_amendments(cast: Cast) -> dict[str, Amendment]:
    """One in each status: of the grants with placements, of two without, and of the one that ended early."""
    grant, early = cast.things["grant"], {"kind": "early_end", "last_on": amending.SHORTENED}
    rows = {"in_force": grant["ended_early"].amendments.get()}
    for status in ("refused", "withdrawn", "lapsed", "asked"):
        rows[status] = amending.amendment_at(status, grant=grants.fresh(grant["active"]))
    rows["confirmed"] = amending.amendment_at("confirmed", grant=grants.fresh(grant["agreed"]), **early)
    for status in ("agreed", "recorded"):
        alone = grants.grant_at(GrantStatus.AGREED, application=handed_in(cast))
        rows[status] = amending.amendment_at(status, grant=alone, **early)
    return {status: amending.current(row) for status, row in rows.items()}


def bank_accounts_of(cast: Cast, accepted: Grant, active: Grant) -> None:
    """A bank account in each status."""
    rows = {"refused": grants.account_entered(accepted, by=cast.lead)}
    bank_accounts.refuse(rows["refused"], why_refused="no_answer", by=cast.director, at=grants.ACCEPTING)
    rows["replaced"] = grants.account_entered(accepted, by=cast.signatory)
    rows["entered"] = grants.account_entered(accepted, by=cast.lead)
    other = grants.grant_at(GrantStatus.ACCEPTED, application=handed_in(cast))
    rows["checked"] = grants.account_entered(other, by=cast.lead)
    checker = {"by": grants.bank_checker(), "at": grants.ACCEPTING}
    bank_accounts.call_back(rows["checked"], spoke_to="treasurer", number_from="chc", **checker)
    rows["approved"] = active.bank_accounts.get()
    cast.things["bank account"] = {status: type(row).objects.get(pk=row.pk) for status, row in rows.items()}


def close(grant: Grant) -> None:
    """Have everything paid and every report accepted, and the grant closed."""
    for instalment in grant.instalments.all():
        grants.paid(instalment)
    for report in grant.reports.all():
        grants.report_accepted(report)
    grant_actions.close(grant, by=applications.officer(), at=grants.ENDING)


def payments_and_reports(cast: Cast, running: Grant, ended: Grant, closed: Grant) -> None:
    """Instalments and evaluation reports in each status."""
    parts = list(running.instalments.all())
    grants.paid(parts[0])
    grants.approved(parts[1])
    instalments.prepare(parts[2], by=cast.officer, at=grants.PAYING)
    withheld = ended.instalments.filter(status="withheld").last()
    states = ("paid", "approved", "prepared", "scheduled", "withheld")
    cast.things["instalment"] = dict(zip(states, [*parts, withheld], strict=True))
    cast.things["instalment"] |= payments_undone_of(cast, ended)
    cast.things["payment run"] = payment_runs_of(cast, cast.things["grant"]["agreed"])
    cast.things["repayment"] = repayments_of(cast, closed)
    reports = {
        "due": running.reports.get(number=2),
        "submitted": running.reports.get(number=1),
        "returned": ended.reports.get(number=1),
    }
    for status in ("submitted", "returned"):
        report_actions.submit(reports[status], words=grants.WORDS, by=cast.lead, at=grants.REPORTING)
    holding.allow(parts[3], reason="Their office was flooded.", by=cast.officer, at=grants.ENDING)
    report_actions.give_back(reports["returned"], reason="Say how many.", by=cast.officer, at=grants.REPORTING)
    cast.things["report"] = {**reports, "accepted": closed.reports.get(number=1)}


def payments_undone_of(cast: Cast, ended: Grant) -> dict[str, Any]:
    """Two payments of a grant that ended: one was recorded by mistake, one came back from the bank."""
    mistaken, returned = (grants.paid(row) for row in ended.instalments.filter(status="scheduled")[:2])
    payments_undone.reverse(mistaken, reason="Never sent.", by=cast.director, at=grants.PAYING)
    facts = {"returned_on": grants.PAYING.date(), "reference": "R 1", "by": cast.finance, "at": grants.PAYING}
    payments_undone.give_back(returned, **facts)
    return {"reversed": mistaken, "returned": returned}


def payment_runs_of(cast: Cast, grant: Grant) -> dict[str, Any]:
    """A run that is to be paid, one that was paid, and one that a change made void."""
    changed, later = grant.instalments.all()[:2]
    facts = {"by": cast.finance, "at": grants.PAYING}
    void = payment_runs.make([grants.approved(changed)], **facts)
    instalments.reinstate(Instalment.objects.get(pk=changed.pk), by=cast.officer, at=grants.PAYING)
    made = payment_runs.make([grants.approved(Instalment.objects.get(pk=changed.pk))], **facts)
    allowed = {"reason": "Their office was flooded.", "by": cast.officer, "at": grants.ENDING}
    holding.allow(made.instalments.get(), **allowed)  # its file is taken at any time
    paid = payment_runs.make([grants.approved(later)], **facts)
    payment_runs.take(paid, **facts)
    payment_runs.pay(paid, payment_reference="BACS 9", **facts)
    return {name: PaymentRun.objects.get(pk=row.pk) for name, row in (("made", made), ("paid", paid), ("void", void))}


def repayments_of(cast: Cast, grant: Grant) -> dict[str, Any]:
    """Money asked back in each status."""
    at = grants.PAYING
    rows = {
        status: repayments.ask(grant, amount=Decimal(100), reason="Not spent.", by=cast.officer, at=at)
        for status in ("asked", "received", "withdrawn", "reversed")
    }
    for status in ("received", "reversed"):
        facts = {"received_on": at.date(), "reference": f"BACS {status}", "by": cast.finance, "at": at}
        repayments.receive(rows[status], **facts)
    repayments.reverse(rows["reversed"], reason="Another charity's.", by=cast.director, at=at)
    repayments.withdraw(rows["withdrawn"], by=cast.officer, at=at)
    return rows


def all_contributions(cast: Cast) -> None:
    """The own organisation's contribution to the other programme came in half: the cast's own keeps no ledger."""
    other, by, own = Programme.objects.get(slug="other"), cast.other_officer, cast.organisation
    Funder.objects.create(programme=other, organisation=own)
    facts = {"funder": own, "amount": Decimal(1000), "pledged_on": grants.MEETING, "by": by, "at": grants.RECORDING}
    row = contributions.record(other, label="Elsewhere 2019", **facts)
    half = {"amount": Decimal(500), "received_on": grants.MEETING, "reference": "BACS 1"}
    receipt = contributions.receive(row, **half, by=by, at=grants.RECORDING)
    cast.things["contribution"] = {"received": row}
    cast.things["ledger line"] = {"receipt": receipt}


# --- Placements and learning -----------------------------------------------------------------


def all_placements(cast: Cast) -> list[Any]:
    """One in each status, all of one secondee with one home manager; steps before the start in each status."""
    emails = {"secondee_email": "sana@example.org", "home_manager_email": "holly@example.org"}
    rows: dict[str, Any] = {}
    for status in ("ended", "active", "preparing"):
        grant = grants.grant_at(GrantStatus.AGREED, application=handed_in(cast))
        rows[status] = placements.placement_at(status, grant=grant, **emails)
    cast.people |= {"secondee": rows["active"].secondee, "home_manager": rows["active"].home_manager}
    preparing = rows["preparing"]
    steps = {
        kind: placements.step_of(preparing, kind)
        for kind in ("contract", "release", "screening", "role_meeting", "managers_meeting")
    }
    facts = {"at": placements.DOING}
    start_steps.record(steps["contract"], happened_on=placements.HAPPENED, by=cast.host, **facts)
    start_steps.record(steps["release"], happened_on=placements.HAPPENED, by=cast.lead, **facts)
    start_steps.waive(steps["screening"], reason="Screened last year.", by=cast.host, **facts)
    start_steps.ask_waiver(steps["role_meeting"], reason="They know each other.", by=cast.host, **facts)
    names = {"recorded": "contract", "done": "release", "waived": "screening", "open": "managers_meeting"}
    names["waiver asked"] = "role_meeting"
    cast.things["start step"] = {status: steps[kind] for status, kind in names.items()}
    active = rows["active"]
    milestone = placements.milestone(active)
    workplans.take_step(milestone, step="begin", by=cast.manager, at=placements.PLANNING)
    placements.milestone(active, title="Write it up", needs_sign_off=False)
    view = organisation_views.say_view(
        active, view="concern", text="Too much at once.", seen_version=None, by=cast.lead, at=placements.PLANNING
    )
    cast.things["milestone"] = {"under way": milestone}
    cast.things["view"] = {"concern": view}
    cast.things["placement"] = {status: placements.fresh(row) for status, row in rows.items()}
    return list(rows.values())


def all_learning(cast: Cast) -> None:
    """A finding of the programme."""
    facts = {"by": cast.learning, "at": grants.ENDING}
    finding = record_finding(
        applications.programme(), statement="Sign-off is slow.", evidence="Nine interviews.", strand=None, **facts
    )
    record_change(finding, what="Ask earlier.", since_on=grants.ENDING.date(), **facts)
    cast.things["finding"] = {"recorded": finding}
    told = {"words": "Nobody asks us.", "by": cast.lead, "at": grants.ENDING}
    rows = {name: tell_in_confidence(applications.programme(), **told) for name in ("answered", "waiting")}
    answer_in_confidence(rows["answered"], answer="I will ask.", **facts)
    rows["answered"].refresh_from_db()
    cast.things["message in confidence"] = rows


# --- Expressions of interest, equality -------------------------------------------------------


def all_interest(cast: Cast) -> None:
    """An expression of interest in each status, one with a conversation; equality answers counted, and a link unused."""
    rows = {
        status: applications.expression_at(status, organisation=cast.organisation)
        for status in ("withdrawn", "other_work", "not_now", "invited", "received")
    }
    spoken_on = (applications.WRITING - timedelta(days=1)).date()
    expressions.note(
        rows["received"], spoken_on=spoken_on, text="They called.", by=cast.officer, at=applications.WRITING
    )
    cast.things["expression of interest"] = rows | {
        "rival's": applications.an_expression(cast.rival.memberships.get().organisation)
    }
    call = cast.things["call"]["published"]
    question = applications.equality_questions()[0]
    used = EqualityLink.objects.create(call=call, token_digest=digest("used"))
    equality.answer(used, {question.pk: question.choices[0]}, at=applications.SUBMITTING)
    rolling = applications.published_call(kind="rolling", closes_at=None)  # whose links work to this day
    EqualityLink.objects.create(call=rolling, token_digest=digest("equal"))


def all_wordings(cast: Cast) -> None:
    """An email in the office's words which none of the cast has been sent."""
    facts: dict[str, Any] = {"subject": "Soon: {when}", "body": "Hello\n\nWe come on {when}.", "number": 0}
    wording = change_wording(
        cast.things["call"]["published"].programme,
        "applications.visit_soon",
        **facts,
        by=cast.officer,
        at=applications.WRITING,
    )
    cast.things["wording"] = {"worded": wording}


def all_saved_lists(cast: Cast) -> None:
    """A list that the office shares, an officer's own and an assessor's own."""
    facts: dict[str, Any] = {"listing": "applications.application", "address": "status__exact=shortlisted"}
    programme, at = cast.things["call"]["published"].programme, applications.WRITING
    cast.things["saved list"] = {
        "shared": share_list(programme, **facts, name="Shortlisted", by=cast.officer, at=at),
        "officer's": save_list(**facts, name="To read again", by=cast.officer, at=at),
        "assessor's": save_list(**facts, name="Mine to score", by=cast.people["undeclared"], at=at),
    }


def all_mailings(cast: Cast) -> None:
    """An email to many that is not sent, and one that was."""
    facts: dict[str, Any] = {"calls": [], "statuses": ["application:shortlisted"], "parts": ["lead"]}
    facts |= {"subject": "A date for you", "body": "Hello {name}\n\nWe meet in May."}
    programme = cast.things["call"]["published"].programme
    by = {"by": cast.officer, "at": applications.WRITING}
    EmailChoice.objects.create(person=cast.editor, topic="proposed", way="daily")
    draft = write_mailing(programme, **facts, **by)
    sent = write_mailing(programme, **facts, **by)
    send_mailing(sent, count=len([one for one in recipients(sent, cast.officer) if not one.left_out]), **by)
    cast.things["mailing"] = {"draft": draft, "sent": sent}
