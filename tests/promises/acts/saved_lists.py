"""Actions on saved lists."""

from __future__ import annotations

from typing import Any

from core.saved_lists import actions
from tests.applications.factories import WRITING
from tests.promises.acts import Act

FACTS: dict[str, Any] = {"listing": "applications.application", "address": "status__exact=submitted", "at": WRITING}


def save(_nothing, by, _cast):
    return actions.save_list(**FACTS, name="Submitted", by=by)


def share(programme, by, _cast):
    return actions.share_list(programme, **FACTS, name="Submitted", by=by)


def rename(saved, by, _cast):
    actions.rename_list(saved, name="Another name", by=by, at=WRITING)


def remove(saved, by, _cast):
    actions.remove_list(saved, by=by, at=WRITING)


ACTS = [
    Act("saved_lists.add_savedlist", "nothing", "at all", save),
    Act("saved_lists.share_savedlist", "programme", "ours", share),
    Act("saved_lists.change_savedlist", "saved list", "shared", rename),
    Act("saved_lists.change_savedlist", "saved list", "officer's", rename),
    Act("saved_lists.delete_savedlist", "saved list", "assessor's", remove),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK: dict[str, str] = {}
