"""The section forms through their pages: what is refused, with which sentence, and that nothing typed is lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from applications.actions import applications
from applications.completeness import FilledForm
from applications.forms.sections import CandidateForm
from applications.models import Application, Call
from core.text import count_words
from tests.accounts.factories import OrganisationFactory, editor_of
from tests.applications.factories import CLOSES, WRITING, an_application, fresh, lead, published_call, ready_application
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


class Writer:
    """Somebody at the form of one application."""

    def __init__(self, application: Application, person=None) -> None:
        self.application, self.client = application, Client()
        self.person = person or lead(application.organisation)
        self.client.force_login(self.person)

    def address(self, section: str) -> str:
        return f"/applications/{self.application.draft_reference}/{section}/"

    def form(self, section: str):
        return self.client.get(self.address(section)).context["form"]

    def post(self, section: str, *, htmx: bool = False, **typed):
        form = self.form(section)
        data = {name: form[name].value() for name in ("seen", "writer")} | typed
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.address(section), data, headers=headers)

    def question(self, section: str) -> str:
        return f"question_{self.application.call.questions.filter(section=section).first().pk}"


@pytest.fixture
def clock():
    with time_machine.travel(WRITING, tick=False) as clock:
        yield clock


@pytest.fixture
def writer(clock):
    return Writer(an_application())


def errors_of(response) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"current_salary": "thirty thousand"},
            SAID.enter_in_pounds_in_figures.format(SAID.the_current_full_time_salary),
        ),
        (
            {"current_salary": "2,666"},
            (
                SAID.enter_the_full_time_salary_for_a.format(
                    "£2,666 looks like a salary for a month, or shared out by days."
                )
            ),
        ),
        (
            {"current_salary": "320,000"},
            (SAID.enter_the_full_time_salary_for_a.format("£320,000 looks like a salary with a figure too many.")),
        ),
        ({"current_salary": "0"}, SAID.must_be_or_more.format("The current full-time salary", "£1")),
        ({"present_hours": "0"}, SAID.present_hours_a_week_must.format(60)),
        ({"present_hours": "many"}, SAID.enter_the_present_hours_a_week),
        ({"days_per_week": "2"}, SAID.days_a_week_must_be.format("3", "5", "2")),
        ({"days_per_week": "6"}, SAID.days_a_week_must_be.format("3", "5", "6")),
        ({"days_per_week": "3.25"}, SAID.days_a_week_are_whole_or.format("3.25")),
        ({"days_per_week": "NaN"}, SAID.enter_the_days_a_week_in),
        ({"months": "13"}, SAID.the_length_must_be_from.format("12")),
        ({"months": "a year"}, SAID.enter_the_number_of_months_as),
        ({"earliest_start_on": "soon"}, SAID.enter_the_earliest_start_as),
        (
            {"earliest_start_on": "2019-04-07"},
            (
                SAID.is_before_the_decision_which.format(
                    "Sunday 7 April 2019", "Monday 8 April 2019. Choose a later start"
                )
            ),
        ),
    ],
)
def test_what_cannot_be_gets_a_sentence_at_its_field_and_stays_in_the_box(writer, typed, sentence):
    ((name, value),) = typed.items()
    response = writer.post("secondment", **typed, **{writer.question("secondment"): "Long thoughts"})
    assert errors_of(response) == {name: [sentence]}
    form = response.context["form"]
    assert (form[name].value(), form[writer.question("secondment")].value()) == (value, "Long thoughts")
    assert fresh(writer.application).current_salary is None


def test_an_unusual_salary_is_kept_once_it_is_said_to_be_right(writer):
    assert b'name="salary_is_right"' in writer.post("secondment", current_salary="9,000").content
    assert writer.post("secondment", current_salary="9,000", salary_is_right="on").status_code == 302
    assert fresh(writer.application).current_salary == Decimal(9000)
    assert writer.post("secondment", current_salary="9,000").status_code == 302


def test_incomplete_work_is_saved(writer):
    assert writer.post("secondment", current_salary="£32,000", earliest_start_on="6/5/2019").status_code == 302
    application = fresh(writer.application)
    assert (application.current_salary, application.days_per_week) == (Decimal(32000), None)
    assert str(application.earliest_start_on) == "2019-05-06"


def test_too_many_words_are_refused_by_how_many_and_kept(writer):
    name, words = writer.question("conflicts"), "word " * 303
    response = writer.post("conflicts", **{name: words})
    assert errors_of(response) == {
        name: [SAID.has_words_and_the_limit.format(SAID.your_approach_to_collaboration, "303", "300. Take out 3 words")]
    }
    assert count_words(response.context["form"][name].value()) == 303
    assert writer.post("conflicts", **{name: "word " * 300}).status_code == 302


def test_one_word_too_many_is_one_word(writer):
    name = writer.question("conflicts")
    response = writer.post("conflicts", **{name: "word " * 301})
    assert errors_of(response)[name][0].endswith("Take out 1 word.")


def test_a_lead_who_names_themselves_is_refused(writer):
    response = writer.post("candidate", name="Me", email=writer.person.email.upper(), job_title="Lead")
    assert errors_of(response)["email"][0].startswith(SAID.this_is_your_own_email)
    assert [row.email for row in writer.application.candidates.all()] == [""]  # the name is kept, the address is not


@pytest.mark.parametrize(
    ("section", "typed", "sentence"),
    [
        ("candidate", {"email": "sana at home"}, SAID.enter_an_email_address_like_name),
        ("organisation", {"contact_phone": "ring me"}, SAID.enter_a_telephone_number_in),
    ],
)
def test_what_cannot_reach_anybody_is_refused(writer, section, typed, sentence):
    assert list(errors_of(writer.post(section, **typed)).values()) == [[sentence]]


def test_without_javascript_a_button_works_out_the_grant_and_saves_nothing(writer):
    response = writer.post("secondment", work_out="yes", current_salary="32,000", days_per_week="3", months="12")
    assert "£29,700.60" in response.content.decode()
    assert fresh(writer.application).current_salary is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"current_salary": "32,000", "days_per_week": "3", "months": "12"}, "£29,700.60"),
        (
            {"current_salary": "45,000", "days_per_week": "3", "months": "12"},
            "above the pay band, which ends at £43,602",
        ),
        (
            {"current_salary": "32,000", "days_per_week": "2", "months": "12"},
            SAID.days_a_week_must_be_from.format("3", "5", "2"),
        ),
        ({"current_salary": "28,750", "days_per_week": "4", "months": "8"}, "£27,067.20"),
        ({"current_salary": "thirty"}, SAID.give_the_salary_the_days),
    ],
)
def test_the_live_sheet_follows_what_is_typed(writer, typed, said):
    response = writer.client.post(writer.address("sheet"), typed)
    assert (response.status_code, said in response.content.decode()) == (200, True)


def test_the_sheet_does_without_the_enhancement_when_it_is_not_wanted(writer):
    typed = {"current_salary": "32,000", "days_per_week": "3", "months": "12", "wants_enhancement": "False"}
    assert "£25,200.00" in writer.client.post(writer.address("sheet"), typed).content.decode()


# --- Saved while typing ---


def test_typing_is_saved_and_the_time_is_said(writer):
    response = writer.post("experience", htmx=True, **{writer.question("experience"): "So far"})
    text = response.content.decode()
    assert ("Saved at 10am" in text, 'id="id_seen"' in text, "X-Unsaved" in response.headers) == (True, True, False)
    assert [answer.text for answer in writer.application.answers.exclude(text="")] == ["So far"]


def test_what_is_refused_while_typing_does_not_hold_up_the_rest(writer):
    response = writer.post("secondment", htmx=True, current_salary="32,000", days_per_week="2")
    assert SAID.change_before_you_submit.format("Days a week with the host") in response.text
    assert "X-Unsaved" not in response.headers
    application = fresh(writer.application)
    assert (application.current_salary, application.days_per_week) == (Decimal(32000), None)
    assert application.unparsed == {"days_per_week": "2"}


def test_half_an_address_keeps_the_one_that_was_saved(writer):
    writer.post("candidate", name="Sana", email="sana@example.org")
    writer.post("candidate", htmx=True, name="Sana Secondee", email="sana@")
    candidate = writer.application.candidates.get()
    assert (candidate.name, candidate.email) == ("Sana Secondee", "sana@example.org")
    assert writer.form("candidate")["email"].value() == "sana@"


def test_a_form_about_a_person_who_confirmed_does_not_save_itself(clock):
    writer = Writer(ready_application())
    assert "hx-post" not in writer.form("candidate").helper.attrs
    assert "hx-post" in writer.form("experience").helper.attrs


# --- Two writers ---


def test_the_second_writer_sees_both_versions_and_loses_no_word(writer):
    colleague = Writer(writer.application, editor_of(writer.application.organisation))
    name = writer.question("experience")
    fetched = {field: writer.form("experience")[field].value() for field in ("seen", "writer")}
    colleague.post("experience", **{name: "The colleague's words"})
    response = writer.client.post(writer.address("experience"), fetched | {name: "My own words"})
    assert response.status_code == 409
    assert SAID.two_versions_of_the_same_box in response.text
    assert [(one.theirs, one.mine, one.conflict.saver) for one in response.context["differences"]] == [
        ("The colleague's words", "My own words", str(colleague.person))
    ]
    form = response.context["form"]
    assert form[name].value() == "My own words"
    resent = {"seen": form["seen"].value(), name: "Both"}
    assert writer.client.post(writer.address("experience"), resent).status_code == 302


def test_saving_by_itself_never_overwrites_a_colleague_either(writer):
    colleague = Writer(writer.application, editor_of(writer.application.organisation))
    name = writer.question("experience")
    colleague.post("experience", **{name: "The colleague's words"})
    label = writer.form("experience").fields[name].label
    late = writer.client.post(writer.address("experience"), {name: "Mine"}, headers={"HX-Request": "true"})
    assert SAID.changed_too_so_yours_is.format(colleague.person, label) in late.text
    assert [answer.text for answer in writer.application.answers.exclude(text="")] == ["The colleague's words"]


# --- A session that ended ---


def test_words_outlive_the_session_for_their_writer(writer):
    form, name = writer.form("experience"), writer.question("experience")
    typed = {"writer": form["writer"].value(), name: "An hour's work"}
    writer.client.logout()
    response = writer.client.post(writer.address("experience"), typed)
    assert response.headers["Location"] == f"/accounts/login/?next={writer.address('experience')}"
    writer.client.force_login(writer.person)
    page = writer.client.get(writer.address("experience"))
    assert page.context["form"][name].value() == "An hour's work"
    assert SAID.your_words_were_kept in page.content.decode()
    assert [answer.text for answer in writer.application.answers.exclude(text="")] == ["An hour's work"]
    assert SAID.your_words_were_kept not in writer.client.get(writer.address("experience")).content.decode()


def test_words_are_kept_for_nobody_else_and_not_for_ever(writer, clock):
    form, name = writer.form("experience"), writer.question("experience")
    typed = {"writer": form["writer"].value(), name: "Mine alone"}
    colleague = editor_of(writer.application.organisation)
    writer.client.logout()
    writer.client.post(writer.address("experience"), typed)
    writer.client.force_login(colleague)
    assert writer.form("experience")[name].value() == ""
    writer.client.logout()
    writer.client.post(writer.address("experience"), typed)
    clock.shift(timedelta(hours=1, seconds=1))
    writer.client.force_login(writer.person)
    assert writer.form("experience")[name].value() == ""


def test_a_form_saving_itself_without_a_session_says_so(writer):
    name = writer.question("experience")
    writer.client.logout()
    text = writer.client.post(
        writer.address("experience"), {name: "x"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert SAID.you_have_been_signed_out in text


def test_a_forged_writer_keeps_nothing(writer):
    name = writer.question("experience")
    writer.client.logout()
    writer.client.post(writer.address("experience"), {"writer": "1", name: "x"})
    assert "kept_words" not in writer.client.session


# --- After the close ---


def test_after_the_close_a_save_names_the_deadline_and_the_words_stay_in_the_box(writer, clock):
    name = writer.question("experience")
    clock.move_to(CLOSES)
    writer.client.force_login(writer.person)
    response = writer.client.post(writer.address("experience"), {name: "Late"})
    assert response.status_code == 409
    assert "The deadline was 5pm on Wednesday 13 March 2019 (UK time)" in response.content.decode()
    assert response.context["form"][name].value() == "Late"
    assert writer.client.get(writer.address("experience")).status_code == 302


def test_a_call_without_a_decision_week_sets_no_earliest_start(clock):
    call = published_call(decision_week_on=None, kind=Call.Kind.ROLLING, closes_at=None)
    writer = Writer(an_application(call, organisation=OrganisationFactory()))
    assert writer.post("secondment", earliest_start_on="2019-03-01").status_code == 302


def test_terms_are_taken_as_people_write_them(writer):
    typed = {"current_salary": "32k", "present_hours": "36.25 hrs", "days_per_week": "3½ days", "months": "12 months"}
    response = writer.post("secondment", **typed, earliest_start_on="1st Sept 2019")
    assert response.status_code == 302
    saved = Application.objects.get(pk=writer.application.pk)
    assert (saved.current_salary, saved.present_hours, saved.days_per_week) == (32000, Decimal("36.25"), Decimal("3.5"))
    assert (saved.months, saved.earliest_start_on) == (12, date(2019, 9, 1))


def test_a_start_years_away_is_asked_about(writer):
    response = writer.post("secondment", earliest_start_on="1 January 2077")
    (sentence,) = errors_of(response)["earliest_start_on"]
    assert sentence.endswith(SAID.is_more_than_three_years)


# --- Text that cannot be submitted yet is saved ---


@pytest.mark.parametrize("htmx", [True, False])
def test_f1_text_over_its_limit_is_saved_and_marked(writer, htmx):
    name, words = writer.question("conflicts"), " ".join(["word"] * 310)
    writer.post("conflicts", htmx=htmx, **{name: words})
    assert [answer.text for answer in writer.application.answers.exclude(text="")] == [words]
    page = writer.client.get(writer.address("conflicts"))
    assert page.context["form"][name].value() == words
    assert page.context["form"].errors[name][0].endswith("Take out 10 words.")
    part = next(part for part in FilledForm.current(writer.application.pk).parts if part.section == "conflicts")
    assert (part.status, part.is_complete) == ("Too long", False)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("section", "typed"),
    [
        ("secondment", {"current_salary": "about thirty thousand"}),
        ("secondment", {"days_per_week": "2"}),
        ("secondment", {"earliest_start_on": "soon"}),
        ("organisation", {"contact_phone": "ring me"}),
        ("candidate", {"email": "sana at home"}),
    ],
)
def test_f1_what_cannot_be_read_is_saved_as_typed_and_named_on_the_check_page(writer, htmx, section, typed):
    writer.post(section, htmx=htmx, **typed)
    ((name, text),) = typed.items()
    page = writer.client.get(writer.address(section))
    assert (page.context["form"][name].value(), list(page.context["form"].errors)) == (text, [name])
    check = writer.client.get(f"/applications/{writer.application.draft_reference}/check/").text
    assert f"“{text}” cannot be used" in check
    assert any(f"“{text}” cannot be used" in gap for gap in FilledForm.current(writer.application.pk).gaps)


def test_f1_once_it_can_be_read_the_raw_text_is_gone(writer):
    writer.post("secondment", current_salary="thirty")
    assert fresh(writer.application).unparsed == {"current_salary": "thirty"}
    assert writer.post("secondment", current_salary="30,000").status_code == 302
    application = fresh(writer.application)
    assert (application.unparsed, application.current_salary) == ({}, Decimal(30000))


def test_f1_what_cannot_be_read_prevents_the_submit(clock):
    application = ready_application()
    Application.objects.filter(pk=application.pk).update(unparsed={"months": "a year"})
    with pytest.raises(applications.Incomplete, match="“a year” cannot be used"):
        applications.submit(application, by=lead(application.organisation), at=WRITING)


def test_an_answer_that_nobody_can_see_is_missing(writer):
    writer.post("secondment", **{writer.question("secondment"): "\u200b\u2060"})
    form = FilledForm.current(writer.application.pk)
    assert all(row.is_missing for row in form.rows("secondment") if row.is_prose)


@pytest.mark.parametrize("page", ["organisation", "check"])
def test_what_an_award_will_ask_of_the_organisation_is_said_while_applying(writer, page):
    organisation = writer.application.organisation
    title = "We need more about your organisation before we can award a grant"
    assert title not in writer.client.get(writer.address(page)).text
    organisation.address = ""
    organisation.save()
    shown = writer.client.get(writer.address(page)).text
    assert title in shown
    assert f'href="/organisation/{organisation.pk}/edit/"' in shown


def test_f28_no_browser_offers_the_writers_own_name_and_address_for_the_secondee():
    fields = CandidateForm.base_fields
    assert {fields[name].widget.attrs["autocomplete"] for name in ("name", "email", "job_title")} == {"off"}


def test_too_few_contracted_hours_for_the_days_are_marked_saved_and_not_submitted(writer):
    answer = writer.post("secondment", present_hours="7", days_per_week="5", wants_enhancement="True")
    (sentence,) = errors_of(answer)["present_hours"]
    assert sentence.startswith("7 hours a week are too few for 5 days a week with the host")
    draft = fresh(writer.application)
    assert (draft.unparsed, draft.days_per_week) == ({"present_hours": "7"}, Decimal(5))
    form = writer.form("secondment")
    assert "present_hours" in form.errors
    writer.client.post(
        writer.address("secondment"),
        {name: form[name].value() for name in ("seen", "writer")} | {"present_hours": "35", "days_per_week": "5"},
    )
    draft = fresh(writer.application)
    assert (draft.unparsed, draft.present_hours) == ({}, Decimal(35))
