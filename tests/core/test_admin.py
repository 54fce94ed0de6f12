"""The admin as a workplace promises: buttons only for what this person may do to this row now, and no way round the step.

The rows are letters, whose table the ground has; the lifecycle, the rules and the site are the tests' own.
"""

from datetime import UTC, date, datetime

import pytest
import rules
from django import forms
from django.urls import path, reverse
from django.utils import timezone

from cii.urls import urlpatterns as project
from core.accounts.models import User
from core.admin import StepButton, StepForm, StepsAdmin, WorkplaceSite
from core.admin.history import changed
from core.audit import trail
from core.letters.models import Letter, Status
from core.lifecycle import Lifecycle, Refused, Step
from core.work_queue import WorkItem
from tests.accounts.factories import hold, programme
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

AT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)
STEPS = Lifecycle(
    start=Status.QUEUED,
    steps={
        "stop": Step((Status.QUEUED,), Status.DEAD),
        "stop_because": Step((Status.QUEUED,), Status.DEAD),
        "stop_surely": Step((Status.QUEUED,), Status.DEAD),
        "hide": Step((Status.QUEUED,), Status.DEAD),
        "start": Step((Status.DEAD,), Status.QUEUED),
    },
)


def stop(letter, *, by, at, reason="none"):
    if letter.subject == "unstoppable":
        raise Refused("This letter cannot be stopped.")
    if reason == "because":
        raise Refused("Because is no reason: say more.", "reason")
    if reason == "nowhere":
        raise Refused("That is refused.", "no_such_field")
    STEPS.advance(letter, "stop", problem=f"{reason} ({by}, {at.tzinfo})")


def hide(letter, *, by, at, reason):
    stop(letter, by=by, at=at, reason=reason)
    Letter.objects.filter(pk=letter.pk).update(template="hidden")


def rename(letter, *, by, at):
    Letter.objects.filter(pk=letter.pk).update(subject="renamed")


class Reason(StepForm):
    """Asks why, and knows the letter and the person."""

    reason = forms.CharField(help_text="In a few words.")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    paper = forms.FileField(required=False)

    def clean(self):
        """Check that the row and the person are known, and take away what the action does not take."""
        assert (self.thing.template, self.by.name) == ("x.y", "Ada")
        return {"reason": self.cleaned_data["reason"]} if "reason" in self.cleaned_data else {}


class Plain(forms.Form):
    """Asks why, and knows nothing."""

    reason = forms.CharField()


class LettersAdmin(StepsAdmin):
    """Letters with buttons."""

    lifecycle = STEPS
    steps = {
        "stop": StepButton("Stop", stop, "testing.stop", done="{thing} stopped."),
        "stop_because": StepButton("Stop because", stop, "testing.stop", form=Reason),
        "stop_surely": StepButton("Stop surely", stop, "testing.stop", confirm="It will never go.", is_grave=True),
        "hide": StepButton("Hide", hide, "testing.stop", form=Plain),
        "start": StepButton("Start", stop, "testing.stop"),
        "rename": StepButton("Rename", rename, "testing.rename", when=lambda letter: letter.subject == "old"),
    }
    editable_moments = ("next_try_at",)
    fields = ("subject", "status", "posted_at", "next_try_at")


class Site(WorkplaceSite):
    """The tests' own site."""


site = Site(name="admin")
site.register(Letter, LettersAdmin)


urlpatterns = [path("admin/", site.urls), *(route for route in project if str(route.pattern) != "admin/")]


def is_ada(person, letter):
    return person.name == "Ada" and (letter is None or letter.subject != "not hers")


@pytest.fixture(autouse=True)
def _rules():
    """Ada may do all to letters, but to one; others who open the admin may look."""
    permissions = {
        "letters.view_letter": rules.Predicate(lambda person, letter: True, name="anybody"),
        "letters.change_letter": rules.Predicate(is_ada, name="is_ada"),
        "testing.stop": rules.Predicate(is_ada, name="is_ada"),
        "testing.rename": rules.Predicate(is_ada, name="is_ada"),
    }
    before = {name: rules.permissions.permissions.get(name) for name in permissions}
    for name, predicate in permissions.items():
        rules.set_perm(name, predicate)
    yield
    for name, predicate in before.items():
        rules.remove_perm(name)
        if predicate is not None:
            rules.add_perm(name, predicate)


def officer(name):
    someone = User.objects.create_user(f"{name.lower()}@example.org", name=name, is_staff=True)
    hold(someone, "Grants officer")
    return someone


@pytest.fixture
def ada(client):
    person = officer("Ada")
    client.force_login(person)
    return person


def letter(**fields):
    given = {"subject": "a subject", "template": "x.y", "to_email": "z@example.org", "posted_at": AT}
    given |= {"programme": programme(), **fields}
    number = Letter.objects.count()
    return Letter.objects.create(key=f"k{number}", message_id=f"m{number}", next_try_at=AT, body="b", **given)


def step_of(row, name):
    return reverse("admin:letters_letter_step", args=[row.pk, name])


def page_of(row):
    return reverse("admin:letters_letter_change", args=[row.pk])


def said(response):
    return [str(message) for message in response.context["messages"]]


class TestButtons:
    """What a row's page offers."""

    def test_only_what_the_lifecycle_and_the_rules_allow_now(self, client, ada):
        shown = {
            "queued": [item["name"] for item in client.get(page_of(letter())).context["step_buttons"]],
            "dead": [item["name"] for item in client.get(page_of(letter(status="dead"))).context["step_buttons"]],
            "old": [item["name"] for item in client.get(page_of(letter(subject="old"))).context["step_buttons"]],
            "not hers": [
                item["name"] for item in client.get(page_of(letter(subject="not hers"))).context["step_buttons"]
            ],
        }
        stops = ["stop", "stop_because", "stop_surely", "hide"]
        assert shown == {"queued": stops, "dead": ["start"], "old": [*stops, "rename"], "not hers": []}

    def test_a_button_posts_or_leads_to_a_page(self, client, ada):
        row = letter()
        page = client.get(page_of(row)).content.decode()
        assert f'<form action="{step_of(row, "stop")}" method="post">' in page
        assert (
            f'<a class="cii-step cii-step--grave" href="{step_of(row, "stop_surely")}" aria-describedby="about-stop_surely">'
            in page
        )

    def test_nobody_types_the_status_or_a_step_s_date(self, client, ada):
        row = letter()
        form = client.get(page_of(row)).context["adminform"].form
        assert sorted(form.fields) == ["next_try_at", "subject"]
        data = {"subject": "new", "status": "sent", "posted_at_0": "2001-01-01", "posted_at_1": "00:00"}
        client.post(page_of(row), data | {"next_try_at_0": "2019-03-14", "next_try_at_1": "12:00"})
        row.refresh_from_db()
        assert (row.subject, row.status, row.posted_at) == ("new", "queued", AT)


class TestTakingAStep:
    """What pressing does."""

    def test_it_calls_the_action_with_the_person_and_the_instant_and_says_so(self, client, ada):
        row = letter()
        response = client.post(step_of(row, "stop"), follow=True)
        row.refresh_from_db()
        assert (row.status, row.problem) == ("dead", "none (Ada, UTC)")
        assert (response.redirect_chain, said(response)) == ([(page_of(row), 302)], ["a subject stopped."])

    def test_a_second_press_does_nothing_and_is_told_so(self, client, ada):
        row = letter()
        client.post(step_of(row, "stop"))
        response = client.post(step_of(row, "stop"), follow=True)
        assert said(response)[-1] == SAID.is_not_possible_now_the.format("Stop", "email")

    def test_a_refusal_is_said_on_the_row_s_page(self, client, ada):
        row = letter(subject="unstoppable")
        response = client.post(step_of(row, "stop"), follow=True)
        assert (said(response), Letter.objects.get().status) == (["This letter cannot be stopped."], "queued")

    def test_a_step_without_a_page_cannot_be_taken_by_a_link(self, client, ada):
        row = letter()
        assert (client.get(step_of(row, "stop")).status_code, Letter.objects.get().status) == (405, "queued")

    def test_a_confirmation_is_asked_by_get_and_given_by_post(self, client, ada):
        row = letter()
        page = client.get(step_of(row, "stop_surely"))
        assert ("It will never go." in page.content.decode(), Letter.objects.get().status) == (True, "queued")
        client.post(step_of(row, "stop_surely"))
        assert Letter.objects.get().status == "dead"

    def test_without_the_permission_it_is_forbidden(self, client, ada):
        row = letter(subject="not hers")
        assert (client.post(step_of(row, "stop")).status_code, Letter.objects.get().status) == (403, "queued")

    def test_a_forged_post_is_refused(self, ada):
        from tests.client import Client

        row, strict = letter(), Client(enforce_csrf_checks=True)
        strict.force_login(ada)
        assert (strict.post(step_of(row, "stop")).status_code, Letter.objects.get().status) == (403, "queued")

    def test_a_row_or_step_that_is_not_there_is_not_found(self, client, ada):
        row = letter()
        missing = reverse("admin:letters_letter_step", args=[row.pk + 1, "stop"])
        assert [client.post(step_of(row, "fly")).status_code, client.post(missing).status_code] == [404, 404]

    def test_a_button_of_its_own_needs_no_lifecycle(self, client, ada):
        row = letter(subject="old")
        response = client.post(step_of(row, "rename"), follow=True)
        assert (Letter.objects.get().subject, said(response)) == ("renamed", ["Rename: done."])

    def test_a_row_that_left_one_s_sight_leads_back_to_the_list(self, client):
        administrator = User.objects.create_user("eve@example.org", name="Ada", is_staff=True)
        hold(administrator, "Administrator")
        client.force_login(administrator)
        row = letter(template="accounts.welcome")
        response = client.post(step_of(row, "hide"), {"reason": "It rains."}, follow=True)
        assert response.redirect_chain == [(reverse("admin:letters_letter_changelist"), 302)]
        assert said(response) == ["Hide: done."]


class TestAskingFirst:
    """A step with a form."""

    def test_the_form_is_shown_with_its_help(self, client, ada):
        page = client.get(step_of(letter(), "stop_because")).content.decode()
        assert 'aria-describedby="id_reason_helptext"' in page
        assert 'id="id_reason_helptext"' in page
        assert 'enctype="multipart/form-data"' in page

    def test_what_is_typed_goes_to_the_action(self, client, ada):
        client.post(step_of(letter(), "stop_because"), {"reason": "It rains."})
        assert Letter.objects.get().problem == "It rains. (Ada, UTC)"

    def test_what_is_missing_is_asked_for_again(self, client, ada):
        response = client.post(step_of(letter(), "stop_because"), {"reason": ""})
        assert (response.status_code, response.context["form"].errors["reason"]) == (200, ["Enter reason."])
        assert "<title>Error: " in response.content.decode()

    @pytest.mark.parametrize(
        ("typed", "field", "sentence"),
        [("because", "reason", "Because is no reason: say more."), ("nowhere", "__all__", "That is refused.")],
    )
    def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(self, client, ada, typed, field, sentence):
        response = client.post(step_of(letter(), "stop_because"), {"reason": typed})
        page = response.content.decode()
        assert (response.context["form"].errors, f'value="{typed}"' in page) == ({field: [sentence]}, True)
        assert sentence in page.replace("&#x27;", "'")

    def test_the_page_of_a_step_that_is_over_leads_back(self, client, ada):
        row = letter(status="dead")
        assert client.get(step_of(row, "stop_because")).headers["Location"] == page_of(row)


class TestTheTrail:
    """The history of a row."""

    def test_the_history_is_the_trail(self, client, ada):
        row = letter()
        trail.record("letter looked at", row, by=ada, at=AT)
        page = client.get(reverse("admin:letters_letter_history", args=[row.pk])).content.decode()
        assert "<strong>Letter looked at</strong>" in page
        assert client.get(reverse("admin:letters_letter_history", args=[row.pk + 1])).status_code == 404

    def test_what_is_changed_by_form_is_written_there(self, client, ada):
        row = letter()
        before = timezone.now()
        client.post(page_of(row), {"subject": "new", "next_try_at_0": "2019-03-13", "next_try_at_1": "16:59:59"})
        line = trail.history(row).get()
        assert (line.event, line.by, line.detail) == ("email changed", ada, {"changed": ["Subject"]})
        assert before <= line.at <= timezone.now()

    def test_what_is_added_or_deleted_by_form_is_written_there_too(self, client, ada, rf):
        request = rf.post("/")
        request.user, request.arrived_at = ada, AT
        row, rows = letter(), LettersAdmin(Letter, site)
        rows.log_addition(request, row, [{"added": {}}])
        rows.log_deletions(request, Letter.objects.all())
        told = [(line.event, line.by, line.at) for line in trail.history(row)]
        assert told == [("email added", ada, AT), ("email deleted", ada, AT)]

    def test_what_changed_in_rows_within_a_row_is_named_too(self):
        message = [
            {"changed": {"fields": ["Title"]}},
            {"changed": {"name": "post", "object": "x", "fields": ["Grade"]}},
            {"added": {"name": "criterion", "object": "y"}},
        ]
        assert changed(message) == ["Title", "post: Grade", "criterion added"]
        assert changed("No fields changed.") == []


class TestChoices:
    """What a form offers to choose from."""

    def test_only_what_this_person_may_see(self, ada, rf):
        from core.accounts.models import Membership, Organisation

        own, other = Organisation.objects.create(name="Own"), Organisation.objects.create(name="Other")
        bob = User.objects.create_user("bob@example.org", name="Bob")
        Membership.objects.create(person=bob, organisation=own)
        field, rows, request = Membership._meta.get_field("organisation"), StepsAdmin(Membership, site), rf.get("/")
        request.user = bob
        assert list(rows.get_field_queryset(None, field, request)) == [own]
        programme().organisations.set([other])  # Ada is an officer of it
        request.user = User.objects.get(pk=ada.pk)
        assert list(rows.get_field_queryset(None, field, request)) == [other]

    def test_none_where_no_rule_says_who_sees_the_model(self, ada, rf):
        from django.contrib.auth.models import Group

        request = rf.get("/")
        request.user = ada
        field = Group._meta.get_field("permissions")
        assert list(StepsAdmin(Group, site).get_field_queryset(None, field, request)) == []


class TestWhoComesIn:
    """The site's door."""

    def test_a_stranger_is_sent_to_the_service_s_own_sign_in(self, client):
        response = client.get(reverse("admin:letters_letter_changelist"), follow=True)
        assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/letters/letter/"

    def test_nobody_is_sent_to_another_site(self, client):
        response = client.get(reverse("admin:login"), {"next": "https://evil.example/"})
        assert response.headers["Location"] == "/accounts/login/?next=/admin/"

    def test_somebody_signed_in_who_may_not_open_the_admin_is_told_no(self, client):
        client.force_login(User.objects.create_user("bob@example.org", name="Bob"))
        assert client.get(reverse("admin:index"), follow=True).status_code == 403

    def test_who_is_in_already_is_led_on(self, client, ada):
        assert client.get(reverse("admin:login"), {"next": "/admin/letters/"}).headers["Location"] == "/admin/letters/"

    def test_the_password_is_changed_where_everybody_does(self, client, ada):
        assert client.get(reverse("admin:password_change")).headers["Location"] == reverse("account_change_password")

    def test_lists_are_not_counted_twice(self):
        assert site.get_model_admin(Letter).show_full_result_count is False


def items(user, now):
    """Offer work: something with a day, and something before it without."""
    yield WorkItem("3 applications to shortlist", "/admin/letters/letter/")
    yield WorkItem("Agreement to sign", "/admin/", due_on=date(2019, 3, 13))


def nothing_to_set_up(_person):
    return []


class TestTheFrontPage:
    """What waits."""

    @pytest.fixture(autouse=True)
    def _is_set_up(self, settings):
        settings.SETUP_SOURCE = f"{__name__}.nothing_to_set_up"

    def test_what_waits_is_shown_with_its_day_the_soonest_first(self, client, ada, settings):
        settings.WORK_SOURCES = [f"{__name__}.items"]
        page = client.get(reverse("admin:index")).content.decode()
        assert '<a href="/admin/letters/letter/">3 applications to shortlist</a>' in page
        assert page.index("Agreement to sign") < page.index("3 applications to shortlist")
        assert "overdue since Wednesday 13 March 2019" in page
        assert "Recent actions" not in page

    def test_an_empty_queue_says_so(self, client, ada, settings):
        settings.WORK_SOURCES = []
        assert SAID.you_have_no_tasks in client.get(reverse("admin:index")).content.decode()
