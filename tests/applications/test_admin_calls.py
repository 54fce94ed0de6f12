"""The office's pages of calls, through the client as the person they belong to."""

from datetime import timedelta

import pytest

from applications.models import Call
from core.accounts.roles import Role
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    draft_call,
    officer,
    programme,
    published_call,
)
from tests.applications.panel import (
    committee,
)
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]


CALL = {
    "kind": "open",
    "title": "Active citizens 2019",
    "slug": "active-citizens-2019",
    "summary": "Second a colleague to City Hall.",
    "brief": "## The work",
    "opens_at": "2019-04-01T09:00",
    "closes_at": "2019-05-01T17:00",
    "grace_seconds": "60",
    "band_minimum": "£39,501",
    "band_maximum": "43,602",
    "backfill": "1,000",
    "management_fee": "£5,000.00",
    "on_costs_percent": "0",
    "holds_back": "fee",
    "least_days": "3",
    "term_months": "12",
    "longest_extension_months": "12",
    "pay_principle": "The same for everybody.",
    "posts-TOTAL_FORMS": "1",
    "posts-INITIAL_FORMS": "0",
    "posts-0-job_title": "Project Adviser",
    "posts-0-grade": "Grade 7",
    "posts-0-purpose": "Help Londoners to take part.",
    "posts-0-accountabilities": "- Advise",
    "posts-0-person_specification": "- Knows the subject",
}


def write_call(person=None, **facts):
    form = {**CALL, "programme": programme().pk, **facts}
    return as_(person or officer()).post(url("call", "add"), form, follow=True)


def test_an_officer_writes_a_call_and_publishes_it():
    answer = write_call()
    call = Call.objects.get()
    assert [criterion.letter for criterion in call.criteria.all()] == ["a", "b", "c", "d"]
    assert call.questions.count() == 6
    assert SAID.check_them_before_you_publish in text_of(answer)
    page = as_(officer()).get(url("call", "change", call.pk))
    assert "Closes 5pm on Wednesday 1 May 2019" in text_of(page)
    assert page.context["lacking"] == []
    answer = as_(officer()).post(step("call", call.pk, "publish"), follow=True)
    call.refresh_from_db()
    assert (call.status, call.published_by) == ("published", officer())
    assert said(answer) == ["“Active citizens 2019” is published."]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"closes_at": "2026-10-25T01:30", "opens_at": "2026-10-01T09:00"},
            "1:30am on Sunday 25 October 2026 happens twice",
        ),
        (
            {"closes_at": "2027-03-28T01:30", "opens_at": "2026-10-01T09:00"},
            "1:30am on Sunday 28 March 2027 does not exist",
        ),
        ({"closes_at": ""}, SAID.enter_when_the_call_closes),
        (
            {"closes_at": "2019-03-01T09:00"},
            SAID.the_call_opens_at_choose.format("9am on Monday 1 April 2019"),
        ),
        ({"visits_to_on": "2019-05-20"}, SAID.enter_the_day_on_which_assessment),
        (
            {"visits_from_on": "2019-05-20", "visits_to_on": "2019-05-19"},
            SAID.visits_begin_on_choose_that.format("Monday 20 May 2019"),
        ),
        ({"band_minimum": "50,000"}, SAID.the_pay_band_must_end),
        ({"band_minimum": "a lot"}, SAID.in_pounds_in_figures_like),
        ({"least_days": "6"}, SAID.enter_the_fewest_days_a),
        ({"on_costs_percent": "101"}, "Enter the employer&#x27;s on-costs as a percentage from 0 to 100."),
    ],
)
def test_what_is_typed_wrong_gets_a_sentence_and_is_not_lost(typed, sentence):
    answer = write_call(**typed)
    assert sentence in text_of(answer)
    assert "Second a colleague to City Hall." in text_of(answer)
    assert not Call.objects.exists()


def test_a_new_call_begins_with_the_figures_of_the_last():
    published_call(pay_principle="One principle for all.")
    page = as_(officer()).get(url("call", "add"))
    assert page.context["adminform"].form.initial["pay_principle"] == "One principle for all."


def test_a_programmes_first_call_begins_without_the_figures_of_another_programme():
    published_call()
    partners = {name: OrganisationFactory(name=f"Leeds {name}") for name in ("funder", "host", "learning_partner")}
    leeds = programme("leeds", name="Leeds Welcome", reference_prefix="LW", **partners)
    page = as_(person_with(Role.OFFICER, within=leeds)).get(url("call", "add"))
    assert page.context["adminform"].form.initial == {}


def test_a_draft_says_what_it_lacks_and_publishing_it_is_refused_in_the_same_words():
    call = draft_call(closes_at=ASSESSING + timedelta(days=9), visits_from_on=None, visits_to_on=None)
    call.posts.all().delete()
    sentence = SAID.add_at_least_one_post
    assert as_(officer()).get(url("call", "change", call.pk)).context["lacking"] == [sentence]
    answer = as_(officer()).post(step("call", call.pk, "publish"), {"reason": "A Sunday is meant."}, follow=True)
    assert sentence in text_of(answer)
    call.refresh_from_db()
    assert call.status == "draft"


def test_b11_a_draft_is_saved_half_written_and_says_what_it_lacks():
    of_posts = ("posts-0-purpose", "posts-0-accountabilities", "posts-0-person_specification")
    write_call(**dict.fromkeys(("summary", "brief", "pay_principle", *of_posts), ""))
    call = Call.objects.get()
    lacking = as_(officer()).get(url("call", "change", call.pk)).context["lacking"]
    of_call = [SAID.enter_the_of_the_call.format(name) for name in ("summary", "brief", "way that pay is decided")]
    parts = ("purpose", "accountabilities", "person specification")
    of_post = [SAID.enter_the_of_the_post.format(name, "Project Adviser") for name in parts]
    assert lacking == [*of_call, *of_post]
    as_(officer()).post(step("call", call.pk, "publish"), {"reason": "It is meant."}, follow=True)
    call.refresh_from_db()
    assert call.status == "draft"


def test_the_words_of_a_call_that_is_out_are_not_typed_over():
    call = published_call()
    page = as_(officer()).get(url("call", "change", call.pk))
    assert 'name="brief"' not in text_of(page)
    answer = as_(officer()).post(url("call", "change", call.pk), {**CALL, "programme": programme().pk})
    assert answer.status_code == 403
    call.refresh_from_db()
    assert call.title != "Active citizens 2019"


def test_a_call_is_extended_by_its_button():
    call = published_call()
    address = step("call", call.pk, "extend")
    answer = as_(officer()).post(address, {"closes_at": "2019-03-13T16:00", "reason": "Half-term"})
    assert SAID.can_only_be_extended_choose in text_of(answer)
    assert "Half-term" in text_of(answer)
    typed = {"closes_at": "2019-03-20T17:00", "reason": "Half-term"}
    form = as_(officer()).post(address, typed).context_data["form"]  # shown again, with the later dates to confirm
    as_(officer()).post(address, {**form.data, **typed})
    call.refresh_from_db()
    assert call.closes_at == CLOSES + timedelta(days=7)


def test_a_call_that_somebody_publishes_meanwhile_stays_as_published():
    call = draft_call()
    answer = as_(committee()).post(step("call", call.pk, "publish"))
    assert answer.status_code == 403
    assert as_(committee()).get(url("call", "change", call.pk)).status_code == 200


IDS = {f"criteria-{place}-id" for place in range(4)}


def test_a_criterion_that_questions_hang_on_says_what_to_do():
    write_call()
    call = Call.objects.get()
    page = as_(officer()).get(url("call", "change", call.pk))
    form = {}
    for formset in page.context["inline_admin_formsets"]:
        for part in (formset.formset.management_form, *formset.formset.initial_forms):
            form |= {f"{part.prefix}-{name}": part[name].value() or "" for name in part.fields}
    form = {**CALL, **form, "programme": call.programme_id}
    last = call.criteria.get(letter="d")
    form |= {f"{name[:-2]}DELETE": "on" for name, value in form.items() if name in IDS and value == last.pk}
    answer = as_(officer()).post(url("call", "change", call.pk), form)
    assert SAID.choose_another_criterion in text_of(answer)
    assert "protected related objects" not in text_of(answer)
    assert call.criteria.count() == 4
    first = call.criteria.get(letter="a")
    call.questions.filter(criterion=last).update(criterion=first)
    assert SAID.choose_another_criterion in text_of(as_(officer()).post(url("call", "change", call.pk), form))
    form |= {name: first.pk for name, value in form.items() if name.endswith("-criterion") and value == last.pk}
    as_(officer()).post(url("call", "change", call.pk), form)
    assert [one.letter for one in call.criteria.all()] == ["a", "b", "c"]
