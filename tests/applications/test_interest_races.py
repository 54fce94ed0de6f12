"""Pressed at once by several people, on PostgreSQL with connections of their own: one effect."""

import pytest

from applications.actions import equality, expressions
from applications.actions.expressions import Words
from applications.models import Application, EqualityLink, EqualityTally, ExpressionOfInterest
from core.accounts.links import digest
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import (
    SUBMITTING,
    WRITING,
    equality_questions,
    expression_at,
    lead,
    officer,
    programme,
    published_call,
)
from tests.races.at_once import all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


def test_of_eight_answers_through_one_link_one_counts():
    call, question = published_call(), equality_questions()[0]
    EqualityLink.objects.create(call=call, token_digest=digest("one"))
    found = [equality.find("one", SUBMITTING) for _ in range(AT_ONCE)]
    given = {question.pk: question.choices[0]}
    counted = all_at_once(*[lambda link=link: equality.answer(link, given, at=SUBMITTING) for link in found])
    assert sorted(counted) == [False] * (AT_ONCE - 1) + [True]
    assert EqualityTally.objects.get(question=question, answer=question.choices[0]).count == 1


def test_eight_people_who_answer_at_once_are_all_counted():
    call, questions = published_call(), equality_questions()
    for place in range(AT_ONCE):
        EqualityLink.objects.create(call=call, token_digest=digest(f"link {place}"))
    found = [equality.find(f"link {place}", SUBMITTING) for place in range(AT_ONCE)]
    ways = [questions, questions[::-1]]  # whatever order a form gives them in
    assert all(
        all_at_once(
            *[
                lambda link=link, way=ways[place % 2]: equality.answer(
                    link, {one.pk: one.choices[0] for one in way}, at=SUBMITTING
                )
                for place, link in enumerate(found)
            ]
        )
    )
    counts = EqualityTally.objects.filter(count__gt=0).values_list("question", "count")
    assert sorted(counts) == [(question.pk, AT_ONCE) for question in questions]
    assert not EqualityLink.objects.exists()


def test_one_expression_of_interest_comes_of_eight_presses():
    own, of = OrganisationFactory(), programme()
    by = lead(own)
    send = lambda: expressions.send(of, organisation=own, words=Words("Share."), by=by, at=WRITING)  # noqa: E731
    assert len({sent.pk for sent in all_at_once(*[send] * AT_ONCE)}) == 1
    assert ExpressionOfInterest.objects.count() == 1


def test_one_application_starts_from_it_whichever_post_eight_colleagues_choose():
    expression = expression_at("invited")
    first = expression.call.posts.get()
    second = expression.call.posts.create(
        job_title="Researcher", grade="8", purpose="p", accountabilities="a", person_specification="s"
    )
    by = lead(expression.organisation)
    begun = all_at_once(
        *[lambda post=post: expressions.start(expression, post, by=by, at=WRITING) for post in [first, second] * 4]
    )
    assert len({application.pk for application in begun}) == 1
    assert Application.objects.count() == 1


def test_one_answer_is_given_however_many_officers_press():
    expression, told = expression_at("received"), officer()
    rows = [ExpressionOfInterest.objects.get(pk=expression.pk) for _ in range(AT_ONCE)]
    answered = all_at_once(
        *[lambda row=row: expressions.put_off(row, text="Not now.", by=told, at=WRITING) for row in rows]
    )
    assert sum(isinstance(answer, Refused) for answer in answered) == AT_ONCE - 1
