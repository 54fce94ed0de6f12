"""What a lifecycle allows, as a predicate."""

from typing import Any

import rules
from django.db.models import Model

from core.lifecycle import Lifecycle


def may(lifecycle: Lifecycle, step: str) -> rules.Predicate:
    """Tell whether the thing stands where this step may begin."""

    def allowed(user: Any, thing: Model | None) -> bool:
        return thing is not None and lifecycle.allows(thing, step)

    return rules.predicate(allowed, name=f"may:{step}")
