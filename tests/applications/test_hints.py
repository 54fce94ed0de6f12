"""A hint that somebody typed is shown as typed, never as HTML (finding F8)."""

import pytest
import time_machine
from django import forms
from django.template import engines
from django.utils.html import format_html

from applications.actions import calls
from tests.applications.factories import PUBLISHED, WRITING, an_application, draft_call, lead, officer
from tests.client import Client

pytestmark = pytest.mark.django_db
TYPED = 'Sign in <a href="https://phish.example">here</a>'
SHOWN = "Sign in &lt;a href=&quot;https://phish.example&quot;&gt;here&lt;/a&gt;"


def test_f8_html_typed_into_a_hint_of_a_question_is_text_for_applicants():
    call = draft_call()
    question = call.questions.filter(section="experience").first()
    question.hint = TYPED
    question.save()
    calls.publish(call, by=officer(), at=PUBLISHED, reason="The dates are the test's.")
    application = an_application(call)
    client = Client()
    with time_machine.travel(WRITING, tick=False):
        client.force_login(lead(application.organisation))
        page = client.get(f"/applications/{application.draft_reference}/experience/").content.decode()
    assert SHOWN in page
    assert TYPED not in page


@pytest.mark.parametrize("template", ["cii/field.html", "cii/checkbox.html"])
def test_a_link_that_the_code_makes_in_a_hint_stays_a_link(template):
    class Form(forms.Form):
        agreed = forms.BooleanField(help_text=format_html('<a href="{}">{}</a>', "/help/", "<who asks>"))

    found = engines["django"].from_string(f'{{% include "{template}" with field=form.agreed %}}')
    assert '<a href="/help/">&lt;who asks&gt;</a>' in found.render({"form": Form()})
