"""Extensions of a running grant, costed like the award, for the added months only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from applications.budget import Line, months_between
from core import events
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import add_months, say_day
from core.lifecycle import Refused, require
from grants import letters
from grants.actions import instalments
from grants.actions.costs import extension_cost
from grants.instalments import schedule
from grants.lifecycle import GRANT, TrailEvent
from grants.models import BudgetLine, EvaluationReport, Grant, Instalment, Variation
from grants.models.report_schedule import Parts, rhythm_of

HALF_A_YEAR = 6  # months


@transaction.atomic
def extend(grant: Grant, *, to_on: date, reason: str, by: User, at: datetime) -> Variation:
    """Extend a running grant to a later last day.

    Called when both have signed the supplementary agreement, which asks who may. A grant is extended once, by at most
    the call's longest extension (12 months in the February 2019 call). Raises Refused, naming the field.
    """
    reason, from_on = reason.strip(), grant.ends_on + timedelta(days=1)
    require(bool(reason), "Enter the reason for the extension.", "reason")
    refuse_last_day(grant, to_on)
    lines = extension_cost(grant, from_on=from_on, to_on=to_on)
    total = total_of(lines)
    _move_end(grant, to_on, total, at)
    variation = Variation.objects.create(
        grant=grant, from_on=from_on, to_on=to_on, total=total, reason=reason, recorded_at=at, recorded_by=by
    )
    _add_lines(variation, lines)
    _add_instalments(variation)
    _add_reports(variation)
    instalments.move_held_back(grant, by=by, at=at)
    seal(grant, variation, at=at, is_extended=True)
    trail.record(TrailEvent.GRANT_EXTENDED, grant, by=by, at=at, new_last_day=to_on, reason=reason)
    letters.grant_extended(variation, at=at)
    events.publish(events.Event.GRANT_EXTENDED, grant, by=by, at=at)
    return variation


def refuse_extension(grant: Grant, _at: datetime | None = None) -> None:
    require(GRANT.allows(grant, "close"), "Only an active grant can be extended.", code="wrong_state")
    sentence = "This grant has already been extended. A grant can be extended only once."
    is_extended = grant.variations.filter(kind=Variation.Kind.EXTENSION).exists()
    require(not is_extended, sentence, code="extended")


def refuse_last_day(grant: Grant, to_on: date) -> None:
    """Raise Refused for an extension that is none, a second one, or longer than the call and the programme allow."""
    refuse_extension(grant)
    require(to_on > grant.ends_on, f"The grant ends on {say_day(grant.ends_on)}. Enter a later last day.", "last_on")
    if grant.post is not None:
        most = grant.post.call.longest_extension_months
        last = add_months(grant.ends_on + timedelta(days=1), most) - timedelta(days=1)
        sentence = f"The longest extension is {most} months. Enter {say_day(last)} or an earlier day."
        require(to_on <= last, sentence, "last_on")
    most = grant.programme.longest_months
    last = add_months(grant.starts_on, most) - timedelta(days=1)
    sentence = f"A secondment lasts at most {most} months. Enter {say_day(last)} or an earlier day."
    require(to_on <= last, sentence, "last_on", code="too_long")


def total_of(lines: Sequence[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def parts_of(grant: Grant, from_on: date, to_on: date) -> Parts:
    """What the reports on the added months cover, and when they are due: as those of the award.

    Of reports that are spread evenly there is one on half a year or less.
    """
    rhythm = rhythm_of(grant.programme_id, grant.offered_at)
    parts = rhythm.parts(from_on, to_on)
    if rhythm.every_months is None and months_between(from_on, to_on) <= HALF_A_YEAR:
        return [(from_on, to_on, parts[-1][2])]
    return parts


def _move_end(grant: Grant, to_on: date, added: Decimal, at: datetime) -> None:
    # Compare and set on the last day: of two extensions at once only one is added.
    running = Grant.objects.filter(pk=grant.pk, status=grant.status, ends_on=grant.ends_on)
    if not running.update(ends_on=to_on, total=grant.total + added, changed_at=at):
        sentence = "Someone else has just changed this grant. Reload the page to see its dates."
        raise Refused(sentence, code="changed_meanwhile")
    grant.refresh_from_db()


def _add_lines(variation: Variation, lines: Sequence[Line]) -> None:
    grant = variation.grant
    BudgetLine.objects.bulk_create(
        BudgetLine(
            grant=grant, variation=variation, kind=line.kind, amount=line.amount, workings=line.workings, position=place
        )
        for place, line in enumerate(lines, start=grant.lines.count() + 1)
    )


def _add_instalments(variation: Variation) -> None:
    grant, months = variation.grant, months_between(variation.from_on, variation.to_on)
    before = grant.instalments.count()
    Instalment.objects.bulk_create(
        Instalment(grant=grant, number=before + part.number, due_on=part.due_on, amount=part.amount)
        for part in schedule(variation.total, months, variation.from_on)
    )


def _add_reports(variation: Variation) -> None:
    """Ask for reports on the added months; the reports before stay as they are."""
    before = variation.grant.reports.count()
    EvaluationReport.objects.bulk_create(
        EvaluationReport(grant=variation.grant, number=number, covers_from_on=first, covers_to_on=last, due_on=due_on)
        for number, (first, last, due_on) in enumerate(
            parts_of(variation.grant, variation.from_on, variation.to_on), start=before + 1
        )
    )
