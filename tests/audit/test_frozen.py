"""The triggers: installed by `migrate`, missed by the nightly check, passed by one transaction at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core.accounts.models import Organisation
from core.audit import immutability, trail, triggers
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry, TriggerBypass
from tests.sentences import SAID

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
AT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)
NAME = "frozen_audit_entry_update"
TABLE = TriggerBypass._meta.db_table
TIMES = count(1)


@pytest.fixture
def line():
    return trail.record("organisation named", Organisation.objects.create(name="Kindness"), by=None, at=AT)


def change(line):
    """Write past the trail's only door, something new each time; return whether it goes through."""
    try:
        with transaction.atomic():
            return Entry.objects.filter(pk=line.pk).update(event=f"written {next(TIMES)} times") == 1
    except IntegrityError as refusal:
        return SAID.the_audit_trail_cannot_be not in str(refusal)


def test_what_is_installed_twice_stands_as_it_did(line):
    before = triggers.installed()
    immutability.install()
    assert (triggers.installed(), immutability.missing(), change(line)) == (before, [], False)


def test_a_trigger_that_is_missing_is_a_breach_and_migrate_puts_it_back(line, capsys):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {NAME} ON audit_entry")
    assert change(line)
    with pytest.raises(CommandError, match="1 promises are broken"):
        call_command("check_invariants")
    assert capsys.readouterr().err.startswith(SAID.this_trigger_is_missing.format(NAME))
    call_command("migrate", verbosity=0)
    assert (immutability.missing(), change(line)) == ([], False)


def test_a_trigger_that_says_something_else_is_a_breach_and_is_made_anew(line):
    connection.check_constraints()
    as_it_should_be = immutability.wanted()[NAME]
    with connection.cursor() as cursor:
        cursor.execute(triggers.removal(NAME))
        for sql in as_it_should_be.creation:
            cursor.execute(sql.replace('OR OLD."event"', 'OR OLD."thing_id"'))
    assert immutability.missing() == [NAME]
    immutability.install()
    assert (immutability.missing(), change(line)) == ([], False)


def test_a_trigger_that_nobody_wants_any_more_is_taken_away():
    connection.check_constraints()
    old = triggers.of_table(TABLE, [triggers.Refusal("TRUE", "No.")], [triggers.Refusal("TRUE", "No.")])
    with connection.cursor() as cursor:
        for sql in next(old).creation:
            cursor.execute(sql)
    assert f"frozen_{TABLE}_update" in triggers.installed()
    immutability.install()
    assert triggers.installed().keys() == immutability.wanted().keys()


@pytest.mark.django_db(transaction=True)
def test_a_trigger_switched_off_is_found_and_put_right(line):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    assert {name for name in immutability.wanted() if "audit_entry" in name} == set(immutability.missing())
    assert change(line)
    call_command("migrate", verbosity=0)
    assert (immutability.missing(), change(line)) == ([], False)


def test_who_stands_aside_may_change_and_delete_inside_the_block_and_not_after_it(line):
    other = trail.record("organisation named", Organisation.objects.create(name="Care"), by=None, at=AT)
    with bypass_triggers():
        assert change(line)
        other.delete()
    assert (change(line), TriggerBypass.objects.exists()) == (False, False)


def test_a_block_that_fails_takes_back_what_it_did_and_leaves_nobody_aside(line):
    def half_done():
        with bypass_triggers():
            assert change(line)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        half_done()
    line.refresh_from_db()
    assert (line.event, change(line), TriggerBypass.objects.exists()) == ("organisation named", False, False)


def test_a_block_within_a_block_does_not_end_the_outer_one(line):
    with bypass_triggers():
        with bypass_triggers():
            pass
        assert change(line)


def test_somebody_left_aside_for_good_is_a_breach(capsys):
    TriggerBypass.objects.create()
    with pytest.raises(CommandError):
        call_command("check_invariants")
    assert SAID.a_row_was_left_there.format(TABLE) in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_others_are_refused_while_one_stands_aside(line):
    def elsewhere():
        try:
            return change(line)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, bypass_triggers():
        assert pool.submit(elsewhere).result() is False
        assert change(line)
