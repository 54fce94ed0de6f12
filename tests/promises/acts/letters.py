"""Actions on letters and their texts."""

from __future__ import annotations

from typing import Any

from core.letters import actions, mailings
from core.letters.actions import to_many as mailing_actions
from core.letters.actions.choices import choose_emails
from core.letters.models import Letter, Status
from tests.applications.factories import WRITING
from tests.promises.acts import Act


def send_again(letter, by, _cast):
    Letter.objects.filter(pk=letter.pk).update(status=Status.DEAD, sent_at=None)
    letter.refresh_from_db()
    return actions.send_again(letter, by=by, at=WRITING)


def word(programme, by, _cast):
    facts = {"subject": "Received", "body": "Hello\n\n{link}", "number": 0}
    return actions.change_wording(programme, "applications.received", **facts, by=by, at=WRITING)


def word_a_page(programme, by, _cast):
    return actions.change_wording(programme, "pages.about", body="Hello {host}", number=0, by=by, at=WRITING)


def restore(programme, by, _cast):
    return actions.restore_standard(programme, "applications.visit_soon", number=1, by=by, at=WRITING)


TO_LEADS: dict[str, Any] = {"calls": [], "statuses": ["application:shortlisted"], "parts": ["lead"]}
TO_LEADS |= {"subject": "A date", "body": "Hello {name}"}


def write(programme, by, _cast):
    return mailing_actions.write_mailing(programme, **TO_LEADS, by=by, at=WRITING)


def rewrite(mailing, by, _cast):
    return mailing_actions.change_mailing(mailing, **TO_LEADS, by=by, at=WRITING)


def send(mailing, by, cast):
    seen_by = by if by.has_perm("letters.write_to_many", mailing) else cast.officer
    count = len([one for one in mailings.recipients(mailing, seen_by) if not one.left_out])
    return mailing_actions.send_mailing(mailing, count=count, by=by, at=WRITING)


def choose(person, by, _cast):
    ways = {"placements": "off", "payments": "daily"}
    return choose_emails(person, ways=ways, by=by, at=WRITING)


ACTS = [
    Act("letters.choose_emails", "account", "lead", choose),
    Act("letters.write_to_many", "programme", "ours", write),
    Act("letters.write_to_many", "mailing", "draft", rewrite),
    Act("letters.write_to_many", "mailing", "draft", send),
    Act("letters.word_letter", "programme", "ours", word),
    Act("letters.word_letter", "programme", "ours", word_a_page),
    Act("letters.word_letter", "programme", "ours", restore),
    Act("letters.send_again_letter", "letter", "welcome", send_again),
    Act("letters.send_again_letter", "letter", "received", send_again),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK: dict[str, str] = {}
