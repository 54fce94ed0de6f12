"""Applications sifted after the close of a call: shortlisting or turning down is prepared, then released together.

Until the release nobody outside the office sees anything: the application stays "submitted".
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from applications import letters
from applications.actions import eligibility
from applications.lifecycle import APPLICATION, OUTCOME, OutcomeStatus, Status, TrailEvent
from applications.models import Application, Call, OutcomeReason, ShortlistOutcome
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import say_deadline
from core.events import Event, publish
from core.letters.models import Letter, label_of
from core.lifecycle import Refused, require
from core.permissions import check

Outcome = ShortlistOutcome.Outcome
TO_COMMITTEE = "A shortlisted application is decided by the Grants Committee. Record its decision instead."


def prepare_shortlist(application: Application, *, by: User, at: datetime) -> ShortlistOutcome:
    """Prepare to take the application on to visit and committee. Nobody is told before `release`."""
    check(by, "applications.shortlist_application", application)
    refuse_shortlisting(application, at)
    return _prepare(application, Outcome.SHORTLIST, by=by, at=at)


def prepare_turn_down(
    application: Application, *, reasons: Iterable[OutcomeReason], feedback: str = "", by: User, at: datetime
) -> ShortlistOutcome:
    """Prepare to turn the application down before the committee; the organisation reads the reasons after `release`."""
    check(by, "applications.turn_down_application", application)
    refuse_preparing(application, at, "Turning down")
    chosen = list(reasons)
    require(bool(chosen), "Choose at least one reason. The organisation will read it.", "reasons")
    foreign = [reason for reason in chosen if reason.programme_id != application.programme_id]
    require(not foreign, "Choose reasons of the application's own programme.", "reasons")
    return _prepare(application, Outcome.TURN_DOWN, chosen, feedback.strip(), by=by, at=at)


def _prepare(
    application: Application,
    outcome: str,
    reasons: Iterable[OutcomeReason] = (),
    feedback: str = "",
    *,
    by: User,
    at: datetime,
) -> ShortlistOutcome:
    try:
        with transaction.atomic():
            # The lock holds the row against a withdrawal until this transaction ends.
            locked = Application.objects.select_for_update().get(pk=application.pk)
            refuse_preparing(locked, at)
            row = ShortlistOutcome.objects.create(
                application=application, outcome=outcome, feedback=feedback, prepared_by=by, prepared_at=at
            )
            row.reasons.set(reasons)
            told = {"outcome": row.get_outcome_display(), "reasons": ", ".join(map(str, reasons))}
            facts = {name: value for name, value in told.items() if value}
            trail.record(TrailEvent.OUTCOME_PREPARED, application, by=by, at=at, **facts)
    except IntegrityError:  # the unique constraint decides, also between two who prepare at once
        sentence = "Someone else has just prepared an outcome."
        raise Refused(f"{sentence} Reload the page.", code="prepared", fact=sentence) from None
    return row


@transaction.atomic
def undo(application: Application, *, by: User, at: datetime) -> None:
    """Take back what was prepared and not released."""
    check(by, "applications.undo_outcome", application)
    outcome = prepared(application)
    if outcome is None:
        raise Refused("Nothing is prepared for this application.", code="nothing_prepared")
    OUTCOME.advance(outcome, "undo")
    trail.record(TrailEvent.OUTCOME_UNDONE, application, by=by, at=at, outcome=outcome.get_outcome_display())


@transaction.atomic
def release(outcomes: Iterable[ShortlistOutcome], *, by: User, at: datetime) -> list[ShortlistOutcome]:
    """Release prepared outcomes with their letters: all of them or, where one is refused, none.

    Raises Refused, naming the application, for one that is no longer prepared or that `by` may not release.
    """
    released = []
    for outcome in sorted(outcomes, key=lambda row: row.application_id):  # one order: two at once never wait in a ring
        try:
            _release(outcome, by=by, at=at)
        except Refused as refused:
            sentence = f"{outcome.application}: {refused.fact} Nothing was released."
            raise Refused(sentence, code=refused.code) from None
        released.append(outcome)
    return released


def preview(outcomes: list[ShortlistOutcome], *, by: User) -> tuple[list[Letter], str]:
    """Return every email that a release would send now, or the sentence that refuses it; nothing is kept."""
    latest = max((row.prepared_at for row in outcomes), default=None)
    if latest is None:
        return [], ""
    cases = [label_of(row.application) for row in outcomes]
    try:
        with transaction.atomic():
            before = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            fresh = ShortlistOutcome.objects.filter(pk__in=[row.pk for row in outcomes])
            release(fresh.select_related("application__organisation", "application__call__programme"), by=by, at=latest)
            written = list(Letter.objects.filter(pk__gt=before, case__in=cases, is_secret=False).order_by("pk"))
            transaction.set_rollback(True)
    except Refused as refused:
        return [], refused.sentence
    return written, ""


def _release(outcome: ShortlistOutcome, *, by: User, at: datetime) -> None:
    application = outcome.application
    check(by, "applications.release_outcome", application)
    require(not application.erased_at, application.erasure, code="erased")
    OUTCOME.advance(outcome, "release", released_by=by, released_at=at)
    seal(outcome, at=at)
    if outcome.outcome == Outcome.SHORTLIST:
        eligibility.refuse_unmet(application)  # it may have been checked since
        APPLICATION.advance(application, "shortlist", shortlisted_at=at)
        event, template = TrailEvent.SHORTLISTED, "shortlisted"
    else:
        APPLICATION.advance(application, "turn_down", released_at=at)
        event, template = TrailEvent.TURNED_DOWN, "turned_down"
    seal(application, at=at)
    trail.record(event, application, by=by, at=at)
    letters.applications.sifted(template, outcome, at=at)
    if application.status == Status.UNSUCCESSFUL:
        publish(Event.APPLICATION_ENDED, application, by=by, at=at)


def drop_prepared(application: Application, *, because: str, by: User | None, at: datetime) -> None:
    """Drop what was prepared on an application that has ended or changed; that was permitted."""
    outcome = prepared(application)
    if outcome is not None:
        OUTCOME.advance(outcome, "drop")
        facts = {"outcome": outcome.get_outcome_display(), "reason": because}
        trail.record(TrailEvent.OUTCOME_DROPPED, application, by=by, at=at, **facts)
        letters.applications.outcome_dropped(outcome, because=because, at=at)


def prepared(application: Application) -> ShortlistOutcome | None:
    # Without a filter, for many applications at once: what is prefetched is not asked again.
    rows = application.shortlist_outcomes.all()
    return next((row for row in rows if row.status == OutcomeStatus.PREPARED), None)


def prepared_in(call: Call, by: User) -> list[ShortlistOutcome]:
    """What is prepared in a call and this person may release; of a conflict of interest there is no trace."""
    rows = ShortlistOutcome.objects.filter(application__call=call, status=OutcomeStatus.PREPARED)
    rows = rows.select_related("application__organisation", "application__call__programme", "prepared_by")
    rows = rows.prefetch_related("reasons")
    return [row for row in rows if by.has_perm("applications.release_outcome", row.application)]


def refuse_preparing(application: Application, at: datetime, step: str = "Shortlisting") -> None:
    """Raise Refused where no outcome can be prepared now, whatever is chosen; `step` begins the sentence."""
    refuse_before_close(application, at, step)
    is_shortlisted = application.status in {Status.SHORTLISTED, Status.RESERVE}
    require(step == "Shortlisting" or not is_shortlisted, TO_COMMITTEE, code="wrong_state")
    if not APPLICATION.allows(application, "shortlist"):
        verb = "shortlist" if step == "Shortlisting" else "turn down"
        sentence = f"This application is {application.get_status_display()}, so “{verb}” is not possible now."
        raise Refused(f"{sentence} Reload the page to see what you can do.", code="wrong_state")
    require(not application.erased_at, application.erasure, code="erased")
    outcome = prepared(application)
    if outcome is not None:
        words = outcome.get_outcome_display()
        raise Refused(f"“{words}” is already prepared. Undo it before you prepare another outcome.", code="prepared")


def refuse_shortlisting(application: Application, at: datetime) -> None:
    """Raise Refused where `prepare_shortlist` would."""
    refuse_preparing(application, at)
    eligibility.refuse_unmet(application)


def refuse_turning_down(application: Application, at: datetime) -> None:
    refuse_preparing(application, at, "Turning down")


def refuse_unprepared(application: Application, _at: datetime) -> None:
    require(prepared(application) is not None, "Nothing is prepared for this application.", code="nothing_prepared")


def refuse_before_close(application: Application, at: datetime, step: str = "Shortlisting") -> None:
    """Raise Refused while the organisation may still change the application; `step` begins the sentence."""
    call = application.call
    if call.kind != Call.Kind.ROLLING and call.closes_at is not None and not call.is_closed(at):
        closes = say_deadline(call.closes_at)
        raise Refused(
            f"{step} begins after the call closes, {closes}: until then the organisation may still change it."
        )
