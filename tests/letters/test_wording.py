"""The wording promises: what a stranger typed is shown in a letter and never obeyed."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings as of_the_project
from django.core import mail
from django.template import TemplateDoesNotExist
from django.utils.html import escape

from core import text
from core.letters import delivery, rendering
from core.letters.models import Letter
from tests.sentences import SAID

SITE = "http://localhost:8000"
# "the Leeds Welcome Secondments": an article is the noun's that follows the name, "the … grants office".
ARTICLE = re.compile(r"\b[Tt]he \{\{ [\w.]*(?:site_name|programme|host|funder|organisation)(?:\.name)? \}\}(?! [a-z])")


class Tags(HTMLParser):
    """Notes every element and link of a page, as a reader of mail would see them."""

    def __init__(self):
        """Begin with none."""
        super().__init__()
        self.seen, self.links = set(), set()

    def handle_starttag(self, tag, attrs):
        """Note one."""
        self.seen.add(tag)
        self.links |= {value for name, value in attrs if name in {"href", "src"}}


def html(body):
    return str(text.email(body, SITE))


@pytest.mark.django_db
def test_what_the_foot_says_of_replying_is_what_happens(queued, now, settings):
    settings.HELP_EMAIL = "office@example.org"
    queued("a")
    delivery.drain(now)
    [message] = mail.outbox
    assert message.reply_to == ["office@example.org"]
    assert SAID.reply_to_this_email in " ".join(message.alternatives[0].content.split())


def test_html_typed_by_a_stranger_is_shown_as_text():
    body = "Dear <script>alert(1)</script>,\n\n- <img src=x onerror=y>\n\n<a href='https://evil.example'>click</a>"
    page = rendering.as_html(Letter(subject="<b>Subject</b>", body=body), "The Fund")
    tags = Tags()
    tags.feed(page)
    assert {"script", "img", "b"} & tags.seen == set()
    assert tags.links == {"http://localhost:8000/help/", "http://localhost:8000/privacy/"}
    assert "Dear &lt;script&gt;alert(1)&lt;/script&gt;," in page


def test_paragraphs_keep_their_lines():
    assert html("One\ntwo\n\nThree") == "<p>One<br>\ntwo</p>\n<p>Three</p>\n"


def test_lines_with_a_dash_become_a_list_also_below_a_line_of_text():
    assert html("Bring:\n- a pen\n- a pass\n\nThen come.") == (
        "<p>Bring:</p>\n<ul>\n<li>a pen</li>\n<li>a pass</li>\n</ul>\n<p>Then come.</p>\n"
    )


def test_a_link_into_the_service_on_a_line_of_its_own_becomes_a_button():
    assert html(f"Read it here:\n{SITE}/applications/A&B/") == (
        f'<p><a class="button" href="{SITE}/applications/A&amp;B/">Read it here</a></p>\n'
    )
    assert html(f"Thank you.\n{SITE}/home/") == (
        f'<p>Thank you.<br>\n<a class="button" href="{SITE}/home/">Open this page</a></p>\n'
    )


def test_a_link_within_a_sentence_is_linked_without_its_full_stop():
    assert html(f"See {SITE}/home/.") == f'<p>See <a href="{SITE}/home/">{SITE}/home/</a>.</p>\n'


@pytest.mark.parametrize(
    "typed",
    [
        "# Pay",
        "**Pay** _now_",
        "`pay`",
        "[Pay](https://evil.example)",
        "<https://evil.example>",
        "a &lt; b",
        "> Pay",
        "---",
    ],
)
def test_no_other_markdown_typed_by_a_stranger_is_obeyed(typed):
    assert html(typed) == f"<p>{escape(typed)}</p>\n"


@pytest.mark.parametrize("address", ["https://evil.example/x", f"{SITE}.evil.example/", f"{SITE}@evil.example/"])
def test_no_other_address_becomes_a_link(address):
    assert f'href="{address}' not in html(address)
    assert "button" not in html(address)


def test_a_letter_without_a_body_or_a_template_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        rendering.render("testing.missing", {})
    with pytest.raises(ValueError, match=SAID.says_nothing_below_its_subject):
        rendering.render("testing.empty", {})


def test_no_name_of_a_programme_or_organisation_gets_an_article():
    """A name is anybody's to choose, so no sentence says "the" before it, unless a noun follows it."""
    assert ARTICLE.search("on the {{ site_name }}.")
    assert not ARTICLE.search("on the {{ site_name }} service.")
    texts = {path: path.read_text() for path in (of_the_project.BASE_DIR / "templates").rglob("*.*") if path.is_file()}
    assert len(texts) > 300
    assert [str(path) for path, text in texts.items() if ARTICLE.search(text)] == []
