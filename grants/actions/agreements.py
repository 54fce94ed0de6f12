"""The funding agreement: prepared as one exact document, and signed by both parties by its hash."""

from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from applications.budget import months_between
from core.accounts.models import User
from core.accounts.rules import is_director, is_funder_officer, is_member, is_signatory
from core.audit import trail
from core.dates import london
from core.files.types import sha256_of
from core.lifecycle import Refused
from grants import documents
from grants.actions import letters
from grants.actions.once import require
from grants.instalments import schedule
from grants.lifecycle import GRANT, GrantStatus
from grants.models import Agreement, EvaluationReport, Grant, Instalment, Signature
from grants.models.report import reports_due

PREPARED_ANEW = "The agreement has been prepared anew since you opened this page. Read the new one, then sign."


@transaction.atomic
def prepare(grant: Grant, *, by: User, at: datetime) -> Agreement:
    """Make the agreement of an accepted grant as a PDF, and keep its bytes and their hash.

    Before any signature it may be made anew. Raises Refused once somebody has signed.
    """
    require(is_funder_officer(by), "Only a grants officer or the director prepares an agreement.")
    _lock(grant)
    label = grant.get_status_display()
    require(grant.status == GrantStatus.ACCEPTED, f"This grant is {label}; an agreement follows an accepted offer.")
    agreement = Agreement.objects.filter(grant=grant).first() or Agreement(grant=grant)
    is_signed = agreement.pk is not None and agreement.signatures.exists()
    require(not is_signed, "The agreement has been signed, so it is not prepared anew.")
    before = agreement.file.name if agreement.pk else ""
    content = ContentFile(documents.agreement(grant, prepared_at=at))
    agreement.sha256 = sha256_of(content)
    agreement.generated_at, agreement.generated_by = at, by
    agreement.file.save("agreement.pdf", content, save=False)
    agreement.save()
    if before:
        transaction.on_commit(partial(default_storage.delete, before), robust=True)
    trail.record("agreement prepared", grant, by=by, at=at, fingerprint=agreement.fingerprint[:17])
    letters.to_sign(grant, digest=agreement.sha256, at=at)
    return agreement


@transaction.atomic
def sign(
    agreement: Agreement, *, name_typed: str, password: str, shown_sha256: str | None = None, by: User, at: datetime
) -> Signature:
    """Sign for the organisation (an authorised signatory) or the funder (the director); with the second it is agreed.

    The person types their full name and gives their password again; the signature keeps the document's hash. Pressed
    twice, the first signature is shown. Raises Refused, naming the field.
    """
    grant = agreement.grant
    party = party_of(by, grant)
    _lock(grant)
    agreement.refresh_from_db(fields=["file", "sha256"])
    own = agreement.signatures.filter(signed_by=by).first()
    if own is not None:
        return own
    require(grant.status == GrantStatus.ACCEPTED, f"This grant is {grant.get_status_display()}, so nothing is to sign.")
    require(not agreement.signatures.filter(party=party).exists(), "Somebody else has signed for your side already.")
    require(shown_sha256 in {None, agreement.sha256}, PREPARED_ANEW)
    sentence = f"Type your full name as your account has it: {by.name}."
    require(_plain(name_typed) == _plain(by.name) and bool(by.name.strip()), sentence, "name_typed")
    require(by.check_password(password), "This is not your password. Type the one you sign in with.", "password")
    with agreement.file.open() as stored:
        is_whole = sha256_of(stored) == agreement.sha256
    require(is_whole, "The stored agreement is damaged. Ask for it to be prepared anew.")
    signature = Signature.objects.create(
        agreement=agreement,
        party=party,
        signed_by=by,
        name_typed=" ".join(name_typed.split()),
        sha256=agreement.sha256,
        signed_at=at,
    )
    trail.record("agreement signed", grant, by=by, at=at, on_behalf_of=signature.get_party_display())
    if agreement.signatures.count() == len(Signature.Party):
        _agree(grant, by=by, at=at)
    return signature


def party_of(by: User, grant: Grant) -> str:
    """For whom this person may sign. Raises Refused for everybody else, and for a director of both sides."""
    if is_signatory(by, grant):
        return Signature.Party.ORGANISATION
    if is_member(by, grant):
        raise Refused("Only an authorised signatory of your organisation signs. A lead says who that is.")
    if not is_director(by):
        raise Refused("Only an authorised signatory of the organisation and the funder's director sign.")
    return Signature.Party.FUNDER


def _agree(grant: Grant, *, by: User, at: datetime) -> None:
    """Both have signed: from here on money may be paid, and reports fall due."""
    GRANT.advance(grant, "agree", agreed_on=london(at).date(), changed_at=at)
    months = months_between(grant.starts_on, grant.ends_on)
    Instalment.objects.bulk_create(
        Instalment(grant=grant, number=part.number, due_on=part.due_on, amount=part.amount)
        for part in schedule(grant.total, months, grant.starts_on)
    )
    EvaluationReport.objects.bulk_create(
        EvaluationReport(grant=grant, number=number, covers_from_on=first, covers_to_on=last, due_on=due)
        for number, (first, last, due) in enumerate(reports_due(grant.starts_on, grant.ends_on), start=1)
    )
    trail.record("grant agreed", grant, by=by, at=at)
    letters.agreed(grant, at=at)


def _lock(grant: Grant) -> None:
    """Hold the grant's row, so that two signatures at once see each other (SQLite's writers queue by themselves).

    Raises Refused for a grant whose content was deleted.
    """
    held = Grant.objects.select_for_update().get(pk=grant.pk)
    grant.status = held.status
    require(held.erased_at is None, held.erasure)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
