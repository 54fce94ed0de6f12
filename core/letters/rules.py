"""Who may read the outbox, and try a letter again. (Roles by their fixed names: people come after letters.)"""

from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate

from core.letters.models import READERS_ABOUT_PEOPLE, READERS_OF_ALL, Letter


def may_read(person: Any, letter: Letter | None) -> bool:
    """Officers and directors read every letter, administrators those on people's accounts."""
    roles: frozenset[str] = getattr(person, "roles", frozenset()) if person.is_active else frozenset()
    if roles & READERS_OF_ALL:
        return True
    return bool(roles & READERS_ABOUT_PEOPLE) and (letter is None or letter.template.startswith("accounts."))


reads_letter = Predicate(may_read, name="reads_letter")

add_perm("letters.view_letter", reads_letter)
add_perm("letters.send_again_letter", reads_letter)
