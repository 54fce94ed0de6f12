"""What somebody types in the form of an expression of interest, saved before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications.autosave import NOT_FROM_A_PAGE, Conflict, Saved, SaveToken, Verdict, decide
from applications.models import ExpressionDraft, ExpressionOfInterest
from core.accounts.models import Organisation, Programme, User
from core.permissions import check


@transaction.atomic
def save(
    programme: Programme,
    expression: ExpressionOfInterest | None,
    *,
    organisation: Organisation,
    texts: Mapping[str, str],
    original: Mapping[str, str],
    token: SaveToken,
    while_typing: bool,
    by: User,
    at: datetime,
) -> Saved:
    """Save what the boxes of the form hold, each by itself (applications/autosave.py); nothing is sent.

    `original` is what the form begins with: the expression of interest that is being changed, or nothing.
    """
    check(by, "applications.add_expressionofinterest", organisation)
    if expression is not None:
        check(by, "applications.change_expressionofinterest", expression)
    key = {"person": by, "programme": programme, "expression": expression}
    ExpressionDraft.objects.get_or_create(**key, defaults={"saved_at": at})
    draft = ExpressionDraft.objects.select_for_update().get(**key)
    # A box without a draft cannot conflict with one: a colleague's change is found when this is sent.
    saved = {name: draft.texts.get(name, original.get(name, "")) for name in texts}
    verdicts = _judge(draft, texts, saved, token, while_typing=while_typing)
    written = {name for name, verdict in verdicts.items() if verdict == Verdict.WRITE}
    draft.texts |= {name: texts[name] for name in written}
    draft.saved_from |= {name: [token.window, token.edits] for name in written}
    draft.saved_at = at
    draft.save(update_fields=["texts", "saved_from", "saved_at"])
    conflicts = [
        Conflict(name, saved[name], last=None, is_own=True)
        for name, verdict in verdicts.items()
        if verdict == Verdict.CONFLICT
    ]
    return Saved.of(token, typed=texts, saved=saved, verdicts=verdicts, conflicts=conflicts)


def _judge(
    draft: ExpressionDraft, texts: Mapping[str, str], saved: Mapping[str, str], token: SaveToken, *, while_typing: bool
) -> dict[str, Verdict]:
    return {
        name: decide(
            token if name in draft.texts else NOT_FROM_A_PAGE,
            name=name,
            mine=text,
            saved=saved[name],
            is_same_page=bool(token.window) and token.window == _last_page(draft, name)[0],
            is_older=while_typing and token.edits < _last_page(draft, name)[1],
        )
        for name, text in texts.items()
    }


def _last_page(draft: ExpressionDraft, name: str) -> tuple[str, int]:
    window, edits = draft.saved_from.get(name, ("", 0))
    return window, edits
