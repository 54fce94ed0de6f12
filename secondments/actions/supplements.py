"""The supplementary agreement of an amendment: prepared, signed by both parties, and then in force."""

from datetime import datetime
from typing import cast

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.letters import outbox
from core.lifecycle import require
from core.permissions import check
from grants.actions import agreements, extensions, grants
from grants.actions.effects import Effect
from grants.models import Grant, Signature
from grants.rules import party_of as signing_party
from secondments import documents, letters
from secondments.lifecycle import AMENDMENT, AmendmentKind, TrailEvent
from secondments.models import Amendment, AmendmentSignature

OTHER_SUM = "The sum is no longer the one in the supplementary agreement. Withdraw this change and ask for it again."


def prepare(amendment: Amendment, effect: Effect, *, at: datetime) -> None:
    """Request the PDF of a confirmed amendment; called by the confirmation."""
    document = documents.supplement(amendment, effect, prepared_at=at)
    amendment.document = document
    amendment.save(update_fields=["document"])
    if document.is_made:
        make_ready(amendment, at=at)


@transaction.atomic
def make_ready(amendment: Amendment, *, at: datetime) -> None:
    """Note the hash of the document that has been made, and ask both parties to sign."""
    _lock(amendment)
    is_made = amendment.document is not None and amendment.document.is_made
    if not amendment.is_confirmed or amendment.is_ready or not is_made:
        return
    amendment.sha256 = amendment.document.sha256 if amendment.document else ""
    amendment.save(update_fields=["sha256"])
    trail.record(TrailEvent.SUPPLEMENT_READY, amendment, by=None, at=at, fingerprint=amendment.fingerprint[:17])
    letters.amendments.to_sign(amendment, at=at)


@transaction.atomic
def sign(
    amendment: Amendment, *, name_typed: str, shown_sha256: str | None = None, by: User, at: datetime
) -> AmendmentSignature:
    """Sign for the organisation or the funder; with the second signature the change is in force.

    A second signature by the same person is not made: the first is returned. Raises Refused as signing the agreement.
    """
    check(by, "secondments.sign_amendment", amendment)
    _lock(amendment)
    if (signature := amendment.signatures.filter(signed_by=by).first()) is not None:
        return signature
    party = cast("Signature.Party", signing_party(by, amendment.grant))  # the permission was asked, so there is one
    _check_may_be_signed(amendment, party, shown_sha256)
    agreements.check_name(by, name_typed)
    signature = AmendmentSignature.objects.create(
        amendment=amendment,
        party=party,
        signed_by=by,
        name_typed=" ".join(name_typed.split()),
        sha256=amendment.sha256,
        signed_at=at,
    )
    seal(signature, at=at)
    trail.record(TrailEvent.SUPPLEMENT_SIGNED, amendment, by=by, at=at, on_behalf_of=signature.get_party_display())
    if amendment.signatures.count() == len(Signature.Party):
        _take_effect(amendment, by=by, at=at)
    return signature


def _check_may_be_signed(amendment: Amendment, party: Signature.Party, shown_sha256: str | None) -> None:
    sentence = f"This {amendment.get_kind_display()} is {amendment.get_status_display()}, so there is nothing to sign."
    require(amendment.is_confirmed, sentence, code="wrong_state")
    is_signed = amendment.signatures.filter(party=party).exists()
    require(not is_signed, "Someone else has already signed for your organisation.", code="signed")
    require(amendment.is_ready, agreements.NOT_READY, code="document_not_ready")
    require(shown_sha256 in {None, amendment.sha256}, agreements.PREPARED_AGAIN, code="prepared_again")
    is_whole = agreements.is_whole(amendment.document, amendment.sha256)
    require(is_whole, "The stored agreement is damaged. Withdraw this change and ask for it again.", code="damaged")


def _take_effect(amendment: Amendment, *, by: User, at: datetime) -> None:
    """Move dates, sums, instalments and reports of grant and placement, and the ledger, in this one transaction."""
    AMENDMENT.advance(amendment, "take_effect", in_force_at=at)
    seal(amendment, at=at)
    outbox.withdraw([amendment])
    trail.record(TrailEvent.AMENDMENT_IN_FORCE, amendment, by=by, at=at)
    grant, reason = amendment.grant, amendment.reason
    if amendment.kind == AmendmentKind.EXTENSION:
        variation = extensions.extend(grant, to_on=amendment.last_on, reason=reason, by=by, at=at)
        require(variation.total == amendment.total, OTHER_SUM, code="other_sum")
    else:
        grants.end_early(grant, ended_on=amendment.last_on, reason=reason, by=by, at=at)
    letters.amendments.in_force(amendment, at=at)


def _lock(amendment: Amendment) -> None:
    # Two signatures at once must see each other: the second puts the change in force. SQLite allows one writer anyway.
    Grant.objects.select_for_update(no_key=True).values_list("pk").get(pk=amendment.grant_id)
    amendment.refresh_from_db(fields=["status", "document", "sha256", "grant"])
    require(amendment.erased_at is None, amendment.erasure, code="erased")
