"""What forms and views share: calling an action from a form, so that a refusal stands at its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.lifecycle import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms


def run_action(form: forms.BaseForm, action: Callable[..., Any], *things: Any, **facts: Any) -> bool:
    """Call the action and keep what it returned as `form.result`; False when it refused.

    The refusal is put at the form's field that it names, else above the form, so the page shows it and nothing typed
    is lost.
    """
    try:
        form.result = action(*things, **facts)  # type: ignore[attr-defined]
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True
