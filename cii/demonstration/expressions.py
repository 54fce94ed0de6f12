"""Expressions of interest in each state that a role would find, and equality answers that were counted."""

from datetime import datetime, time, timedelta

from applications.actions import equality, expressions
from applications.actions.expressions import Words
from applications.models import Call, EqualityLink, Strand
from cii.demonstration.applicants import Applicant, lead_of
from core.accounts.links import digest
from core.accounts.models import Organisation, Programme, User
from core.dates import at_london, london

NOT_NOW = Applicant("Sandpiper Sports Trust", "Stella Voss", "Nobody Yet", 30000)
FOOTBALL = "Newcomers meet neighbours on our pitches before they meet any service."
WELCOME = "A welcome in the first weeks decides whether people ask for help later."
# How many gave each answer of the standard questions in the earlier round, “prefer not to say” the last.
ANSWERS = (
    (2, 17, 14, 8, 3, 0, 4),
    (29, 12, 1, 0, 6),
    (6, 11, 12, 5, 9, 2, 3),
    (7, 36, 5),
    (14, 0, 11, 2, 1, 12, 0, 1, 7),
    (3, 5, 30, 0, 10),
)


def days_ago(now: datetime, days: int) -> datetime:
    """Half past ten in the morning, that many days ago in London."""
    return at_london(london(now).date() - timedelta(days=days), time(10, 30))


def words(of: Programme, about: str, cares: str, person: str = "") -> Words:
    strand = Strand.objects.get(programme=of, title="Hostile environment and welcome")
    return Words(about, {strand.pk: cares}, person)


def build(of: Programme, cast: dict[str, User], call: Call, now: datetime) -> None:
    """One that waits, one answered “not now” after a conversation, one invited to the open call."""
    officer = cast["officer"]
    waiting = words(
        of,
        "Our advisers see the same gaps in guidance every week. We would like one of them to spend a year where the "
        "guidance is written, and to bring back how it is made.",
        "People lose jobs and homes because a front-line worker did not know which papers count.",
        "Runs our outreach sessions in two boroughs, and trains volunteers to spot when somebody needs legal help.",
    )
    expressions.send(of, organisation=own(cast["applicant"]), words=waiting, by=cast["applicant"], at=days_ago(now, 4))
    begun_at = days_ago(now, 60)
    lead = lead_of(NOT_NOW, begun_at)
    theirs = words(of, "We would like to use football to bring new neighbours together across the river.", FOOTBALL)
    put_off = expressions.send(of, organisation=own(lead), words=theirs, by=lead, at=begun_at)
    spoken_at = begun_at + timedelta(days=6)
    said = "Spoke for half an hour. They have three paid staff and could not release one before the summer."
    expressions.note(put_off, spoken_on=london(spoken_at).date(), text=said, by=officer, at=spoken_at)
    text = "With three staff a release would put your own work at risk. Do write again when the new post is filled."
    expressions.put_off(put_off, text=text, by=officer, at=spoken_at + timedelta(days=1))
    sent_at = days_ago(now, 21)
    theirs = words(of, "Somebody of our team could help the host plan welcome events that reach all ages.", WELCOME)
    invited = expressions.send(of, organisation=own(cast["rival"]), words=theirs, by=cast["rival"], at=sent_at)
    text = "What you describe is what the post in this call is about. Please apply; we are glad to talk it over before."
    expressions.invite(invited, call=call, text=text, by=officer, at=days_ago(now, 15))


def own(person: User) -> Organisation:
    return person.memberships.select_related("organisation").get().organisation


def counted(call: Call, now: datetime) -> None:
    """Equality answers of an earlier round, each counted through a link of its own."""
    questions = list(call.programme.equality_questions.all())
    columns = [
        [choice for choice, times in zip(question.choices, numbers, strict=True) for _ in range(times)]
        for question, numbers in zip(questions, ANSWERS, strict=True)
    ]
    for place, given in enumerate(zip(*columns, strict=True)):
        link = EqualityLink.objects.create(call=call, token_digest=digest(f"demonstration {place}"))
        equality.answer(link, {question.pk: answer for question, answer in zip(questions, given, strict=True)}, at=now)
