"""The run that deletes: its files, what is held back, its command and its worker, and what people are told."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape

from applications.actions import legal_holds
from applications.models import Application, Document
from cii.tasks import retain
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.lifecycle import Refused
from core.retention import rules, run
from core.retention.rules import Erasable, Rule
from core.retention.run import EVENT
from grants.lifecycle import GrantStatus
from secondments.models import Placement
from tests.applications.factories import DECIDING, application_at, fresh, officer
from tests.grants.factories import grant_at
from tests.races.at_once import all_at_once
from tests.retention.retained import THINGS, assessed, draft, ended_placement, everything, on
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
YEARS_LATER = on(2040, 1, 1)


def stored_files() -> list[Path]:
    return [path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()]


# --- Files ---


def test_files_are_gone_from_the_storage_and_others_are_not():
    kept = grant_at(GrantStatus.AGREED)
    for name in ("draft", "unsuccessful", "closed"):
        THINGS[name][0]()
    own = {Path(default_storage.path(kept.agreement.document.file.name))}
    documents = Document.objects.filter(application=kept.decision.application)
    own |= {Path(default_storage.path(document.file.name)) for document in documents}
    assert len(stored_files()) > len(own)
    run.run(on(2026, 1, 1))
    assert set(stored_files()) == own


@pytest.mark.parametrize("name", ["draft", "unsuccessful", "closed"])
def test_what_a_storage_that_is_away_keeps_is_known_and_deleted_by_the_next_run(name):
    make, _ = THINGS[name]
    make()
    there = len(stored_files())
    with override_settings(STORAGES=away()), pytest.raises(ExceptionGroup, match=SAID.could_not_be_deleted):
        run.run(YEARS_LATER)
    assert len(stored_files()) == there
    named = {row.file.name for model in (Document, GeneratedDocument) for row in model.objects.exclude(file="")}
    assert {default_storage.path(file) for file in named} == {str(path) for path in stored_files()}  # no orphan
    if name != "draft":  # one that is not deleted yet has its words still; nobody can open its files
        assert not any(document.may_be_opened for document in Document.objects.all())
    run.run(YEARS_LATER)
    assert stored_files() == []


def away():
    return {**configured.STORAGES, "default": {"BACKEND": "tests.applications.storages.Away"}}


# --- Held back ---


def test_what_is_held_back_stays_until_it_is_let_go_the_grant_and_placement_with_it():
    placement = ended_placement()
    application = placement.grant.decision.application
    legal_holds.hold(application, reason="A complaint.", by=officer(), at=DECIDING)
    before = everything()["grants.Grant"]
    run.run(YEARS_LATER)
    assert everything()["grants.Grant"] == before
    assert fresh(application).erased_at is None
    assert Placement.objects.get().erased_at is None
    legal_holds.let_go(application, by=officer(), at=DECIDING)
    run.run(YEARS_LATER)
    assert fresh(application).erased_at == Placement.objects.get().erased_at == YEARS_LATER
    with pytest.raises(Refused, match="deleted already"):
        legal_holds.hold(application, reason="Too late.", by=officer(), at=YEARS_LATER)


@pytest.mark.parametrize("name", ["unsuccessful", "withdrawn", "undecided", "declined"])
def test_an_application_that_came_to_nothing_is_held_back_too(name):
    thing = THINGS[name][0]()
    application = thing if isinstance(thing, Application) else thing.decision.application
    legal_holds.hold(application, reason="A dispute.", by=officer(), at=DECIDING)
    run.run(YEARS_LATER)  # the letters about it
    before = everything()
    run.run(YEARS_LATER)
    assert everything() == before
    assert fresh(application).erased_at is None
    assert type(thing).objects.get(pk=thing.pk).erased_at is None
    legal_holds.let_go(application, by=officer(), at=DECIDING)
    assert sum(run.run(YEARS_LATER).values()) > 0


def test_holding_back_wants_a_reason_and_stands_on_the_trail_with_the_person():
    application = application_at("submitted")
    with pytest.raises(Refused, match="Write why"):
        legal_holds.hold(application, reason=" ", by=officer(), at=DECIDING)
    legal_holds.hold(application, reason="A complaint.", by=officer(), at=DECIDING)
    line = Entry.objects.get(event=SAID.held_back_from_deletion)
    assert (line.by, line.detail) == (officer(), {"reason": "A complaint."})
    legal_holds.let_go(application, by=officer(), at=DECIDING)
    with pytest.raises(Refused, match="let go already"):
        legal_holds.let_go(application, by=officer(), at=DECIDING)


# --- The run ---


def test_a_dry_run_counts_in_words_and_changes_nothing(capsys):
    draft()
    before = everything()
    call_command("retain", "--dry-run", "--at", "2040-01-01")
    said = capsys.readouterr().out
    assert "     1  Applications never submitted" in said
    assert said.endswith("Due, and nothing was changed: 1.\n")
    assert everything() == before
    call_command("retain", "--at", "2040-01-01")
    assert capsys.readouterr().out.endswith("Deleted: 1.\n")


def test_an_instant_is_londons_where_no_zone_is_written(capsys):
    draft()  # its call closed at 5pm on 13 March 2019
    call_command("retain", "--dry-run", "--at", "2019-06-11T16:59:59")
    assert "changed: 0." in capsys.readouterr().out
    call_command("retain", "--dry-run", "--at", "2019-06-11T17:00")
    assert "changed: 1." in capsys.readouterr().out
    with pytest.raises(CommandError, match="Write --at like"):
        call_command("retain", "--at", "tomorrow")


def test_a_real_service_deletes_nothing_before_its_time(settings):
    settings.IS_PUBLIC = True
    with pytest.raises(CommandError, match=SAID.look_ahead_with_dry_run):
        call_command("retain", "--at", "2099-01-01")


def test_one_rule_that_fails_holds_up_no_other(settings):
    settings.RETENTION_SOURCES = ["tests.retention.test_the_run.BROKEN", *settings.RETENTION_SOURCES]
    draft()
    with pytest.raises(ExceptionGroup) as raised:
        run.run(YEARS_LATER)
    assert raised.value.exceptions[0].__notes__ == [SAID.the_rule_of_retention_was.format("what is broken")]
    assert not Application.objects.exists()


def broken(at):
    return Application.objects.filter(nothing_of_the_kind=at)


BROKEN = (Rule("what is broken", "never", due=broken),)


def test_the_worker_runs_it_every_night(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["retention"]
    assert entry["task"] == retain.name
    assert entry["schedule"].hour == {2}
    draft()
    assert retain() >= 1


def patient_run():
    """A run that waits for another one's locks for a minute: on a busy machine five seconds may not do."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '60s'")
    return run.run(YEARS_LATER)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_runs_at_once_each_thing_is_taken_by_one():
    for name in ("draft", "unsuccessful", "closed", "declined"):
        THINGS[name][0]()
    due = sum(run.due(YEARS_LATER).values())
    counts = all_at_once(*(patient_run for _ in range(3)))
    taken = sum(count[SAID.conditions_and_reasons_of_decisions] for count in counts)
    assert sum(sum(count.values()) for count in counts) - taken == due
    lines = Entry.objects.filter(event=EVENT).values_list("thing_type", "thing_id")
    assert len(lines) == len(set(lines))
    blank_forms = GeneratedDocument.objects.filter(thing_type="applications.call")  # their calls stay
    assert {str(path) for path in stored_files()} == {default_storage.path(form.file.name) for form in blank_forms}


# --- What people are told ---


def test_the_privacy_page_says_what_the_code_does(client):
    page = client.get(reverse("privacy")).text
    for line in rules.table():
        assert escape(line.what) in page
        assert escape(line.until)[1:] in page
    about = [line for line in rules.table() if line.is_about_secondee]
    assert {line.what.split(":")[0] for line in about} >= {
        "Unsuccessful applications",
        SAID.cvs_of_people_who_decline,
    }


def test_the_promised_times_are_the_ones_of_the_design():
    told = {line.what.split(",")[0].split(":")[0]: str(line.until) for line in rules.table()}
    assert told["Applications never submitted"].startswith("90 days after the deadline")
    assert told["Unsuccessful applications"] == "12 months after the decision"
    assert told["Grant files"] == "six years after the end of the year of the last payment"


def test_what_was_deleted_says_when_and_under_which_rule():
    application = assessed("unsuccessful")
    assert application.erasure == ""
    run.run(on(2028, 3, 3))
    said = SAID.deleted_on_we_keep_it.format("Friday 3 March 2028", "12 months after the decision")
    assert fresh(application).erasure == said
    assert all(issubclass(part.model, Erasable) for rule in rules.rules() for part in rule.parts if part.way == "pk")
