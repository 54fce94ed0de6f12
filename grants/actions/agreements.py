"""The funding agreement: prepared as one exact document, and signed by both parties by its hash."""

from dataclasses import asdict
from datetime import datetime
from typing import cast

from django.db import transaction

from core import events
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london
from core.documents import store
from core.documents.models import GeneratedDocument
from core.files.types import sha256_of
from core.lifecycle import require
from core.permissions import check
from core.text import alike
from grants import documents, letters
from grants.lifecycle import GRANT, GrantStatus, TrailEvent
from grants.models import Agreement, EvaluationReport, Grant, Instalment, Signature
from grants.models.payment import planned
from grants.models.report import reports_due
from grants.rules import party_of

PREPARED_AGAIN = "A new version of the agreement has been prepared. Read it, then sign it."
NOT_READY = "The agreement is being prepared. Wait a few seconds, then read and sign it."


def refuse_signed(grant: Grant, _at: datetime) -> None:
    """Raise Refused before the offer is accepted, and once somebody has signed."""
    sentence = f"This grant is {grant.get_status_display()}. You can prepare an agreement after the offer is accepted."
    require(grant.status == GrantStatus.ACCEPTED, sentence, code="wrong_state")
    is_signed = Signature.objects.filter(agreement__grant=grant).exists()
    require(not is_signed, "The agreement has been signed, so you cannot prepare it again.", code="signed")


@transaction.atomic
def prepare(grant: Grant, *, by: User, at: datetime) -> Agreement:
    """Freeze the content of an accepted grant's agreement and request its PDF; `make_ready` follows when it is made.

    It may be prepared again until somebody signs.
    """
    check(by, "grants.prepare_agreement", grant)
    _lock(grant)
    refuse_signed(grant, at)
    agreement = Agreement.objects.filter(grant=grant).first() or Agreement(grant=grant)
    document = documents.agreement(grant, prepared_at=at)
    agreement.document, agreement.sha256 = document, ""
    agreement.generated_at, agreement.generated_by = at, by
    agreement.save()
    store.discard(store.documents_of(Grant, [grant.pk]).filter(kind=document.kind).exclude(pk=document.pk))
    trail.record(TrailEvent.AGREEMENT_PREPARED, grant, by=by, at=at)
    if document.is_made:  # the same content was prepared before
        make_ready(agreement, at=at)
    return agreement


@transaction.atomic
def make_ready(agreement: Agreement, *, at: datetime) -> None:
    """Note the hash of the document that has been made, and ask both parties to sign."""
    grant = agreement.grant
    _lock(grant)
    agreement.refresh_from_db(fields=["document", "sha256"])
    if agreement.is_ready or agreement.document is None or not agreement.document.is_made:
        return
    agreement.sha256 = agreement.document.sha256
    agreement.save(update_fields=["sha256"])
    trail.record(TrailEvent.AGREEMENT_READY, grant, by=None, at=at, fingerprint=agreement.fingerprint[:17])
    letters.agreement_to_sign(grant, digest=agreement.sha256, at=at)


@transaction.atomic
def sign(
    agreement: Agreement, *, name_typed: str, shown_sha256: str | None = None, by: User, at: datetime
) -> Signature:
    """Sign for the organisation or the funder; with the second signature the grant is agreed.

    `shown_sha256` is the hash of the document on the page where they sign. A second signature by the same person is not
    made: the first is returned. Raises Refused, naming the field of what was typed wrongly.
    """
    check(by, "grants.sign_grant", agreement.grant)
    grant = agreement.grant
    _lock(grant)
    agreement.refresh_from_db(fields=["document", "sha256"])
    if (signature := agreement.signatures.filter(signed_by=by).first()) is not None:
        return signature
    party = cast("Signature.Party", party_of(by, grant))  # the permission was asked, so there is one
    _check_may_be_signed(agreement, party, shown_sha256)
    check_name(by, name_typed)
    signature = Signature.objects.create(
        agreement=agreement,
        party=party,
        signed_by=by,
        name_typed=" ".join(name_typed.split()),
        sha256=agreement.sha256,
        signed_at=at,
    )
    seal(agreement, signature, at=at)
    trail.record(TrailEvent.AGREEMENT_SIGNED, grant, by=by, at=at, on_behalf_of=signature.get_party_display())
    if agreement.signatures.count() == len(Signature.Party):
        _agree(grant, by=by, at=at)
    return signature


def _check_may_be_signed(agreement: Agreement, party: Signature.Party, shown_sha256: str | None) -> None:
    grant = agreement.grant
    sentence = f"This grant is {grant.get_status_display()}, so there is nothing to sign."
    require(grant.status == GrantStatus.ACCEPTED, sentence, code="wrong_state")
    is_signed = agreement.signatures.filter(party=party).exists()
    require(not is_signed, "Someone else has already signed for your organisation.", code="signed")
    require(agreement.is_ready, NOT_READY, code="document_not_ready")
    require(shown_sha256 in {None, agreement.sha256}, PREPARED_AGAIN, code="prepared_again")
    sentence = "The stored agreement is damaged. Ask for it to be prepared again."
    require(is_whole(agreement.document, agreement.sha256), sentence, code="damaged")


def is_whole(document: GeneratedDocument | None, sha256: str) -> bool:
    if document is None:
        return False
    with document.file.open() as stored:
        return sha256_of(stored) == sha256


def check_name(by: User, name_typed: str) -> None:
    sentence = f"Enter your full name as it is in your account: {by.name}."
    require(alike(name_typed) == alike(by.name) != "", sentence, "name_typed")


def _agree(grant: Grant, *, by: User, at: datetime) -> None:
    """Both have signed: schedule the payments and the evaluation reports."""
    GRANT.advance(grant, "agree", agreed_on=london(at).date(), changed_at=at)
    seal(grant, at=at)
    rows = Instalment.objects.bulk_create(Instalment(grant=grant, **asdict(part)) for part in planned(grant))
    seal(*rows, at=at)
    EvaluationReport.objects.bulk_create(
        EvaluationReport(grant=grant, number=number, covers_from_on=first, covers_to_on=last, due_on=due)
        for number, (first, last, due) in enumerate(reports_due(grant), start=1)
    )
    trail.record(TrailEvent.GRANT_AGREED, grant, by=by, at=at)
    letters.grant_agreed(grant, at=at)
    events.publish(events.Event.GRANT_AGREED, grant, by=by, at=at)


def _lock(grant: Grant) -> None:
    """Lock the grant's row and read its status. Raises Refused for a grant whose content was deleted."""
    # Two signatures at once must see each other: the second makes the grant agreed. SQLite allows one writer anyway.
    locked = Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    grant.status = locked.status
    require(locked.erased_at is None, locked.erasure, code="erased")
