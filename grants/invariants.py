"""What grants, agreements and payments must keep to."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Max, Q, Sum, Value
from django.db.models.functions import Coalesce

from applications.lifecycle import Status
from core.dates import london
from core.money.fields import MoneyField
from core.months import add_months
from grants.actions import ledger
from grants.actions.allocations import purpose_of, source_of
from grants.lifecycle import AWARDED, GrantStatus
from grants.models import (
    Agreement,
    BankAccount,
    Contribution,
    Decision,
    EvaluationReport,
    Grant,
    Instalment,
    LedgerLine,
    PaymentRun,
    Repayment,
    Signature,
)
from grants.models.pool import positions_of
from grants.models.report_schedule import LONGEST_COVERED

IN_BLOCKS = 2000


def breaches(_now: datetime) -> Iterator[str]:
    yield from _sums()
    yield from _reports()
    yield from _payments()
    yield from _bank_accounts()
    yield from _payment_runs()
    yield from _signatures()
    yield from _outcomes()
    yield from _origins()
    yield from _fund()


def _sums() -> Iterator[str]:
    of_lines = Grant.objects.annotate(of_lines=Sum("lines__amount")).exclude(of_lines=F("total"))
    for reference in of_lines.values_list("reference", flat=True).iterator(IN_BLOCKS):
        yield f"{reference}: the lines do not add up to the total"
    scheduled = Grant.objects.annotate(parts=Count("instalments"), of_parts=Sum("instalments__amount"))
    differ = scheduled.filter(parts__gt=0).exclude(of_parts=F("total"))
    for reference in differ.values_list("reference", flat=True).iterator(IN_BLOCKS):
        yield f"{reference}: the instalments do not add up to the total"
    latest = Max("variations__to_on", filter=Q(variations__kind="extension"))
    extended = Grant.objects.annotate(latest=latest).filter(latest__isnull=False)
    for reference in extended.exclude(latest=F("ends_on")).values_list("reference", flat=True).iterator(IN_BLOCKS):
        yield f"{reference}: its last day is not that of its extension"


def _reports() -> Iterator[str]:
    """No report covers more than a year."""
    for report in EvaluationReport.objects.select_related("grant").iterator(IN_BLOCKS):
        if report.covers_to_on >= add_months(report.covers_from_on, LONGEST_COVERED):
            yield f"{report}: it covers more than a year"


def _payments() -> Iterator[str]:
    """Nothing is prepared or paid before a signed agreement."""
    moved = Instalment.objects.exclude(status="scheduled").select_related("grant")
    for instalment in moved.exclude(grant__status__in=AWARDED).iterator(IN_BLOCKS):
        yield f"{instalment}: touched although the grant is {instalment.grant.get_status_display()}"
    signed = Instalment.objects.filter(paid_at__isnull=False).annotate(
        signed=Max("grant__agreement__signatures__signed_at")
    )
    for instalment in signed.filter(paid_at__lt=F("signed")).select_related("grant").iterator(IN_BLOCKS):
        yield f"{instalment}: paid before the agreement was signed"


def _bank_accounts() -> Iterator[str]:
    """What was paid went into an account of its grant that others had checked and approved some days before."""
    for account in BankAccount.objects.select_related("grant").iterator(IN_BLOCKS):
        if not account.is_as_entered:
            yield f"{account}: its details are not those that were entered"
    moved = Instalment.objects.filter(status__in=["approved", "paid"], bank_account__isnull=False)
    for instalment in moved.select_related("grant", "bank_account").iterator(IN_BLOCKS):
        used = instalment.bank_account
        if used is None:
            continue
        if used.grant_id != instalment.grant_id or used.approved_at is None or used.usable_from_on is None:
            yield f"{instalment}: its bank account was not approved for this grant"
        elif instalment.approved_at and london(instalment.approved_at).date() < used.usable_from_on:
            yield f"{instalment}: approved before its bank account could be used"
        if used.checked_by_id in {instalment.prepared_by_id, instalment.approved_by_id, instalment.paid_by_id}:
            yield f"{instalment}: whoever checked its bank account took part in the payment"


def _payment_runs() -> Iterator[str]:
    """A run that is to be paid or was paid holds the payments that it was made of."""
    rows = PaymentRun.objects.filter(status="made").annotate(
        held=Count("instalments"), of_held=Coalesce(Sum("instalments__amount"), Value(0), output_field=MoneyField())
    )
    for run in rows.exclude(held=F("payments"), of_held=F("total")):
        yield f"{run}: it does not hold the payments that it was made of"


def _signatures() -> Iterator[str]:
    """A signature is of the document that is stored; an agreed grant made here has both."""
    other = Signature.objects.exclude(sha256=F("agreement__sha256")).select_related("agreement__grant")
    for signature in other.iterator(IN_BLOCKS):
        yield f"{signature.agreement.grant}: a signature is of another document"
    half = Agreement.objects.annotate(signed=Count("signatures")).filter(grant__status__in=AWARDED, signed__lt=2)
    for half_signed in half.select_related("grant").iterator(IN_BLOCKS):
        yield f"{half_signed.grant}: agreed with fewer than two signatures"
    changed = Agreement.objects.filter(document__isnull=False).exclude(sha256__in=["", F("document__sha256")])
    for agreement in changed.select_related("grant").iterator(IN_BLOCKS):
        yield f"{agreement}: its hash is not that of its document"
    without = Agreement.objects.filter(signatures__isnull=False, document=None, grant__erased_at=None)
    for agreement in without.select_related("grant").distinct().iterator(IN_BLOCKS):
        yield f"{agreement.grant}: the signed agreement has no document"


def _outcomes() -> Iterator[str]:
    pairs = {GrantStatus.OFFERED: Status.OFFERED, GrantStatus.DECLINED: Status.OFFER_DECLINED}
    awards = Decision.objects.filter(outcome="award", status="released").select_related("application", "grant")
    seen = ("application__reference", "application__draft_reference", "application__status", "grant__status")
    missing = Decision.objects.filter(outcome="award", status="released", grant=None).select_related("application")
    for decision in missing.iterator(IN_BLOCKS):
        yield f"{decision.application}: its award was released and there is no grant"
    for decision in awards.filter(grant__isnull=False).only("outcome", "status", *seen).iterator(IN_BLOCKS):
        expected = pairs.get(GrantStatus(decision.grant.status), Status.ACCEPTED)
        if decision.application.status != expected:
            yield f"{decision.application}: {decision.application.status} although its grant is {decision.grant.status}"


def _origins() -> Iterator[str]:
    made = Grant.objects.filter(decision__isnull=False)
    same = Q(
        organisation=F("decision__application__organisation"),
        programme=F("decision__application__call__programme"),
        post=F("decision__post"),
    )
    for reference in made.exclude(same).values_list("reference", flat=True).iterator(IN_BLOCKS):
        yield f"{reference}: its organisation, programme or post is not that of its decision"


def _fund() -> Iterator[str]:
    """No contribution pays more than came in; restricted money pays for its purpose; the ledger agrees with grants."""
    for contribution, one in positions_of(Contribution.objects.select_related("goal", "strand")):
        if not 0 <= one.paid <= one.committed <= one.received <= one.pledged:
            yield f"{contribution}: more is paid than committed, committed than received, or received than pledged"
    lines = LedgerLine.objects.filter(kind=LedgerLine.Kind.COMMITMENT).select_related(
        "contribution", "grant__post__call"
    )
    restricted = ~Q(contribution__goal=None) | ~Q(contribution__strand=None) | ~Q(contribution__kind="")
    for line in lines.filter(restricted).iterator(IN_BLOCKS):
        grant = line.grant
        purpose = purpose_of(grant.post.call if grant and grant.post else None)
        if not source_of(line.contribution, 0).may_pay(purpose):
            yield f"{grant}: “{line.contribution}” is {line.contribution.restriction}"
    paid_back = Repayment.objects.filter(status="received").values_list("grant").annotate(total=Sum("amount"))
    paid_back_of = dict(paid_back.order_by())
    by_grant = LedgerLine.objects.exclude(grant=None).positions("grant")
    paid = Instalment.objects.filter(status="paid").values_list("grant").annotate(total=Sum("amount"))
    recovered = LedgerLine.objects.filter(kind="recovery").values_list("grant").annotate(total=Sum("amount"))
    paid_of, recovered_of = dict(paid.order_by()), dict(recovered.order_by())
    for grant in Grant.objects.filter(ledger__isnull=False).distinct().iterator(IN_BLOCKS):
        one = by_grant[grant.pk]
        if recovered_of.get(grant.pk, 0) != paid_back_of.get(grant.pk, 0):
            yield f"{grant}: the ledger recovers another amount than its repayments"
        if one.committed != ledger.needed(grant):
            yield f"{grant}: the ledger commits another amount than it needs"
        if one.paid != paid_of.get(grant.pk, 0) - recovered_of.get(grant.pk, 0):
            yield f"{grant}: the ledger pays another amount than its instalments"
