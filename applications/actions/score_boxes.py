"""The boxes of a scoring page by name, as `score_a`, `reason_a` and those of OF_SHEET: saved, typed, compared."""

from collections.abc import Mapping

from applications.autosave import SaveToken, Verdict, decide
from applications.form_schema import box_text
from applications.models import Assessment, Criterion, Score
from applications.models.assessment import Recommendation
from applications.scoring import BEST
from core.lifecycle import Refused

OF_SHEET = ("recommendation", "overall_view", "private_notes")
Marks = Mapping[Criterion, tuple[int | None, str]]


def refuse(assessment: Assessment, marks: Marks, words: Mapping[str, str]) -> None:
    """Raise Refused for a score outside 0 to 4, for a criterion of another call and for no known recommendation."""
    if words.get("recommendation", "") not in {"", *Recommendation.values}:
        raise Refused("Choose what you recommend.", field="recommendation")
    for criterion, (score, _) in marks.items():
        if criterion.call_id != assessment.application.call_id:
            raise Refused("This criterion does not belong to the application's call.")
        if score is not None and score not in range(BEST + 1):
            raise Refused("Choose a score from 0 to 4.", field=f"score_{criterion.letter}")


def saved(assessment: Assessment) -> dict[str, str]:
    scores = {score.criterion_id: score for score in assessment.scores.all()}
    texts = {name: str(getattr(assessment, name)) for name in OF_SHEET}
    for criterion in assessment.application.call.criteria.all():
        score = scores.get(criterion.pk)
        texts[f"score_{criterion.letter}"] = "" if score is None or score.score is None else str(score.score)
        texts[f"reason_{criterion.letter}"] = score.reason if score else ""
    return texts


def typed(marks: Marks, words: Mapping[str, str]) -> dict[str, str]:
    texts = {name: box_text(text) for name, text in words.items()}
    for criterion, (score, reason) in marks.items():
        texts[f"score_{criterion.letter}"] = box_text(score)
        texts[f"reason_{criterion.letter}"] = box_text(reason)
    return texts


def compare(
    assessment: Assessment,
    before: Mapping[str, str],
    texts: Mapping[str, str],
    token: SaveToken,
    *,
    while_typing: bool,
) -> dict[str, Verdict]:
    verdicts = {}
    for name, text in texts.items():
        window, edits = assessment.saved_from.get(name, ("", 0))
        verdicts[name] = decide(
            token,
            name=name,
            mine=text,
            saved=before[name],
            is_same_page=bool(token.window) and token.window == window,
            is_older=while_typing and token.edits < edits,
        )
    return verdicts


def write(assessment: Assessment, texts: Mapping[str, str], marks: Marks) -> None:
    Score.objects.bulk_create(
        [
            Score(
                assessment=assessment,
                criterion=criterion,
                score=int(typed_score) if (typed_score := texts[f"score_{criterion.letter}"]) else None,
                reason=texts[f"reason_{criterion.letter}"],
            )
            for criterion in marks
        ],
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["score", "reason"],
    )
