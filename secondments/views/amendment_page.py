"""What the page of an amendment says to one person: what it changes, who has agreed, what they may do."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from core.accounts.models import User
from grants.actions.effects import Effect
from grants.models import Signature
from grants.rules import party_of as signing_party
from secondments.actions import amendments
from secondments.lifecycle import AmendmentParty, AmendmentStatus
from secondments.models import Amendment, AmendmentConsent, AmendmentSignature
from secondments.rules.amendments import consenting, placement_of

VERBS = ("consent", "refuse", "withdraw", "sign")
NEXT = {
    AmendmentStatus.ASKED: "Each side agrees or refuses. A refusal ends it.",
    AmendmentStatus.AGREED: "Everyone has agreed. The funder decides next: one person approves it, another confirms.",
    AmendmentStatus.RECORDED: "One person of the funder has approved it. Another has to confirm.",
    AmendmentStatus.CONFIRMED: "Organisation and funder sign the supplementary agreement. Nothing changes before.",
    AmendmentStatus.IN_FORCE: "Dates, sums, instalments and reports have been changed.",
}


@dataclass(frozen=True)
class Consenting:
    party: str
    who: str
    consent: AmendmentConsent | None


@dataclass(frozen=True)
class AmendmentPage:
    """Whoever does not see the salary sees dates and no sums."""

    person: User | AnonymousUser
    amendment: Amendment

    @property
    def next(self) -> str:
        return NEXT.get(AmendmentStatus(self.amendment.status), "")

    @cached_property
    def may(self) -> dict[str, bool]:
        can = {verb: self.person.has_perm(f"secondments.{verb}_amendment", self.amendment) for verb in VERBS}
        return can | {"sign": can["sign"] and self.amendment.is_ready and not self.has_signed}

    @property
    def sees_salary(self) -> bool:
        return self.person.has_perm("grants.view_salary", self.amendment.grant)

    @property
    def has_signed(self) -> bool:
        return signing_party(self.person, self.amendment.grant) in {one.party for one in self.signatures}

    @cached_property
    def signatures(self) -> list[AmendmentSignature]:
        return list(self.amendment.signatures.all())

    @property
    def effect(self) -> Effect | None:
        """What it changes, while it is open; None where it is not possible (see `problem`) or not for this person."""
        return self._worked_out[0]

    @property
    def problem(self) -> str:
        return self._worked_out[1]

    @cached_property
    def _worked_out(self) -> tuple[Effect | None, str]:
        if not self.amendment.is_open or not self.sees_salary or self.amendment.erased_at:
            return None, ""
        return amendments.worked_out(self.amendment)

    @property
    def parties(self) -> list[Consenting]:
        given = {consent.party: consent for consent in self.amendment.consents.all()}
        wanted = dict.fromkeys([*given, *(consenting(self.amendment) if self.amendment.is_open else [])])
        return [
            Consenting(party.label, self._named(party), given.get(party)) for party in AmendmentParty if party in wanted
        ]

    def _named(self, party: AmendmentParty) -> str:
        grant, placement = self.amendment.grant, placement_of(self.amendment)
        if party == AmendmentParty.ORGANISATION:
            return str(grant.organisation)
        if party == AmendmentParty.SECONDEE:
            return str(placement.secondee) if placement and placement.secondee else "the secondee"
        return str(grant.programme.host)

    @property
    def for_organisation(self) -> AmendmentSignature | None:
        return self._signed(Signature.Party.ORGANISATION)

    @property
    def for_funder(self) -> AmendmentSignature | None:
        return self._signed(Signature.Party.FUNDER)

    def _signed(self, party: str) -> AmendmentSignature | None:
        return next((one for one in self.signatures if one.party == party), None)
