"""Emails to many: chosen by call, status and part; seen before they are sent; sent once, and on each case's history."""

import pytest
from django.urls import reverse

from applications.models import Interest
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters import mailings
from core.letters.actions import to_many as mailing_actions
from core.letters.models import Letter, Mailing, Status, label_of
from core.lifecycle import Refused
from tests.accounts.factories import UserFactory, hold, programme
from tests.applications.factories import ASSESSING, application_at, officer, published_call

pytestmark = pytest.mark.django_db

TEXT = {"subject": "About {reference}", "body": "Hello {name}\n\n**Thank you** for {post}."}

CONFLICT = {"has_conflict": True, "explanation": "My sister works there.", "declared_at": ASSESSING}


def draft(by=None, **facts):
    facts = {"calls": [], "statuses": ["application:submitted"], "parts": ["lead"], **TEXT} | facts
    return mailing_actions.write_mailing(programme(), **facts, by=by or officer(), at=ASSESSING)


def chosen(mailing, by=None):
    return [one for one in mailings.recipients(mailing, by or officer()) if not one.left_out]


def send(mailing, by=None):
    number = len(chosen(mailing, by))
    return mailing_actions.send_mailing(mailing, count=number, by=by or officer(), at=ASSESSING)


def written(mailing):
    return Letter.objects.filter(key__startswith=f"mailing:{mailing.pk}:")


def test_people_are_chosen_by_call_status_and_part():
    one, other = application_at("submitted"), application_at("submitted", call=published_call())
    application_at("draft", call=one.call)
    assert {row.case for row in chosen(draft())} == {one, other}
    assert {row.case for row in chosen(draft(calls=[str(one.call_id)]))} == {one}
    assert {row.part for row in chosen(draft(parts=["lead", "candidate"]))} == {
        "Lead of the organisation",
        "Proposed secondee",
    }
    assert chosen(draft(statuses=["grant:active"])) == []


def test_each_gets_it_once_in_their_own_words_and_each_case_tells_it():
    application = application_at("submitted")
    mailing = draft(parts=["lead", "candidate", "member"])
    assert send(mailing) == written(mailing).count() == len({one.email for one in chosen(mailing)})
    letter = written(mailing).first()
    assert letter.subject == f"About {application}"
    assert f"Thank you for {application.post}." in letter.body
    assert letter.case == label_of(application)
    told = Entry.objects.filter(thing_type="applications.application", thing_id=str(application.pk))
    assert told.filter(event="email to many sent").count() == 1
    before = Letter.objects.count()
    with pytest.raises(Refused) as refused:
        mailing_actions.send_mailing(mailing, count=1, by=officer(), at=ASSESSING)
    assert refused.value.sentence == mailing_actions.ALREADY
    assert Letter.objects.count() == before


def test_who_is_left_out_is_said_with_the_reason():
    application = application_at("submitted")
    [lead] = chosen(draft())
    Letter.objects.create(
        key="refused",
        template="applications.received",
        to_email=lead.email,
        subject="x",
        body="x",
        status=Status.DEAD,
        message_id="<x@example.org>",
        posted_at=ASSESSING,
        next_try_at=ASSESSING,
    )
    [left] = mailings.recipients(draft(), officer())
    assert left.left_out == mailings.REFUSED
    Letter.objects.filter(key="refused").delete()
    Interest.objects.create(application=application, person=lead.person, **CONFLICT)
    [left] = mailings.recipients(draft(), officer())
    assert "conflict of interest" in left.left_out
    with pytest.raises(Refused):
        send(draft())


def test_an_officer_with_a_conflict_neither_sees_nor_writes_to_that_case():
    application = application_at("submitted")
    Interest.objects.update_or_create(application=application, person=officer(), defaults=CONFLICT)
    assert mailings.recipients(draft(), officer()) == []


def test_a_text_that_tells_of_no_case_goes_to_nobody_twice():
    one = application_at("submitted")
    application_at("submitted", call=published_call(), organisation=one.organisation)
    mailing = draft(subject="News", body="Hello {name}")
    assert len({row.email for row in chosen(mailing)}) == len(chosen(mailing))
    everyone = mailings.recipients(mailing, officer())
    assert [row.left_out for row in everyone if row.left_out] == [mailings.TWICE.format(one)] * (
        len(everyone) - len(chosen(mailing))
    )


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_field_that_there_is_not_is_refused_by_its_name(field):
    with pytest.raises(Refused) as refused:
        draft(**{field: "Hello {salary}"})
    assert (refused.value.field, "{salary}" in refused.value.sentence) == (field, True)


def test_a_list_that_changed_since_it_was_seen_is_not_written_to():
    application_at("submitted")
    mailing = draft()
    with pytest.raises(Refused):
        mailing_actions.send_mailing(mailing, count=7, by=officer(), at=ASSESSING)
    assert not written(mailing).exists()


def test_the_office_of_another_programme_neither_sees_nor_sends_it(client):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    theirs = UserFactory(is_staff=True)
    hold(theirs, Role.OFFICER, within=other)
    application_at("submitted")
    mailing = draft()
    with pytest.raises(Refused):
        send(mailing, by=theirs)
    client.force_login(theirs)
    assert client.get(reverse("admin:letters_mailing_change", args=[mailing.pk])).status_code in {302, 404}


def test_an_officer_writes_looks_and_sends_by_pages(client, django_assert_max_num_queries):
    application = application_at("submitted")
    client.force_login(officer())
    posted = {"statuses": ["application:submitted"], "parts": ["lead"], **TEXT}
    wrong = client.post(reverse("admin:letters_mailing_add"), posted | {"body": "{salary}"})
    assert "{salary}" in wrong.context["form"].errors["body"][0]
    shown = client.post(reverse("admin:letters_mailing_add"), posted, follow=True)
    mailing = Mailing.objects.get()
    assert f"About {application}" in shown.content.decode()
    with django_assert_max_num_queries(45):
        client.get(reverse("admin:letters_mailing_change", args=[mailing.pk]))
    step = reverse("admin:letters_mailing_step", args=[mailing.pk, "send"])
    assert client.get(step).context["number"] == 1
    for _ in range(2):
        client.post(step, {"count": 1})
    assert written(mailing).count() == 1
    sent = client.get(reverse("admin:letters_mailing_change", args=[mailing.pk])).content.decode()
    assert written(mailing).get().to_email in sent
