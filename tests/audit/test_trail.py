"""The trail promises: who did what to which thing when, in the same transaction, outliving the thing, without secrets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from core.accounts.models import Organisation, User
from core.accounts.roles import Role
from core.audit import chain, trail
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry, in_words
from core.letters import trail_head
from core.letters.models import Letter
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

AT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)


@pytest.fixture
def ada():
    return User.objects.create_user("ada@example.org", name="Ada")


@pytest.fixture
def kindness():
    return Organisation.objects.create(name="Kindness & Co")


def test_a_line_says_who_did_what_to_which_thing_when(ada, kindness):
    line = trail.record("organisation named", kindness, by=ada, at=AT)
    line.refresh_from_db()
    told = (line.event, line.thing_type, line.thing_id, line.thing_label, line.by, line.at)
    assert told == ("organisation named", "accounts.organisation", str(kindness.pk), "Kindness & Co", ada, AT)


def test_a_line_goes_with_the_change_it_tells_of(ada, kindness):
    with transaction.atomic():
        trail.record("organisation named", kindness, by=ada, at=AT)
        transaction.set_rollback(True)
    assert list(trail.history(kindness)) == []


def test_a_line_outlives_its_thing_and_its_person(ada, kindness):
    line = trail.record("organisation named", kindness, by=ada, at=AT)
    with bypass_triggers():  # as retention does
        ada.delete()
    kindness.delete()
    line.refresh_from_db()
    assert (line.thing_label, line.by) == ("Kindness & Co", None)


def test_details_are_kept_plainly(ada, kindness):
    line = trail.record(
        "award made",
        kindness,
        by=None,
        at=AT,
        total=Decimal("29700.60"),
        months=Fraction(25, 2),
        starts_on=date(2019, 9, 1),
        opens_at=AT,
        role=Role.OFFICER,
        person=ada,
        parts=(1, True, None),
        kinds={"b", "a"},
        terms={"days": Decimal(3)},
    )
    line.refresh_from_db()
    assert line.detail == {
        "total": "29700.60",
        "months": "25/2",
        "starts_on": "2019-09-01",
        "opens_at": "2019-03-13T16:59:59+00:00",
        "role": "Grants officer",
        "person": "Ada",
        "parts": [1, True, None],
        "kinds": ["a", "b"],
        "terms": {"days": "3"},
    }


@pytest.mark.parametrize("text", ["20190313", "2019", "CII-2019-014", "2019-W11-3", "13 March 2019", "1240"])
def test_only_what_was_kept_as_a_day_or_an_instant_is_said_as_one(text):
    assert in_words(text) == text


def test_an_instant_is_said_in_london_time():
    assert in_words("2019-06-13T15:59:59+00:00") == "Thursday 13 June 2019 at 4:59:59pm"


def test_details_read_as_words(ada, kindness):
    detail = {"due_on": "2019-03-13", "is_late": False, "is_paid": True, "parts": ["a", "b"], "none": [], "was": None}
    line = trail.record("x", kindness, by=ada, at=AT, **detail, terms={"days_per_week": 3})
    assert line.facts == [
        ("due on", "Wednesday 13 March 2019"),
        ("is late", "no"),
        ("is paid", "yes"),
        ("parts", "a, b"),
        ("none", "nothing"),
        ("was", "nothing"),
        ("terms", "days per week 3"),
    ]


@pytest.mark.parametrize("name", ["password", "token", "secret", "code"])
def test_no_secret_is_kept(ada, kindness, name):
    with pytest.raises(ValueError, match=f"leave out {name}"):
        trail.record("x", kindness, by=ada, at=AT, **{name: "123456"})


def test_what_has_no_plain_form_is_refused(ada, kindness):
    with pytest.raises(TypeError, match="cannot keep a object"):
        trail.record("x", kindness, by=ada, at=AT, thing_itself=object())


def test_nothing_is_recorded_on_what_is_not_saved(ada):
    with pytest.raises(ValueError, match="no organisation to record on before it is saved"):
        trail.record("x", Organisation(name="Not yet"), by=ada, at=AT)


def test_a_very_long_name_is_cut(ada):
    long = Organisation.objects.create(name="x" * 200)
    long.name = "y" * 300
    assert len(trail.record("x", long, by=ada, at=AT).thing_label) == 200


def test_history_is_of_these_things_only_oldest_first_with_its_people(ada, kindness, django_assert_num_queries):
    other = Organisation.objects.create(name="Other")
    for number, thing in enumerate([kindness, other, ada, kindness]):
        trail.record(f"event {number}", thing, by=ada, at=AT.replace(minute=50 - number))
    with django_assert_num_queries(1):
        told = [(line.event, line.by.name) for line in trail.history(kindness, ada)]
    assert told == [("event 3", "Ada"), ("event 2", "Ada"), ("event 0", "Ada")]
    assert list(trail.history()) == []


def test_history_is_shown_in_words_and_what_people_typed_is_escaped(ada, kindness):
    trail.record("organisation named", kindness, by=ada, at=AT, name="<script>")
    trail.record("organisation checked", kindness, by=None, at=AT)
    page = " ".join(render_to_string("audit/history.html", {"entries": trail.history(kindness)}).split())
    assert (
        '<time class="cii-history__time" datetime="2019-03-13T16:59:59+00:00">Wednesday 13 March 2019 at 4:59pm</time>'
        in page
    )
    assert "<strong>Organisation named</strong> by Ada" in page
    assert "<strong>Organisation checked</strong> by the service" in page
    assert "<dt>Name</dt><dd>&lt;script&gt;</dd>" in page


def test_an_empty_history_says_so():
    assert SAID.nothing_has_been_recorded_yet in render_to_string("audit/history.html", {"entries": []})


def test_lines_are_told_as_event_and_thing(ada, kindness):
    assert str(trail.record("organisation named", kindness, by=ada, at=AT)) == "organisation named: Kindness & Co"
    assert Entry.objects.count() == 1


def test_history_says_how_somebody_without_an_account_did_it(kindness):
    trail.record("proposed secondee confirmed", kindness, by=None, at=AT, through="their own link")
    page = " ".join(render_to_string("audit/history.html", {"entries": trail.history(kindness)}).split())
    assert "<strong>Proposed secondee confirmed</strong> through their own link" in page
    assert "<dt>" not in page


def test_the_head_of_the_sealed_trail_goes_out_by_email_once_a_night(db, settings):
    settings.TRAIL_EMAIL = "auditor@example.org"
    trail_head.post(AT)
    assert not Letter.objects.exists()
    trail.record("organisation named", Organisation.objects.create(name="Kindness"), by=None, at=AT)
    assert (chain.seal_trail(AT), chain.seal_trail(AT)) == (1, 0)
    for _ in range(2):
        trail_head.post(AT)
    letter = Letter.objects.get()
    assert (letter.to_email, chain.head() in letter.body, len(chain.head())) == ("auditor@example.org", True, 64)
