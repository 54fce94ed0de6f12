"""What was altered behind the application's back is named by `check_invariants`, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from applications.models import (
    Answer,
    Application,
    Assessment,
    Call,
    Candidate,
    CaseMessage,
    Criterion,
    Document,
    JointView,
    NoteVersion,
    Post,
    Question,
    Score,
    ViewResolution,
)
from core.audit import chain
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry, Seal, SealedEntry, TrailBatch
from core.documents.models import GeneratedDocument
from core.invariants import all_breaches
from grants.models import (
    Agreement,
    BankAccount,
    BudgetLine,
    Contribution,
    Decision,
    Grant,
    Instalment,
    LedgerLine,
    Signature,
)
from grants.models.bank import sealed as sealed_details
from tests.cast import Cast
from tests.documents import make_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(cast: Cast, stage: str) -> Cast:
    """Everything as the actions left it, its documents made and its trail sealed in batches."""
    make_waiting()
    now = timezone.now() - timedelta(hours=3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chain, "MOST_AT_ONCE", 40)
        chain.seal_trail(now)
    return cast


def breaches() -> list[str]:
    return list(all_breaches(timezone.now()))


def test_of_what_the_actions_did_nothing_is_named(house):
    assert breaches() == []


# --- What is planted -------------------------------------------------------------------------

Plant = Callable[[Cast], str]  # alters something past the actions and returns what a sentence must name


def first(model: Any, **which: Any) -> Any:
    row = model._base_manager.filter(**which).order_by("pk").first()
    assert row is not None, (model, which)
    return row


def name_of(row: Any) -> str:
    return f"{row._meta.verbose_name} {row.pk}"


def changed(model: Any, which: dict[str, Any], **values: Any) -> Plant:
    """Values of one row written over."""

    def plant(_: Cast) -> str:
        row = first(model, **which)
        with bypass_triggers():
            assert model._base_manager.filter(pk=row.pk).update(**values) == 1
        return name_of(row)

    return plant


def swapped(model: Any, which: dict[str, Any], column: str) -> Plant:
    """One row given to another person, organisation or thing: the last one there is."""

    def plant(_: Cast) -> str:
        row = first(model, **which)
        related = model._meta.get_field(column).related_model
        others = related._base_manager.exclude(pk=getattr(row, f"{column}_id"))
        value = others.order_by("pk").values_list("pk", flat=True).last()
        with bypass_triggers():
            model._base_manager.filter(pk=row.pk).update(**{column: value})
        return name_of(row)

    return plant


def gone(model: Any, which: dict[str, Any]) -> Plant:
    """One row deleted, and nothing that points to it."""

    def plant(_: Cast) -> str:
        row = first(model, **which)
        delete(row)
        return name_of(row)

    return plant


def delete(row: Any) -> None:
    table, key = connection.ops.quote_name(row._meta.db_table), connection.ops.quote_name(row._meta.pk.column)
    value = row._meta.pk.get_db_prep_value(row.pk, connection)
    with bypass_triggers(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [value])  # noqa: S608 — our own tables


def added(model: Any, which: dict[str, Any], **values: Any) -> Plant:
    """A copy of a row put beside it."""

    def plant(_: Cast) -> str:
        row = first(model, **which)
        row.pk = None
        for name, value in values.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        return name_of(row)

    return plant


def file_changed(model: Any, which: dict[str, Any]) -> Plant:
    def plant(_: Cast) -> str:
        path = Path(first(model, **which).file.path)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
        return str(first(model, **which).pk)

    return plant


def file_gone(model: Any, which: dict[str, Any]) -> Plant:
    def plant(_: Cast) -> str:
        row = first(model, **which)
        Path(row.file.path).unlink()
        return str(row.pk)

    return plant


def file_of_another(model: Any, which: dict[str, Any]) -> Plant:
    """The file of another row, written over that of this one."""

    def plant(_: Cast) -> str:
        row = first(model, **which)
        other = model._base_manager.exclude(sha256=row.sha256).exclude(file="").order_by("pk").last()
        Path(row.file.path).write_bytes(Path(other.file.path).read_bytes())
        return str(row.pk)

    return plant


def line(place: int) -> Entry:
    """A sealed line of the trail by its place; negative from the end."""
    lines = list(Entry.objects.order_by("pk"))
    return lines[place]


def line_changed(place: int, **values: Any) -> Plant:
    def plant(_: Cast) -> str:
        row = line(place)
        with bypass_triggers():
            Entry.objects.filter(pk=row.pk).update(**values)
        return f"line {row.pk}" if "detail" in values or "by" in values or "thing_label" in values else "Batch"

    return plant


def lines_gone(*places: int) -> Plant:
    def plant(_: Cast) -> str:
        rows = [line(place) for place in places]
        for row in rows:
            delete(row)
        return f"Line {rows[0].pk} "

    return plant


def line_swapped(_: Cast) -> str:
    one, other = line(10), line(20)
    with bypass_triggers():
        Entry.objects.filter(pk=one.pk).update(event=other.event, at=other.at, thing_id=other.thing_id)
        Entry.objects.filter(pk=other.pk).update(event=one.event, at=one.at, thing_id=one.thing_id)
    return "Batch"


def line_inserted(_: Cast) -> str:
    row = line(30)
    delete(row)
    with bypass_triggers():
        SealedEntry.objects.filter(entry=row.pk).delete()
    row.event = "something else"
    row.save(force_insert=True)
    return f"Line {row.pk} "


def line_and_its_seal_gone(_: Cast) -> str:
    row = line(30)
    delete(row)
    delete(SealedEntry.objects.get(entry=row.pk))
    return "Batch"


def line_resealed(_: Cast) -> str:
    """A line rewritten with a seal that fits it, in a chain that no longer does."""
    row = line(30)
    with bypass_triggers():
        Entry.objects.filter(pk=row.pk).update(detail={"reason": "forged"})
        row.refresh_from_db()
        seal = SealedEntry.objects.get(entry=row.pk)
        words = chain.words_of(row, seal.salt)
        SealedEntry.objects.filter(pk=seal.pk).update(words=words, words_now=words)
    return "Batch"


def batch_gone(_: Cast) -> str:
    batch = TrailBatch.objects.order_by("number")[1]
    for sealed in SealedEntry.objects.filter(batch=batch):
        delete(sealed)
    delete(batch)
    return f"Batch {batch.number + 1} "


def batch_head_changed(_: Cast) -> str:
    with bypass_triggers():
        TrailBatch.objects.filter(number=2).update(head="0" * 64)
    return "Batch 2 "


def seal_gone(_: Cast) -> str:
    seal = first(Seal, thing_type="applications.answer")
    delete(seal)
    return f"answer {seal.thing_id}"


def salary_shown_lower(house: Cast) -> str:
    application = house.things["application"]["shortlisted"]
    with bypass_triggers():
        Application.objects.filter(pk=application.pk).update(current_salary=1)
    return f"application {application.pk}"


def draft_again(marks: dict[str, Any]) -> Plant:
    def plant(house: Cast) -> str:
        application = house.things["application"]["submitted"]
        with bypass_triggers():
            Application.objects.filter(pk=application.pk).update(status="draft", **marks)
        return f"application {application.pk}"

    return plant


def money_moved(_: Cast) -> str:
    """Ten pounds from one budget line to another, so that the sum is the same."""
    grant = first(Grant, status="active")
    one, other = grant.lines.order_by("pk")[:2]
    with bypass_triggers():
        BudgetLine.objects.filter(pk=one.pk).update(amount=one.amount + 10)
        BudgetLine.objects.filter(pk=other.pk).update(amount=other.amount - 10)
    return name_of(one)


def everything_raised(_: Cast) -> str:
    """Line, total and instalment by the same sum."""
    grant = first(Grant, status="active")
    row, part = grant.lines.order_by("pk").first(), grant.instalments.get(status="scheduled")
    with bypass_triggers():
        BudgetLine.objects.filter(pk=row.pk).update(amount=row.amount + 10)
        Grant.objects.filter(pk=grant.pk).update(total=grant.total + 10)
        Instalment.objects.filter(pk=part.pk).update(amount=part.amount + 10)
    return f"grant {grant.pk}"


def instalments_exchanged(_: Cast) -> str:
    """Two parts that are still to be paid and one that was paid trade their sums."""
    grant = first(Grant, status="active")
    paid, later = grant.instalments.get(status="paid"), grant.instalments.get(status="scheduled")
    with bypass_triggers():
        Instalment.objects.filter(pk=paid.pk).update(amount=paid.amount + 1)
        Instalment.objects.filter(pk=later.pk).update(amount=later.amount - 1)
    return name_of(paid)


def paid_before_signature(_: Cast) -> str:
    part = first(Instalment, status="paid")
    with bypass_triggers():
        Instalment.objects.filter(pk=part.pk).update(paid_at=part.paid_at - timedelta(days=2000))
    return "paid before"


def account_exchanged(_: Cast) -> str:
    """Other details, encrypted as they should be, with the same last digits."""
    row = first(BankAccount, status="approved")
    other = sealed_details(sort_code="111111", number=f"9999{row.last_four}", name="Another")["sealed_details"]
    BankAccount.objects.filter(pk=row.pk).update(sealed_details=other)
    return f"{row}: its details"


def paid_by_checker(_: Cast) -> str:
    part = first(Instalment, status="paid")
    with bypass_triggers():
        BankAccount.objects.filter(pk=part.bank_account_id).update(checked_by=part.paid_by)
    return f"{part}: whoever checked"


SUBMITTED = {"application__status": "shortlisted"}
PUBLISHED = {"status": "published"}
OF_PUBLISHED = {"call__status": "published"}
COMPLETE = {"assessment__status": "complete"}
ACTIVE = {"grant__status": "active"}
SIGNED = {"signatures__isnull": False}
OF_SIGNED = {"pk__in": Agreement.objects.filter(signatures__isnull=False).values("document")}

CORRUPTIONS: dict[str, Plant] = {
    # Applications
    "a salary changed": salary_shown_lower,
    "days changed": changed(Application, {"status": "shortlisted"}, days_per_week=1),
    "other funding changed": changed(Application, {"status": "submitted"}, other_funding="Nothing of the kind."),
    "a funder's grant denied": changed(Application, {"status": "submitted"}, funding_by_body={}),
    "an application given to another organisation": swapped(Application, {"status": "shortlisted"}, "organisation"),
    "an application moved to another call": swapped(Application, {"status": "shortlisted"}, "call"),
    "a reference changed": changed(Application, {"status": "shortlisted"}, reference="CII-2019-999"),
    "the time of submission changed": changed(
        Application, {"status": "shortlisted"}, submitted_at=timezone.now() - timedelta(days=9000)
    ),
    "who submitted changed": swapped(Application, {"status": "shortlisted"}, "submitted_by"),
    "a version counted down": changed(Application, {"status": "shortlisted"}, version=7),
    "a withdrawn application changed": changed(Application, {"status": "withdrawn", "version__gt": 0}, months=1),
    "an unsuccessful application changed": changed(Application, {"status": "unsuccessful"}, whose_idea="Ours"),
    "submitted made a draft with its marks emptied": draft_again({"submitted_at": None, "submitted_by": None}),
    "an answer changed": changed(Answer, SUBMITTED, text="Another."),
    "an answer emptied": changed(Answer, SUBMITTED, text=""),
    "an answer given to another application": swapped(Answer, SUBMITTED, "question"),
    "an answer gone": gone(Answer, SUBMITTED),
    "an answer of a withdrawn application gone": gone(Answer, {"application__status": "withdrawn"}),
    # Proposed secondees
    "another proposed secondee": changed(Candidate, SUBMITTED, name="Somebody Else"),
    "an address of a proposed secondee changed": changed(Candidate, SUBMITTED, email="else@example.org"),
    "a confirmation of other words": changed(Candidate, SUBMITTED, confirmed_digest="0" * 64),
    "a confirmation earlier": changed(Candidate, SUBMITTED, asked_at=timezone.now()),
    "a proposed secondee gone": gone(Candidate, SUBMITTED),
    # Files that were uploaded
    "a byte of a CV changed": file_changed(Document, {**SUBMITTED, "kind": "cv"}),
    "a CV gone": file_gone(Document, {**SUBMITTED, "kind": "cv"}),
    "a statement in place of a CV": file_of_another(Document, {**SUBMITTED, "kind": "cv"}),
    "a draft's CV gone": file_gone(Document, {"application__status": "draft"}),
    "the hash of a CV changed": changed(Document, {**SUBMITTED, "kind": "cv"}, sha256="0" * 64),
    "the key of a CV changed": changed(Document, {**SUBMITTED, "kind": "cv"}, file="elsewhere.pdf"),
    "the row of a statement gone": gone(Document, {**SUBMITTED, "kind": "statement"}),
    # Calls
    "a published title changed": changed(Call, PUBLISHED, title="Another"),
    "a published deadline earlier": changed(Call, PUBLISHED, closes_at=F("closes_at") - timedelta(hours=1)),
    "a published deadline later": changed(Call, PUBLISHED, closes_at=timezone.now() + timedelta(days=9000)),
    "a fee changed": changed(Call, PUBLISHED, management_fee=1),
    "what is held back changed": changed(Call, PUBLISHED, holds_back="fee"),
    "who published it changed": swapped(Call, PUBLISHED, "published_by"),
    "a criterion's weight changed": changed(Criterion, OF_PUBLISHED, weight=99),
    "a criterion gone": gone(Criterion, OF_PUBLISHED),
    "a criterion added": added(Criterion, OF_PUBLISHED, letter="Z", label="Another"),
    "a question's limit changed": changed(Question, OF_PUBLISHED, word_limit=1),
    "a post changed": changed(Post, OF_PUBLISHED, job_title="Another"),
    # Assessments
    "a score changed": changed(Score, COMPLETE, score=0),
    "a reason changed": changed(Score, COMPLETE, reason="Bad."),
    "a score gone": gone(Score, COMPLETE),
    "a score given to another criterion": swapped(Score, COMPLETE, "assessment"),
    "a view changed": changed(Assessment, {"status": "complete"}, overall_view="Bad."),
    "another assessor": swapped(Assessment, {"status": "complete"}, "assessor"),
    "a complete assessment begun again": changed(Assessment, {"status": "complete"}, status="begun", completed_at=None),
    "a complete assessment gone": gone(Assessment, {"status": "complete"}),
    "a side's view changed": changed(JointView, {"opened_at__isnull": False}, recommendation="conditions"),
    "a side's view sealed again": changed(JointView, {"opened_at__isnull": False}, opened_at=None),
    "a side's view gone": gone(JointView, {"opened_at__isnull": False}),
    "a resolution changed": changed(ViewResolution, {}, recommendation="decline"),
    "a message changed": changed(CaseMessage, {}, text="Other words"),
    "an answer to a message changed": changed(CaseMessage, {"answered_at__isnull": False}, answer="Other words"),
    "a message gone": gone(CaseMessage, {}),
    "an earlier version of a note changed": changed(NoteVersion, {}, text="Other words"),
    "an earlier version of a note gone": gone(NoteVersion, {}),
    "a resolution gone": gone(ViewResolution, {}),
    # Decisions
    "an outcome changed": changed(Decision, {"status": "released", "outcome": "award"}, outcome="defer"),
    "conditions changed": changed(Decision, {"status": "confirmed"}, conditions="None."),
    "reasons changed": changed(Decision, {"status": "released"}, reasons="None."),
    "a confirmed decision open again": changed(
        Decision, {"status": "confirmed"}, status="recorded", confirmed_at=None, confirmed_by=None
    ),
    "another person confirmed": swapped(Decision, {"status": "released"}, "confirmed_by"),
    "a decision gone": gone(Decision, {"status": "confirmed"}),
    "a decision confirmed by hand": added(
        Decision, {"status": "released"}, status="released", recorded_at=timezone.now()
    ),
    # Grants
    "a grant's total changed": changed(Grant, {"status": "active"}, total=1),
    "a grant's conditions changed": changed(Grant, {"status": "accepted"}, conditions="None."),
    "a grant given to another organisation": swapped(Grant, {"status": "active"}, "organisation"),
    "an offered grant for another organisation": lambda house: (
        swapped(Grant, {"status": "offered"}, "organisation")(house) and first(Grant, status="offered").reference
    ),
    "a grant lasts longer": changed(Grant, {"status": "active"}, ends_on=timezone.now().date() + timedelta(days=9000)),
    "active made accepted again": changed(Grant, {"status": "active"}, status="accepted", agreed_on=None),
    "money moved between budget lines": money_moved,
    "line, total and instalment raised together": everything_raised,
    "a budget line gone": gone(BudgetLine, ACTIVE),
    "workings changed": changed(BudgetLine, ACTIVE, workings="By hand"),
    # Agreements and signatures
    "a byte of a signed agreement changed": file_changed(GeneratedDocument, OF_SIGNED),
    "a signed agreement gone": file_gone(GeneratedDocument, OF_SIGNED),
    "a signed agreement's hash changed": changed(Agreement, SIGNED, sha256="0" * 64),
    "another document signed": swapped(Agreement, SIGNED, "document"),
    "a signature's hash changed": changed(Signature, {}, sha256="0" * 64),
    "another person signed": swapped(Signature, {}, "signed_by"),
    "a signature gone": gone(Signature, {}),
    "a signature later": changed(Signature, {}, signed_at=timezone.now()),
    # The fund
    "a contribution raised": changed(LedgerLine, {"kind": "receipt"}, amount=9000),
    "a line of the ledger gone": gone(LedgerLine, {"kind": "receipt"}),
    "a restriction lifted": changed(Contribution, {}, kind="learning"),
    # Payments
    "a sum paid changed": instalments_exchanged,
    "why a payment was allowed changed": changed(
        Instalment, {"overdue_allowed_at__isnull": False}, overdue_allowed_reason="Another."
    ),
    "a bank reference changed": changed(Instalment, {"status": "paid"}, payment_reference="X"),
    "a paid part scheduled again": changed(
        Instalment, {"status": "paid"}, status="scheduled", paid_at=None, paid_by=None
    ),
    "a payment gone": gone(Instalment, {"status": "paid"}),
    "paid before the signature": paid_before_signature,
    "a payment into another account": swapped(Instalment, {"status": "paid"}, "bank_account"),
    "the last digits of a bank account changed": changed(BankAccount, {"status": "approved"}, last_four="0000"),
    "the details of a bank account exchanged": account_exchanged,
    "a bank account approved earlier": changed(
        BankAccount, {"status": "approved"}, usable_from_on=timezone.now().date()
    ),
    "a bank account gone": gone(BankAccount, {"status": "refused"}),
    "paid by who called back": paid_by_checker,
    "the day of an approved payment moved": changed(
        Instalment, {"status": "approved"}, due_on=timezone.now().date() + timedelta(days=9000)
    ),
    # Generated documents
    "a receipt changed": file_changed(GeneratedDocument, {"thing_type": "applications.application"}),
    "a receipt gone": file_gone(GeneratedDocument, {"thing_type": "applications.application"}),
    # The trail
    "words of a line changed": line_changed(5, detail={"reason": "Another"}),
    "the person of a line taken out": line_changed(3, by=None),
    "a line told of another thing": line_changed(8, thing_id="999999"),
    "a line moved in time": line_changed(8, at=timezone.now()),
    "an event changed": line_changed(8, event="nothing happened"),
    "a name in a line changed": line_changed(8, thing_label="Another"),
    "a line gone": lines_gone(12),
    "the first line gone": lines_gone(0),
    "the last twenty lines gone": lines_gone(*range(-20, 0)),
    "two lines exchanged": line_swapped,
    "a line put among the old ones": line_inserted,
    "a line gone with its seal": line_and_its_seal_gone,
    "a line forged with a fitting seal": line_resealed,
    "a batch gone with its seals": batch_gone,
    "a head changed": batch_head_changed,
    # The seals themselves
    "a seal gone": seal_gone,
    "a seal changed": lambda _: (
        Seal.objects.filter(pk=first(Seal, thing_type="applications.call").pk).update(sha256="0" * 64)
        and f"proposals {first(Seal, thing_type='applications.call').thing_id}"
    ),
}


@contextmanager
def put_back(folder: str) -> Iterator[None]:
    """Undo in the database and in the storage what was done in the block."""
    before = {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for path, content in before.items():
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_was_altered_past_the_actions_is_named(house, stage, name):
    with put_back(stage):
        needle = CORRUPTIONS[name](house)
        named = breaches()
    assert [one for one in named if needle.lower() in one.lower()], (needle, named)


def test_a_trail_cut_at_its_end_with_its_seals_shows_by_a_head_that_was_kept_elsewhere(house, stage, capsys):
    kept = chain.head()
    call_command("check_invariants", head=[kept])
    with put_back(stage):
        batch = TrailBatch.objects.order_by("number").last()
        for sealed in SealedEntry.objects.filter(batch=batch):
            delete(Entry.objects.get(pk=sealed.entry))
            delete(sealed)
        delete(batch)
        assert breaches() == []
        with pytest.raises(CommandError):
            call_command("check_invariants", head=[kept])
    assert kept in capsys.readouterr().err
