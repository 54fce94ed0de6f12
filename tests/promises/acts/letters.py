"""The one action on letters."""

from __future__ import annotations

from core.letters import actions
from core.letters.models import Letter, Status
from tests.applications.factories import WRITING
from tests.promises.acts import Act


def send_again(letter, by, _cast):
    Letter.objects.filter(pk=letter.pk).update(status=Status.DEAD, sent_at=None)
    letter.refresh_from_db()
    return actions.send_again(letter, by=by, at=WRITING)


ACTS = [
    Act("letters.send_again_letter", "letter", "welcome", send_again),
    Act("letters.send_again_letter", "letter", "received", send_again),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK: dict[str, str] = {}
