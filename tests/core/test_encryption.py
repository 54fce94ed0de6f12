"""Secrets in the database are unreadable without the key, and survive a new one (findings F4, F21)."""

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

from core.encryption import PREFIX, UnreadableError, decrypt, encrypt
from tests.accounts.factories import UserFactory


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
