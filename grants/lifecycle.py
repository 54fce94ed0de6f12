"""The statuses of decisions, grants, instalments and evaluation reports, and the steps between them."""

from django.db.models import TextChoices

from core.lifecycle import Lifecycle, Step


class DecisionStatus(TextChoices):
    """A decision of the Grants Committee: recorded by one person, confirmed by another, then released."""

    RECORDED = "recorded", "recorded"
    CONFIRMED = "confirmed", "confirmed"
    RELEASED = "released", "released"
    DROPPED = "dropped", "dropped"


DECISION = Lifecycle(
    start=DecisionStatus.RECORDED,
    steps={
        "confirm": Step(sources=(DecisionStatus.RECORDED,), target=DecisionStatus.CONFIRMED),
        "release": Step(sources=(DecisionStatus.CONFIRMED,), target=DecisionStatus.RELEASED),
        "drop": Step(sources=(DecisionStatus.RECORDED, DecisionStatus.CONFIRMED), target=DecisionStatus.DROPPED),
    },
)


class GrantStatus(TextChoices):
    """A grant, from offer to close."""

    OFFERED = "offered", "offered"
    ACCEPTED = "accepted", "accepted"
    AGREED = "agreed", "agreed"
    ACTIVE = "active", "active"
    CLOSED = "closed", "closed"
    DECLINED = "declined", "offer declined"
    ENDED_EARLY = "ended_early", "ended early"


# Both parties have signed: the award is published.
AWARDED = (GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.CLOSED, GrantStatus.ENDED_EARLY)
ENDED = (GrantStatus.CLOSED, GrantStatus.ENDED_EARLY)

# Instalments are prepared, approved and paid. A grant that ended early still owes what fell due by its last day.
PAYABLE = (GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.ENDED_EARLY)

# The organisation says where its payments go.
PAID_TO = (GrantStatus.ACCEPTED, *PAYABLE)

GRANT = Lifecycle(
    start=GrantStatus.OFFERED,
    steps={
        "accept": Step(sources=(GrantStatus.OFFERED,), target=GrantStatus.ACCEPTED),
        "decline": Step(sources=(GrantStatus.OFFERED,), target=GrantStatus.DECLINED),
        "lapse": Step(sources=(GrantStatus.OFFERED,), target=GrantStatus.DECLINED, verb="let lapse"),
        "agree": Step(sources=(GrantStatus.ACCEPTED,), target=GrantStatus.AGREED),
        "activate": Step(sources=(GrantStatus.AGREED,), target=GrantStatus.ACTIVE),
        "close": Step(sources=(GrantStatus.ACTIVE,), target=GrantStatus.CLOSED),
        "end_early": Step(sources=(GrantStatus.AGREED, GrantStatus.ACTIVE), target=GrantStatus.ENDED_EARLY),
    },
)


class InstalmentStatus(TextChoices):
    SCHEDULED = "scheduled", "scheduled"
    PREPARED = "prepared", "prepared"
    APPROVED = "approved", "approved"
    PAID = "paid", "paid"
    WITHHELD = "withheld", "withheld"
    RETURNED = "returned", "returned by the bank"
    REVERSED = "reversed", "recorded by mistake"


SETTLED = (InstalmentStatus.PAID, InstalmentStatus.WITHHELD)

# On their way to be paid.
PENDING = (InstalmentStatus.SCHEDULED, InstalmentStatus.PREPARED, InstalmentStatus.APPROVED)
# A payment was recorded, though it may not have stood.
ONCE_PAID = (InstalmentStatus.PAID, InstalmentStatus.RETURNED, InstalmentStatus.REVERSED)

INSTALMENT = Lifecycle(
    start=InstalmentStatus.SCHEDULED,
    steps={
        "prepare": Step(sources=(InstalmentStatus.SCHEDULED,), target=InstalmentStatus.PREPARED),
        "approve": Step(sources=(InstalmentStatus.PREPARED,), target=InstalmentStatus.APPROVED),
        "pay": Step(sources=(InstalmentStatus.APPROVED,), target=InstalmentStatus.PAID),
        "withhold": Step(
            sources=(
                *(InstalmentStatus.SCHEDULED, InstalmentStatus.PREPARED, InstalmentStatus.APPROVED),
                *(InstalmentStatus.RETURNED, InstalmentStatus.REVERSED),
            ),
            target=InstalmentStatus.WITHHELD,
        ),
        "reinstate": Step(
            sources=(
                *(InstalmentStatus.PREPARED, InstalmentStatus.APPROVED, InstalmentStatus.WITHHELD),
                *(InstalmentStatus.RETURNED, InstalmentStatus.REVERSED),
            ),
            target=InstalmentStatus.SCHEDULED,
        ),
        "give_back": Step(sources=(InstalmentStatus.PAID,), target=InstalmentStatus.RETURNED),
        "reverse": Step(sources=(InstalmentStatus.PAID,), target=InstalmentStatus.REVERSED),
    },
)


class PaymentRunStatus(TextChoices):
    """Approved payments that go to the bank in one file."""

    MADE = "made", "to be paid"
    PAID = "paid", "paid"
    VOID = "void", "void"


PAYMENT_RUN = Lifecycle(
    start=PaymentRunStatus.MADE,
    steps={
        "pay": Step(sources=(PaymentRunStatus.MADE,), target=PaymentRunStatus.PAID),
        "void": Step(sources=(PaymentRunStatus.MADE,), target=PaymentRunStatus.VOID),
    },
)


class RepaymentStatus(TextChoices):
    """Unspent money that an organisation is asked to pay back."""

    ASKED = "asked", "asked for"
    RECEIVED = "received", "received"
    WITHDRAWN = "withdrawn", "withdrawn"
    REVERSED = "reversed", "recorded by mistake"


REPAYMENT = Lifecycle(
    start=RepaymentStatus.ASKED,
    steps={
        "receive": Step(sources=(RepaymentStatus.ASKED,), target=RepaymentStatus.RECEIVED),
        "withdraw": Step(sources=(RepaymentStatus.ASKED,), target=RepaymentStatus.WITHDRAWN),
        "reverse": Step(sources=(RepaymentStatus.RECEIVED,), target=RepaymentStatus.REVERSED),
    },
)


class BankAccountStatus(TextChoices):
    """Where payments of a grant go: entered by the organisation, called back by one person, approved by another."""

    ENTERED = "entered", "to be checked"
    CHECKED = "checked", "to be approved"
    APPROVED = "approved", "approved"
    REFUSED = "refused", "refused"
    REPLACED = "replaced", "replaced"


UNDER_CHECK = (BankAccountStatus.ENTERED, BankAccountStatus.CHECKED)

BANK_ACCOUNT = Lifecycle(
    start=BankAccountStatus.ENTERED,
    steps={
        "check": Step(sources=(BankAccountStatus.ENTERED,), target=BankAccountStatus.CHECKED),
        "approve": Step(sources=(BankAccountStatus.CHECKED,), target=BankAccountStatus.APPROVED),
        "refuse": Step(sources=(*UNDER_CHECK, BankAccountStatus.APPROVED), target=BankAccountStatus.REFUSED),
        "replace": Step(sources=(*UNDER_CHECK, BankAccountStatus.APPROVED), target=BankAccountStatus.REPLACED),
    },
)


class ReportStatus(TextChoices):
    DUE = "due", "due"
    SUBMITTED = "submitted", "submitted"
    RETURNED = "returned", "returned"
    ACCEPTED = "accepted", "accepted"


# With the organisation, which has to write or change the report.
AWAITED = (ReportStatus.DUE, ReportStatus.RETURNED)

# With the funder: others than its organisation may read the report.
HANDED_IN = (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED)

REPORT = Lifecycle(
    start=ReportStatus.DUE,
    steps={
        "submit": Step(sources=(ReportStatus.DUE, ReportStatus.RETURNED), target=ReportStatus.SUBMITTED),
        "give_back": Step(sources=(ReportStatus.SUBMITTED,), target=ReportStatus.RETURNED),
        "accept": Step(sources=(ReportStatus.SUBMITTED,), target=ReportStatus.ACCEPTED),
    },
)


class TrailEvent(TextChoices):
    """What the trail says was done; code compares members, never the words."""

    REPORT_SCHEDULE_SET = "report schedule set"
    DECISION_RECORDED = "decision recorded"
    DECISION_CONFIRMED = "decision confirmed"
    DECISION_DROPPED = "decision dropped"
    DECISION_RELEASED = "decision released"
    OUTCOME_PUBLISHED = "outcome of a call published"
    CALL_TAKEN = "dossiers of the call taken"
    DOSSIER_MADE = "dossier made"
    GRANT_OFFERED = "grant offered"
    OTHER_POST_AGREED = "proposed secondee agreed to another post"
    ANSWER_DAY_MOVED = "more time to answer given"
    OFFER_ACCEPTED = "offer accepted"
    OFFER_DECLINED = "offer declined"
    OFFER_LAPSED = "offer lapsed without an answer"
    AGREEMENT_PREPARED = "agreement prepared"
    AGREEMENT_READY = "agreement ready to sign"
    AGREEMENT_SIGNED = "agreement signed"
    GRANT_AGREED = "grant agreed"
    GRANT_ACTIVE = "grant active"
    GRANT_EXTENDED = "grant extended"
    GRANT_CLOSED = "grant closed"
    GRANT_ENDED_EARLY = "grant ended early"
    INSTALMENT_PREPARED = "instalment prepared"
    INSTALMENT_APPROVED = "instalment approved"
    INSTALMENT_ALLOWED = "payment allowed although a report is overdue"
    INSTALMENT_PAID = "instalment paid"
    INSTALMENT_WITHHELD = "instalment withheld"
    INSTALMENT_REINSTATED = "instalment reinstated"
    INSTALMENT_MOVED = "held-back payment moved with the final report"
    INSTALMENT_RETURNED = "instalment returned by the bank"
    INSTALMENT_REVERSED = "record of a payment reversed"
    PAYMENT_RUN_MADE = "payment run made"
    PAYMENT_RUN_TAKEN = "file for the bank taken"
    PAYMENT_RUN_PAID = "payment run paid"
    PAYMENT_RUN_VOID = "payment run void"
    BANK_ACCOUNT_ENTERED = "bank details entered"
    BANK_ACCOUNT_CHECKED = "bank details checked by call-back"
    BANK_ACCOUNT_APPROVED = "bank details approved"
    BANK_ACCOUNT_REFUSED = "bank details refused"
    BANK_ACCOUNT_REPLACED = "bank details replaced"
    CONTRIBUTION_RECORDED = "contribution recorded"
    RECEIPT_RECORDED = "receipt of a contribution recorded"
    LEDGER_LINE_REVERSED = "line of the ledger reversed"
    ALLOCATION_CHOSEN = "contributions for the award chosen"
    ALLOCATION_CONFIRMED = "contributions for the award confirmed"
    GRANT_TAKEN_IN = "grant taken into the ledger"
    REPAYMENT_ASKED = "repayment asked for"
    REPAYMENT_WITHDRAWN = "repayment withdrawn"
    REPAYMENT_REVERSED = "record of a repayment reversed"
    MONEY_RECOVERED = "money of the grant recovered"
    REPORT_SUBMITTED = "evaluation report submitted"
    REPORT_RETURNED = "evaluation report returned"
    REPORT_ACCEPTED = "evaluation report accepted"
