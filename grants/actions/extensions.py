"""Extensions: re-costed with the engine of the award, for the added months only."""

from datetime import date, datetime, timedelta

from django.db import transaction

from applications.budget import months_between
from core.accounts.models import User
from core.accounts.rules import is_funder_officer
from core.audit import trail
from core.dates import add_months, say_day
from core.lifecycle import Refused
from grants.actions import letters
from grants.actions.costs import extension_cost
from grants.actions.once import require
from grants.instalments import schedule
from grants.lifecycle import GRANT, ReportStatus
from grants.models import BudgetLine, EvaluationReport, Grant, Instalment, Variation


@transaction.atomic
def extend(grant: Grant, *, to_on: date, reason: str, by: User, at: datetime) -> Variation:
    """Extend a running grant to a later last day: salary, enhancement and on-costs, never backfill and fee again.

    A placement has one extension, of at most the call's longest (twelve months in the February 2019 call). Raises
    Refused, naming the field.
    """
    require(is_funder_officer(by), "Only a grants officer or the director extends a grant.")
    from_on = grant.ends_on + timedelta(days=1)
    if grant.post is None:
        raise Refused("This grant has no post on record, so an extension cannot be worked out.")
    most = grant.post.call.longest_extension_months
    require(bool(reason.strip()), "Write why the grant is extended.", "reason")
    require(GRANT.allows(grant, "close"), "Only a running grant is extended.")
    require(not grant.variations.exists(), "This grant has been extended before, and may be extended once.")
    require(to_on > from_on, f"The grant runs to {say_day(grant.ends_on)}. Enter a later last day.", "to_on")
    last = add_months(from_on, most) - timedelta(days=1)
    sentence = f"The longest extension is {most} months. Enter {say_day(last)} or an earlier day."
    require(to_on <= last, sentence, "to_on")
    if grant.current_salary is None:
        raise Refused("This grant has no salary on record, so an extension cannot be worked out.")
    lines = extension_cost(
        grant.post.call,
        current_salary=grant.current_salary,
        wants_enhancement=grant.wants_enhancement,
        days_per_week=grant.days_per_week,
        from_on=from_on,
        to_on=to_on,
    )
    total = sum((line.amount for line in lines), start=lines[0].amount * 0)
    # Compare and set on the last day: two extensions at once cannot both be added.
    running = Grant.objects.filter(pk=grant.pk, status=grant.status, ends_on=grant.ends_on)
    if not running.update(ends_on=to_on, total=grant.total + total, changed_at=at):
        raise Refused("This grant was changed by somebody else a moment ago. Reload the page to see where it stands.")
    grant.refresh_from_db()
    facts = {"from_on": from_on, "to_on": to_on, "total": total, "reason": reason.strip()}
    variation = Variation.objects.create(grant=grant, recorded_at=at, recorded_by=by, **facts)
    first = grant.lines.count() + 1
    BudgetLine.objects.bulk_create(
        BudgetLine(
            grant=grant, variation=variation, kind=line.kind, amount=line.amount, workings=line.workings, position=place
        )
        for place, line in enumerate(lines, start=first)
    )
    paid_before = grant.instalments.count()
    Instalment.objects.bulk_create(
        Instalment(grant=grant, number=paid_before + part.number, due_on=part.due_on, amount=part.amount)
        for part in schedule(total, months_between(from_on, to_on), from_on)
    )
    _move_last_report(grant, from_on, to_on)
    trail.record("grant extended", grant, by=by, at=at, new_last_day=to_on, reason=reason.strip())
    letters.members("extended", grant, key=f"extended:{variation.pk}", at=at, variation=variation)
    return variation


def _move_last_report(grant: Grant, from_on: date, to_on: date) -> None:
    """The last report moves with the end; when it has been handed in already, one more is asked for."""
    due_on = add_months(to_on, 1)
    last = grant.reports.order_by("-number").first()
    if last is not None and last.status == ReportStatus.DUE:
        grant.reports.filter(pk=last.pk).update(covers_to_on=to_on, due_on=due_on)
        return
    number = last.number + 1 if last else 1
    EvaluationReport.objects.create(
        grant=grant, number=number, covers_from_on=from_on, covers_to_on=to_on, due_on=due_on
    )
