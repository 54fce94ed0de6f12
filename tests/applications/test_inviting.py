"""Calls by invitation: one code for each organisation, and the right that it gives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.actions import applications, calls, drafts, invitations
from applications.models import Application, Call, CallInvitation, Post
from core.audit import trail
from core.letters.delivery import deliver
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.applications.factories import CLOSES, WRITING, draft_call, fill, fresh, lead, officer, published_call
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
EARLIER = CLOSES - timedelta(days=5)


def invited_call(**fields):
    return published_call(kind=Call.Kind.BY_INVITATION, **fields)


def issue(call, **facts):
    given = {"invited": "Quayside Advice", "email": "office@example.org", "expires_at": EARLIER, "most_uses": 1}
    return invitations.issue(call, **given | facts, by=officer(), at=WRITING)


def code_of(monkeypatch, call, code="K7QM-3XTR-9WBD-PL4H", **facts):
    monkeypatch.setattr(invitations, "new_code", lambda: code)
    return issue(call, **facts), code


def taken_up(call, organisation=None, **facts):
    organisation = organisation or OrganisationFactory()
    invitation = issue(call, **facts)
    invitations.bind(invitation, organisation=organisation, by=lead(organisation), at=WRITING)
    return invitation


def start(call, organisation, at=WRITING):
    return applications.start(call.posts.first(), organisation=organisation, by=lead(organisation), at=at)


def again(person):
    return type(person).objects.get(pk=person.pk)


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.sentence


# --- The code ---


def test_the_code_goes_out_by_letter_and_only_its_digest_is_kept(monkeypatch):
    invitation, code = code_of(monkeypatch, invited_call())
    letter = Letter.objects.get(template="applications.invited")
    assert (letter.to_email, letter.is_secret, code in letter.text) == ("office@example.org", True, True)
    assert f"/invited/{code}/" in letter.text
    assert code not in repr(CallInvitation.objects.values_list()[0])
    assert code not in repr([entry.detail for entry in trail.history(invitation.call)])
    deliver(Letter.objects.filter(pk=letter.pk), WRITING)
    letter.refresh_from_db()
    assert code not in letter.body


def test_no_two_codes_are_alike_and_none_has_signs_that_are_taken_for_others():
    codes = {invitations.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("01IO") & set("".join(codes))


@pytest.mark.parametrize(
    ("expires_at", "sentence"),
    [
        (WRITING, SAID.this_time_has_passed_choose),
        (
            CLOSES + timedelta(seconds=1),
            SAID.the_call_closes_at_choose.format("5pm on Wednesday 13 March 2019"),
        ),
    ],
)
def test_a_code_lasts_until_a_time_before_the_close(expires_at, sentence):
    assert refusal(issue, invited_call(), expires_at=expires_at) == sentence


def test_codes_are_for_published_calls_by_invitation():
    for call in (published_call(), draft_call(kind=Call.Kind.BY_INVITATION)):
        assert refusal(issue, call) == SAID.codes_are_sent_for_published


def test_a_code_is_the_first_organisations_and_no_others():
    call = invited_call()
    first, second = OrganisationFactory(), OrganisationFactory()
    invitation = taken_up(call, first)
    assert (
        refusal(invitations.bind, invitation, organisation=second, by=lead(second), at=WRITING) == invitations.ANOTHERS
    )
    invitations.bind(invitation, organisation=first, by=lead(first), at=WRITING)
    assert [entry.event for entry in trail.history(call)].count("invitation taken up") == 1


def test_nobody_takes_a_code_up_for_an_organisation_they_do_not_belong_to():
    invitation, organisation = issue(invited_call()), OrganisationFactory(name="Theirs")
    with pytest.raises(Refused) as refused:
        invitations.bind(invitation, organisation=organisation, by=UserFactory(), at=WRITING)
    assert refused.value.code == "applications.start_application"


def test_a_second_code_is_refused_while_the_first_works_and_takes_its_place_afterwards():
    call, organisation = invited_call(), OrganisationFactory(name="Ours")
    first, second = taken_up(call, organisation), issue(call, expires_at=CLOSES)
    facts = {"organisation": organisation, "by": lead(organisation)}
    sentence = SAID.has_a_code_for_this.format("Ours")
    assert refusal(invitations.bind, second, **facts, at=WRITING) == sentence
    invitations.bind(second, **facts, at=EARLIER)
    assert invitations.usable(call, organisation, EARLIER) == second
    first.refresh_from_db()
    assert first.withdrawn_at == EARLIER


# --- Its right ---


def test_an_application_started_with_a_code_counts_and_keeps_the_codes_deadline():
    call, organisation = invited_call(), OrganisationFactory()
    invitation = taken_up(call, organisation)
    application = start(call, organisation)
    assert (application.invitation, application.closes_at) == (invitation, EARLIER)
    assert again(invitation).uses == 1
    assert start(call, organisation) == application
    assert again(invitation).uses == 1


def test_nobody_starts_without_a_code():
    call, organisation = invited_call(), OrganisationFactory()
    issue(call)
    assert "by invitation" in refusal(start, call, organisation)
    assert not Application.objects.exists()


def test_a_code_is_used_no_more_often_than_it_may_be():
    call, organisation = invited_call(), OrganisationFactory()
    other = Post.objects.create(call=call, job_title="Second post", grade="7")
    taken_up(call, organisation)
    start(call, organisation)
    with pytest.raises(Refused):
        applications.start(other, organisation=organisation, by=lead(organisation), at=WRITING)
    assert Application.objects.count() == 1


def test_of_two_uses_of_the_last_one_the_database_lets_one_through():
    invitation = taken_up(invited_call())
    same = CallInvitation.objects.get(pk=invitation.pk)
    invitations.use(invitation, WRITING)
    assert refusal(invitations.use, same, WRITING) == invitations.DOES_NOT_WORK
    assert again(invitation).uses == 1


def test_a_draft_keeps_its_right_when_the_code_is_withdrawn_until_the_codes_own_deadline():
    call, organisation = invited_call(), OrganisationFactory()
    invitation = taken_up(call, organisation)
    application = start(call, organisation)
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert invitations.usable(call, organisation, WRITING) is None
    fill(application, at=EARLIER - timedelta(seconds=1))
    late = {"facts": {"contact_phone": "1"}, "answers": {}, "by": lead(organisation)}
    sentence = refusal(drafts.save_section, fresh(application), "organisation", **late, at=EARLIER)
    assert "5pm on Friday 8 March 2019" in sentence
    assert call.is_open(EARLIER)


def test_an_extension_moves_the_codes_that_lasted_until_the_close_and_their_drafts():
    call = invited_call()
    until_close, own = OrganisationFactory(), OrganisationFactory()
    taken_up(call, until_close, expires_at=CLOSES)
    taken_up(call, own)
    drafts = [start(call, organisation) for organisation in (until_close, own)]
    later = CLOSES + timedelta(days=2)
    calls.extend(call, closes_at=later, reason="Half-term", by=officer(), at=WRITING)
    assert [fresh(draft).closes_at for draft in drafts] == [later, EARLIER]
    told = Letter.objects.filter(template="applications.call_extended").values_list("to_user", flat=True)
    assert list(told) == [lead(until_close).pk]
