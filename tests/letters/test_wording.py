"""The wording promises: what a stranger typed is shown in a letter and never obeyed."""

from html.parser import HTMLParser

import pytest
from django.template import TemplateDoesNotExist

from core.letters import rendering

SITE = "http://localhost:8000"


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


def blocks(text):
    return [str(block) for block in rendering.paragraphs(text)]


def test_html_typed_by_a_stranger_is_shown_as_text():
    text = "Dear <script>alert(1)</script>,\n\n- <img src=x onerror=y>\n\n<a href='https://evil.example'>click</a>"
    page = rendering.as_html("<b>Subject</b>", text)
    tags = Tags()
    tags.feed(page)
    assert {"script", "img", "b"} & tags.seen == set()
    assert tags.links == {"http://localhost:8000/help/", "http://localhost:8000/privacy/"}
    assert "Dear &lt;script&gt;alert(1)&lt;/script&gt;," in page


def test_paragraphs_keep_their_lines():
    assert blocks("One\ntwo\n\nThree") == ["<p>One<br>\ntwo</p>", "<p>Three</p>"]


def test_lines_with_a_dash_become_a_list_also_below_a_line_of_text():
    assert blocks("Bring:\n- a pen\n- a pass\nThen come.") == [
        "<p>Bring:</p>",
        "<ul><li>a pen</li><li>a pass</li></ul>",
        "<p>Then come.</p>",
    ]


def test_a_link_into_the_service_on_a_line_of_its_own_becomes_a_button():
    assert blocks(f"Read it here:\n{SITE}/applications/A&B/") == [
        f'<p class="action"><a class="button" href="{SITE}/applications/A&amp;B/">Read it here</a></p>',
    ]
    assert blocks(f"Thank you.\n{SITE}/home/") == [
        "<p>Thank you.</p>",
        f'<p class="action"><a class="button" href="{SITE}/home/">Open this page</a></p>',
    ]


def test_a_link_within_a_sentence_is_linked_without_its_full_stop():
    assert blocks(f"See {SITE}/home/.") == [f'<p>See <a href="{SITE}/home/">{SITE}/home/</a>.</p>']


@pytest.mark.parametrize("address", ["https://evil.example/x", f"{SITE}.evil.example/", f"{SITE}@evil.example/"])
def test_no_other_address_becomes_a_link(address):
    assert f'href="{address}' not in blocks(address)[0]
    assert "button" not in blocks(address)[0]


def test_a_letter_without_a_body_or_a_template_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        rendering.render("testing.missing", {})
    with pytest.raises(ValueError, match="says nothing below its subject"):
        rendering.render("testing.empty", {})
