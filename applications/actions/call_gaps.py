"""What a draft call lacks before it can be published."""

from datetime import datetime

from applications.models import Call, Post
from core.dates import london, say_day, say_deadline
from core.lifecycle import Refused

MEANINGS = 5


def refuse_incomplete(call: Call, at: datetime) -> None:
    if lacking := lacks(call, at):
        raise Refused(lacking[0])


def lacks(call: Call, at: datetime) -> list[str]:
    """What must be put right before a call can be published, a sentence each; empty when it is complete."""
    posts = list(call.posts.all())
    return [*_dates_lack(call, at), *_words_lack(call, posts), *_parts_lack(call, posts)]


def _dates_lack(call: Call, at: datetime) -> list[str]:
    lacking = []
    if call.closes_at is None and call.kind != Call.Kind.ROLLING:
        lacking.append("Enter when the call closes. Only a rolling call has no closing time.")
    if call.closes_at is not None and call.kind == Call.Kind.ROLLING:
        lacking.append("A rolling call is always open. Remove its closing time, or choose another kind.")
    elif call.closes_at is not None and call.closes_at <= at:
        lacking.append(
            f"The call would close at {say_deadline(call.closes_at)}, which has passed. Choose a later time."
        )
    if call.visits_from_on and call.closes_at and call.visits_from_on < london(call.closes_at).date():
        lacking.append(f"Assessment visits begin on {say_day(call.visits_from_on)}, before the call closes.")
    return lacking


def _words_lack(call: Call, posts: list[Post]) -> list[str]:
    words = {"summary": call.summary, "brief": call.brief, "way that pay is decided": call.pay_principle}
    lacking = [f"Enter the {name} of the call." for name, text in words.items() if not text.strip()]
    if not call.holds_back:
        lacking.append("Choose what is held back until the final report is accepted, or nothing.")
    for post in posts:
        words = {
            "purpose": post.purpose,
            "accountabilities": post.accountabilities,
            "person specification": post.person_specification,
        }
        lacking += [f"Enter the {name} of the post “{post}”." for name, text in words.items() if not text.strip()]
    return lacking


def _parts_lack(call: Call, posts: list[Post]) -> list[str]:
    lacking = []
    criteria = list(call.criteria.all())
    questions = list(call.questions.all())
    if not posts:
        lacking.append("Add at least one post, with its purpose, accountabilities and person specification.")
    if not criteria:
        lacking.append("Add the assessment criteria. Applicants read them.")
    lacking += [
        f"Enter on five lines what each score from 0 to 4 means for criterion {criterion}."
        for criterion in criteria
        if len(criterion.scale) != MEANINGS
    ]
    if not questions:
        lacking.append("Add the questions that applicants answer.")
    own = {criterion.pk for criterion in criteria}
    lacking += [
        f"The question “{question}” serves a criterion of another call. Choose one of this call's."
        for question in questions
        if question.criterion_id and question.criterion_id not in own
    ]
    lacking += [f"Question “{question}”: {fault}" for question in questions for fault in question.faults.values()]
    return lacking
