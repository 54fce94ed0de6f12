"""Letters about notes on a case: that one mentions somebody, never what it says."""

from datetime import datetime

from applications.letters.recipients import post
from applications.models import Mention
from core.accounts.links import absolute


def mentioned(mention: Mention, *, at: datetime) -> None:
    note = mention.note
    post(
        "mentioned",
        [mention.person],
        key=f"mentioned:{note.pk}",
        at=at,
        about=note,
        author=note.written_by,
        application=note.application,
        link=absolute("admin:applications_casenote_change", note.pk),
    )
