"""What a restriction in force holds back (UK GDPR, article 18), and what a recorded ground permits again."""

import pytest
from django.urls import reverse

from applications.actions import shortlisting
from applications.models import Application
from core.letters import delivery
from core.letters.models import Letter, Status
from core.lifecycle import Refused
from core.permissions import refusals, restriction
from core.rights import restriction as held
from core.rights.actions import restrictions
from core.rights.models import Use
from grants.exports import published
from learning.exports import placements
from tests.applications.factories import ASSESSING, application_at, officer
from tests.client import Client
from tests.grants.factories import director
from tests.rights import asked
from tests.rights.asked import ASKING, EMAIL, NAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return application_at("submitted", email=EMAIL, name=NAME)


@pytest.fixture
def request_in_force(application):
    request = asked.checked("restriction")
    restrictions.restrict(request, answer="", by=director(), at=ASKING)
    return request


def permit(request, use):
    ground = {"ground": "consent", "words": "They wrote that we may."}
    return restrictions.permit_use(request, use=use, **ground, by=director(), at=ASKING)


def a_letter(key, to, case=""):
    moments = {"posted_at": ASKING, "next_try_at": ASKING}
    words = {"subject": "About an application", "body": "Words.", "message_id": f"<{key}@x>"}
    return Letter.objects.create(key=key, template="applications.received", to_email=to, case=case, **words, **moments)


def shortlist(application):
    return shortlisting.prepare_shortlist(application, by=officer(), at=ASSESSING)


def test_an_application_is_not_assessed_until_a_ground_is_recorded(application, request_in_force):
    with pytest.raises(Refused) as refusal:
        shortlist(application)
    assert (refusal.value.code, request_in_force.reference in refusal.value.sentence) == ("restricted", True)
    permit(request_in_force, Use.ASSESSING)
    shortlist(application)
    assert shortlisting.prepared(application) is not None


def test_lifting_it_is_enough(application, request_in_force):
    restrictions.lift(request_in_force, by=director(), at=ASKING)
    shortlist(application)


def test_an_application_about_another_person_is_assessed(request_in_force):
    shortlist(application_at("submitted", email="somebody@example.org", name="Some Body"))


@pytest.mark.parametrize(
    "name",
    [
        "applications.shortlist_application",
        "applications.turn_down_application",
        "applications.assign_application",
        "applications.add_assessmentvisit",
        "grants.add_decision",
    ],
)
def test_every_step_of_assessing_and_deciding_is_held_back(application, request_in_force, name):
    assert name in refusals()
    assert request_in_force.reference in restriction(name, application)


def test_emails_to_the_person_and_about_the_case_are_given_up_with_the_reason(application, request_in_force):
    Letter.objects.all().delete()
    a_letter("theirs", EMAIL)
    a_letter("of the case", "assessor@example.org", case=f"applications.application:{application.pk}")
    a_letter("of another", "other@example.org")
    restrictions.lift(request_in_force, by=director(), at=ASKING)  # writes to the person about the restriction itself
    request = asked.checked("restriction")
    restrictions.restrict(request, answer="", by=director(), at=ASKING)
    delivery.drain(ASKING)
    assert Letter.objects.get(key="of another").status == Status.SENT
    dead = Letter.objects.filter(status=Status.DEAD)
    assert set(dead.values_list("key", flat=True)) == {"theirs", "of the case"}
    assert all(request.reference in letter.problem for letter in dead)
    assert Letter.objects.filter(template="rights.restricted", status=Status.SENT).exists()


def test_emails_go_again_with_a_ground(application, request_in_force):
    permit(request_in_force, Use.EMAILS)
    assert held.held_letters([a_letter("x", EMAIL)]) == {}


def test_what_is_read_by_programs_leaves_it_out_until_a_ground_is_recorded(application, request_in_force):
    assert list(held.usable(Application.objects.all(), Use.EXPORTS)) == []
    permit(request_in_force, Use.EXPORTS)
    assert list(held.usable(Application.objects.all(), Use.EXPORTS)) == [application]


def test_open_data_and_learning_leave_out_the_grant_and_the_placement_of_a_restricted_secondee():
    asked.seconded()
    assert published().count() == 1
    reader = asked.UserFactory()
    asked.hold(reader, asked.Role.LEARNING_PARTNER)
    assert placements(reader).count() == 1
    request = asked.checked("restriction")
    restrictions.restrict(request, answer="", by=director(), at=ASKING)
    assert (published().count(), placements(reader).count()) == (0, 0)
    permit(request, Use.EXPORTS)
    assert (published().count(), placements(reader).count()) == (1, 1)


def test_a_ground_is_recorded_once_in_words_and_only_while_the_restriction_is_in_force(application, request_in_force):
    facts = {"ground": "claims", "by": director(), "at": ASKING}
    with pytest.raises(Refused, match="Write why"):
        restrictions.permit_use(request_in_force, use=Use.EMAILS, words=" ", **facts)
    permit(request_in_force, Use.EMAILS)
    with pytest.raises(Refused, match="recorded already"):
        permit(request_in_force, Use.EMAILS)
    restrictions.lift(request_in_force, by=director(), at=ASKING)
    with pytest.raises(Refused, match="No restriction is in force"):
        permit(request_in_force, Use.ASSESSING)


def test_the_page_of_the_case_says_so_and_has_no_button_to_assess_it(application, request_in_force):
    client = Client()
    client.force_login(officer())
    page = client.get(reverse("admin:applications_application_change", args=[application.pk])).text
    assert "Use restricted" in page
    assert request_in_force.reference in page
    assert "/steps/shortlist/" not in page
    permit(request_in_force, Use.ASSESSING)
    page = client.get(reverse("admin:applications_application_change", args=[application.pk])).text
    assert "Permitted: Assessing and deciding on the application." in page
