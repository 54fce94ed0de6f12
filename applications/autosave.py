"""How a section of the form is saved, while somebody types and by the button, without losing or overwriting words.

Each box of a section is compared by itself, three ways: what the page was opened with, what is saved now, and what the
page sends. Every page of a section carries four hidden fields. Three are the `SaveToken`, the fourth is the mark of the
writer.

`seen`     A fingerprint of each box as the page last knew it, as JSON. A box that still has this text was not touched:
           what is saved stays, also when a colleague has changed it. A box that was touched is saved when nobody else
           changed it; otherwise it is a `Conflict`: the other boxes are saved, and the page shows both texts. A save
           while typing answers with the new fingerprints, which htmx puts into the page.
`window`   A random mark of the page that was opened. A page never conflicts with itself: a save that is pressed while
           another is on its way carries fingerprints from before it, so the last writer of a box may write it again.
           The same person's second window has another mark, and conflicts like a colleague.
`edits`    How often the boxes of the page were changed; static/cii/saving.js counts. On a bad line saves arrive out of
           order: what was sent while typing does not replace later text of the same page. The button is always taken,
           because it sends what the boxes hold now. 0 without scripts.
`writer`   A signed mark of the person for whom the page was made, valid for MARK_MAX_AGE. It takes the place of the
           CSRF token: that changes with every sign-in, and a telephone may forget its cookies. No other site can have
           it. When the session has ended, the mark says for whom the words are kept until they have signed in again
           (applications/views/unsaved_drafts.py), for an hour, for that person and that page only.

A box that the page did not send is not changed. Text that is too long, or that cannot be read as a number or a date, is
saved too (`Application.unparsed`), marked on the page, and refused only when the application is submitted. Text that
was replaced is kept for 30 days (`AnswerRevision`).

The steps are: `forms/save_token.py` puts the fields into a form, `views/sections.py` checks the mark and calls
`actions/drafts.py`, which decides for each box under a lock (`decide`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256

from django.core import signing

from applications.models import FieldSave
from core.accounts.models import User
from core.dates import london, say_deadline, say_time

WRITER_SALT = "applications.writer"
MARK_MAX_AGE = timedelta(days=7)
Seen = Mapping[str, str]


def new_window() -> str:
    return secrets.token_urlsafe(12)


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class SaveToken:
    """What a page has seen of a section when it sends its words; see the module's text for each field.

    `seen` is None for text that does not come from a page: it replaces what is saved.
    """

    seen: Seen | None = None
    window: str = ""
    edits: int = 0

    def is_from_page_of(self, last: FieldSave | None, by: User) -> bool:
        return bool(self.window) and last is not None and last.window == self.window and last.saved_by_id == by.pk


NOT_FROM_A_PAGE = SaveToken()


class Verdict(Enum):
    """What happens to one box of a page that is saved."""

    WRITE = auto()
    LEAVE = auto()
    OLDER = auto()
    CONFLICT = auto()


def decide(
    token: SaveToken,
    *,
    name: str,
    mine: str,
    saved: str,
    is_same_page: bool,
    is_older: bool,
) -> Verdict:
    """Decide whether the text of one box is written; `mine` is what the page sends, `saved` what is there now.

    `is_same_page` says that the box was last saved from this page, `is_older` that the page sent later text before.
    """
    if mine == saved:
        return Verdict.LEAVE
    if token.seen is None:
        return Verdict.WRITE
    if is_same_page:
        return Verdict.OLDER if is_older else Verdict.WRITE
    seen = token.seen.get(name, fingerprint(""))
    if seen == fingerprint(mine):
        return Verdict.LEAVE
    return Verdict.WRITE if seen == fingerprint(saved) else Verdict.CONFLICT


@dataclass(frozen=True, slots=True)
class Conflict:
    """A box that somebody else, or another window of the same person, changed to `saved` since the page had it."""

    name: str
    saved: str
    last: FieldSave | None
    is_own: bool

    @property
    def saver(self) -> str:
        if self.is_own:
            return "You (in another window)"
        return str(self.last.saved_by) if self.last and self.last.saved_by else "The proposed secondee"

    def when(self, at: datetime) -> str:
        if self.last is None:
            return ""
        saved_at = self.last.saved_at.replace(second=0)
        return say_time(saved_at) if london(saved_at).date() == london(at).date() else say_deadline(saved_at)


@dataclass(frozen=True, slots=True)
class Saved:
    """How a save went: the fingerprints that the page has seen now, what was written, and what was not.

    `refreshed` has the text of boxes that the page left alone and somebody else changed: what it shows next.
    """

    seen: Seen
    written: frozenset[str] = frozenset()
    conflicts: tuple[Conflict, ...] = field(default=())
    refreshed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        token: SaveToken,
        *,
        typed: Mapping[str, str],
        saved: Mapping[str, str],
        verdicts: Mapping[str, Verdict],
        conflicts: Iterable[Conflict],
    ) -> Saved:
        """Take what the page sent, what was saved before, and what was decided for each box that it sent."""
        written = frozenset(name for name, verdict in verdicts.items() if verdict == Verdict.WRITE)
        current = {name for name, text in typed.items() if name in written or text == saved[name]}
        left = {name for name, verdict in verdicts.items() if verdict == Verdict.LEAVE}
        return cls(
            {**(token.seen or {}), **{name: fingerprint(typed[name]) for name in current}},
            written,
            tuple(conflicts),
            {name: text for name, text in saved.items() if name not in typed or (name in left - current)},
        )


def sign_writer(writer: User) -> str:
    return signing.dumps(writer.pk, salt=WRITER_SALT)


def read_writer(mark: str) -> int | None:
    """Return the key of the person whose mark this is; None for one that is forged or too old."""
    try:
        return int(signing.loads(mark, salt=WRITER_SALT, max_age=MARK_MAX_AGE))
    except (signing.BadSignature, ValueError):
        return None
