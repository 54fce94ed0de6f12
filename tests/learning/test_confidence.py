"""What is told the learning partner in confidence is read by the two alone, and leaves no name anywhere else."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from core.audit.models import Entry
from core.encryption import PREFIX
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from core.work_queue import for_person
from learning import actions
from learning.models import ConfidentialMessage
from tests.accounts.factories import OrganisationFactory, UserFactory, lead_of, programme
from tests.applications.desk import as_
from tests.applications.factories import WRITING, officer
from tests.grants.factories import director
from tests.learning.factories import partner

pytestmark = pytest.mark.django_db
WORDS = "Nobody asks us before dates are set."
LATER = WRITING + timedelta(days=1)


def member():
    organisation = OrganisationFactory()
    programme().organisations.add(organisation)
    return lead_of(organisation)


def told(by=None):
    partner()
    return actions.tell_in_confidence(programme(), words=WORDS, by=by or member(), at=WRITING)


def test_an_organisation_writes_on_a_page_and_the_learning_partner_answers_there(time_machine):
    time_machine.move_to(WRITING, tick=False)
    reader, writer = partner(), member()
    address = reverse("learning_confidence")
    as_(writer).post(address, {"programme": programme().pk, "words": WORDS})
    message = ConfidentialMessage.objects.get()
    assert WORDS in as_(writer).get(address).text
    assert WORDS in as_(reader).get(address).text
    as_(reader).post(reverse("learning_confidence_answer", args=[message.pk]), {"answer": "I will raise it."})
    assert "I will raise it." in as_(writer).get(address).text
    assert "I will raise it." in as_(reader).get(address).text


def test_nobody_else_reads_it_not_the_office_nor_a_superuser():
    message = told()
    superuser = UserFactory(is_superuser=True, is_staff=True)
    for person in (officer(), director(), superuser, member()):
        assert list(visible(ConfidentialMessage, person)) == []
        assert not person.has_perm("learning.read_confidentialmessage", message)
        assert as_(person).get(reverse("learning_confidence_answer", args=[message.pk])).status_code == 404
        assert WORDS not in as_(person).get(reverse("learning_confidence")).text
        with pytest.raises(Refused):
            actions.answer_in_confidence(message, answer="Let me see.", by=person, at=LATER)
    assert not admin.site.is_registered(ConfidentialMessage)


def test_the_database_has_neither_the_words_nor_the_answer_in_the_clear():
    message = told()
    actions.answer_in_confidence(message, answer="I will raise it.", by=partner(), at=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_words, sealed_answer FROM learning_confidentialmessage")
        stored = cursor.fetchone()
    assert all(text.startswith(PREFIX) for text in stored)
    message.refresh_from_db()
    assert (message.words, message.answer) == (WORDS, "I will raise it.")


def test_neither_an_email_nor_the_trail_says_who_wrote_or_what():
    writer = member()
    before = set(Letter.objects.values_list("pk", flat=True)), set(Entry.objects.values_list("pk", flat=True))
    message = told(writer)
    actions.answer_in_confidence(message, answer="I will raise it.", by=partner(), at=LATER)
    letters = Letter.objects.exclude(pk__in=before[0])
    assert {letter.to_email for letter in letters} == {partner().email}
    for text in [f"{letter.subject} {letter.body} {letter.case}" for letter in letters]:
        assert not [word for word in (writer.name, writer.email, WORDS) if word in text]
    lines = Entry.objects.exclude(pk__in=before[1]).filter(thing_type="accounts.programme")
    assert [line.by_id for line in lines.order_by("pk")] == [None, partner().pk]
    assert WORDS not in str(list(lines.values()))


def test_it_waits_for_the_partner_and_the_answer_waits_for_who_wrote():
    message = told(writer := member())
    url = reverse("learning_confidence")
    assert [item.sentence for item in for_person(partner(), LATER) if item.url == url] == [
        "1 message in confidence to answer"
    ]
    assert not [item for item in for_person(writer, LATER) if item.url == url]
    actions.answer_in_confidence(message, answer="I will raise it.", by=partner(), at=LATER)
    assert not [item for item in for_person(partner(), LATER) if item.url == url]
    assert [item for item in for_person(writer, LATER) if item.url == url]


def test_it_is_answered_once():
    message = told()
    actions.answer_in_confidence(message, answer="I will raise it.", by=partner(), at=LATER)
    with pytest.raises(Refused):
        actions.answer_in_confidence(message, answer="Again.", by=partner(), at=LATER)
    message.refresh_from_db()
    assert message.answer == "I will raise it."


def test_where_there_is_no_reader_nobody_is_invited_to_write():
    writer = member()
    with pytest.raises(Refused):
        actions.tell_in_confidence(programme(), words=WORDS, by=writer, at=WRITING)
    assert "<textarea" not in as_(writer).get(reverse("learning_confidence")).text
