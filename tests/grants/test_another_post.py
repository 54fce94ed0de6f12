"""An offer of another post needs the organisation and the proposed secondee, each of whom reads what changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Post
from applications.rounds import OFFICE
from core.accounts.models import User
from core.admin import rounds
from core.audit.models import Entry
from core.dates import say_exactly
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import letters, reminders
from grants.actions import answer_days, decisions, grants, other_posts
from grants.admin.recording import to_move_up
from grants.models import Grant
from grants.rounds import ORGANISATION, SECONDEE
from grants.work_queue import items
from tests.accounts.factories import editor_of
from tests.applications.desk import as_, step, text_of
from tests.applications.factories import application_at, lead
from tests.client import Client
from tests.grants.factories import ACCEPTING, ANSWER_BY, RELEASING, confirmed, fresh, grant_at, officer, second_officer
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
LAST_MINUTE = datetime(2019, 4, 26, 22, 59, tzinfo=UTC)  # 11:59pm in London
LATE = datetime(2019, 4, 26, 23, 0, tzinfo=UTC)
OTHER = {"fit": "She has led policy work.", "answer_by_on": ANSWER_BY}


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RELEASING, tick=False):
        yield


@pytest.fixture
def grant():
    return offered(application_at(Status.SHORTLISTED))


def offered(application):
    """Offered for another post than the one applied for, and for four days instead of three."""
    other = Post.objects.create(call=application.call, job_title="Policy Officer", grade="Grade 8", purpose="-")
    return grant_at("offered", application=application, post=other, days_per_week=Decimal(4), **OTHER)


def person_of(grant):
    return grant.decision.application.candidates.get()


def link_to(grant):
    return reverse("candidate_post", args=[letters.link_of(grant, person_of(grant)).split("/")[-3]])


def test_the_person_is_asked_by_a_link_of_their_own_and_the_organisation_is_told_that_both_must_agree(grant):
    asked = Letter.objects.get(template="grants.candidate_other_post")
    assert (asked.to_email, asked.is_secret) == (person_of(grant).email, True)
    assert not Letter.objects.filter(template="grants.candidate_award").exists()
    told = Letter.objects.filter(template="grants.decision_award").first()
    assert "the proposed secondee agrees too" in told.body
    assert "Friday 26 April 2019" in told.body


def test_an_offer_of_the_post_applied_for_asks_the_organisation_alone():
    grant = grant_at("offered", **OTHER)
    assert (grant.answer_by_on, grant.waits_for_person) == (None, False)
    assert Letter.objects.filter(template="grants.candidate_award").exists()
    grants.accept(grant, by=lead(grant.organisation), at=ACCEPTING)


def test_both_read_what_changes_with_the_budget_worked_out_again_on_both_terms(grant):
    for page in (Client().get(link_to(grant)), as_(lead(grant.organisation)).get(grant.get_absolute_url())):
        text = text_of(page)
        for words in (str(grant.decision.application.post), "Policy Officer", "£29,700.60", "£19,200.00", "£25,600.00"):
            assert words in text
        # 32,000 × 4/5 + 7,501 × 4/5 + 1,000 + 5,000
        assert "£37,600.80" in text
    assert fresh(grant).total == sum(line.amount for line in grant.lines.all())


def test_the_organisation_accepts_only_once_the_person_agrees(grant):
    by = lead(grant.organisation)
    with pytest.raises(Refused) as refused:
        grants.accept(grant, by=by, at=ACCEPTING)
    assert refused.value.code == "person_not_agreed"
    assert "Accept the offer" not in text_of(as_(by).get(grant.get_absolute_url()))
    answer = Client().post(link_to(grant), {"answer": "agree", "reason": ""})
    assert answer.status_code == 302
    assert set(Letter.objects.filter(template="grants.person_agreed").values_list("to_email", flat=True)) == {by.email}
    assert Entry.objects.filter(event="proposed secondee agreed to another post", by=None).count() == 1
    assert "Accept the offer" in text_of(as_(by).get(grant.get_absolute_url()))
    grants.accept(fresh(grant), by=by, at=ACCEPTING)
    assert (fresh(grant).status, fresh(grant).person_agreed_at) == ("accepted", RELEASING)


def test_the_database_too_refuses_another_post_that_the_person_has_not_agreed_to(grant):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(
            status="accepted", accepted_at=ACCEPTING, accepted_by=lead(grant.organisation)
        )


@pytest.mark.parametrize("agreed_before", [False, True])
def test_a_no_of_the_person_declines_the_offer_and_the_reserve_list_moves_up(agreed_before):
    first = application_at(Status.SHORTLISTED)
    waiting = application_at(Status.SHORTLISTED, call=first.call)
    grant = offered(first)
    decisions.release(confirmed(waiting, outcome="reserve"), by=officer(), at=RELEASING)
    if agreed_before:
        other_posts.agree(grant, at=RELEASING)
    other_posts.refuse(fresh(grant), reason="It is too far.", at=ACCEPTING)
    row = fresh(grant)
    assert (row.status, row.declined_by, row.person_refused_at) == ("declined", None, ACCEPTING)
    assert (row.declined_reason, row.decision.application.status) == ("It is too far.", "offer_declined")
    assert to_move_up(first.call.applications.all()) == [waiting]
    assert Letter.objects.filter(template="grants.person_refused", to_email=lead(grant.organisation).email).exists()
    assert Letter.objects.filter(template="grants.offer_declined", to_email=officer().email).exists()
    assert not Letter.objects.filter(template="grants.offer_declined_members").exists()
    assert "you did not agree" in text_of(Client().get(link_to(grant))).lower()


def test_a_no_of_the_organisation_ends_the_question_to_the_person(grant):
    grants.decline(grant, reason="No.", by=lead(grant.organisation), at=ACCEPTING)
    with pytest.raises(Refused):
        other_posts.agree(fresh(grant), at=ACCEPTING)
    page = text_of(Client().get(link_to(grant)))
    assert "has declined the offer" in page
    assert "Send your answer" not in page
    assert list(reminders.answers_due(datetime(2019, 4, 27, 9, tzinfo=UTC))) == []


def test_a_colleague_does_not_answer_for_the_person_and_a_guessed_or_older_link_opens_nothing(grant):
    colleague = as_(editor_of(grant.organisation))
    assert colleague.get(link_to(grant)).status_code == 403
    assert colleague.post(link_to(grant), {"answer": "agree"}).status_code == 403
    assert fresh(grant).person_agreed_at is None
    link = link_to(grant)
    assert Client().get(reverse("candidate_post", args=["guessed"])).status_code == 404
    person = person_of(grant)
    type(person).objects.filter(pk=person.pk).update(corrected_email="elsewhere@example.org")
    assert Client().get(link).status_code == 404
    assert Client().get(link_to(grant)).status_code == 200


def test_an_answer_without_a_choice_is_asked_for_and_keeps_what_was_typed(grant):
    page = Client().post(link_to(grant), {"reason": "It is too far."})
    assert "Choose whether you agree to this post" in text_of(page)
    assert "It is too far." in page.content.decode()


def test_after_the_day_neither_agrees_and_the_page_says_whom_to_ask(grant):
    by = lead(grant.organisation)
    with time_machine.travel(LAST_MINUTE, tick=False):
        assert "Please answer by" in text_of(Client().get(link_to(grant)))
    with time_machine.travel(LATE, tick=False):
        page = text_of(Client().get(link_to(grant)))
        assert SAID.ask_for_more_time_by_email in page
        assert "Yes, I agree" not in page
        answer = Client().post(link_to(grant), {"answer": "agree", "reason": "I was away."})
        assert SAID.you_could_agree_until.format("Friday 26 April 2019") in text_of(answer)
        assert "I was away." in answer.content.decode()
        assert fresh(grant).person_agreed_at is None
        assert SAID.ask_for_more_time_by_email_to_accept in text_of(as_(by).get(grant.get_absolute_url()))
        (task,) = [one for one in items(by, LATE) if str(grant) in one.sentence]
        assert "ask for more time" in task.sentence
    other_posts.agree(fresh(grant), at=LAST_MINUTE)
    with pytest.raises(Refused) as refused:
        grants.accept(fresh(grant), by=by, at=LATE)
    assert refused.value.code == "answer_late"
    with time_machine.travel(LATE, tick=False):
        assert "Accept the offer" not in text_of(as_(by).get(grant.get_absolute_url()))


def test_a_no_is_taken_after_the_day(grant):
    with time_machine.travel(LATE, tick=False):
        Client().post(link_to(grant), {"answer": "refuse", "reason": "It is too far."})
    assert (fresh(grant).status, fresh(grant).declined_reason) == ("declined", "It is too far.")


def test_the_office_gives_more_time_also_after_the_day_and_both_are_told(grant):
    Letter.objects.all().delete()
    with time_machine.travel(LATE, tick=False):
        form = step("grant", grant.pk, "give-time", app="grants")
        early = as_(officer()).post(form, {"answer_by_on": "2019-04-27"})
        assert early.context["form"].refusal.field == "answer_by_on"
        as_(officer()).post(form, {"answer_by_on": "2019-04-29"})
        told = {(one.template, one.to_email) for one in Letter.objects.all()}
        by = lead(grant.organisation)
        assert told == {
            ("grants.other_post_reminder", person_of(grant).email),
            ("grants.offer_waits", by.email),
        }
        assert all("Monday 29 April 2019" in one.subject for one in Letter.objects.all())
        assert Entry.objects.filter(event="more time to answer given").count() == 1
        Client().post(link_to(grant), {"answer": "agree", "reason": ""})
        grants.accept(fresh(grant), by=by, at=LATE)
    assert fresh(grant).status == "accepted"


def refusal_of_more_time(row, at):
    with pytest.raises(Refused) as refused:
        answer_days.give_more_time(row, answer_by_on=date(2019, 4, 29), by=officer(), at=at)
    return refused.value.code


def test_an_offer_of_the_post_applied_for_has_no_day_to_move():
    assert refusal_of_more_time(grant_at("offered"), ACCEPTING) == "no_day"


def test_more_time_is_refused_once_the_secondment_starts_and_when_somebody_was_faster(grant):
    code = refusal_of_more_time
    assert code(grant, datetime(2019, 5, 1, 9, tzinfo=UTC)) == "started"
    seen = fresh(grant)
    answer_days.give_more_time(fresh(grant), answer_by_on=date(2019, 4, 28), by=officer(), at=ACCEPTING)
    assert code(seen, ACCEPTING) == "changed_meanwhile"


def test_an_offer_whose_day_has_passed_is_not_released():
    application = application_at(Status.SHORTLISTED)
    other = Post.objects.create(call=application.call, job_title="Policy Officer", grade="Grade 8", purpose="-")
    decision = confirmed(application, post=other, **OTHER)
    with pytest.raises(Refused) as refused:
        decisions.release(decision, by=officer(), at=LATE)
    assert refused.value.code == "answer_late"
    assert not Grant.objects.filter(decision=decision).exists()


def test_whoever_has_not_answered_is_reminded_and_the_day_after_all_are_told_that_it_has_passed(grant):
    def due(day):
        return {
            (one.template, getattr(one.to, "email", one.to)) for one in reminders.answers_due(day) if one.is_due(day)
        }

    by, person = lead(grant.organisation).email, person_of(grant).email
    day = datetime(2019, 4, 26, 9, tzinfo=UTC)
    both = {("grants.other_post_reminder", person), ("grants.offer_waits", by)}
    assert due(day - timedelta(days=4)) == set()
    assert due(day - timedelta(days=3)) == both
    assert due(day) == both
    over = {("grants.offer_over", person.email) for person in (lead(grant.organisation), officer(), second_officer())}
    assert due(day + timedelta(days=1)) == over | {("grants.other_post_over", person)}
    other_posts.agree(grant, at=RELEASING)
    assert due(day) == {("grants.offer_waits", by)}


def test_the_lead_s_tasks_say_who_is_waited_for(grant):
    by = lead(grant.organisation)
    (task,) = [one for one in items(by, RELEASING) if str(grant) in one.sentence]
    assert ("has not agreed" in task.sentence, task.due_on) == (True, ANSWER_BY)
    other_posts.agree(grant, at=RELEASING)
    (task,) = [one for one in items(by, RELEASING) if str(grant) in one.sentence]
    assert task.sentence.startswith("Accept or decline")


def to_the_person(grant):
    found = Letter.objects.filter(to_email=person_of(grant).email).order_by("pk")
    return [one.template.removeprefix("grants.") for one in found if one.template.startswith("grants.")]


def test_whoever_agrees_has_a_receipt_and_the_secondee_hears_what_the_organisation_answered(grant):
    by = lead(grant.organisation)
    other_posts.agree(grant, at=RELEASING)
    other_posts.agree(fresh(grant), at=ACCEPTING)
    assert to_the_person(grant) == ["candidate_other_post", "other_post_agreed"]
    receipt = Letter.objects.get(template="grants.other_post_agreed").body
    for words in ("Policy Officer", "4 days a week", say_exactly(RELEASING), "by Friday 26 April 2019"):
        assert words in receipt
    grants.accept(fresh(grant), by=by, at=ACCEPTING)
    receipt = Letter.objects.get(template="grants.offer_accepted_members")
    assert receipt.to_email == by.email
    assert f"{by} has accepted the offer of grant {grant}" in receipt.body
    assert say_exactly(ACCEPTING) in receipt.body
    assert to_the_person(grant)[2:] == ["candidate_offer_accepted"]


def test_whoever_says_no_has_a_receipt(grant):
    other_posts.refuse(grant, at=ACCEPTING)
    assert to_the_person(grant) == ["candidate_other_post", "other_post_refused"]
    receipt = Letter.objects.get(template="grants.other_post_refused").body
    assert say_exactly(ACCEPTING) in receipt
    assert "We have emailed" in receipt


def test_a_no_of_the_organisation_reaches_the_secondee_and_its_members(grant):
    other_posts.agree(grant, at=RELEASING)
    grants.decline(fresh(grant), reason="No.", by=lead(grant.organisation), at=ACCEPTING)
    assert to_the_person(grant)[2:] == ["candidate_offer_declined"]
    assert Letter.objects.filter(template="grants.offer_declined_members").exists()


def test_an_offer_of_the_post_applied_for_that_is_accepted_has_a_receipt_for_the_organisation_alone():
    grant = grant_at("accepted")
    assert Letter.objects.get(template="grants.offer_accepted_members").to_email == lead(grant.organisation).email
    assert "candidate_offer_accepted" not in to_the_person(grant)


def missing(person):
    """The agreements to offers of another post that are missing: how many, of whom, since when, and what they open."""
    user, client = User.objects.get(pk=person.pk), as_(person)
    found = {}
    for one in rounds.rounds_for(user, ACCEPTING):
        for figure in (figure for stage in one.stages for figure in stage.waiting):
            if figure.of.name in {"unagreed", "unaccepted", "unanswered"}:
                opened = set(client.get(figure.url).context["cl"].queryset)
                found[figure.of.name] = (figure.count, figure.of.owner, figure.day, opened)
    return found


def test_the_office_s_queue_says_whose_agreement_is_missing_since_when(grant):
    since = RELEASING.date()
    plain = grant_at("offered")
    person, organisation = (1, SECONDEE, since, {grant}), (1, ORGANISATION, since, {grant})
    waiting = (1, ORGANISATION, since, {plain})
    assert missing(officer()) == {"unagreed": person, "unaccepted": organisation, "unanswered": waiting}
    own = [
        item for item in rounds.items(User.objects.get(pk=officer().pk), ACCEPTING) if "another post" in item.sentence
    ]
    assert [(item.sentence, item.since) for item in own] == [
        ("1 grant of another post, without the proposed secondee’s agreement", since),
        ("1 grant of another post, without the organisation’s agreement", since),
    ]
    other_posts.agree(grant, at=RELEASING)
    assert missing(officer()) == {"unaccepted": organisation, "unanswered": waiting}
    grants.accept(fresh(grant), by=lead(grant.organisation), at=ACCEPTING)
    assert missing(officer()) == {"unanswered": waiting}


def test_the_office_reads_on_the_page_of_the_grant_who_has_agreed(grant):
    page = reverse("admin:grants_grant_change", args=[grant.pk])
    for words in ("secondee has not answered since", "organisation has not answered since"):
        assert words in " ".join(text_of(as_(officer()).get(page)).split())
    other_posts.agree(grant, at=RELEASING)
    assert "secondee agreed on" in " ".join(text_of(as_(officer()).get(page)).split())
    grants.decline(fresh(grant), reason="No.", by=lead(grant.organisation), at=ACCEPTING)
    assert "organisation declined on" in " ".join(text_of(as_(officer()).get(page)).split())


def test_after_the_day_the_office_lets_the_offer_lapse_and_the_reserve_list_moves_up():
    first = application_at(Status.SHORTLISTED)
    waiting = application_at(Status.SHORTLISTED, call=first.call)
    grant = offered(first)
    decisions.release(confirmed(waiting, outcome="reserve"), by=officer(), at=RELEASING)
    assert to_move_up(first.call.applications.all()) == []
    with time_machine.travel(LATE, tick=False):
        answer = as_(officer()).post(step("grant", grant.pk, "lapse", app="grants"), {})
    assert answer.status_code == 302
    row = fresh(grant)
    assert (row.status, row.has_lapsed, row.declined_at, row.declined_by) == ("declined", True, LATE, officer())
    assert (row.get_status_display(), row.decision.application.status) == ("offer lapsed", "offer_declined")
    assert to_move_up(first.call.applications.all()) == [waiting]
    assert Entry.objects.filter(event="offer lapsed without an answer", by=officer()).count() == 2


@pytest.mark.parametrize("has_agreed", [False, True])
def test_all_who_were_asked_and_the_office_hear_that_the_offer_has_lapsed(grant, has_agreed):
    if has_agreed:
        other_posts.agree(grant, at=RELEASING)
    Letter.objects.all().delete()
    grants.lapse(fresh(grant), by=officer(), at=LATE)
    grants.lapse(fresh(grant), by=officer(), at=LATE)
    assert sorted((one.template.removeprefix("grants."), one.to_email) for one in Letter.objects.all()) == sorted(
        [
            ("candidate_offer_lapsed", person_of(grant).email),
            ("offer_lapsed", officer().email),
            ("offer_lapsed", second_officer().email),
            ("offer_lapsed_members", lead(grant.organisation).email),
        ]
    )
    assert all("Friday 26 April 2019" in one.body for one in Letter.objects.all())


def test_pages_say_that_the_offer_has_lapsed_and_nobody_is_said_to_have_declined(grant):
    grants.lapse(grant, by=officer(), at=LATE)
    by = lead(grant.organisation)
    application = reverse("application", args=[grant.decision.application.reference])
    pages = {
        "person": Client().get(link_to(grant)),
        "organisation": as_(by).get(grant.get_absolute_url()),
        "application": as_(by).get(application),
        "office": as_(officer()).get(reverse("admin:grants_grant_change", args=[grant.pk])),
    }
    for page in pages.values():
        text = text_of(page).lower()
        assert "lapsed" in text
        assert "declined" not in text
    assert "Send your answer" not in text_of(pages["person"])
    with pytest.raises(Refused):
        other_posts.agree(fresh(grant), at=LAST_MINUTE)
    assert list(reminders.answers_due(datetime(2019, 4, 27, 9, tzinfo=UTC))) == []


def refusal_of_lapse(row, at):
    with pytest.raises(Refused) as refused:
        grants.lapse(row, by=officer(), at=at)
    return refused.value.code


def test_an_offer_lapses_only_after_its_day_and_not_while_somebody_is_faster(grant):
    assert refusal_of_lapse(grant_at("offered"), LATE) == "no_day"
    assert refusal_of_lapse(grant, LAST_MINUTE) == "too_early"
    seen = fresh(grant)
    answer_days.give_more_time(fresh(grant), answer_by_on=date(2019, 4, 28), by=officer(), at=LATE)
    assert refusal_of_lapse(seen, LATE) == "changed_meanwhile"
    assert fresh(grant).status == "offered"


def test_the_office_s_queue_lists_offers_whose_day_has_passed(grant):
    def overdue(at):
        found = rounds.rounds_for(User.objects.get(pk=officer().pk), at)
        figures = [figure for one in found for stage in one.stages for figure in stage.waiting]
        return [
            (figure.count, figure.of.owner, figure.day) for figure in figures if figure.of.name == "overdue_answers"
        ]

    assert overdue(LAST_MINUTE) == []
    assert overdue(LATE) == [(1, OFFICE, ANSWER_BY)]
    grants.lapse(grant, by=officer(), at=LATE)
    assert overdue(LATE) == []


def test_the_database_too_refuses_that_an_offer_without_a_day_lapses():
    row = grant_at("declined")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=row.pk).update(has_lapsed=True)
