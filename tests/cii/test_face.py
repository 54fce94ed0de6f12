"""The face of the service: the frame of a page, its parts, its forms, what is built, and that it can be read."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Row, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.paginator import Paginator
from django.db import OperationalError
from django.forms import formset_factory
from django.template.loader import render_to_string
from django.urls import reverse

from cii import views
from cii.navigation import items_for, session_ends_in
from core.accounts.roles import Role
from core.money.fields import MoneyFormField
from core.templatetags.office import nearby_pages, status_colour
from core.templatetags.office_forms import problems
from core.text import count_words
from tests.accounts.factories import OrganisationFactory, lead_of, person_with
from tests.client import as_shown
from tests.sentences import SAID

if TYPE_CHECKING:
    from django.test import RequestFactory

    from tests.client import Client

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "static" / "build"


class Application(forms.Form):
    """A form with one control of every kind."""

    title = forms.CharField(label="Job title <b>", help_text="As it stands in the contract")
    salary = MoneyFormField(label="Current salary")
    add = forms.CharField(
        label="What would they add?", help_text="Be short", widget=forms.Textarea(attrs={"data-word-limit": 300})
    )
    idea = forms.ChoiceField(label="Idea", choices=[("a", "Ours"), ("b", "Theirs")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="Days", choices=[("m", "Monday")], widget=forms.CheckboxSelectMultiple)
    strand = forms.ChoiceField(label="Strand", choices=[("", "Choose one"), ("y", "Young Londoners")])
    visit = forms.SplitDateTimeField(label="Visit")
    cv = forms.FileField(label="CV", widget=forms.FileInput)
    agree = forms.BooleanField(label="We agree", help_text="To the terms")
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        """Lay the form out with every kind of wrapping."""
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset("The person", "title", "salary"),
            Div("add", css_class="cii-writing"),
            Row("idea", "days"),
            "strand", "visit", "cv", "agree", "version",
            ButtonHolder(Submit("save", "Save"), Submit("later", "Later", css_class="govuk-button--secondary")),
        )  # fmt: skip
        return helper


class Page(HTMLParser):
    """What a test wants to know of a piece of HTML: ids, controls, links, descriptions."""

    def __init__(self, html: str) -> None:
        """Read it all at once."""
        super().__init__()
        self.ids: list[str] = []
        self.controls: list[str] = []
        self.named: set[str] = set()
        self.summary: list[str] = []
        self.described: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag in {"input", "textarea", "select"} and found.get("type") != "hidden":
            self.controls.append(found.get("id") or "")
            if found.get("aria-label"):
                self.named.add(found.get("id") or "")
        if tag == "label":
            self.named.add(found.get("for") or "")
        if tag == "a" and (found.get("href") or "").startswith("#"):
            self.summary.append((found["href"] or "")[1:])
        self.described += (found.get("aria-describedby") or "").split()


def drawn(data: dict[str, Any] | None = None) -> str:
    """Draw the form as a page would."""
    return as_shown(str(render_crispy_form(Application(data))))


def frame(request: Any = None, template: str = "404.html", **context: Any) -> str:
    """Draw a page."""
    return as_shown(render_to_string(template, context, request))


# --- Forms -----------------------------------------------------------------------------------


def test_every_control_has_a_name_of_its_own() -> None:
    page = Page(drawn())
    assert set(page.controls) <= page.named
    assert len(set(page.controls)) == len(page.controls)


def test_labels_are_escaped_in_the_form_and_in_the_summary() -> None:
    html = drawn({})
    assert html.count("ob title &lt;b&gt;") == 3
    assert "<b>" not in html


def test_every_link_of_the_error_summary_lands_on_a_control() -> None:
    page = Page(drawn({}))
    assert page.summary == [
        "id_title", "id_salary", "id_add", "id_idea_0", "id_days_0", "id_strand", "id_visit_0", "id_cv", "id_agree",
    ]  # fmt: skip
    assert set(page.summary) <= set(page.controls)


def test_a_hidden_fields_error_is_said_without_a_link() -> None:
    [hidden] = [problem for problem in problems(Application({})) if "version" in problem.message]
    assert hidden.target == ""


def test_what_describes_a_control_is_on_the_page() -> None:
    for html in (drawn(), drawn({})):
        page = Page(html)
        assert set(page.described) <= set(page.ids)
    assert {"id_title_helptext", "id_title_error", "id_add_helptext", "id_add_error", "id_add_words"} <= set(
        Page(drawn({})).described
    )


def test_hint_and_error_come_before_the_control() -> None:
    html = drawn({})
    order = [html.index(f'id="id_title{tail}"') for tail in ("_helptext", "_error", "")]
    assert order == sorted(order)
    assert '<span class="govuk-visually-hidden">Error:</span> Enter job title &lt;b&gt;' in html


def test_an_empty_required_field_is_told_what_to_do() -> None:
    assert [problem.message for problem in problems(Application({}))] == [
        "Enter job title <b>",
        "Enter current salary.",
        SAID.answer_the_question.format("What would they add?"),
        "Choose idea",
        "Choose days",
        "Choose strand",
        "Enter visit",
        SAID.upload_a_file.format("CV"),
        SAID.tick_the_box_to_go.format("We agree"),
        "Enter version",
    ]


def test_the_summary_takes_the_focus_and_is_announced() -> None:
    html = drawn({})
    assert html.count(SAID.there_is_a_problem) == 1
    assert 'tabindex="-1" autofocus' in html
    assert 'role="alert"' in html
    assert SAID.there_is_a_problem not in drawn()


def test_money_shows_its_sign_and_a_text_its_limit() -> None:
    html = drawn()
    assert '<div class="govuk-input__prefix" aria-hidden="true">£</div>' in html
    assert '<div id="id_add_words" class="cii-word-count">You can write up to 300 words</div>' in html


def test_a_choice_may_carry_a_hint() -> None:
    form = Application()
    form.fields["idea"].choice_hints = {"a": "It came up in a meeting"}  # type: ignore[attr-defined]
    html = as_shown(str(render_crispy_form(form)))
    assert 'aria-describedby="id_idea_0_hint"' in html
    assert '<div id="id_idea_0_hint" class="govuk-hint govuk-radios__hint">It came up in a meeting</div>' in html


def test_buttons_are_ours_and_not_pressed_twice() -> None:
    html = drawn()
    assert (
        '<button type="submit" class="govuk-button" data-module="govuk-button" data-prevent-double-click="true"' in html
    )
    assert SAID.class_govuk_button_govuk_button in html
    assert "btn" not in html


def test_a_set_of_forms_sums_its_errors_up_once() -> None:
    class Line(forms.Form):
        helper = FormHelper()
        amount = forms.CharField(label="Amount")

    lines = formset_factory(Line, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-amount": "", "form-1-amount": ""}
    )
    html = as_shown(str(render_crispy_form(lines, FormHelper())))
    assert Page(html).summary == ["id_form-0-amount", "id_form-1-amount"]
    assert html.count(SAID.there_is_a_problem) == 1


def test_a_page_with_errors_says_so_in_its_title_and_shows_one_summary(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    html = frame(request, "layouts/form.html", form=Application({}), heading="The person")
    assert "<title>Error: " in html
    assert html.count(SAID.there_is_a_problem) == 1
    assert "<title>Error: " not in frame(request, "layouts/form.html", form=Application(), heading="The person")


# --- The frame -------------------------------------------------------------------------------


STATEMENTS = ("accessibility", "privacy", "cookies", "help")


@pytest.mark.django_db
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statements_are_public_and_help_is_in_the_same_place(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert SAID.html_lang_en_gb in html
    foot = html[html.index("<footer") :]
    assert re.findall(r'href="([^"]+)"', foot) == ["/help/", "/accessibility/", "/privacy/", "/cookies/"]


@pytest.mark.django_db
def test_the_proposed_secondee_is_told_what_is_held_and_how_long(client: Client) -> None:
    html = client.get(reverse("privacy")).content.decode()
    part = html[html.index('id="secondee"') : html.index('id="applicants"')]
    for word in ("email address", "job title", "CV", "salary", "12 months", "90 days", "six years", "withdraw"):
        assert word in part


@pytest.mark.django_db
def test_help_says_how_to_reach_a_person(client: Client, settings: Any) -> None:
    settings.HELP_EMAIL, settings.HELP_PHONE = "office@example.org", "020 7946 0000"
    html = client.get(reverse("help")).content.decode()
    assert 'href="mailto:office@example.org"' in html
    assert "020 7946 0000" in html


def test_the_page_for_faults_needs_neither_request_nor_database(rf: RequestFactory) -> None:
    response = views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert SAID.something_went_wrong in response.content.decode()


class ErrorPage:
    """The page for an exception that is being handled, as in a request."""

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.response = views.server_error(None)
        return True


@pytest.mark.parametrize(("problem", "status"), [(ValueError, 500), (OperationalError, 503)])
def test_an_error_is_said_plainly_where_collectstatic_was_forgotten(settings, tmp_path, problem, status):
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = str(tmp_path)
    with ErrorPage() as page_of:
        raise problem
    page = page_of.response.content.decode()
    assert (page_of.response.status_code, "<h1" in page, "stylesheet" in page) == (status, True, False)


@pytest.mark.parametrize(
    ("problem", "status", "heading"),
    [
        (SuspiciousOperation(), 400, SAID.we_could_not_read_that),
        (RequestDataTooBig(), 413, SAID.the_file_is_too_large),
    ],
)
def test_what_cannot_be_read_is_answered_in_words(
    rf: RequestFactory, problem: Exception, status: int, heading: str
) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    response = views.bad_request(request, problem)
    assert response.status_code == status
    assert f'<h1 class="govuk-heading-l">{heading}</h1>' in response.content.decode()


def test_a_stranger_and_a_lost_reader_get_pages_of_their_own(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    assert views.not_found(request, Exception()).status_code == 404
    assert views.forbidden(request, Exception()).status_code == 403


def test_a_refusal_is_said_in_its_own_sentence_and_leads_back(rf: RequestFactory) -> None:
    request = rf.get("/applications/CII-2019-014/")
    request.user = AnonymousUser()
    html = frame(request, "refused.html", sentence="The call <closed> at 5pm.")
    assert "The call &lt;closed&gt; at 5pm." in html
    assert '<a class="govuk-link" href="/applications/CII-2019-014/">' in html


def test_htmx_is_told_to_keep_to_the_policy() -> None:
    [found] = re.findall(r"name=\"htmx-config\" content='([^']+)'", frame())
    told = {"includeIndicatorStyles": False, "allowEval": False, "selfRequestsOnly": True}
    assert json.loads(found) == told | {"attributesToSettle": ["class", "width", "height"]}  # no style


def test_a_demonstration_says_that_it_is_one(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    settings.IS_DEMONSTRATION = True
    assert SAID.this_is_a_demonstration in frame(request)
    settings.IS_DEMONSTRATION = False
    assert SAID.this_is_a_demonstration not in frame(request)


PLACES = {
    (): ["Home", "Calls", "Placements", "Organisation"],  # a secondee, or somebody who has just registered
    (Role.LINE_MANAGER,): ["Home", "Placements", "Posts", "Week"],
    (Role.PROGRAMME_MANAGER,): ["Home", "Placements", "Posts", "Week"],
    (Role.LEARNING_PARTNER,): ["Home", "Learning"],
    (Role.OFFICER,): ["Home", "Placements", "Learning", "Admin"],
    (Role.FINANCE,): ["Home", "Placements", "Admin"],
    (Role.FUNDER_ASSESSOR,): ["Home", "Admin"],
    (Role.COMMITTEE,): ["Home", "Admin"],
    (Role.ADMINISTRATOR,): ["Home", "Admin"],
    (Role.LINE_MANAGER, Role.HOST_ASSESSOR): ["Home", "Placements", "Posts", "Week", "Admin"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("roles", PLACES, ids=lambda roles: " and ".join(roles) or "no role")
def test_everyone_is_shown_the_places_of_their_work(roles: tuple[Role, ...]) -> None:
    assert [label for label, _ in items_for(person_with(*roles))] == PLACES[roles]


@pytest.mark.django_db
def test_a_member_of_an_organisation_is_led_to_its_applications_and_grants() -> None:
    labels = [label for label, _ in items_for(lead_of(OrganisationFactory()))]
    assert labels == ["Home", "Calls", "Applications", "Grants", "Placements", "Organisation"]


def test_a_visitor_is_shown_the_public_places() -> None:
    assert [label for label, _ in items_for(AnonymousUser())] == ["Calls", "Grants awarded", "Help"]


def test_signing_out_is_a_button_that_posts(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = SimpleNamespace(
        is_authenticated=True, roles=frozenset(), is_staff=False, name="Ada", email="a@x.org"
    )
    html = frame(request)
    assert '<form method="post" action="/accounts/logout/">' in html
    assert 'href="/accounts/logout/"' not in html


@pytest.mark.parametrize(
    ("hours_ago", "seconds"), [([], None), ([0], 43_200), ([11.5], 1_800), ([11.5, 1], 39_600), ([13], 1)]
)
def test_a_session_tells_its_end_so_that_the_page_can_warn(
    rf: RequestFactory, settings: Any, hours_ago: list[float], seconds: int | None
) -> None:
    settings.SESSION_COOKIE_AGE = 12 * 60 * 60
    now = datetime(2019, 3, 13, 12, tzinfo=UTC)
    request: Any = rf.get("/")
    request.user, request.arrived_at = SimpleNamespace(is_authenticated=True), now
    request.session = {AUTHENTICATION_METHODS_SESSION_KEY: [{"at": now.timestamp() - 3600 * ago} for ago in hours_ago]}
    assert session_ends_in(request) == seconds


def test_nobody_signed_out_is_warned_of_a_session(rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = AnonymousUser()
    assert session_ends_in(request) is None
    assert "data-session-ends-in" not in frame(request)


# --- Parts -----------------------------------------------------------------------------------


def test_the_pager_keeps_the_filters_of_the_address(rf: RequestFactory) -> None:
    page = Paginator(range(500), 20).page(5)
    html = frame(rf.get("/calls/?state=open&page=5"), "components/pager.html", page_obj=page)
    assert 'href="?state=open&amp;page=6" rel="next"' in html
    assert 'href="?state=open&amp;page=4" rel="prev"' in html
    assert 'aria-label="Page 5" aria-current="page"' in html
    assert list(nearby_pages(page)) == [1, 2, 3, 4, 5, 6, 7, "…", 25]


def test_one_page_needs_no_pager(rf: RequestFactory) -> None:
    assert frame(rf.get("/"), "components/pager.html", page_obj=Paginator([1], 20).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("status", "colour"),
    [("draft", "grey"), ("Submitted", "blue"), (SAID.on_the_reserve_list, "grey"), ("On reserve list", "yellow")],
)
def test_a_state_has_its_colour_and_an_unknown_one_is_grey(status: str, colour: str) -> None:
    assert status_colour(status) == colour


def test_a_fact_not_given_is_said_so_and_can_be_changed() -> None:
    html = frame(template="components/summary_list.html", rows=[{"key": "Charity number", "value": "", "href": "/c/"}])
    assert "Not given" in html
    assert 'href="/c/">Change<span class="govuk-visually-hidden"> Charity number</span></a>' in html


def test_a_section_that_cannot_start_is_no_link() -> None:
    tasks = [
        {"title": "Documents", "href": "/d/", "status": "In progress", "colour": "blue"},
        {"title": "Check", "status": "Cannot start yet", "colour": "grey"},
    ]
    html = frame(template="components/task_list.html", tasks=tasks)
    assert re.findall(r'href="([^"]+)"', html) == ["/d/"]
    assert {"task-1-status", "task-2-status"} == set(Page(html).ids)


# --- What is built, and what is not in it ----------------------------------------------------


def built(name: str) -> str:
    """Read a built file."""
    path = BUILT / name
    assert path.is_file(), f"static/build/{name} is not there. Run: npm ci && npm run build"
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["site.css", "admin.css", "pdf.css", "mail.css"])
def test_no_sheet_has_the_governments_typeface_crown_or_crest_or_fetches_anything(name: str) -> None:
    css = built(name).lower().replace("crown copyright", "")  # the notice that the licence asks for
    for word in ("gds transport", "@font-face", "crown", "crest", "logotype", "govuk-header", "govuk-footer", "url("):
        assert word not in css


def test_pages_stay_light() -> None:
    assert len(brotli.compress(built("site.css").encode())) <= 25_000
    assert len(brotli.compress(built("site.js").encode())) <= 15_000


def test_the_lock_file_names_no_address() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_no_page_holds_a_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|type=\"application/json\"))")
    found = [
        str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html") if inline.search(path.read_text())
    ]
    assert found == ["templates/rights/access_file.html"]  # no page: a file that is taken away


def luminance(colour: str) -> float:
    """Work out the relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Work out the contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 7.0),
        ("ink-soft", "paper", 4.5),
        ("ink-soft", "warm-paper", 4.5),
        ("ink-soft", "plum-paper", 4.5),
        ("plum-bright", "paper", 4.5),
        ("plum-bright", "plum-paper", 4.5),
        ("plum-bright", "warm-paper", 4.5),
        ("plum-pale", "plum", 4.5),
        ("paper", "plum", 4.5),
        ("paper", "plum-bright", 4.5),
        ("paper", "red", 4.5),
        ("red", "paper", 4.5),
        ("clay", "paper", 4.5),
        ("plum-dark", "amber", 4.5),
        ("ink", "amber-pale", 4.5),
        ("line-strong", "paper", 3.0),
        ("amber", "plum", 3.0),
    ],
)
def test_colours_stand_out_from_their_ground(text: str, ground: str, least: float) -> None:
    sheet = (ROOT / "assets" / "_colours.scss").read_text(encoding="utf-8")
    colours = dict(re.findall(r"\$([a-z-]+): (#[0-9a-f]{6});", sheet))
    assert contrast(colours[text], colours[ground]) >= least


def test_page_and_server_count_words_alike(tmp_path: Path) -> None:
    texts = [
        "", "one", " two  words ", "no\u00a0break", "dash – alone", "don't", "email", "…", "5 km", "naïve café",
        "tab\tand\nline", "日本語", "narrow\u202fspace", "½ price", "a\u200bb", "\ufeffmark", "• bullet", "x² + y²",
        "thin\u2009space", "ideographic\u3000space", "next\u0085line", "three-day week, 3 days (0.6)",
    ]  # fmt: skip
    script = tmp_path / "count.mjs"
    source = (ROOT / "static" / "cii" / "words.js").read_text(encoding="utf-8")
    script.write_text(f"{source}\nconsole.log(JSON.stringify({json.dumps(texts)}.map(countWords)));", encoding="utf-8")
    answer = subprocess.run(["node", str(script)], check=True, capture_output=True, text=True)
    assert json.loads(answer.stdout) == [count_words(text) for text in texts]
