"""Emails in the office's words: fields and links are checked, versions stay, and what was sent does not change."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.urls import reverse

from applications.models import Application
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.letters import actions, delivery, wordings
from core.letters.formatting import as_markdown
from core.letters.kinds import kinds, topics
from core.letters.models import Letter, LetterWording
from core.letters.standard import catalogue, is_worded, standard
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import UserFactory, hold, programme
from tests.applications.factories import SUBMITTING, WRITING, application_at, officer

pytestmark = pytest.mark.django_db

RECEIVED = "applications.received"
SUBJECT = "Thank you: {reference}"
BODY = "Dear {name}\n\n**Thank you** for applying for {post}. Read [how we decide](https://example.org/how).\n\nSee it:\n{link}"
WORDED = [name for app in catalogue().values() for name in app if is_worded(name)]


def word(by=None, template=RECEIVED, of=None, **facts):
    facts = {"subject": SUBJECT, "body": BODY, "number": 0, "at": WRITING} | facts
    return actions.change_wording(of or programme(), template, by=by or officer(), **facts)


def receipt():
    return Letter.objects.filter(template=RECEIVED).latest("pk")


def page(of=None, template=RECEIVED):
    return reverse("admin:letters_wording", args=[(of or programme()).pk, template])


@pytest.fixture
def desk(client):
    client.force_login(officer())
    return client


def test_the_standard_text_of_each_email_may_be_saved_as_it_is_shown():
    assert len(WORDED) > 100
    for base in map(standard, WORDED):
        wordings.check_text(base, base.subject, base.body)
        examples = base.examples()
        said = wordings.fill(base.subject, base.body, examples)
        assert "{" not in said.subject + said.body
        html = str(as_markdown(wordings.fill_markdown(base.body, examples), settings.SITE_URL))
        links = [f'href="{examples[field.name]}"' for field in wordings.required(base) if field.is_link]
        assert [link for link in links if link not in html] == []


def test_the_fields_say_what_the_standard_text_says():
    application_at("submitted")
    letters = [letter for letter in Letter.objects.all() if letter.fields]
    assert {letter.template for letter in letters} >= {RECEIVED, "applications.received_candidate"}
    for letter in letters:
        base = standard(letter.template)
        values = dict.fromkeys(base.fields, "") | letter.fields
        said = wordings.fill(base.subject, base.body, values)
        assert said.subject == letter.subject
        if not letter.is_secret:
            assert said.body == letter.body


def test_a_receipt_goes_out_in_the_offices_words_and_stays_as_it_was_sent():
    wording = word()
    application = application_at("submitted")
    letter = receipt()
    assert (letter.wording, letter.subject) == (wording, f"Thank you: {application.reference}")
    assert (
        f"Thank you for applying for {application.post}. Read how we decide (https://example.org/how)." in letter.body
    )
    assert [path for path, _ in letter.attachments] == ["core.documents.store.attachment"]
    Letter.objects.filter(pk=letter.pk).update(attachments=[])  # the copy is made in the background
    delivery.drain(SUBMITTING)
    [message] = [sent for sent in mail.outbox if sent.subject == letter.subject]
    assert message.body == letter.body
    html = message.alternatives[0].content
    assert re.search(r"<strong[^>]*>Thank you</strong>", html)
    assert re.search(r'class="button" href="[^"]+/applications/[^"]+"[^>]*>See it</a>', html)
    word(subject="Changed since", number=1)
    assert receipt().subject == f"Thank you: {application.reference}"


def test_what_a_stranger_typed_is_shown_in_the_offices_words_and_never_obeyed():
    values = standard(RECEIVED).examples() | {"post": "**Lead** [pay](https://evil.example) <b>x</b>"}
    html = str(as_markdown(wordings.fill_markdown("# {post}", values), settings.SITE_URL))
    assert "**Lead** [pay](https://evil.example) &lt;b&gt;x&lt;/b&gt;" in html
    assert 'href="https://evil.example' not in html


@pytest.mark.parametrize(
    ("field", "text", "names"),
    [
        ("body", "Hello {nmae}\n{link}", "{nmae}"),
        ("body", "Hello {{ application.call.title }}\n{link}", "{application.call.title}"),
        ("body", "Hello {% now 'Y' %}\n{link}", "{% now 'Y' %}"),
        ("body", "Hello {name}", "{link}"),
        ("body", "Hello\n{link}&next=x", "{link}"),
        ("body", "Hello }", "{name}"),
        ("subject", "See {link}", "{link}"),
        ("subject", " ", "subject"),
    ],
)
def test_a_text_with_a_wrong_field_or_without_its_link_is_refused_by_name(field, text, names):
    with pytest.raises(Refused) as refused:
        word(**{field: text})
    assert refused.value.field == field
    assert names in refused.value.sentence
    assert not LetterWording.objects.exists()


def test_nothing_that_an_officer_types_is_evaluated():
    text = BODY.replace("{post}", "{name}")
    word(body=text)
    said = wordings.fill("{name}", "{name}\n{link}", {"name": "{{ settings.SECRET_KEY }}{link}", "link": "x"})
    assert said.subject == "{{ settings.SECRET_KEY }}{link}"
    assert said.body.startswith("{{ settings.SECRET_KEY }}{link}\n")


def test_a_version_counts_until_the_next_and_the_standard_text_comes_back():
    first = word()
    second = word(subject="Second: {reference}", number=1)
    assert wordings.current(programme().pk, RECEIVED) == second
    facts = {"by": officer(), "at": WRITING}
    with pytest.raises(Refused):
        actions.restore_standard(programme(), RECEIVED, number=1, **facts)
    actions.restore_standard(programme(), RECEIVED, number=2, **facts)
    assert wordings.current(programme().pk, RECEIVED) is None
    application = application_at("submitted")
    assert receipt().subject == f"We have received your application {application.reference}"
    assert receipt().wording is None
    rows = LetterWording.objects.order_by("number").values_list("number", "subject", "written_by__name")
    name = officer().name
    assert list(rows) == [(1, first.subject, name), (2, second.subject, name), (3, "", name)]
    told = Entry.objects.filter(thing_type="letters.letterwording").order_by("pk").values_list("event", flat=True)
    assert list(told) == ["email text changed", "email text changed", "email set back to the standard text"]


def test_of_two_who_change_a_text_at_once_the_second_is_told_and_loses_nothing(desk):
    word()
    typed = {"subject": "Mine: {reference}", "body": BODY, "case": "", "number": 0, "save": "1"}
    response = desk.post(page(), typed)
    assert response.status_code == 200
    assert "Mine: {reference}" in response.content.decode()
    assert LetterWording.objects.count() == 1
    again = desk.post(page(), typed | {"number": response.context["form"]["number"].value()})
    assert again.status_code == 302
    assert LetterWording.objects.count() == 2


def test_an_office_words_the_emails_of_its_own_programme_only(client):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    theirs = UserFactory(is_staff=True)
    hold(theirs, Role.OFFICER, within=other)
    wording = word()
    with pytest.raises(Refused):
        word(by=theirs, number=1)
    assert list(visible(LetterWording, theirs)) == []
    client.force_login(theirs)
    assert client.get(page()).status_code == 404
    assert client.get(page(of=other)).status_code == 200
    assert client.get(reverse("admin:letters_letterwording_change", args=[wording.pk])).status_code in {302, 404}
    mine = word(by=theirs, of=other, subject="Other: {reference}")
    assert wordings.current(programme().pk, RECEIVED) == wording
    assert wordings.current(other.pk, RECEIVED) == mine


@pytest.mark.parametrize("template", ["accounts.reset_code", "monitoring.stands_still", "applications.no_such"])
def test_emails_of_sign_in_and_of_the_installation_are_not_an_offices(template, desk):
    assert desk.get(page(template=template)).status_code == 404
    if not is_worded(template):
        with pytest.raises(Refused):
            word(template=template)


def test_what_the_law_makes_an_email_say_stays_in_it():
    with pytest.raises(Refused) as refused:
        word(template="rights.refused", subject="No", body="Hello\n\nNo: {answer}")
    assert "Information Commissioner" in refused.value.sentence


def test_the_list_marks_what_is_in_the_offices_words_in_few_queries(desk, django_assert_max_num_queries):
    word()
    with django_assert_max_num_queries(14):
        shown = desk.get(reverse("admin:letters_letterwording_changelist")).content.decode()
    assert shown.count("In your words") == 1
    assert page() in shown
    assert page(template="grants.payment_made") in shown


def test_a_text_is_previewed_with_an_email_that_was_sent_and_nothing_is_saved(desk):
    application = application_at("submitted")
    letter = receipt()
    typed = {"subject": SUBJECT, "body": BODY, "case": letter.pk, "number": 0, "preview": "1"}
    response = desk.post(page(), typed)
    assert response.context["preview"]["words"].subject == f"Thank you: {application.reference}"
    assert str(application.post) in response.context["preview"]["words"].body
    assert not LetterWording.objects.exists()
    wrong = desk.post(page(), typed | {"body": "{nmae}\n{link}"})
    assert wrong.context["preview"] is None
    assert "{nmae}" in wrong.context["form"].errors["body"][0]


def test_a_preview_offers_no_case_that_the_officer_may_not_read(desk, monkeypatch):
    application = application_at("submitted")
    Letter.objects.filter(template=RECEIVED).update(programme=programme(slug="other", name="O", reference_prefix="OTH"))
    assert desk.get(page()).context["form"].fields["case"].choices == [("", "An invented case")]
    assert application


def test_an_officer_changes_the_receipts_wording_and_sets_it_back_by_pages(desk):
    saved = desk.post(page(), {"subject": SUBJECT, "body": BODY, "case": "", "number": 0, "save": "1"}, follow=True)
    assert saved.redirect_chain
    assert "version 1" in saved.content.decode()
    application_at("submitted")
    assert receipt().subject.startswith("Thank you: ")
    back = desk.post(page(), {"number": 1, "standard": "1"}, follow=True)
    assert LetterWording.objects.latest("pk").is_standard
    assert "in the standard text" in back.content.decode()


def test_links_and_codes_of_secret_emails_are_kept_nowhere_but_encrypted(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    text = "Dear {name}\n\nAnswer:\n{link}\n\n{privacy}"
    word(template="applications.candidate_asked", subject="Please answer {organisation}", body=text)
    application_at("submitted")
    letter = Letter.objects.filter(template="applications.candidate_asked").latest("pk")
    link = re.search(r"http\S+/candidate\S+", letter.text)
    assert link
    assert link[0].replace("_", r"\_").replace("-", r"\-").split("/")[-2][:5] in letter.markdown
    assert link[0] not in letter.body + letter.formatted + str(letter.fields)
    assert "link" not in letter.fields
    delivery.drain(SUBMITTING)
    letter.refresh_from_db()
    assert (letter.body, letter.formatted) == ("", "")


def test_a_text_that_an_upgrade_left_without_its_field_holds_up_no_email(desk):
    wording = word()
    with transaction.atomic(), bypass_triggers():
        LetterWording.objects.filter(pk=wording.pk).update(body="Hello {gone}\n\n{link}")
    application_at("submitted")
    assert receipt().wording is None
    assert "{gone}" in desk.get(page()).content.decode()
    assert Application.objects.exists()


def test_every_email_has_a_name_in_words_a_stage_and_a_class():
    declared = kinds()
    with_template = {name for names in catalogue().values() for name in names}
    assert with_template == set(declared) - {"mailings.message"}
    names = [kind.name for kind in declared.values()]
    assert sorted(names) == sorted(set(names))
    assert [name for name in names if "_" in name or name != name[0].upper() + name[1:]] == []
    assert {kind.topic for kind in declared.values()} - {None} == set(topics().values())


def test_the_list_of_email_texts_is_by_stage_and_can_be_searched(desk):
    address = reverse("admin:letters_letterwording_changelist")
    titles = [title for title, _ in desk.get(address).context["groups"]]
    pages = ["Pages of the programme", "Funding agreement"]
    assert titles[:3] == [*pages, "Calls and questions about them"]
    assert titles.index("Decision and offer") < titles.index("During a placement")
    found = desk.get(address, {"q": "receipt SECONDEE"}).context["groups"]
    receipts = ["applications.received_candidate", "grants.other_post_agreed", "grants.other_post_refused"]
    assert [line.kind.template for _, lines in found for line in lines] == receipts
    nothing = desk.get(address, {"q": "xyzzy"})
    assert nothing.context["groups"] == []
    assert "No text has “xyzzy” in its name or subject." in nothing.content.decode()
    word()
    in_own_words = desk.get(address, {"q": "thank you:"}).context["groups"]
    assert [line.kind.template for _, lines in in_own_words for line in lines] == [RECEIVED]
