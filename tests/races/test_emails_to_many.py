"""An email to many is sent once, however many press at the same moment."""

import pytest

from core.letters import mailings
from core.letters.actions import to_many as mailing_actions
from core.letters.models import Letter, Mailing
from core.lifecycle import Refused
from tests.accounts.factories import programme
from tests.applications.factories import ASSESSING, application_at, officer, published_call
from tests.races.at_once import all_at_once

TEXT = {"calls": [], "statuses": ["application:submitted"], "parts": ["lead", "candidate"]}
TEXT |= {"subject": "About {reference}", "body": "Hello {name}"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_who_press_send_at_once_write_to_each_person_once():
    call = published_call()
    for _ in range(3):
        application_at("submitted", call=call)
    by = officer()
    mailing = mailing_actions.write_mailing(programme(), **TEXT, by=by, at=ASSESSING)
    count = len([one for one in mailings.recipients(mailing, by) if not one.left_out])

    def press():
        own = Mailing.objects.get(pk=mailing.pk)
        return mailing_actions.send_mailing(own, count=count, by=by, at=ASSESSING)

    answers = all_at_once(*[press] * 8)
    assert sorted(answer for answer in answers if not isinstance(answer, Refused)) == [count]
    assert {answer.sentence for answer in answers if isinstance(answer, Refused)} == {mailing_actions.ALREADY}
    keys = Letter.objects.filter(key__startswith=f"mailing:{mailing.pk}:").values_list("key", flat=True)
    assert len(keys) == len(set(keys)) == count == 6
