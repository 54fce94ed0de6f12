"""Sign-ins, refusals, locks and roles are in the log, with ids and without names (finding F14)."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from structlog.testing import capture_logs

from core.accounts.roles import Role
from core.lifecycle import Refused
from core.permissions import check
from tests.accounts.factories import PASSWORD, UserFactory, person_with, programme
from tests.client import Client

pytestmark = pytest.mark.django_db


def sign_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def events(logs):
    assert "@" not in str(logs)
    return [(entry["event"], entry.get("user")) for entry in logs if entry["event"] in WANTED]


WANTED = {
    "signed in",
    "sign-in failed",
    "sign-in locked",
    "second factor used",
    "second factor failed",
    "refused",
    "role given",
    "role taken",
}


def test_f14_a_sign_in_and_a_wrong_password_are_logged():
    person = UserFactory()
    with capture_logs() as logs:
        sign_in(Client(), person.email, "wrong guess")
        sign_in(Client(), "nobody@example.org", "wrong guess")
        sign_in(Client(), person.email, PASSWORD)
    assert events(logs) == [("sign-in failed", person.pk), ("sign-in failed", None), ("signed in", person.pk)]


def test_f14_a_lock_is_logged():
    person = UserFactory()
    for _ in range(10):
        sign_in(Client(), person.email, "wrong guess")
    with capture_logs() as logs:
        sign_in(Client(), person.email, PASSWORD)
    assert events(logs) == [("sign-in locked", person.pk)]


def test_f14_second_factors_are_logged_when_used_and_when_wrong():
    person, client = UserFactory(), Client()
    TOTP.activate(person, generate_totp_secret())
    codes = RecoveryCodes.activate(person)
    sign_in(client, person.email, PASSWORD)
    with capture_logs() as logs:
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        client.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})
    assert events(logs) == [
        ("second factor failed", person.pk),
        ("second factor used", person.pk),
        ("signed in", person.pk),
    ]


def test_f14_a_refusal_is_logged_with_the_permission():
    person = UserFactory()
    with capture_logs() as logs, pytest.raises(Refused):
        check(person, "accounts.add_programme")
    assert [(entry["event"], entry["permission"], entry["user"]) for entry in logs] == [
        ("refused", "accounts.add_programme", person.pk)
    ]


def test_f14_a_changed_role_is_logged():
    house, person = programme(), UserFactory()
    with capture_logs() as logs:
        person_with(Role.OFFICER, within=house)
        person.role_assignments.create(role=Role.FINANCE, programme=house)
        person.role_assignments.all()[0].delete()
    assert events(logs)[1:] == [("role given", person.pk), ("role taken", person.pk)]


def test_what_is_logged_for_security_goes_out_at_every_level(settings):
    assert settings.LOGGING["loggers"]["security"]["level"] == "INFO"
