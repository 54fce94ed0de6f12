"""Secrets in the database are unreadable without the key, and survive a new one (findings F4, F21)."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command

from core.encryption import PREFIX, UnreadableError, decrypt, encrypt
from core.letters import outbox
from core.letters.models import Letter
from learning.models import ConfidentialMessage
from tests.accounts.factories import UserFactory
from tests.applications.factories import WRITING, programme


def test_what_is_encrypted_is_unreadable_different_each_time_and_comes_back():
    first, second = encrypt("a secret ✓"), encrypt("a secret ✓")
    assert first != second
    assert "secret" not in first
    assert (decrypt(first), decrypt(second)) == ("a secret ✓", "a secret ✓")


def test_plain_values_from_before_are_read_as_they_are():
    assert decrypt("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"


def test_a_replaced_key_still_reads_while_it_is_a_fallback_and_not_after(settings):
    before, settings.SECRET_KEY_FALLBACKS = encrypt("a secret"), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert decrypt(before) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UnreadableError):
        decrypt(before)


def test_a_tampered_value_is_refused():
    with pytest.raises(UnreadableError):
        decrypt(PREFIX + "gAAAA" + encrypt("a secret")[20:])


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.django_db
def test_f21_seeds_of_the_second_factor_are_unreadable_in_the_database_and_work():
    person, secret = UserFactory(), generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person)
    stored = {row.type: row.data for row in Authenticator.objects.filter(user=person)}
    assert stored["totp"]["secret"].startswith(PREFIX)
    assert stored["recovery_codes"]["seed"].startswith(PREFIX)
    assert Authenticator.objects.get(user=person, type="totp").wrap().validate_code(code_for(secret))
    assert codes.validate_code(codes.get_unused_codes()[0])


@pytest.mark.django_db
def test_f21_a_seed_stored_in_plain_text_before_still_works():
    person, secret = UserFactory(), generate_totp_secret()
    Authenticator.objects.create(user=person, type="totp", data={"secret": secret})
    assert Authenticator.objects.get(user=person).wrap().validate_code(code_for(secret))


def renew():
    said = StringIO()
    call_command("renew_encryption", stdout=said)
    return said.getvalue().splitlines()


@pytest.mark.django_db
def test_a_replaced_key_can_be_taken_out_once_everything_was_encrypted_anew(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # no process sends by itself
    person, secret = UserFactory(), generate_totp_secret()
    TOTP.activate(person, secret)
    unused = RecoveryCodes.activate(person).get_unused_codes()
    told = ConfidentialMessage.objects.create(
        programme=programme(), sender=person, sealed_words=encrypt("In confidence."), sent_at=WRITING
    )
    facts = {"candidate": {"name": "Cara Lind"}, "application": {"post": "Policy officer"}, "link": "http://localhost/"}
    waiting = outbox.post("applications.candidate_sent_cv", to=person, key="1", at=WRITING, secret=True, **facts)
    words = waiting.text
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert renew() == ["Encrypted anew: 4."]
    assert renew() == ["Encrypted anew: 0."]
    settings.SECRET_KEY_FALLBACKS = []
    assert Authenticator.objects.get(user=person, type="totp").wrap().validate_code(code_for(secret))
    assert Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes() == unused
    assert ConfidentialMessage.objects.get(pk=told.pk).words == "In confidence."
    assert Letter.objects.get(pk=waiting.pk).text == words


@pytest.mark.django_db
def test_what_no_key_reads_is_counted_and_left_as_it_is(settings):
    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    before = Authenticator.objects.get(user=person).data
    settings.SECRET_KEY = "another key"
    assert renew()[0] == "Encrypted anew: 0."
    assert renew()[1].startswith("1 values are read by no key.")
    assert Authenticator.objects.get(user=person).data == before
