"""Who stood aside and alone holds a role names a deputy, who takes that role's steps on that case and no other."""

import pytest
from django.urls import reverse

from applications import work_queue
from applications.actions import assessments, deputies
from applications.models import Application, Deputy, Interest
from core.accounts.models import User
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from grants.actions import agreements
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Grant
from grants.work_queue import TO_SIGN
from tests.applications.desk import as_, text_of
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import committee
from tests.grants.factories import SIGNING, director, finance, grant_at, instalment_at, second_officer

pytestmark = pytest.mark.django_db
DIRECTOR = "Grants director"


def fresh(person):
    return User.objects.get(pk=person.pk)


def aside(application, person):
    assessments.declare_conflict(application, explanation="My sister works there.", by=person, at=ASSESSING)
    return fresh(person)


def named(application, *, person=None, by=None, role=DIRECTOR):
    by = by or aside(application, director())
    return deputies.name(application, role=role, person=person or finance(), by=by, at=ASSESSING)


def page_of(application):
    return reverse("admin:applications_call_interests", args=[application.call_id])


def test_the_only_director_names_a_deputy_on_the_page_of_interests_and_the_history_says_so():
    application, money = application_at("shortlisted"), finance()
    person = aside(application, director())
    (item,) = [one for one in work_queue.items(person, ASSESSING) if "name a deputy" in one.sentence]
    assert item.url == page_of(application)
    client = as_(person)
    page = text_of(client.get(item.url))
    assert str(application.organisation) in page
    assert application.reference not in page
    client.post(item.url, {"case": f"{application.pk}:{DIRECTOR}", "person": money.pk})
    found = Deputy.objects.get()
    assert (found.person, found.stands_for, found.role) == (money, person, DIRECTOR)
    assert Entry.objects.get(event="deputy named for someone who stood aside").by == person
    assert Letter.objects.get(template="applications.deputy_named").to_user == money
    assert "Name a deputy" not in text_of(client.get(item.url))
    assert not [one for one in work_queue.items(fresh(person), ASSESSING) if "name a deputy" in one.sentence]


def test_a_deputy_reads_the_case_as_the_office_does_and_no_other():
    application, other = application_at("shortlisted"), application_at("shortlisted")
    named(application)
    money = fresh(finance())
    assert list(visible(Application, money)) == [application]
    for permission in ("view_application", "read_application", "view_application_history", "assign_application"):
        assert money.has_perm(f"applications.{permission}", application)
        assert not money.has_perm(f"applications.{permission}", other)
    client = as_(money)
    change = "admin:applications_application_change"
    assert client.get(reverse(change, args=[application.pk])).status_code == 200
    assert client.get(reverse(change, args=[other.pk])).status_code == 404


def test_a_deputy_of_the_director_signs_that_agreement_and_no_other():
    grant, other = grant_at(GrantStatus.ACCEPTED), grant_at(GrantStatus.ACCEPTED)
    for one in (grant, other):
        agreements.prepare(one, by=officer(), at=SIGNING)
    named(grant.decision.application, person=second_officer())
    deputy = fresh(second_officer())
    assert list(TO_SIGN.rows(deputy, SIGNING)) == [grant]
    assert deputy.has_perm("grants.sign_for_funder", grant)
    assert not deputy.has_perm("grants.sign_for_funder", other)
    assert not fresh(director()).has_perm("grants.sign_for_funder", grant)


def test_three_people_still_pay_when_one_of_them_is_a_deputy():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    other = second_officer() if instalment.prepared_by != second_officer() else officer()
    named(instalment.grant.decision.application, person=instalment.prepared_by)
    assert not fresh(instalment.prepared_by).has_perm("grants.approve_instalment", instalment)
    by = fresh(director())
    named(instalment.grant.decision.application, person=other, by=by)
    assert fresh(other).has_perm("grants.approve_instalment", instalment)
    assert Deputy.objects.count() == 1


def test_where_another_holds_the_role_nobody_names_a_deputy():
    application = application_at("shortlisted")
    second_officer()
    person = aside(application, officer())
    with pytest.raises(Refused) as caught:
        named(application, by=person, role="Grants officer")
    assert caught.value.code == "applications.name_deputy"
    aside(application, second_officer())
    named(application, by=fresh(person), role="Grants officer")


@pytest.mark.parametrize("who", ["themselves", "with a conflict", "of the organisation"])
def test_a_deputy_is_somebody_else_without_a_conflict(who):
    application = application_at("shortlisted")
    person = aside(application, director())
    others = {"themselves": person, "with a conflict": committee(), "of the organisation": finance()}
    aside(application, committee())
    application.organisation.memberships.create(person=finance())
    with pytest.raises(Refused) as caught:
        named(application, by=person, person=others[who])
    assert caught.value.field == "person"


def test_a_deputy_who_stands_aside_too_is_replaced():
    application = application_at("shortlisted")
    person = aside(application, director())
    named(application, by=person)
    Interest.objects.create(
        application=application, person=finance(), has_conflict=True, explanation="A friend.", declared_at=ASSESSING
    )
    assert not visible(Application, fresh(finance())).exists()
    assert [one for one in work_queue.items(fresh(person), ASSESSING) if "name a deputy" in one.sentence]
    named(application, by=fresh(person), person=second_officer())
    assert Deputy.objects.get().person == second_officer()


def test_the_salary_of_no_other_grant_is_shown_to_a_deputy():
    grant, other = grant_at(GrantStatus.OFFERED), grant_at(GrantStatus.OFFERED)
    named(grant.decision.application, person=committee())
    seen = {one: fresh(committee()).has_perm("grants.view_salary", one) for one in Grant.objects.all()}
    assert seen == {grant: True, other: False}
