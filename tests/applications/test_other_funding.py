"""Other funding is asked about for each funder and for the host, by name: yes or no, how much, until when."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import documents
from applications.actions import applications, copy_answers, drafts
from applications.admin.conflicts import declared
from applications.completeness import FilledForm
from applications.form_schema import asked_about, funding_in_words
from core.accounts.models import Organisation
from grants.models import Funder
from tests.accounts.factories import OrganisationFactory, programme
from tests.applications.factories import (
    SUBMITTING,
    WRITING,
    an_application,
    confirmed_by_candidate,
    fill,
    fresh,
    lead,
    published_call,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
NAMES = ["Trust for London", "Aster Trust", "Greater London Authority"]


@pytest.fixture
def aster() -> Organisation:
    body = OrganisationFactory(name="Aster Trust")
    Funder.objects.create(programme=programme(), organisation=programme().funder)
    Funder.objects.create(programme=programme(), organisation=body)
    return body


def paid_by(body: Organisation) -> dict[str, object]:
    name = f"funding_{body.pk}"
    return {name: "yes", f"{name}_amount": Decimal(24000), f"{name}_until": date(2020, 3, 31)}


def filled_in(body: Organisation, **facts):
    application = an_application()
    fill(application, **facts)
    by = lead(application.organisation)
    drafts.save_section(application, "conflicts", facts=paid_by(body), answers={}, by=by, at=WRITING)
    return fresh(application)


def rows_of(application) -> dict[str, str]:
    rows = FilledForm.current(application.pk).rows("conflicts")
    return {row.label: row.value for row in rows if row.field.startswith("funding_")}


def test_the_funders_come_first_and_the_host_last(aster):
    assert [str(body) for body in asked_about(programme())] == NAMES


def test_a_host_that_pays_into_the_fund_is_asked_about_once(aster):
    Funder.objects.create(programme=programme(), organisation=programme().host)
    assert len(asked_about(programme())) == len(NAMES)


@pytest.mark.parametrize("page", ["front", "call", "privacy"])
def test_every_funder_is_named_before_anybody_applies(client, time_machine, aster, page):
    time_machine.move_to(WRITING, tick=False)
    call = published_call()
    address = call.get_absolute_url() if page == "call" else reverse(page)
    shown = client.get(address).text
    assert [name for name in NAMES if name not in shown] == []


def test_the_blank_copy_names_them_and_asks_about_each(aster):
    words = documents.blank(published_call(), None, at=WRITING).html
    assert [name for name in NAMES if f"Other funding from {name}: yes or no, how much, until when" not in words] == []


def test_the_form_asks_about_each_by_name(visitor, aster):
    application = an_application()
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    shown = visitor.get(reverse("application_section", args=[application.shown_reference, "conflicts"])).text
    assert [name for name in NAMES if SAID.do_you_have_other_funding.format(name) not in shown] == []


def test_what_is_typed_is_saved_box_by_box(visitor, aster):
    application = an_application()
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    address = reverse("application_section", args=[application.shown_reference, "conflicts"])
    name = f"funding_{aster.pk}"
    visitor.post(address, {name: "yes", f"{name}_amount": "plenty", f"{name}_until": "31 March 2020"})
    draft = fresh(application)
    assert draft.funding_by_body == {name: "yes", f"{name}_until": "2020-03-31"}
    assert draft.unparsed == {f"{name}_amount": "plenty"}
    assert f"Enter the amount from {aster} in pounds" in visitor.get(address).text


def test_amount_and_day_are_missing_only_after_a_yes(aster):
    application = an_application()
    by, name = lead(application.organisation), f"funding_{aster.pk}"

    def missing():
        parts = FilledForm.current(application.pk).parts
        return [row.field for part in parts for row in part.missing if row.field.startswith(name)]

    assert missing() == [name]
    drafts.save_section(application, "conflicts", facts={name: "no"}, answers={}, by=by, at=WRITING)
    assert missing() == []
    drafts.save_section(application, "conflicts", facts={name: "yes"}, answers={}, by=by, at=WRITING)
    assert missing() == [f"{name}_amount", f"{name}_until"]


def test_it_reads_in_words(aster):
    application = filled_in(aster, other_funding="For our drop-in.")
    assert rows_of(application) == {
        "Other funding from Trust for London": "No",
        "Other funding from Aster Trust": "Yes",
        "Amount from Aster Trust": "£24,000",
        "Funding from Aster Trust until": "Tuesday 31 March 2020",
        "Other funding from Greater London Authority": "No",
    }
    assert funding_in_words(application) == [
        "Trust for London: No",
        "Aster Trust: Yes, £24,000, until Tuesday 31 March 2020",
        "Greater London Authority: No",
        "For our drop-in.",
    ]


def test_what_was_submitted_stays_when_the_funders_change(aster):
    application = filled_in(aster)
    confirmed_by_candidate(application)
    applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    said = funding_in_words(fresh(application))
    Funder.objects.filter(organisation=aster).delete()
    Funder.objects.create(programme=programme(), organisation=OrganisationFactory(name="Newer Trust"))
    assert sorted(funding_in_words(fresh(application))) == sorted(said)
    copy = documents.copy(fresh(application), with_salary=True, at=SUBMITTING)
    assert "Amount from Aster Trust" in copy.html


def test_it_is_brought_over_where_a_body_was_not_answered_for(aster):
    source = filled_in(aster)
    draft = an_application(organisation=source.organisation)
    by, host = lead(source.organisation), f"funding_{programme().host_id}"
    drafts.save_section(draft, "conflicts", facts={host: "yes"}, answers={}, by=by, at=WRITING)
    copy_answers.bring(draft, source=source, by=by, at=WRITING)
    assert fresh(draft).funding_by_body == {**source.funding_by_body, host: "yes"}


def test_the_proposed_secondee_is_not_shown_the_organisations_money(aster):
    shown = FilledForm.current(filled_in(aster).pk).shown_to_candidate
    assert [row.field for row in shown if row.field.startswith("funding_")] == []


def test_a_yes_names_the_body_in_the_conflict_check(aster):
    application = filled_in(aster)
    assert declared(application, aster)["named"] == [aster]


def test_a_reopened_copy_that_is_not_submitted_gives_way_to_what_was_said(aster):
    application = filled_in(aster)
    confirmed_by_candidate(application)
    by = lead(application.organisation)
    applications.submit(application, by=by, at=SUBMITTING)
    application = fresh(application)
    applications.reopen(application, by=by, at=SUBMITTING)
    drafts.save_section(application, "conflicts", facts={f"funding_{aster.pk}": "no"}, answers={}, by=by, at=SUBMITTING)
    standing = fresh(application).standing.content["facts"]["funding_by_body"]
    assert standing[f"funding_{aster.pk}"] == "yes"
