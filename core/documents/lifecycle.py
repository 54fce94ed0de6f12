"""The one step of a document that people take; its way through the worker is in `making`."""

from core.documents.models import Status
from core.lifecycle import Lifecycle, Step

DOCUMENT = Lifecycle(
    start=Status.WAITING,
    steps={"make_again": Step(sources=(Status.FAILED,), target=Status.WAITING, verb="make again")},
)
