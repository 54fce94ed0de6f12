"""Which payments and bank accounts a person sees, and which wait for their work."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.visibility import shows
from grants.lifecycle import (
    PAID_TO,
    PAYABLE,
    SETTLED,
    UNDER_CHECK,
    BankAccountStatus,
    GrantStatus,
    InstalmentStatus,
    PaymentRunStatus,
    RepaymentStatus,
    TrailEvent,
)
from grants.models import BankAccount, Grant, Instalment, PaymentRun, Repayment
from grants.models.payment import waits_for_report
from grants.rules import CASEWORKER, FUNDER_SIGNATORY, KEEPS_BANK_ACCOUNTS, READS_GRANTS, READS_SALARIES
from grants.visibility.grants import as_or_for, of_grants, own_organisations, without_conflict

Person = User | AnonymousUser
AHEAD = timedelta(days=30)  # payments are prepared this long before they are due


@shows(Instalment)
def visible_instalments(rows: QuerySet[Instalment], person: Person) -> QuerySet[Instalment]:
    return of_grants(rows, person, READS_GRANTS, "grant")


@shows(BankAccount)
def visible_bank_accounts(rows: QuerySet[BankAccount], person: Person) -> QuerySet[BankAccount]:
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    kept = Q(grant__programme__in=person.programmes_as(*KEEPS_BANK_ACCOUNTS))
    is_seen = kept & without_conflict(person, "grant__")
    return rows.filter(is_seen | Q(grant__organisation__in=own_organisations(person)))


@shows(Repayment)
def visible_repayments(rows: QuerySet[Repayment], person: Person) -> QuerySet[Repayment]:
    return of_grants(rows, person, READS_SALARIES, "grant")


@shows(PaymentRun)
def visible_payment_runs(rows: QuerySet[PaymentRun], person: Person) -> QuerySet[PaymentRun]:
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    conflicted = Instalment.objects.filter(run__isnull=False).exclude(without_conflict(person, "grant__"))
    rows = rows.filter(programme__in=person.programmes_as(*KEEPS_BANK_ACCOUNTS))
    return rows.exclude(pk__in=conflicted.values("run"))


# --- What waits ---


def _bank_accounts(person: User, status: BankAccountStatus) -> QuerySet[BankAccount]:
    rows = BankAccount.objects.filter(status=status, grant__programme__in=person.programmes_as(*KEEPS_BANK_ACCOUNTS))
    rows = rows.filter(without_conflict(person, "grant__"))
    return rows.exclude(grant__organisation__in=own_organisations(person)).exclude(entered_by=person)


def bank_accounts_to_check(person: User) -> QuerySet[BankAccount]:
    return _bank_accounts(person, BankAccountStatus.ENTERED)


def bank_accounts_to_approve(person: User) -> QuerySet[BankAccount]:
    return _bank_accounts(person, BankAccountStatus.CHECKED).exclude(checked_by=person)


def grants_without_bank_account(person: User) -> QuerySet[Grant]:
    """Grants of the person's organisations of which nobody said where they are to be paid."""
    known = BankAccount.objects.filter(
        grant=OuterRef("pk"),
        status__in=[*UNDER_CHECK, BankAccountStatus.APPROVED],
    )
    unpaid = Instalment.objects.filter(grant=OuterRef("pk")).exclude(status__in=SETTLED)
    rows = Grant.objects.filter(organisation__in=person.organisation_ids, status__in=PAID_TO, erased_at=None)
    return rows.filter(~Exists(known), Q(Exists(unpaid)) | Q(status=GrantStatus.ACCEPTED))


def _instalments(person: User, status: InstalmentStatus, role: Role) -> QuerySet[Instalment]:
    rows = Instalment.objects.filter(status=status, grant__status__in=PAYABLE)
    rows = rows.exclude(
        grant__in=BankAccount.objects.filter(checked_by=person, status=BankAccountStatus.APPROVED).values("grant")
    )
    return rows.filter(without_conflict(person, "grant__"), as_or_for(person, role, to="grant__"))


def instalments_to_prepare(person: User, today: date) -> QuerySet[Instalment]:
    """Those that are due, and those that were prepared ahead of their day and sent back."""
    sent_back = Entry.objects.filter(
        thing_type=Instalment._meta.label_lower,
        thing_id=Cast(OuterRef("pk"), CharField()),
        event=TrailEvent.INSTALMENT_REINSTATED,
    )
    is_wanted = Q(due_on__lte=today) | Q(Exists(sent_back), due_on__lte=today + AHEAD)
    return _instalments(person, InstalmentStatus.SCHEDULED, CASEWORKER).filter(is_wanted)


def instalments_to_approve(person: User, today: date) -> QuerySet[Instalment]:
    rows = _instalments(person, InstalmentStatus.PREPARED, FUNDER_SIGNATORY).exclude(prepared_by=person)
    return rows.exclude(waits_for_report(today))


def instalments_to_pay(person: User, today: date) -> QuerySet[Instalment]:
    rows = _instalments(person, InstalmentStatus.APPROVED, Role.FINANCE)
    return rows.exclude(prepared_by=person).exclude(approved_by=person).exclude(waits_for_report(today))


def payment_runs_to_pay(person: User, today: date) -> QuerySet[PaymentRun]:
    """Those whose file may be taken, and those whose file was taken: a report that came to be overdue holds no more."""
    held = Instalment.objects.filter(waits_for_report(today), run__isnull=False, run__taken_at=None)
    checked = BankAccount.objects.filter(checked_by=person, status=BankAccountStatus.APPROVED).values("grant")
    own = Instalment.objects.filter(Q(prepared_by=person) | Q(approved_by=person) | Q(grant__in=checked))
    rows = PaymentRun.objects.filter(status=PaymentRunStatus.MADE, programme__in=person.programmes_as(Role.FINANCE))
    rows = visible_payment_runs(rows, person).exclude(pk__in=held.values("run"))
    return rows.exclude(pk__in=own.filter(run__isnull=False).values("run"))


def repayments_to_receive(person: User) -> QuerySet[Repayment]:
    rows = Repayment.objects.filter(status=RepaymentStatus.ASKED).exclude(asked_by=person)
    finance = Q(grant__programme__in=person.programmes_as(Role.FINANCE))
    return rows.filter(finance, without_conflict(person, "grant__"))
