"""The host describes a post in versions before its call is published; organisations that are asked comment on it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.actions import calls, role_drafts
from applications.lifecycle import TrailEvent
from applications.models import Post, PostComment
from applications.models.role_draft import POST_FIELDS
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.work_queue import for_person
from tests.accounts.factories import OrganisationFactory, lead_of, programme
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import OPENS, PUBLISHED, draft_call, officer
from tests.secondments.factories import programme_manager
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
SOON = PUBLISHED + timedelta(hours=2)
UNTIL = (PUBLISHED + timedelta(days=2)).date()
WORDS = {name: f"{name.capitalize()} of the post." for name in POST_FIELDS}


@pytest.fixture(autouse=True)
def before_it_opens(time_machine):
    time_machine.move_to(SOON, tick=False)


def asked(call):
    """The lead of an organisation that was asked to comment."""
    organisation = OrganisationFactory()
    programme().organisations.add(organisation)
    person = lead_of(organisation)
    role_drafts.ask_for_comments(call, organisations=[organisation], until_on=UNTIL, by=officer(), at=PUBLISHED)
    return person


def commented(call):
    person = asked(call)
    organisation = person.memberships.get().organisation
    return role_drafts.comment(call.posts.get(), organisation=organisation, text="Say more.", by=person, at=SOON)


def tasks(person):
    return [item.sentence for item in for_person(person, SOON)]


def test_a_manager_of_the_host_describes_the_post_of_a_call_that_has_none():
    call, host = draft_call(), programme_manager()
    call.posts.all().delete()
    assert tasks(host) == [f"Describe the post of the call “{call}”"]
    as_(host).post(reverse("post_draft_new", args=[call.slug]), WORDS)
    post = Post.objects.get(call=call)
    assert [getattr(post, name) for name in POST_FIELDS] == list(WORDS.values())
    assert [(one.number, one.written_by) for one in post.versions.all()] == [(1, host)]
    assert tasks(host) == []


def test_every_version_is_kept_with_what_changed():
    call, host = draft_call(), programme_manager()
    post = call.posts.get()
    before = post.purpose
    page = reverse("post_draft_edit", args=[post.pk])
    changed = {**role_drafts.words_of(post), "purpose": "Another purpose.", "note": "Shorter.", "seen": ""}
    as_(host).post(page, changed)
    post.refresh_from_db()
    assert post.purpose == "Another purpose."
    assert [one.words["purpose"] for one in post.versions.all()] == ["Another purpose.", before]
    shown = as_(host).get(reverse("post_draft", args=[post.pk])).text
    assert "<ins>Another purpose.</ins>" in shown
    assert "Shorter." in shown


def test_of_two_who_write_the_second_is_told():
    call, host = draft_call(), programme_manager()
    post = call.posts.get()
    for purpose, seen in (("One.", None), ("Two.", 2)):
        words = {**role_drafts.words_of(post), "purpose": purpose}
        role_drafts.revise_post(post, words=words, seen=seen, by=host, at=SOON)
    with pytest.raises(Refused) as refusal:
        role_drafts.revise_post(post, words={**words, "purpose": "Three."}, seen=2, by=host, at=SOON)
    assert refusal.value.code == "later_version"
    assert Post.objects.get(pk=post.pk).purpose == "Two."


def test_what_the_office_changes_on_the_page_of_the_call_is_a_version_too():
    call = draft_call()
    role_drafts.keep_versions(call, by=officer(), at=PUBLISHED)
    post = call.posts.get()
    post.grade = "Grade 9"
    post.save()
    role_drafts.keep_versions(call, by=officer(), at=SOON)
    role_drafts.keep_versions(call, by=officer(), at=SOON)
    assert role_drafts.latest(post).words["grade"] == "Grade 9"
    assert post.versions.count() == 2


def test_the_office_asks_organisations_and_their_leads_read_and_comment():
    call = draft_call()
    organisation = OrganisationFactory()
    programme().organisations.add(organisation)
    person, post = lead_of(organisation), call.posts.get()
    page = reverse("post_draft", args=[post.pk])
    assert as_(person).get(page).status_code == 404
    form = {"organisations": [organisation.pk], "until_on": UNTIL.isoformat()}
    as_(officer()).post(step("call", call.pk, "ask-comments"), form)
    assert Letter.objects.filter(template="applications.comments_asked").get().to_email == person.email
    assert tasks(person) == [f"Comment on the posts of “{call}”"]
    as_(person).post(page, {"organisation": organisation.pk, "text": "Say how many days."})
    row = PostComment.objects.get()
    assert (row.organisation, row.text) == (organisation, "Say how many days.")
    for reader in (programme_manager(), officer()):
        assert "Say how many days." in as_(reader).get(page).text
    assert tasks(person) == []


def test_the_host_answers_once_and_who_commented_gets_the_answer():
    row, host = commented(draft_call()), programme_manager()
    assert tasks(host) == [f"1 comment to answer on the post “{row.post}”"]
    address = reverse("post_draft_answer", args=[row.post_id, row.pk])
    as_(host).post(address, {"answer": "Three days a week.", "is_taken_up": "on"})
    row.refresh_from_db()
    assert (row.answer, row.is_taken_up, row.answered_by) == ("Three days a week.", True, host)
    letter = Letter.objects.get(template="applications.comment_answered")
    assert letter.to_email == row.said_by.email
    assert "Three days a week." in letter.body
    assert tasks(host) == []
    with pytest.raises(Refused):
        role_drafts.answer_comment(row, answer="Four.", is_taken_up=False, by=host, at=SOON)


def test_who_has_commented_still_finds_the_posts_until_they_are_published():
    call = draft_call()
    person = commented(call).said_by
    link = f'href="{reverse("post_drafts")}"'
    assert link in as_(person).get(reverse("applications")).text
    assert link not in as_(lead_of(OrganisationFactory())).get(reverse("applications")).text


def test_after_the_day_nobody_comments():
    call = draft_call()
    person = asked(call)
    organisation = person.memberships.get().organisation
    facts = {"organisation": organisation, "text": "Too late.", "by": person}
    with pytest.raises(Refused) as refusal:
        role_drafts.comment(call.posts.get(), **facts, at=SOON + timedelta(days=3))
    assert refusal.value.code == "over"


def test_after_the_day_the_page_says_whom_to_ask_and_keeps_what_was_typed(time_machine):
    call = draft_call()
    person = asked(call)
    page = reverse("post_draft", args=[call.posts.get().pk])
    organisation = person.memberships.get().organisation
    time_machine.move_to(SOON + timedelta(days=3), tick=False)
    client = as_(person)  # the session of three days ago is over
    seen = client.get(page)
    assert seen.context["form"] is None
    assert SAID.comments_could_be_made_until in text_of(seen)
    sent = client.post(page, {"organisation": organisation.pk, "text": "We were ill."})
    assert "We were ill." in sent.content.decode()
    assert sent.context["form"].refusal.code == "over"
    facts = {"organisations": [organisation], "until_on": UNTIL + timedelta(days=9)}
    role_drafts.ask_for_comments(call, **facts, by=officer(), at=SOON + timedelta(days=3))
    client.post(page, {"organisation": organisation.pk, "text": "We were ill."})
    assert call.posts.get().comments.get().text == "We were ill."


def test_an_organisation_that_was_not_asked_neither_reads_nor_comments():
    call = draft_call()
    asked(call)
    other = lead_of(OrganisationFactory())
    facts = {"organisation": other.memberships.get().organisation, "text": "And we?", "by": other}
    with pytest.raises(Refused) as refusal:
        role_drafts.comment(call.posts.get(), **facts, at=SOON)
    assert refusal.value.code == "applications.comment_on_post"


def test_once_the_call_is_published_its_posts_stand():
    call, host = draft_call(), programme_manager()
    calls.publish(call, by=officer(), at=PUBLISHED, reason="It is right.")
    call.refresh_from_db()
    with pytest.raises(Refused):
        role_drafts.draft_post(call, words=WORDS, by=host, at=SOON)
    with pytest.raises(Refused):
        role_drafts.revise_post(call.posts.get(), words=WORDS, by=host, at=SOON)


def test_the_page_of_a_draft_call_shows_what_is_done_and_by_whom_the_rest_is():
    call = draft_call()
    said = " ".join(text_of(as_(officer()).get(url("call", "change", call.pk))).split())
    assert f"Describe the post</a>: for a manager at {call.programme.host}" in said
    role_drafts.draft_post(call, words=WORDS, by=programme_manager(), at=SOON)
    said = " ".join(text_of(as_(officer()).get(url("call", "change", call.pk))).split())
    assert "Describe the post</a>: done" in said
    assert Entry.objects.filter(event=TrailEvent.POST_DRAFTED, thing_id=str(call.pk)).count() == 1
    assert call.opens_at == OPENS
