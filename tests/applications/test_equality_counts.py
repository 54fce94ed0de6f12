"""What is shown of the equality counts, to whom and when: nothing below five, and nothing that may still grow."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from operator import itemgetter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from applications.actions import calls, equality
from applications.models import Call, EqualityLink, EqualityQuestion, EqualityTally
from applications.models.equality import PREFER_NOT_TO_SAY, half_year, half_year_ends_at
from applications.small_numbers import FEWEST
from applications.views.equality_statistics import batches, next_shown, say_half_year
from core.accounts.links import digest
from core.accounts.roles import Role
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    OPENS,
    SUBMITTING,
    equality_questions,
    lead,
    officer,
    programme,
    published_call,
)
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SHOWN_FROM = CLOSES + timedelta(days=31)
NAMES = count()


def link_for(call):
    return EqualityLink.objects.create(call=call, token_digest=digest(f"link {next(NAMES)}"))


def rolling_call():
    return published_call(kind="rolling", closes_at=None)


def tables(call, at=SHOWN_FROM):
    return [table for batch in batches(call, at) for table in batch.tables]


def main_of(call, person=None):
    page = as_(person or officer()).get(f"/calls/{call.slug}/equality/").text
    return page.split("<main")[1].split("</main>")[0]


def as_(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def tally(call, *numbers, half_year=""):
    question = equality_questions()[3]  # yes, no, prefer not to say
    facts = {"call": call, "half_year": half_year, "question": question}
    for answer, number in zip(question.choices, numbers, strict=True):
        EqualityTally.objects.create(**facts, answer=answer, count=number)
    return question


def test_counts_below_five_are_hidden_with_the_next_one_and_no_total_stands_beside_them():
    call = published_call()
    tally(call, 4, 31, 8)
    (table,) = tables(call)
    assert [line.cell.words for line in table.lines] == [f"fewer than {FEWEST}", "31", "not shown"]
    assert [line.bar for line in table.lines] == [0, 100, 0]
    assert table.total is None
    page = as_(officer()).get(f"/calls/{call.slug}/equality/").text
    assert re.findall(r'numeric">(?:<span[^>]*>)?([^<]*)<', page)[1:] == ["fewer than 5", "31", "not shown"]
    assert "Altogether" not in page


def test_a_total_stands_where_nothing_is_hidden():
    call = published_call()
    tally(call, 5, 31, 8)
    assert tables(call)[0].total == 44
    assert "Altogether" in as_(officer()).get(f"/calls/{call.slug}/equality/").text


def test_answers_that_are_no_longer_offered_are_still_counted():
    call = published_call()
    question = tally(call, 6, 31, 8)
    question.answers = "Yes\nNo, never"
    question.save()
    EqualityTally.objects.create(call=call, question=question, answer="No, never", count=0)
    assert [line.answer for line in tables(call)[0].lines] == ["Yes", "No, never", PREFER_NOT_TO_SAY, "No"]


def test_officers_director_committee_and_the_programmes_learning_partner_see_counts_and_nobody_else(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    call, of = published_call(), programme()
    sees = {
        Role.OFFICER: of.funder,
        Role.DIRECTOR: of.funder,
        Role.COMMITTEE: of.funder,
        Role.LEARNING_PARTNER: of.learning_partner,
    }
    for role in Role:
        person = person_with(role, works_for=sees.get(role, of.host), email=f"one.{role.name.lower()}@example.org")
        answered = as_(person).get(f"/calls/{call.slug}/equality/").status_code
        assert (role, answered) == (role, 200 if role in sees else 404)
    other = person_with(Role.LEARNING_PARTNER, works_for=OrganisationFactory(), email="other@example.org")
    assert as_(other).get(f"/calls/{call.slug}/equality/").status_code == 404
    assert as_(lead(OrganisationFactory())).get(f"/calls/{call.slug}/equality/").status_code == 404
    assert Client().get(f"/calls/{call.slug}/equality/").status_code == 302


def test_the_counts_page_costs_the_same_with_one_question_and_with_six(django_assert_num_queries):
    call = published_call()
    person = as_(officer())
    tally(call, 6, 31, 8)
    person.get(f"/calls/{call.slug}/equality/")
    for _ in range(2):
        with django_assert_num_queries(5):
            person.get(f"/calls/{call.slug}/equality/")
        equality.answer(link_for(Call.objects.get(pk=call.pk)), {}, at=SUBMITTING)


def test_learning_leads_to_the_counts():
    call = published_call()
    partner = person_with(Role.LEARNING_PARTNER, works_for=programme().learning_partner)
    address = f"/calls/{call.slug}/equality/"
    assert address not in as_(partner).get("/learning/").text
    tally(call, 6, 31, 8)
    assert address in as_(partner).get("/learning/").text
    assert address in as_(officer()).get(f"/admin/applications/call/{call.pk}/change/").text


# --- When ---


def test_the_counts_of_a_call_with_a_close_are_shown_a_day_after_the_last_answer_may_come(time_machine):
    call = published_call()
    tally(call, 5, 31, 8)
    for moment in (OPENS, CLOSES, SHOWN_FROM - SECOND):
        time_machine.move_to(moment, tick=False)
        assert "Shown from 6pm on Saturday 13 April 2019" in main_of(call)
        assert "31" not in main_of(call)
    time_machine.move_to(SHOWN_FROM, tick=False)
    assert "Altogether" in main_of(call)
    assert "Shown from" not in main_of(call)


@pytest.mark.parametrize("kind", ["open", "rolling"])
def test_with_the_decision_the_links_are_gone_so_the_counts_are_shown(kind):
    call = published_call() if kind == "open" else rolling_call()
    tally(call, 5, 31, 8, half_year="" if kind == "open" else "2019-1")
    assert tables(call, ASSESSING) == []
    calls.decide(call, by=officer(), at=ASSESSING)
    assert tables(call, ASSESSING)[0].total == 44
    assert list(next_shown(call, ASSESSING)) == []


def test_a_call_is_not_opened_again_once_its_counts_may_have_been_seen():
    call, last = published_call(), CLOSES + timedelta(days=30)
    facts = {
        "closes_at": last + timedelta(days=9),
        "reason": "Post was late.",
        "despite": "Visits move too.",
        "by": officer(),
    }
    with pytest.raises(Refused, match=SAID.too_long_ago_to_reopen_it):
        calls.extend(call, **facts, at=last)
    calls.extend(call, **facts, at=last - SECOND)
    assert tables(call, last + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-1"),
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), "2026-1"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "2026-2"),  # midnight on London's clocks
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), "2026-2"),
    ],
)
def test_a_half_year_is_londons(at, name):
    assert half_year(at) == name


def test_a_half_year_ends_at_londons_midnight():
    assert half_year_ends_at("2026-1") == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert half_year_ends_at("2026-2") == datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
    assert [say_half_year(name) for name in ("2026-1", "2026-2")] == ["January to June 2026", "July to December 2026"]


def test_of_a_rolling_call_each_half_year_is_shown_by_itself_once_it_is_over(time_machine):
    call, question = rolling_call(), equality_questions()[3]
    for answer in question.choices * 5:
        equality.answer(link_for(call), {question.pk: answer}, at=datetime(2019, 6, 30, 12, tzinfo=UTC))
    equality.answer(link_for(call), {question.pk: "Yes"}, at=datetime(2019, 7, 1, 12, tzinfo=UTC))
    time_machine.move_to(datetime(2019, 7, 1, 12, tzinfo=UTC), tick=False)
    waiting = re.findall(r"<p[^>]*>(\w+ to \w+ \d+): shown from <strong>([^<]*)", main_of(call))
    assert waiting == [
        ("January to June 2019", "midnight at the start of Tuesday 2 July 2019"),
        ("July to December 2019", "midnight at the start of Thursday 2 January 2020"),
    ]
    assert "<table" not in main_of(call)
    time_machine.move_to(datetime(2019, 7, 2, 12, tzinfo=UTC), tick=False)
    assert '<h2 class="govuk-heading-l">January to June 2019</h2>' in main_of(call)
    assert "July to December 2019: shown from" in main_of(call)
    assert [table.total for table in tables(call, datetime(2019, 7, 2, 12, tzinfo=UTC)) if table.total] == [15]
    later = batches(call, datetime(2020, 1, 3, tzinfo=UTC))
    assert [batch.half_year for batch in later] == ["2019-2", "2019-1"]
    assert all(line.cell.count is None for table in later[0].tables for line in table.lines)


def test_what_was_counted_before_there_were_half_years_stands_still_and_is_shown_apart():
    call = rolling_call()
    question = tally(call, 5, 31, 8)
    equality.answer(link_for(call), {question.pk: "Yes"}, at=SUBMITTING)
    assert SAID.before_half_years_were_counted in main_of(call)
    assert [table.total for table in tables(call, SUBMITTING)] == [44]


# --- Whatever is done and whenever one looks ---

EVERY_ANSWER, CLOSED, SETTLED = 3, 38, 69  # an answer given by as many each; days after the opening
DAYS = st.integers(0, 400)
EARLY = st.tuples(st.integers(0, CLOSED - 1), st.just(EVERY_ANSWER), st.integers(1, 8))
ANSWERS = st.lists(st.tuples(DAYS, st.integers(0, EVERY_ANSWER), st.integers(1, 6)), max_size=5)
STEPS = st.lists(st.tuples(DAYS, st.sampled_from(["extend", "decide", "cancel"]), st.just(1)), max_size=2)


def happens(call, question, day, what, times):
    """What people and the office may do on a day, or are refused."""
    at = OPENS + timedelta(days=day)
    call.refresh_from_db()
    if isinstance(what, int):
        given = question.choices if what == EVERY_ANSWER else [question.choices[what]]
        for answer in given * times:
            token = f"link {next(NAMES)}"
            EqualityLink.objects.create(call=call, token_digest=digest(token))
            if (found := equality.find(token, at)) is not None:
                equality.answer(found, {question.pk: answer}, at=at)
    else:
        facts = {"extend": {"closes_at": at + timedelta(days=5)}, "decide": {}, "cancel": {}}[what]
        reasons = {} if what == "decide" else {"reason": "It must be."}
        try:
            getattr(calls, what)(call, **facts, **reasons, by=officer(), at=at)
        except Refused:
            call.refresh_from_db()


def seen(call, day):
    """Every figure that somebody sees on a day, totals among them, by where it stands."""
    call.refresh_from_db()
    at = OPENS + timedelta(days=day)
    return {
        (batch.half_year, table.question, place): figure
        for batch in batches(call, at)
        for table in batch.tables
        for place, figure in [("total", table.total), *((line.answer, line.cell.count) for line in table.lines)]
    }


@settings(max_examples=20, deadline=None)
@given(is_rolling=st.booleans(), early=EARLY, answers=ANSWERS, steps=STEPS)
@example(is_rolling=True, early=(1, EVERY_ANSWER, 5), answers=[(20, 0, 1)], steps=[])
@example(is_rolling=False, early=(1, EVERY_ANSWER, 5), answers=[(CLOSED + 9, 0, 1)], steps=[])
@example(is_rolling=False, early=(1, EVERY_ANSWER, 5), answers=[(SETTLED + 5, 0, 1)], steps=[(SETTLED, "extend", 1)])
@example(is_rolling=True, early=(1, EVERY_ANSWER, 5), answers=[(90, 0, 1)], steps=[(80, "cancel", 1)])
def test_no_two_looks_differ_by_fewer_than_five_people(is_rolling, early, answers, steps):
    """A figure once shown stays as it is, hidden ones stay hidden, and what is new is a whole table of its own."""
    of = programme()
    question, _ = EqualityQuestion.objects.get_or_create(programme=of, label="Which?", answers="One\nTwo")
    call = rolling_call() if is_rolling else published_call()
    looks = []
    for day, what, times in sorted([early, *answers, *steps], key=itemgetter(0)):
        looks.append(seen(call, day))
        happens(call, question, day, what, times)
        looks.append(seen(call, day))
    looks.append(seen(call, 900))
    for before, after in pairwise(looks):
        assert before.items() <= after.items()
    assert all(figure is None or figure >= FEWEST for figure in looks[-1].values())
    assert is_rolling or len({name for name, _, _ in looks[-1]}) <= 1
