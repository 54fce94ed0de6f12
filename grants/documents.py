"""What goes into papers: the funding agreement, the advice of a payment; what agenda and minutes say of a case."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from applications.models import Application, Interest
from core.audit import trail
from core.dates import london, say_day
from core.documents import store
from core.documents.models import GeneratedDocument
from core.governance.agenda import OnAgenda
from core.governance.models import Meeting
from core.letters import page_texts
from core.lifecycle import Refused
from grants.lifecycle import DecisionStatus, InstalmentStatus, TrailEvent
from grants.models import Agreement, Decision, Grant, Instalment
from grants.models.payment import planned
from grants.models.report import reports_due
from grants.periods import GRANT_FILE
from grants.rules import FUNDER_SIGNATORY

UNDONE = {
    InstalmentStatus.RETURNED: "This payment did not stand: the bank returned it.",
    InstalmentStatus.REVERSED: "This payment did not stand: it was recorded by mistake, and the amount was not paid.",
}


def agreement(grant: Grant, *, prepared_at: datetime) -> GeneratedDocument:
    """Request the funding agreement as a PDF, with its content as it is now."""
    html, name = agreement_html(grant, prepared_at=prepared_at), f"Funding agreement {grant.reference}.pdf"
    return store.request(grant, "agreement", html, name=name, at=prepared_at, is_frozen=True)


def signed(digest: str) -> Agreement | None:
    """The funding agreement whose file has this SHA-256, once anyone has signed it."""
    found = Agreement.objects.filter(sha256=digest, signatures__sha256=digest).distinct()
    return found.select_related("grant__organisation", "grant__programme__funder").first()


def agreement_html(grant: Grant, *, prepared_at: datetime) -> str:
    """The funding agreement: parties, sums, plan of payments, conditions, reports, how it is signed."""
    return render_to_string("grants/agreement.pdf.html", agreement_context(grant, prepared_at=prepared_at))


def agreement_context(grant: Grant, *, prepared_at: datetime) -> dict[str, Any]:
    if grant.post is None:
        raise Refused("This grant has no post, so we cannot prepare an agreement.")
    plan = planned(grant)
    programme, lines = grant.programme, list(grant.lines.all())
    once = {"backfill": programme.cover_name, "management_fee": "management"}
    return {
        "grant": grant,
        "site_name": programme.name,
        "programme": programme,
        "funder": programme.funder,
        "host": programme.host,
        "organisation": grant.organisation,
        "call": grant.post.call,
        "director": programme.title_of(FUNDER_SIGNATORY),
        "lines": lines,
        "paid": {line.kind for line in lines},
        "paid_once": [words for kind, words in once.items() if any(line.kind == kind for line in lines)],
        "plan": plan,
        "held_back": next((part for part in plan if part.held_back_on), None),
        "reports": reports_due(grant),
        "conditions": grant.condition_list,
        "records_kept": GRANT_FILE,
        "prepared_on": london(prepared_at).date(),
        "own": _own_words(grant),
    }


def remittance(instalment: Instalment, *, at: datetime) -> GeneratedDocument:
    """Request the remittance advice of a payment: what was paid into which account, and whether it stood."""
    html = render_to_string("grants/remittance.pdf.html", remittance_context(instalment))
    name = f"Remittance advice {instalment.grant.reference} {instalment.number}.pdf"
    kind = f"remittance {instalment.number}"
    return store.request(instalment.grant, kind, html, name=name, at=at, is_awaited=True)


def remittance_context(instalment: Instalment) -> dict[str, Any]:
    grant, programme = instalment.grant, instalment.grant.programme
    return {
        "site_name": programme.name,
        "programme": programme,
        "funder": programme.funder,
        "organisation": grant.organisation,
        "grant": grant,
        "instalment": instalment,
        "undone": UNDONE.get(InstalmentStatus(instalment.status), ""),
        "returned": _returned(instalment) if instalment.status == InstalmentStatus.RETURNED else {},
    }


def _returned(instalment: Instalment) -> dict[str, str]:
    """The day and the bank's reference of the last return, as the trail has them."""
    told = trail.history(instalment).filter(event=TrailEvent.INSTALMENT_RETURNED).last()
    return told.detail if told else {}


def _own_words(grant: Grant) -> dict[str, str]:
    """The parts of the agreement that the office words, as they are now: the prepared document keeps them."""
    facts = {
        "organisation": grant.organisation,
        "records_kept": GRANT_FILE,
        "longest_extension": grant.post.call.longest_extension_months if grant.post else "",
    }
    said = page_texts.said_of(grant.programme, page_texts.AGREEMENT, **facts)
    return {name.partition(".")[2]: words for name, words in said.items()}


# --- on the agenda of a meeting, and in its minutes ---


def stepping_out(keys: Iterable[int]) -> dict[int, set[int]]:
    """Who takes no part in deciding on these applications, by the keys of both: conflicted, or of the organisation."""
    found: dict[int, set[int]] = defaultdict(set)
    wanted = list(keys)
    conflicted = Interest.objects.binding().filter(application__in=wanted).values_list("application", "person")
    own = Application.objects.filter(pk__in=wanted, organisation__memberships__isnull=False)
    for application, person in (*conflicted, *own.values_list("pk", "organisation__memberships__person")):
        found[application].add(person)
    return found


def on_agenda(keys: Iterable[int], meeting: Meeting) -> dict[int, OnAgenda]:
    wanted = list(keys)
    out = stepping_out(wanted)
    decided = Decision.objects.filter(meeting=meeting, application__in=wanted).exclude(status=DecisionStatus.DROPPED)
    decisions = {one.application_id: one for one in decided.select_related("post")}
    return {
        row.pk: OnAgenda(
            label=f"{row}, {row.organisation}",
            url=reverse("admin:applications_application_change", args=[row.pk]),
            out=frozenset(out.get(row.pk, ())),
            decision=in_words(decisions[row.pk]) if row.pk in decisions else "",
            is_open=row.pk in decisions and decisions[row.pk].is_pending_confirmation,
        )
        for row in Application.objects.filter(pk__in=wanted).select_related("organisation", "call")
    }


def in_words(decision: Decision) -> str:
    said = decision.get_outcome_display()
    if decision.is_award and decision.days_per_week is not None and decision.starts_on is not None:
        days = f"{decision.days_per_week.normalize():f} days a week"
        said += f", {decision.post}, {days} for {decision.months} months from {say_day(decision.starts_on)}"
    if decision.rank:
        said += f", place {decision.rank}"
    conditions = f" Conditions: {decision.conditions}" if decision.conditions else ""
    return f"{said}.{conditions} Reasons: {decision.reasons}"
