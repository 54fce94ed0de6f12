"""What a person chose of the emails that may be turned off: each as it happens, in one email a day, or not at all."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from core.letters.kinds import Topic, topic_of, topics
from core.letters.models import EmailChoice, Letter, Status, Way

STATUSES = {Way.AT_ONCE: Status.QUEUED, Way.DAILY: Status.HELD, Way.OFF: Status.OFF}
DAILY = "letters.daily"


def may_be_chosen(letter: Letter) -> bool:
    """Whether it is a notice to somebody with an account; one with a file, a date or a secret goes by itself."""
    goes_by_itself = letter.attachments or letter.calendar or letter.is_secret
    return letter.to_user_id is not None and topic_of(letter.template) is not None and not goes_by_itself


def may_be_turned_off(letter: Letter) -> bool:
    """Whether its foot says where: a notice that may, and the daily email itself."""
    return letter.template == DAILY or may_be_chosen(letter)


def status_of(letter: Letter) -> Status:
    """What becomes of a new letter: it is queued, held for the daily email, or not sent."""
    topic = topic_of(letter.template)
    if topic is None or not may_be_chosen(letter):
        return Status.QUEUED
    chosen = EmailChoice.objects.filter(person=letter.to_user_id, topic=topic.key).values_list("way", flat=True)
    return STATUSES[Way(chosen.first() or Way.AT_ONCE)]


def ways_of(person: AbstractBaseUser) -> dict[str, str]:
    """How the person has each topic, by its key."""
    chosen = dict(EmailChoice.objects.filter(person=person.pk).values_list("topic", "way"))
    return {key: chosen.get(key, Way.AT_ONCE) for key in topics()}


def offered_to(person: AbstractBaseUser, *, is_member: bool, is_staff: bool) -> list[Topic]:
    """The topics that can concern the person, and those that they have chosen about before."""
    parts = {"everyone", *(["members"] if is_member else []), *(["staff"] if is_staff else [])}
    ways = ways_of(person)
    return [topic for key, topic in topics().items() if topic.is_for in parts or ways[key] != Way.AT_ONCE]


def waiting_for(person: AbstractBaseUser) -> int:
    return Letter.objects.filter(to_user=person.pk, status=Status.HELD).count()


def page() -> str:
    """The address of the page on which people choose, for the foot of what they may turn off."""
    return f"{settings.SITE_URL}{reverse('account_emails')}"
