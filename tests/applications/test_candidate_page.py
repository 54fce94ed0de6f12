"""The proposed secondee's page, as their browser takes it."""

import re

import pytest

from applications.actions import candidates
from applications.completeness import FilledForm
from core.audit import trail
from tests.applications.factories import CLOSES, WRITING, an_application, candidate_of, fill, lead
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def test_a_browser_may_say_where_the_answer_comes_from(time_machine):
    """A page that forbids its address altogether makes browsers send `Origin: null`, and the answer is refused."""
    time_machine.move_to(WRITING)
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    page = Client().get(f"/candidate/{token}/").text
    assert re.findall(r'<meta name="referrer" content="([^"]*)">', page) == ["strict-origin"]


def test_reading_the_own_cv_is_on_the_trail_as_their_own(time_machine):
    time_machine.move_to(WRITING)
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    b"".join(Client().get(f"/candidate/{token}/cv/").streaming_content)
    line = trail.history(application).get(event="CV opened")
    assert (line.by, line.detail) == (None, {"through": "their own link"})


def test_whoever_has_confirmed_is_told_that_only_employer_or_office_can_put_something_right(time_machine):
    time_machine.move_to(WRITING, tick=False)
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    assert SAID.if_something_here_is_wrong not in Client().get(f"/candidate/{token}/").text
    shown = FilledForm.current(application.pk).candidate_digest
    candidates.confirm(candidate_of(application), shown_digest=shown, at=WRITING)
    page = Client().get(f"/candidate/{token}/").text
    assert SAID.you_have_confirmed_so_you in page
    assert "Ask your employer to change it before 5pm on Wednesday 13 March 2019 (UK time)" in page
    assert f"/candidate/{token}/correct/" not in page
    time_machine.move_to(CLOSES, tick=False)
    page = Client().get(f"/candidate/{token}/").text
    assert "The deadline has passed, so your employer cannot change it either. Email us at <a" in page
