"""Pages and agreement in the office's words: fields are checked, versions stay, and an agreement keeps what it said."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from core.audit.models import Entry
from core.letters import actions, page_texts, wordings
from core.letters.kinds import page_kinds
from core.letters.models import LetterWording
from core.letters.standard import standard
from core.lifecycle import Refused
from grants.documents import agreement_html
from grants.models import Agreement
from tests.accounts.factories import UserFactory, programme
from tests.applications.factories import WRITING, officer
from tests.grants.factories import RELEASING, grant_at, prepared

pytestmark = pytest.mark.django_db

DUTIES = "- It plants **trees** for {funder} at {organisation}.\n- It keeps records for {records_kept}."
HELP = "Ring *us*, {programme}: {email}"


def word(name, body, number=0, **facts):
    return actions.change_wording(programme(), name, body=body, number=number, by=officer(), at=WRITING, **facts)


def page(name):
    return reverse("admin:letters_wording", args=[programme().pk, name])


@pytest.fixture
def desk(client):
    client.force_login(officer())
    return client


def test_the_standard_text_of_each_page_may_be_saved_as_it_is_shown():
    assert len(page_kinds()) == 7
    for base in map(standard, page_kinds()):
        wordings.check_text(base, "", base.body)
        assert "{" not in page_texts.preview(programme(), base, base.body)


def words_of(html):
    return re.sub(r"\W+", " ", strip_tags(html)).strip()


def test_the_standard_texts_say_what_the_pages_say(client):
    said = page_texts.preview(programme(), standard("pages.how_it_works"), standard("pages.how_it_works").body)
    assert words_of(said) == words_of(render_to_string("pages/_steps.html"))
    about = page_texts.preview(programme(), standard("pages.about"), standard("pages.about").body)
    assert words_of(about) in words_of(client.get(programme().get_absolute_url()).text)
    to_apply = page_texts.preview(programme(), standard("pages.help"), standard("pages.help").body)
    assert words_of(to_apply) in words_of(client.get("/help/").text)


def test_the_pages_of_a_programme_say_what_its_office_wrote_until_it_goes_back(client):
    for name, body in (("about", "# Welcome to {host}"), ("how_it_works", "1. Ring us."), ("help", HELP)):
        word(f"pages.{name}", body)
    word("pages.privacy", "{funder} decides, <b>and</b> nobody else.")
    front = client.get(programme().get_absolute_url()).text
    assert f"Welcome to {programme().host}</h2>" in front
    assert "Ring us." in front
    assert "Read the call." not in front
    own = client.get(reverse("programme_help", args=[programme().slug])).text
    assert f"Ring <em>us</em>, {programme()}" in own
    assert f'href="mailto:{settings.HELP_EMAIL}"' in own
    for address in ("/privacy/", reverse("programme_privacy", args=[programme().slug])):
        assert f"{programme().funder} decides, &lt;b&gt;and&lt;/b&gt; nobody else." in client.get(address).text
    actions.restore_standard(programme(), "pages.how_it_works", number=1, by=officer(), at=WRITING)
    assert "Read the call." in client.get(programme().get_absolute_url()).text
    told = Entry.objects.filter(thing_type="letters.letterwording").order_by("-pk").values_list("event", flat=True)
    assert list(told[:2]) == ["text set back to the standard text", "text changed"]


def test_a_text_from_before_there_were_versions_counts_until_one_is_saved(client):
    of = programme()
    of.about = "We **welcome** people."
    of.save()
    assert "We <strong>welcome</strong> people." in client.get(of.get_absolute_url()).text
    client.force_login(officer())
    assert client.get(page("pages.about")).context["form"]["body"].value() == of.about
    word("pages.about", "We welcome everyone.")
    assert "We welcome everyone." in client.get(of.get_absolute_url()).text


@pytest.mark.parametrize(
    ("name", "body", "names"),
    [
        ("pages.help", "Ring us.", "{email}"),
        ("pages.help", "{email} {nmae}", "{nmae}"),
        ("pages.about", "{{ programme }}", "{{name}}"),
        ("agreement.duties", "- It does nothing.", "{records_kept}"),
        ("agreement.duties", " ", "Enter the text."),
    ],
)
def test_a_wrong_or_a_missing_field_is_refused_by_name(name, body, names):
    with pytest.raises(Refused) as refused:
        word(name, body)
    assert refused.value.field == "body"
    assert names in refused.value.sentence
    with pytest.raises(Refused):
        actions.change_wording(programme(), name, body=standard(name).body, number=0, by=UserFactory(), at=WRITING)


def test_an_agreement_says_what_counted_when_it_was_prepared_and_keeps_it():
    grant = grant_at("accepted")
    word("agreement.duties", DUTIES)
    agreement = prepared(grant)
    html = agreement_html(grant, prepared_at=RELEASING)
    assert f"It plants <strong>trees</strong> for {grant.programme.funder} at" in html
    assert "recruits" not in html
    frozen = agreement.document.content_key
    word("agreement.duties", "It keeps records for {records_kept}.", number=1)
    word("agreement.working", "They share a desk.")
    word("agreement.changes", "It may last {longest_extension} months longer.")
    assert Agreement.objects.get(pk=agreement.pk).document.content_key == frozen
    later = agreement_html(grant, prepared_at=RELEASING)
    assert "plants" not in later
    assert "They share a desk." in later
    assert f"It may last {grant.post.call.longest_extension_months} months longer." in later


def test_an_officer_previews_saves_and_restores_a_text(desk):
    shown = desk.get(page("agreement.duties"))
    assert list(shown.context["form"].fields) == ["body", "number"]
    typed = {"body": DUTIES, "number": 0}
    seen = desk.post(page("agreement.duties"), typed | {"preview": "1"}).text
    assert "It plants <strong>trees</strong> for" in seen
    assert LetterWording.objects.count() == 0
    assert desk.post(page("agreement.duties"), typed | {"save": "1"}).status_code == 302
    said = desk.get(page("agreement.duties")).text
    assert "Agreements that are prepared from now on have this text." in said
    listed = desk.get(reverse("admin:letters_letterwording_changelist"), {"q": "part 5"}).context["groups"]
    assert [(title, [line.kind.name for line in lines]) for title, lines in listed] == [
        ("Funding agreement", ["What the organisation does"])
    ]
    wording = LetterWording.objects.get()
    assert desk.get(reverse("admin:letters_letterwording_change", args=[wording.pk])).status_code == 200
    assert desk.post(page("agreement.duties"), {"number": 1, "standard": "1"}).status_code == 302
    assert desk.get(page("pages.nothing")).status_code == 404
