"""A dossier: one PDF of what its reader may see of an application; taking one stands on the trail."""

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse

from applications.actions import joint_views, messages, notes, page_pictures
from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.models import User
from core.audit import trail
from core.documents import store
from core.retention import run
from grants.admin.dossier import applications, context
from grants.periods import DOSSIER
from tests.applications.factories import ASSESSING, application_at, lead, officer
from tests.applications.panel import begun, complete, funder_assessor, host_assessor
from tests.documents import content_of, fetched
from tests.grants.factories import RECORDING, committee_member, finance, recorded

pytestmark = pytest.mark.django_db
REASONS, SECRET = "The funder knows why.", "Ask their treasurer"


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RECORDING, tick=False):
        yield


@pytest.fixture
def application():
    return application_at(Status.SHORTLISTED)


def words(application, person):
    """What the dossier of this person says."""
    reader = User.objects.get(pk=person.pk)
    return render_to_string(
        "grants/dossier.pdf.html", context(applications().get(pk=application.pk), reader, RECORDING)
    )


def address(application):
    return reverse("admin:grants_decision_dossier", args=[application.pk])


def test_the_office_takes_answers_scores_views_messages_decision_and_trail(application):
    for side, person in (("funder", funder_assessor), ("host", host_assessor)):
        complete(application, party=side, reason=f"Because the {side} read it")
        view = {"recommendation": "recommend", "reasons": REASONS, "by": person(), "at": ASSESSING}
        joint_views.record(application, **view)
    messages.send(application, to=["organisation"], subject="Your lease", text="When?", by=officer(), at=ASSESSING)
    recorded(application, reasons="They are strong.")
    said = words(application, officer())
    for part in ("Because the funder read it, a", REASONS, "Your lease", "They are strong.", "Application submitted"):
        assert part in said
    assert "The grant, line by line" in said


def test_each_readers_dossier_has_only_what_they_may_see(application):
    complete(application, party="host", reason="Because the host read it")
    notes.write(application, text=SECRET, by=officer(), at=ASSESSING)
    own = begun(application).assessor
    for person in (own, committee_member(), officer()):
        assert SECRET not in words(application, person)
    assert "Because the host read it" in words(application, committee_member())
    assert "Because the host read it" not in words(application, own)
    for person in (own, committee_member()):
        said = words(application, person)
        assert "The grant, line by line" not in said
        assert "What happened" not in said


def test_the_pages_of_the_files_are_pictures_with_their_words(application):
    page_pictures.run(ASSESSING)
    said = words(application, officer())
    assert said.count("data:image/jpeg;base64,") >= 1
    assert ">CV</h2>" in said


def test_taking_a_dossier_stands_on_the_trail_with_the_opening_of_the_cv(client, application):
    page_pictures.run(ASSESSING)
    client.force_login(officer())
    answer = fetched(client, address(application))
    assert answer["Content-Type"] == "application/pdf"
    assert content_of(answer).startswith(b"%PDF")
    taken = [line.event for line in trail.history(application) if line.by == officer()][-2:]
    assert taken == ["dossier made", "CV opened"]


def test_who_has_a_conflict_of_interest_or_no_part_in_it_finds_no_dossier(client, application):
    member = committee_member()
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}
    Interest.objects.update_or_create(application=application, person=member, defaults=facts)
    for person in (member, finance(), lead(application.organisation)):
        client.force_login(person)
        assert client.get(address(application)).status_code in {302, 404}


def test_an_old_proof_of_who_somebody_is_asks_again(client, application):
    client.force_login(officer())
    with time_machine.travel(RECORDING.replace(hour=RECORDING.hour + 2), tick=False):
        answer = client.get(address(application))
    assert answer.status_code == 302
    assert not store.documents_of(type(application), [application.pk]).filter(kind__startswith="dossier").exists()


def test_a_dossier_is_deleted_after_some_days(client, application):
    client.force_login(officer())
    fetched(client, address(application))
    made = store.documents_of(type(application), [application.pk]).filter(kind__startswith="dossier")
    assert made.count() == 1
    later = RECORDING.replace(month=RECORDING.month + 1)
    assert made.filter(requested_at__lte=DOSSIER.before(later)).count() == 1
    run.run(later)
    assert not made.exists()
