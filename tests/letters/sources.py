"""Sources of reminders of the tests' own."""

from datetime import UTC, datetime, timedelta

from core.letters.reminders import CHUNK, Reminder, latest

closes_at = datetime(2019, 3, 20, 17, tzinfo=UTC)
begun_at = datetime(2019, 2, 1, tzinfo=UTC)
WORDS = {"name": "Ada", "words": "The call closes soon.", "reference": "x"}
TO = "ada@example.org"


def due(now):
    """Tell of one deadline 30 days is too early for, at 21, 7 and 1 days."""
    milestones = {closes_at - timedelta(days=days): days for days in (21, 7, 1)}
    passed = latest(now, list(milestones))
    if passed:
        yield Reminder("testing.hello", TO, f"close:{milestones[passed]}", passed, begun_at, WORDS)


def one_bad_of_two(now):
    """Yield one reminder without a template, then a good one."""
    yield Reminder("testing.missing", TO, "bad", now, now, WORDS)
    yield Reminder("testing.hello", TO, "good", now, now, WORDS)


def one_good(now):
    """Yield one reminder."""
    yield Reminder("testing.hello", TO, "good", now, now, WORDS)


def many(now):
    """Yield more than one query asks about."""
    for number in range(CHUNK + 1):
        yield Reminder("testing.hello", TO, f"many:{number}", now, now, WORDS)


def first_is_held(letters):
    """Hold back the first letter."""
    return {letters[0].pk: "Not sent: restricted."} if letters else {}
