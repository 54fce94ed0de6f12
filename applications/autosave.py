"""How a section of the form is saved, while somebody types and by the button, without losing or overwriting words.

Every page of a section carries four hidden fields. Three are the `SaveToken`, the fourth is the writer's mark.

`version`  How many saves of the section the page has seen. A save that has not seen the last one is refused
           (`SavedMeanwhile`), nothing is overwritten, and the page shows both versions. What the page then sends has
           seen the other version. A save while typing answers with the new version, which htmx puts into the page.
`window`   A random mark of the page that was opened. A page never conflicts with itself: the button that is pressed
           while a save is on its way carries the version from before it, so the last saver's own page may save again.
           The same person's second window has another mark, and conflicts like a colleague.
`edits`    How often the boxes of the page were changed; static/cii/saving.js counts. On a bad line saves arrive out of
           order: one sent while typing is refused when the same page's later words are already there. The button is
           always taken, because it shows what the boxes hold now. 0 without scripts.
`writer`   A signed mark of the person for whom the page was made, valid for MARK_MAX_AGE. It takes the place of the
           CSRF token: that changes with every sign-in, and a telephone may forget its cookies. No other site can have
           it. When the session has ended, the mark says for whom the words are kept until they have signed in again
           (applications/views/unsaved_drafts.py), for an hour, for that person and that page only.

The steps are: `forms/save_token.py` puts the fields into a form, `views/sections.py` checks the mark and calls
`actions/drafts.py`, which compares the token with the section's last save under a lock (`check_save`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from applications.models import SectionSave
from core.accounts.models import User
from core.dates import london, say_deadline, say_time
from core.lifecycle import Refused

WRITER_SALT = "applications.writer"
MARK_MAX_AGE = timedelta(days=7)


def new_window() -> str:
    """Return the mark of a page that is being opened."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class SaveToken:
    """What a page has seen of a section when it sends its words; see the module's text for each field."""

    version: int = 0
    window: str = ""
    edits: int = 0

    @classmethod
    def of_new_page(cls, version: int) -> SaveToken:
        return cls(version=version, window=new_window())

    def is_from_page_of(self, last: SectionSave, by: User) -> bool:
        """Whether the last save came from this same page and person."""
        return bool(self.window) and last.window == self.window and last.saved_by_id == by.pk


class SavedMeanwhile(Refused):
    """The section was saved since the page was fetched, by a colleague or from another window of the same person.

    `save` is the save that was made meanwhile; `is_own` tells whether it was the same person's.
    """

    def __init__(self, save: SectionSave, *, by: User, at: datetime) -> None:
        self.save, self.is_own = save, save.saved_by_id == by.pk
        saved_at = save.saved_at.replace(second=0)
        when = say_time(saved_at) if london(saved_at).date() == london(at).date() else say_deadline(saved_at)
        own = f"You saved this section in another window at {when}."
        sentence = own if self.is_own else f"{save.saver} saved this section while you were writing."
        super().__init__(
            f"{sentence} We have not overwritten anything. Compare the two versions below, then save what you"
            " want to keep.",
            code="saved_meanwhile",
        )

    @property
    def while_typing(self) -> str:
        """The sentence for a page that is saved while typing, which cannot show both versions."""
        who = "You saved this section in another window" if self.is_own else f"{self.save.saver} saved this section"
        return f"{who} too. Press “Save” to see both versions."


def check_save(token: SaveToken, last: SectionSave, *, while_typing: bool, by: User, at: datetime) -> None:
    """Raise SavedMeanwhile or Refused unless a save with this token may follow the section's last one."""
    is_same_page = token.is_from_page_of(last, by)
    if is_same_page and while_typing and token.edits < last.edits:
        raise Refused(
            "We have already saved a newer version from this page. Press “Save” to keep what is in the boxes now.",
            code="older_words",
        )
    if token.version != last.version and not is_same_page:
        raise SavedMeanwhile(last, by=by, at=at)


def sign_writer(writer: User) -> str:
    return signing.dumps(writer.pk, salt=WRITER_SALT)


def read_writer(mark: str) -> int | None:
    """Return the key of the person whose mark this is; None for one that is forged or too old."""
    try:
        return int(signing.loads(mark, salt=WRITER_SALT, max_age=MARK_MAX_AGE))
    except (signing.BadSignature, ValueError):
        return None
