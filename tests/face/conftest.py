"""The demonstration on a server of its own for this folder, with the few things it lacks; taken off again afterwards."""

import time
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from applications.actions import (
    assessments,
    candidates,
    documents,
    drafts,
    enquiries,
    interests,
    invitations,
    legal_holds,
    rehearsals,
)
from applications.lifecycle import COMING_VISIT
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Call,
    CallInvitation,
    CaseMessage,
    EqualityLink,
    SlotOffer,
)
from cii.demonstration import other_post
from cii.demonstration.applicants import specimen
from cii.demonstration.people import CAST, CONTRIBUTOR
from core.accounts import links
from core.accounts.actions import invite_person, invite_to_organisation, make_access_token
from core.accounts.models import Invitation, User
from core.accounts.roles import Role
from core.dates import london
from core.letters.lifecycle import Status
from core.letters.models import Letter
from core.rights.actions import access
from grants.actions import instalments, repayments
from grants.models import Instalment
from grants.models.payment import waits_for_report
from secondments.actions import start_steps
from secondments.models import Amendment, Placement, StartStep
from tests.accounts.device import Device
from tests.applications.factories import no_funding
from tests.client import Client
from tests.face.house import House
from tests.journeys.conftest import browser_type_launch_args  # noqa: F401 - a fixture
from tests.one_at_a_time import ONE, middleware
from tests.rights.of_the_cast import data_requests

EMAILS = {person.key: person.email for person in (*CAST, CONTRIBUTOR)}
INVITED = "an-invitation-that-everybody-here-knows"


@pytest.fixture(autouse=True)
def _own_files() -> None:
    """Leave files and passwords as the demonstration made them."""


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest):
    """Let no request be answered while a test's own transaction begins or ends: both are of the one connection.

    A page that still saves when its test is over would leave the transaction of all tests broken.
    """
    if fixturedef.argname != "_django_db_helper":
        return (yield)
    fixturedef.addfinalizer(ONE.release)
    with ONE:
        result = yield
    fixturedef.addfinalizer(ONE.acquire)  # finalizers run from the last to the first
    return result


@pytest.fixture(scope="session")
def house(browser, django_db_setup, django_db_blocker, tmp_path_factory):
    """Everything in one transaction (on SQLite the server shares our connection), so that nothing stays behind."""
    assert connection.vendor == "sqlite", "The server of these tests shares one connection: leave DATABASE_URL unset."
    settings = {
        "MEDIA_ROOT": str(tmp_path_factory.mktemp("face")),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ROOT_URLCONF": "tests.face.urls",
        "SECOND_FACTOR": "offered",
        "ACCOUNT_RATE_LIMITS": {},
        "MIDDLEWARE": middleware(),
    }
    with django_db_blocker.unblock(), override_settings(**settings):
        atomic = transaction.atomic()
        atomic._from_testcase = True  # each test has one of its own within
        atomic.__enter__()
        cache.clear()
        call_command("demo", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        house = House(people={key: User.objects.get(email=email) for key, email in EMAILS.items()})
        furnish(house)
        house.sessions = {key: session_of(person) for key, person in house.people.items()}
        server = LiveServer("localhost")
        house.site = server.url
        with override_settings(SITE_URL=server.url):
            yield house
        server.stop()
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def session_of(person: User) -> str:
    """The key of a session that has just given its password, for as long as these tests take."""
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    session = client.session
    given = {"method": "password", "at": time.time() + 24 * 60 * 60, "email": person.email}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [given]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client.cookies["sessionid"].value


def hold(application: Application, *, by: User, at: datetime) -> None:
    """Keep an application from deletion, once the officer has declared their interests in it."""
    interests.declare_all(application.call, conflicts={}, none=[application], by=by, at=at)
    legal_holds.hold(application, reason="The organisation has complained.", by=by, at=at)


def who_changes_a_grant(person: dict[str, User], at: datetime) -> None:
    """Add the lead whose answer is waited for, and the secondee who asked for it; a hundred pounds are asked back."""
    changed = Amendment.objects.get(status="asked")
    back = {"amount": Decimal(100), "reason": "It was not spent."}
    repayments.ask(changed.grant, **back, by=person["officer"], at=at)
    leads = User.objects.filter(memberships__organisation=changed.grant.organisation)
    person["changing_lead"], person["changing_secondee"] = leads.earliest("pk"), changed.asked_by


def first_approvable() -> Instalment:
    prepared = Instalment.objects.filter(status="prepared")
    return prepared.exclude(waits_for_report(london(timezone.now()).date())).earliest("pk")


def furnish(house: House) -> None:
    """What the demonstration leaves out: links that come by mail, an assessment begun, a payment to make, a draft call."""
    now = timezone.now()
    person = house.people
    draft = house.draft
    documents.attach(draft, "cv", specimen("CV", ["Nadia Wells, outreach lead."]), by=person["applicant"], at=now)
    statement = specimen("Statement", ["We support this."])
    documents.attach(draft, "statement", statement, by=person["applicant"], at=now)
    for section, none in (("conflicts", {"declared_conflicts": "None", **no_funding(draft)}), ("experience", {})):
        answers = {question.pk: "What we think." for question in draft.call.questions.filter(section=section)}
        drafts.save_section(draft, section, facts=none, answers=answers, by=person["applicant"], at=now)
    house.links["candidate"] = candidates.ask(draft.candidates.get(), by=person["applicant"], at=now)
    house.links["post"] = other_post.link().rstrip("/").split("/")[-2]
    facts = {"email": "ivy.guest@example.org", "standing": "editor", "is_signatory": False}
    invite_to_organisation(draft.organisation, **facts, by=person["applicant"], at=now)
    Invitation.objects.update(token_digest=links.digest(INVITED))
    house.links["join"] = INVITED
    new = invite_person(email="nell.new@example.org", name="Nell New", by=person["administrator"], at=now)
    house.links["welcome"] = links.welcome(new)
    unused = CallInvitation.objects.filter(organisation=None).earliest("pk")
    CallInvitation.objects.filter(pk=unused.pk).update(code_digest=invitations.code_digest("DEMO-NSTR-ATED-CODE"))
    own = Assessment.objects.get(assessor=person["gla_assessor"], status="assigned")
    assessments.declare(own, has_conflict=False, explanation="", by=person["gla_assessor"], at=now)
    instalments.approve(first_approvable(), by=person["director"], at=now)
    call = Call.objects.get(slug="welcome-open")
    Call.objects.create(
        programme=call.programme, slug="still-a-draft", title="Still a draft", opens_at=now + timedelta(days=9), goal=call.goal,
        closes_at=now + timedelta(days=40), band_minimum=call.band_minimum, band_maximum=call.band_maximum,
        backfill=call.backfill, management_fee=call.management_fee,
    )  # fmt: skip
    enquiries.ask(call, text="May two of us apply for one post?", email="una.asker@example.org", at=now)
    house.links["equality"] = "questions-that-everybody-here-may-answer"
    EqualityLink.objects.create(call=call, token_digest=links.digest(house.links["equality"]))
    house.links["message"] = "a-message-that-everybody-here-may-answer"
    CaseMessage.objects.filter(party="secondee").update(token_digest=links.digest(house.links["message"]))
    handed_in = Application.objects.get(call=call, status="submitted")
    person["submitter"] = handed_in.submitted_by
    person["chooser"] = SlotOffer.objects.earliest("pk").application.submitted_by
    hold(handed_in, by=person["officer"], at=now)
    rehearsals.begin(Call.objects.get(slug="reading-rooms-draft"), by=person["officer"], at=now)
    preparing = Placement.objects.get(status="preparing", secondee__isnull=False)
    who_changes_a_grant(person, now)
    person["other_lead"] = User.objects.get(memberships__organisation=preparing.grant.organisation)
    start_steps.ask_waiver(
        StartStep.objects.get(placement=preparing, status="recorded"),
        reason="It is signed already.",
        by=person["si_manager"],
        at=now,
    )
    asked_for = {"role": Role.LEARNING_PARTNER, "programme": call.programme, "asked_at": now}
    person["line_manager"].role_requests.create(asked_by=person["second_administrator"], **asked_for)
    totp.TOTP.activate(person["second_officer"], totp.generate_totp_secret())
    asked = {"rp": {"id": "localhost"}, "user": {"id": "MQ"}, "challenge": "AAAA"}
    webauthn.WebAuthn.add(person["second_officer"], "Work laptop", Device().make({"publicKey": asked}))
    make_access_token(person["officer"], name="Dashboard", scopes=["calls"], days=30, by=person["officer"], at=now)
    asked = data_requests(SimpleNamespace(**person, lead=person["applicant"], editor=person["signatory"]))["to copy"]
    access.review(asked, chosen=[item.key for item in access.waiting(asked)], by=person["director"], at=now)
    given_up = Letter.objects.filter(is_secret=False, programme=call.programme).latest("posted_at")
    Letter.objects.filter(pk=given_up.pk).update(status=Status.DEAD, problem="550 No such mailbox.")
    begun = AssessmentVisit.objects.filter(status__in=COMING_VISIT).earliest("pk")
    AssessmentVisit.objects.filter(pk=begun.pk).update(starts_at=now - timedelta(hours=2), minutes=480)
