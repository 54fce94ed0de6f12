"""What a grant's page shows to one person: the notice above it, and the sentences where there is nothing to list."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.text import get_text_list

from core.accounts.models import User
from core.accounts.rules import is_member_of
from core.dates import add_months, say_day
from core.money.amounts import format_pounds
from grants.actions.costs import award_cost
from grants.lifecycle import PAID_TO, PAYABLE, PENDING, UNDER_CHECK, BankAccountStatus, GrantStatus
from grants.models import Agreement, Grant, Signature
from grants.rules import party_of

Party = Signature.Party
IN_USE = (*UNDER_CHECK, BankAccountStatus.APPROVED)


@dataclass(frozen=True)
class Notice:
    """The arguments of `components/notice.html`."""

    title: str
    text: str
    kind: str = ""
    href: str = ""
    link: str = ""


OFFERED = Notice("This grant is offered to your organisation", "A lead of your organisation can accept or decline it.")
BEING_PREPARED = Notice(
    "You have accepted this grant",
    "The funder is preparing the funding agreement. We will email you when it is ready to sign.",
)
SIGNED_BY_YOU = Notice(
    "Signed by your organisation", "The grant is agreed when the funder has signed too.", kind="success"
)
BEING_MADE = Notice("We are preparing the agreement", "You can read and sign it here in a few seconds.")
NOTHING_YET = Notice(
    "There is nothing to sign yet", "The funder is preparing the agreement. We will email you when it is ready."
)
NOTHING_TO_SIGN = Notice(
    "There is nothing to sign", "You can sign an agreement after the offer is accepted. Each party signs once."
)
SIGNED_ALREADY = Notice("Your organisation has signed", "The grant page shows who signed and when.", kind="success")
NO_AGREEMENT = {
    GrantStatus.OFFERED: "The funder prepares it when the offer is accepted.",
    GrantStatus.ACCEPTED: "We are preparing it.",
}


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


def what_changes(grant: Grant) -> list[Change]:
    """What is other in the offer than in the application; [] for an offer of the post applied for.

    The amounts are those of the same calculation, on the terms applied for and on the terms offered.
    """
    if grant.answer_by_on is None or grant.decision is None or grant.erased_at:
        return []
    application = grant.decision.application
    days, months, starts_on = application.days_per_week, application.months, application.earliest_start_on
    found = [Change("Post", str(application.post), str(grant.post))]
    if days is not None:
        found.append(Change("Days a week", f"{days.normalize():f}", f"{grant.days_per_week.normalize():f}"))
    if starts_on is not None:
        ends_on = f"until {say_day(add_months(starts_on, months) - timedelta(days=1))}" if months else ""
        after = f"{say_day(grant.starts_on)} until {say_day(grant.ends_on)}"
        found.append(Change("Dates", f"From {say_day(starts_on)} {ends_on}".strip(), f"From {after}"))
    if days is None or months is None or application.current_salary is None:
        return [*found, Change("Grant", "", format_pounds(grant.total))]
    cost = award_cost(application, days_per_week=days, months=months)
    offered = {line.label: line.amount for line in grant.lines.all()}
    asked = {line.label: line.amount for line in cost.lines}
    for label in dict.fromkeys([*asked, *offered]):
        before, after = (format_pounds(side.get(label, Decimal(0))) for side in (asked, offered))
        found.append(Change(label, before, after))
    return [*found, Change("Grant", format_pounds(cost.total), format_pounds(grant.total))]


@dataclass(frozen=True)
class GrantPage:
    """What one person may do on a grant's page, and what it says to them."""

    person: User | AnonymousUser
    grant: Grant
    agreement: Agreement | None
    signed: dict[str, Signature]
    today: date

    @property
    def is_late(self) -> bool:
        return self.grant.is_late_to_agree(self.today)

    @property
    def may_answer(self) -> bool:
        return self.person.has_perm("grants.accept_grant", self.grant)

    @property
    def changes(self) -> list[Change]:
        """What is other than applied for, for who sees the salary that follows from it, until the offer is answered."""
        sees = self.grant.is_offered and self.person.has_perm("grants.view_salary", self.grant)
        return what_changes(self.grant) if sees else []

    @property
    def may_sign(self) -> bool:
        is_ready = self.agreement is not None and self.agreement.is_ready
        if not is_ready or not self.person.has_perm("grants.sign_grant", self.grant):
            return False
        return party_of(self.person, self.grant) not in self.signed

    @property
    def notice(self) -> Notice | None:
        if not is_member_of(self.person, self.grant):
            return None
        if self.is_late:
            return late_to_agree(self.grant)
        if self.grant.is_offered:
            return waits_for_person(self.grant) if self.grant.waits_for_person else OFFERED
        if not self.grant.is_accepted:
            return None
        if self.agreement is None or not self.agreement.is_ready:
            return BEING_PREPARED
        return SIGNED_BY_YOU if Party.ORGANISATION in self.signed else agreement_ready(self.grant)

    @property
    def bank_notice(self) -> str:
        """Where payments go, for the organisation's people; empty for others, and while nothing is to be paid."""
        if not is_member_of(self.person, self.grant) or self.grant.erased_at:
            return ""
        rows = list(self.grant.bank_accounts.filter(status__in=IN_USE).order_by("approved_at"))
        used = next((row for row in rows if row.is_approved), None)
        if used is None and self.grant.status not in PAID_TO:
            return ""
        if used is None:
            return "We have your bank details, and are checking them." if rows else "We need your bank details to pay."
        into = f"We pay into the account that ends in {used.last_four}."
        if not used.is_usable(self.today):
            into = f"The bank details are new: payments wait until {say_day(used.usable_from_on or date.max)}."
        return f"{into} We are checking other details." if len(rows) > 1 else into

    @property
    def report_notice(self) -> str:
        """What the next payment waits for, for the organisation's people: reports that they have to submit."""
        if not is_member_of(self.person, self.grant) or self.grant.status not in PAYABLE or self.grant.erased_at:
            return ""
        late = list(self.grant.reports.overdue(self.today).order_by("number"))
        if not late:
            return ""
        following = self.grant.instalments.filter(status__in=PENDING).order_by("due_on", "number").first()
        if following is None or following.overdue_allowed_at is not None:
            return ""
        names = get_text_list([one.title.lower() for one in late], "and")
        return f"The next payment waits until you submit {names}, due on {say_day(late[0].due_on)}."

    @property
    def no_agreement(self) -> str:
        return NO_AGREEMENT.get(GrantStatus(self.grant.status), "No agreement is stored here.")

    @property
    def no_instalments(self) -> str:
        if self.grant.status == GrantStatus.DECLINED:
            return f"None: the {self.grant.get_status_display()}."
        if self.grant.agreed_on:
            return "No instalments are recorded here."
        return "Instalments are scheduled when both parties have signed the agreement."


def waits_for_person(grant: Grant) -> Notice:
    return Notice(
        "This grant is offered for another post than you applied for",
        f"The proposed secondee must agree too, by {say_day(grant.answer_by_on or date.max)}. We emailed them a link.",
    )


def late_to_agree(grant: Grant) -> Notice:
    day = say_day(grant.answer_by_on or date.max)
    return Notice(
        "This grant is offered for another post than you applied for",
        f"You and the proposed secondee could agree until {day}. A lead can ask the grants office for more time.",
    )


def agreement_ready(grant: Grant) -> Notice:
    return Notice(
        "The funding agreement is ready",
        "An authorised signatory of your organisation can sign it.",
        href=reverse("grant_sign", args=[grant.reference]),
        link="See who can sign",
    )


def no_signatory() -> Notice:
    return Notice(
        "Your organisation has no authorised signatory",
        "Only a person who can bind the organisation can sign. A lead chooses this person on the organisation page.",
        kind="warning",
        href=reverse("organisation"),
        link="Name an authorised signatory",
    )


def not_a_signatory() -> Notice:
    return Notice(
        "You are not an authorised signatory",
        "Ask an authorised signatory of your organisation to sign. Your organisation page shows who can.",
        kind="warning",
        href=reverse("organisation"),
        link="See your organisation’s people",
    )
