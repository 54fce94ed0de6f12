"""A post of the draft call: described by the host in two versions, commented on, one comment answered."""

from datetime import datetime, timedelta
from typing import Any

from applications.actions import role_drafts
from applications.models import Call
from cii.demonstration.calls import DRAFT
from core.accounts.models import User
from core.dates import london

MORE = "\n- Make it easy for people who read slowly to take part."


def build(cast: dict[str, User], now: datetime) -> None:
    call = Call.objects.get(slug=DRAFT)
    post, host = call.posts.earliest("pk"), cast["si_manager"]
    words = role_drafts.words_of(post)
    words["accountabilities"] += MORE
    note = "Added what libraries asked for."
    role_drafts.revise_post(post, words=words, note=note, by=host, at=now - timedelta(days=6))
    bodies = [cast[key].memberships.get().organisation for key in ("applicant", "rival")]
    until: dict[str, Any] = {"until_on": london(now).date() + timedelta(days=10)}
    asked_at = now - timedelta(days=5)
    role_drafts.ask_for_comments(call, organisations=bodies, **until, by=cast["officer"], at=asked_at)
    said = {"applicant": "Say whether evenings are part of the post.", "rival": "Three days would be enough."}
    rows = [
        role_drafts.comment(post, organisation=body, text=said[key], by=cast[key], at=now - timedelta(days=4 - place))
        for place, (key, body) in enumerate(zip(said, bodies, strict=True))
    ]
    answer = "They are not. We have written it into the purpose."
    role_drafts.answer_comment(rows[0], answer=answer, is_taken_up=True, by=host, at=now - timedelta(days=2))
