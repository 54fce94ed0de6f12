"""The steps of a letter that people take; its way through the worker is delivery's own."""

from core.letters.models import Status
from core.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    start=Status.QUEUED,
    steps={"send_again": Step(sources=(Status.DEAD,), target=Status.QUEUED, verb="send again")},
)
