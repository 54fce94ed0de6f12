"""The actions of learning, each on a thing of the cast."""

from __future__ import annotations

from learning import actions
from tests.grants.factories import ENDING
from tests.promises.acts import Act


def record_finding(programme, by, _cast):
    return actions.record_finding(programme, statement="Sign-off is slow.", evidence="Interviews.", by=by, at=ENDING)


def record_change(finding, by, _cast):
    return actions.record_change(finding, what="Ask earlier.", since_on=ENDING.date(), by=by, at=ENDING)


def note_download(_nothing, by, _cast):
    return actions.note_download("placements", form="csv", years=[2019], columns=["reference"], by=by, at=ENDING)


def tell(programme, by, _cast):
    return actions.tell_in_confidence(programme, words="Nobody asks us.", by=by, at=ENDING)


def answer(message, by, _cast):
    return actions.answer_in_confidence(message, answer="I will ask.", by=by, at=ENDING)


ACTS = [
    Act("learning.add_finding", "programme", "ours", record_finding),
    Act("learning.add_change", "finding", "recorded", record_change),
    Act("learning.tell_in_confidence", "programme", "ours", tell),
    Act("learning.answer_confidentialmessage", "message in confidence", "waiting", answer),
    Act("learning.view_exports", "nothing", "at all", note_download),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK: dict[str, str] = {}
