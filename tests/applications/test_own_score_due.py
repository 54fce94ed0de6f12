"""Whoever has yet to finish an assessment is told nothing of what others found, though they are an officer too."""

from datetime import timedelta

import pytest

from applications.actions import assessments, joint_views, notes
from applications.letters.recipients import people_with_assessment_due
from applications.models import Application, CaseNote
from applications.rules.notes import colleagues
from core.accounts.models import User
from core.accounts.roles import Role
from core.letters.models import Letter
from core.lifecycle import Refused
from core.permissions import may_read_history
from core.visibility import visible
from tests.accounts.factories import hold
from tests.accounts.factories import programme as a_programme
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, committee, complete, finish, funder_assessor, host_assessor
from tests.grants.factories import second_officer

pytestmark = pytest.mark.django_db
WORDS = "The host gave them little"


def both_roles():
    person = second_officer()
    person.works_for = a_programme().funder
    person.save()
    hold(person, Role.FUNDER_ASSESSOR)
    return afresh(person)


def afresh(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def own():
    """An officer's own assessment, begun, of an application that both sides have assessed."""
    application, person = application_at("shortlisted"), both_roles()
    own = assigned(application, assessor=person)
    assessments.declare(own, has_conflict=False, explanation="", by=person, at=ASSESSING)
    for side in ("funder", "host"):
        complete(application, party=side)
    return own


def differ(application):
    for by, recommendation, minutes in ((funder_assessor(), "recommend", 1), (host_assessor(), "decline", 2)):
        facts = {"reasons": "Because.", "at": ASSESSING + timedelta(minutes=minutes)}
        joint_views.record(application, recommendation=recommendation, by=by, **facts)


def page(own):
    return as_(afresh(own.assessor)).get(url("application", "change", own.application_id))


def test_no_email_tells_them_that_funder_and_host_differ(own):
    differ(own.application)
    told = set(Letter.objects.filter(template="applications.views_differ").values_list("to_email", flat=True))
    assert told == {funder_assessor().email, host_assessor().email, officer().email}
    assert people_with_assessment_due(own.application) == {own.assessor.email}


def test_the_page_tells_them_neither_the_views_nor_what_is_missing_for_the_committee(own):
    told = ("has no assessor yet", "recorded a view", "differently")
    assert [words for words in told if words in text_of(page(own))] == []
    differ(own.application)
    assert [words for words in told if words in text_of(page(own))] == []
    assert "differently" in text_of(as_(officer()).get(url("application", "change", own.application_id)))
    finish(own)
    assert "differently" in text_of(page(own))


def test_they_read_the_history_of_the_case_once_their_own_is_complete(own):
    differ(own.application)
    history = url("application", "history", own.application_id)
    assert as_(afresh(own.assessor)).get(history).status_code == 404
    assert history not in page(own).text
    assert not may_read_history(afresh(own.assessor), own.application)
    assert as_(officer()).get(history).status_code == 200
    finish(own)
    assert as_(afresh(own.assessor)).get(history).status_code == 200
    assert "Views of funder and host opened" in text_of(page(own))


def test_they_are_told_of_no_ones_conflict_of_interest_before(own):
    assessments.declare_conflict(own.application, explanation=WORDS, by=committee(), at=ASSESSING)
    assert WORDS not in text_of(page(own))
    assert WORDS in text_of(as_(officer()).get(url("application", "change", own.application_id)))
    finish(own)
    assert WORDS in text_of(page(own))


def test_notes_of_the_office_wait_until_their_own_is_complete(own):
    note = notes.write(own.application, text=WORDS, by=officer(), at=ASSESSING)
    person = afresh(own.assessor)
    assert not visible(CaseNote, person).exists()
    assert not person.has_perm("applications.view_casenote", note)
    assert WORDS not in text_of(page(own))
    assert person not in colleagues(own.application)
    with pytest.raises(Refused) as refused:
        notes.write(own.application, text="Look.", by=person, at=ASSESSING)
    assert refused.value.code == "applications.add_casenote"
    finish(own)
    assert list(visible(CaseNote, afresh(person))) == [note]
    assert person in colleagues(Application.objects.get(pk=own.application_id))
    assert WORDS in text_of(page(own))
