"""The grants of a programme as at the end of a day: from the trail, the ledger and dated facts, not today's status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast

from core.accounts.models import Programme, User
from core.audit.models import Entry
from core.dates import at_london, say_day
from core.visibility import visible
from grants.funding import ZERO
from grants.lifecycle import ENDED, GrantStatus, InstalmentStatus, RepaymentStatus, TrailEvent
from grants.models import BankAccount, Grant, Instalment, LedgerLine, Repayment, Variation

STATUS_AFTER: dict[str, GrantStatus | InstalmentStatus] = {
    TrailEvent.GRANT_ACTIVE: GrantStatus.ACTIVE,
    TrailEvent.GRANT_CLOSED: GrantStatus.CLOSED,
    TrailEvent.GRANT_ENDED_EARLY: GrantStatus.ENDED_EARLY,
    TrailEvent.INSTALMENT_PREPARED: InstalmentStatus.PREPARED,
    TrailEvent.INSTALMENT_APPROVED: InstalmentStatus.APPROVED,
    TrailEvent.INSTALMENT_PAID: InstalmentStatus.PAID,
    TrailEvent.INSTALMENT_WITHHELD: InstalmentStatus.WITHHELD,
    TrailEvent.INSTALMENT_REINSTATED: InstalmentStatus.SCHEDULED,
    TrailEvent.INSTALMENT_RETURNED: InstalmentStatus.RETURNED,
    TrailEvent.INSTALMENT_REVERSED: InstalmentStatus.REVERSED,
}
STEP = {
    InstalmentStatus.SCHEDULED: "preparation",
    InstalmentStatus.PREPARED: "approval",
    InstalmentStatus.APPROVED: "payment",
}
OFF_THE_SCHEDULE = {
    InstalmentStatus.WITHHELD: "withheld: until it is rescheduled",
    InstalmentStatus.RETURNED: "to be rescheduled: the bank returned it",
    InstalmentStatus.REVERSED: "to be rescheduled: it was recorded by mistake",
}


@dataclass(frozen=True)
class PaymentThen:
    """An instalment as it stood, and what it waited for; "" once it was paid."""

    instalment: Instalment
    status: InstalmentStatus
    waits_for: str

    @property
    def amount(self) -> Decimal:
        return self.instalment.amount

    @property
    def is_paid(self) -> bool:
        return self.status == InstalmentStatus.PAID

    @property
    def is_withheld(self) -> bool:
        return self.status == InstalmentStatus.WITHHELD


@dataclass(frozen=True)
class GrantThen:
    """A grant as it stood: awarded = paid − recovered + to pay + unspent."""

    grant: Grant
    status: GrantStatus
    total: Decimal
    recovered: Decimal
    payments: list[PaymentThen]

    @property
    def awarded(self) -> Decimal:
        return ZERO if self.status == GrantStatus.DECLINED else self.total

    @property
    def paid(self) -> Decimal:
        return sum((row.amount for row in self.payments if row.is_paid), ZERO)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def unpaid(self) -> list[PaymentThen]:
        """What was not paid; withheld payments of a grant that had ended were not due any more."""
        return [row for row in self.payments if not row.is_paid and not (self.has_ended and row.is_withheld)]

    @property
    def to_pay(self) -> Decimal:
        """As the ledger has it: of a running grant all that was awarded and not paid, withheld or not."""
        return sum((row.amount for row in self.unpaid), ZERO) if self.has_ended else self.awarded - self.paid

    @property
    def unspent(self) -> Decimal:
        return self.awarded - self.paid + self.recovered - self.to_pay

    @property
    def is_documented(self) -> bool:
        return not self.grant.is_illustrative


class AsAt:
    """The grants of a programme that a person sees, as they stood at the end of a day; in a fixed number of queries."""

    def __init__(self, programme: Programme, person: User, day: date) -> None:
        self.day = day
        self.end: datetime = at_london(day + timedelta(days=1), time())
        self.seen = visible(Grant.objects.filter(programme=programme), person)

    @cached_property
    def grants(self) -> list[GrantThen]:
        rows = self.seen.filter(offered_at__lt=self.end).select_related("organisation").order_by("offered_at", "pk")
        found = []
        for grant in rows:
            status = self._status_of(grant)
            recovered = sum((row.amount for row in self._repayments[grant.pk]), ZERO)
            added = sum((one.total for one in self._variations[grant.pk] if one.recorded_at >= self.end), ZERO)
            payments = [self._payment(row) for row in self._instalments[grant.pk] if self._was_there(grant, row)]
            found.append(GrantThen(grant, status, grant.total - added, recovered, payments))
        return found

    @cached_property
    def _instalments(self) -> dict[int, list[Instalment]]:
        return _by_grant(Instalment.objects.filter(grant__in=self.seen.values("pk")).order_by("due_on", "number"))

    @cached_property
    def _variations(self) -> dict[int, list[Variation]]:
        return _by_grant(Variation.objects.filter(grant__in=self.seen.values("pk"), kind=Variation.Kind.EXTENSION))

    @cached_property
    def _accounts(self) -> dict[int, list[BankAccount]]:
        rows = BankAccount.objects.filter(grant__in=self.seen.values("pk"), entered_at__lt=self.end)
        return _by_grant(rows.defer("sealed_details").order_by("entered_at", "pk"))

    @cached_property
    def _repayments(self) -> dict[int, list[Repayment]]:
        """Those that had come in, and whose record was not reversed yet."""
        rows = Repayment.objects.filter(grant__in=self.seen.values("pk"), received_on__lte=self.day)
        reversed_then = {"status": RepaymentStatus.REVERSED, "ended_at__lt": self.end}
        return _by_grant(rows.exclude(**reversed_then))

    @cached_property
    def _last(self) -> dict[tuple[str, str], str]:
        """The last step of each grant and instalment by then, from the trail."""
        steps: dict[tuple[str, str], str] = {}
        instalments = Instalment.objects.filter(grant__in=self.seen.values("pk"))
        for rows in (self.seen, instalments):
            for thing, key, event in self._entries(rows):
                steps[thing, key] = event
        return steps

    def _entries(self, rows: QuerySet[Any]) -> Iterable[tuple[str, str, str]]:
        keys = rows.order_by().annotate(key=Cast("pk", CharField())).values("key")
        label = rows.model._meta.label_lower
        lines = Entry.objects.filter(thing_type=label, thing_id__in=keys, event__in=STATUS_AFTER, at__lt=self.end)
        return lines.order_by("at", "pk").values_list("thing_type", "thing_id", "event")

    def _step_of(self, thing: Model) -> GrantStatus | InstalmentStatus | None:
        event = self._last.get((thing._meta.label_lower, str(thing.pk)))
        return STATUS_AFTER[event] if event else None

    @cached_property
    def _in_ledger(self) -> dict[int, Decimal]:
        """What the ledger had as paid of each instalment that it had a line of."""
        lines = LedgerLine.objects.filter(grant__in=self.seen.values("pk"), instalment__isnull=False)
        return {key: one.paid for key, one in lines.up_to(self.day).positions("instalment").items()}

    def _status_of(self, grant: Grant) -> GrantStatus:
        if grant.declined_at and grant.declined_at < self.end:
            return GrantStatus.DECLINED
        if isinstance(step := self._step_of(grant), GrantStatus):
            return step
        if grant.agreed_on and grant.agreed_on <= self.day:
            return self._from_before(grant) if grant.decision_id is None else GrantStatus.AGREED
        is_accepted = grant.accepted_at is not None and grant.accepted_at < self.end
        return GrantStatus.ACCEPTED if is_accepted else GrantStatus.OFFERED

    def _from_before(self, grant: Grant) -> GrantStatus:
        """Of a grant from before this service, whose steps no trail tells: by its own dates."""
        if grant.ended_on and grant.ended_on <= self.day:
            return GrantStatus(grant.status)
        return GrantStatus.ACTIVE if grant.starts_on <= self.day else GrantStatus.AGREED

    def _was_there(self, grant: Grant, row: Instalment) -> bool:
        """Whether it was scheduled by then: with the agreement, or with the extension that added its months."""
        added = [one.recorded_at for one in self._variations[grant.pk] if one.from_on <= row.owed_on]
        if added:
            return max(added) < self.end
        return grant.agreed_on is not None and grant.agreed_on <= self.day

    def _payment(self, row: Instalment) -> PaymentThen:
        step = self._step_of(row)
        if isinstance(step, InstalmentStatus):
            status = step
        else:
            is_paid = row.paid_at is not None and row.paid_at < self.end
            status = InstalmentStatus.PAID if is_paid else InstalmentStatus.SCHEDULED
        # A return counts from the day when the bank gave the money back, which the ledger has.
        if status == InstalmentStatus.PAID and self._in_ledger.get(row.pk, row.amount) < row.amount:
            status = InstalmentStatus.RETURNED
        return PaymentThen(row, status, self._waits_for(row, status))

    def _waits_for(self, row: Instalment, status: InstalmentStatus) -> str:
        if status == InstalmentStatus.PAID:
            return ""
        if status in OFF_THE_SCHEDULE:
            return OFF_THE_SCHEDULE[status]
        if status == InstalmentStatus.SCHEDULED and row.due_on > self.day:
            return "its due day"
        return "; ".join(part for part in (STEP[status], self._bank_wait(row)) if part)

    def _bank_wait(self, row: Instalment) -> str:
        """What is missing before the account is in use; "" when it was, and for what needed none."""
        current = [one for one in self._accounts[row.grant_id] if one.ended_at is None or one.ended_at >= self.end]
        approved = next((one for one in current if one.approved_at and one.approved_at < self.end), None)
        if approved is not None:
            day = approved.usable_from_on or date.max
            return "" if day <= self.day else f"the new bank details can be used from {say_day(day)}"
        if row.is_from_before:
            return ""
        if not current:
            return "bank details from the organisation"
        is_checked = current[-1].checked_at is not None and current[-1].checked_at < self.end
        return "approval of the bank details" if is_checked else "a call-back about the bank details"


def _by_grant(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.grant_id].append(row)
    return found
