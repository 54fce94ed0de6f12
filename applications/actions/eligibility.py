"""The checklist of a call: what the facts of an application say, and what an officer answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from applications import defaults
from applications.lifecycle import CandidateStatus, TrailEvent
from applications.models import Application, EligibilityAnswer, EligibilityItem, OutcomeReason
from applications.models.document import OF_APPLICANTS
from core.accounts.models import Programme, User
from core.audit import trail
from core.dates import say_day
from core.lifecycle import Refused, require
from core.permissions import check

Subject = EligibilityItem.Subject
Answers = Mapping[EligibilityItem, tuple[bool | None, str]]
MOST_NOTE = 2000  # characters


@dataclass(frozen=True)
class Finding:
    """What the facts say about one line of the checklist; `is_met` is None where they cannot tell."""

    item: EligibilityItem
    is_met: bool | None
    words: str
    answer: EligibilityAnswer | None = None

    @property
    def counts(self) -> bool | None:
        """The officer's answer; without one what the facts say."""
        return self.answer.is_met if self.answer else self.is_met

    @property
    def why(self) -> str:
        return self.answer.note if self.answer else self.words


def findings(application: Application) -> list[Finding]:
    """One for each line of the call's checklist, in its order; two to four queries."""
    items = list(application.call.eligibility_items.all())
    answers = {row.item_id: row for row in application.eligibility_answers.all()} if items else {}
    facts = {subject: _facts(subject, application) for subject in {item.subject for item in items}}
    return [Finding(item, *facts[item.subject], answers.get(item.pk)) for item in items]


def _facts(subject: str, application: Application) -> tuple[bool | None, str]:
    match subject:
        case Subject.ORGANISATION:
            missing = application.organisation.missing_for_award
            return None, f"Missing before an award: {'; '.join(missing)}." if missing else "Its details are complete."
        case Subject.PERSON:
            # Without a filter, for many applications at once: what is prefetched is not asked again.
            has_confirmed = any(row.status == CandidateStatus.CONFIRMED for row in application.candidates.all())
            return (None, "Has confirmed.") if has_confirmed else (False, "No proposed secondee has confirmed.")
        case Subject.DAYS:
            return _days(application)
        case Subject.START:
            return _start(application)
        case _:
            kinds = {row.kind for row in application.documents.all() if row.replaced_at is None}
            missing = [kind.label for kind in OF_APPLICANTS if kind not in kinds]
            return (False, f"Missing: {', '.join(missing)}.") if missing else (True, "CV and statement are there.")


def _days(application: Application) -> tuple[bool | None, str]:
    days, least = application.days_per_week, application.call.least_days
    if days is None:
        return None, "No days are given."
    return days >= least, f"{days.normalize():f} days a week; the call asks for at least {least.normalize():f}."


def _start(application: Application) -> tuple[bool | None, str]:
    start, wanted = application.earliest_start_on, application.call.start_month_on
    if start is None or wanted is None:
        return None, "The start is not given."
    in_time = (start.year, start.month) <= (wanted.year, wanted.month)
    return in_time, f"Earliest start {say_day(start)}; the call starts in {wanted:%B %Y}."


def refuse_unmet(application: Application) -> None:
    """Raise Refused, naming every line of the checklist that is not met."""
    unmet = [f"{one.item}: {one.why}" for one in findings(application) if one.counts is False]
    if unmet:
        raise Refused(f"Not eligible. {' '.join(unmet)} Change the checklist, or turn it down.", code="not_eligible")


@transaction.atomic
def answer(application: Application, *, answers: Answers, by: User, at: datetime) -> None:
    """Save what an officer found, by line: met, not met, or None for what is still to be checked; each with a note.

    Raises Refused for a line of another call, and for one that is not met without a note.
    """
    check(by, "applications.check_application", application)
    for item, (is_met, note) in answers.items():
        require(item.call_id == application.call_id, "This line is of another call's checklist.")
        if is_met is None:
            application.eligibility_answers.filter(item=item).delete()
            continue
        field = f"note_{item.pk}"
        require(is_met or bool(note.strip()), f"Say why “{item}” is not met.", field)
        require(len(note) <= MOST_NOTE, f"Use at most {MOST_NOTE:,} characters for “{item}”.", field)
        facts = {"is_met": is_met, "note": note.strip(), "answered_by": by, "answered_at": at}
        EligibilityAnswer.objects.update_or_create(application=application, item=item, defaults=facts)
    unmet = [str(item) for item, (is_met, _) in answers.items() if is_met is False]
    facts = {"not_met": "; ".join(unmet)} if unmet else {}
    trail.record(TrailEvent.ELIGIBILITY_CHECKED, application, by=by, at=at, **facts)


@transaction.atomic
def put_in_reasons(programme: Programme, *, by: User, at: datetime) -> None:
    """Give a programme without reasons the standard ones for turning an application down."""
    check(by, "applications.add_outcomereason", programme)
    require(not programme.outcome_reasons.exists(), "This programme has its reasons already.")
    OutcomeReason.objects.bulk_create(
        OutcomeReason(programme=programme, position=place, label=label, sentence=sentence)
        for place, (label, sentence) in enumerate(defaults.REASONS, start=1)
    )
    trail.record(TrailEvent.REASONS_PUT_IN, programme, by=by, at=at)
