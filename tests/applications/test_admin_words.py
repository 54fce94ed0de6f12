"""The pages of the admin speak our words and not Django's, and say times as every page does."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from core.accounts.models import User
from core.audit import trail
from core.audit.models import Entry
from core.dates import say_moment
from core.letters.models import Letter
from tests.accounts.factories import programme
from tests.applications.factories import draft_call, officer
from tests.applications.panel import complete, visit
from tests.client import Client
from tests.grants.factories import grant_at

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'(href|value)="[^"]*"')
OF_DJANGO = (
    *("successfully", "Slug", "Grace seconds", "Thing label", "By starts at", "Next try at", "This field is required"),
    *("a.m.", "p.m.", "applications.received", "trail entry", "Change person", "View call"),
)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def pages(rows):
    """The list, the page to add one, and the page of one row, of every model in the admin."""
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        yield reverse(f"{base}_add")
        if (row := rows(model)) is not None:
            yield reverse(f"{base}_change", args=[row.pk])


def test_no_page_of_the_admin_has_a_word_of_djangos():
    grant_at("active")
    complete()
    visit()
    draft_call()
    root = User.objects.create_superuser(email="root@example.org", password="x", name="Root")
    client, found, seen = signed_in(root), [], 0
    for address in pages(lambda model: model._base_manager.first()):
        response = client.get(address)
        if response.status_code == 200:
            seen += 1
            words = ADDRESS.sub("", response.text)
            found += [(address, word) for word in OF_DJANGO if word in words]
    assert found == []
    assert seen > len(admin.site._registry)


def test_lists_say_times_as_every_page_does():
    assessment = complete()
    application, client = assessment.application, signed_in(officer())
    lists = {
        "applications_application": say_moment(application.submitted_at),
        "letters_letter": say_moment(Letter.objects.order_by("-posted_at").first().posted_at),
        "audit_entry": say_moment(Entry.objects.order_by("-at").first().at),
    }
    for name, moment in lists.items():
        assert moment in client.get(reverse(f"admin:{name}_changelist")).text, name
    assert (
        say_moment(application.submitted_at)
        in client.get(reverse("admin:applications_application_change", args=[application.pk])).text
    )


def test_a_list_is_still_sorted_by_its_times():
    complete()
    page = signed_in(officer()).get(reverse("admin:letters_letter_changelist")).text
    column = page[page.index("column-posted_at") :]
    assert 'href="?o=' in column[: column.index("</th>")]


def test_means_and_totals_say_of_what():
    assessment = complete(scores=(4, 3, 2, 1))
    client = signed_in(officer())
    assert "2.5 of 4" in client.get(reverse("admin:applications_application_changelist")).text
    assert "10 of 16" in client.get(reverse("admin:applications_assessment_changelist")).text
    page = client.get(reverse("admin:applications_application_change", args=[assessment.application_id])).text
    assert "10 of 16" in page


def test_what_was_saved_is_said_in_our_words():
    client, strand = signed_in(officer()), {"programme": programme().pk, "title": "Welcome", "from_year": 2019}
    added = client.post(reverse("admin:applications_strand_add"), strand, follow=True).text
    assert "You have added Welcome." in added
    assert "successfully" not in added


def test_the_preview_of_a_draft_call_does_not_say_that_it_has_closed():
    call = draft_call()
    aside = signed_in(officer()).get(reverse("call", args=[call.slug])).text
    aside = aside[aside.index("cii-aside") :]
    assert ("Closes" in aside, "Closed" in aside) == (True, False)


def test_b17_a_history_is_folded_once_and_on_its_own_page_not_at_all():
    application = complete().application
    assert len(trail.history(application)) > 10
    client, base = signed_in(officer()), "admin:applications_application"
    page = client.get(reverse(f"{base}_change", args=[application.pk])).text
    section = page[page.index('id="history"') :].partition("</section>")[0]
    own = client.get(reverse(f"{base}_history", args=[application.pk])).text
    content = own[own.index('id="content-main"') :]
    assert (section.count("<details"), content.count("<details")) == (1, 0)
    assert min(section.count("<time"), content.count("<time")) > 10
