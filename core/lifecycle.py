"""Lifecycles: which step leads from which status to which, and the one safe way to take a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model


class Refused(Exception):
    """No, in a sentence that a person can read.

    `field` names the form field it belongs to, if one does; `code` is what programs and tests ask for. `fact` is the
    sentence without the way out on the row's own page, for pages of many rows.
    """

    def __init__(self, sentence: str, field: str | None = None, *, code: str = "", fact: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fact = fact or sentence
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it may begin, where it ends, and its name to people ("start again")."""

    sources: tuple[str, ...]
    target: str
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A table of steps over one status field. The table is data: rules, buttons, docs and tests read it."""

    start: str
    steps: Mapping[str, Step]
    field: str = "status"

    def allows(self, row_or_status: Model | str, step: str) -> bool:
        """Whether the step may begin where this row (or a row of this status) stands. KeyError for an unknown step."""
        return self._status(row_or_status) in self.steps[step].sources

    def steps_from(self, status: Model | str) -> list[str]:
        """The names of the steps that may begin here, in the order of the table."""
        return [name for name in self.steps if self.allows(status, name)]

    def advance(self, row: Model, step: str, **fields: Any) -> None:
        """Take the step, writing `fields` (plain values) with it; the instance is changed to match.

        Raises Refused, and changes nothing, if the step may not begin where the row stands or somebody was faster.
        """
        noun = row._meta.verbose_name
        if not self.allows(row, step):
            verb = self.steps[step].verb or step.replace("_", " ")
            sentence = f"This {noun} is {self._label(row)}, so “{verb}” is not possible now."
            raise Refused(f"{sentence} Reload the page to see what you can do.", code="wrong_state", fact=sentence)
        changes = {self.field: self.steps[step].target, **fields}
        # Compare and set: of two people at once, the database lets exactly one through, without a lock.
        seen = {"pk": row.pk, self.field: self._status(row)}
        if not type(row)._base_manager.filter(**seen).update(**changes):
            sentence = f"Someone else has just changed this {noun}."
            raise Refused(f"{sentence} Reload the page to see its status.", code="changed_meanwhile", fact=sentence)
        for name, value in changes.items():
            setattr(row, name, value)

    def advance_once(self, row: Model, step: str, **fields: Any) -> bool:
        """Take the step unless it was taken already: False, with the row read anew, when it stands at the target.

        Raises Refused when the step may not begin where the row stands.
        """
        try:
            self.advance(row, step, **fields)
        except Refused:
            row.refresh_from_db()
            if getattr(row, self.field) == self.steps[step].target:
                return False
            raise
        return True

    def diagram(self) -> str:
        """The lifecycle as a Mermaid state diagram, one line per source and step."""
        lines = [f"[*] --> {self.start}"]
        for name, step in self.steps.items():
            lines += [f"{source} --> {step.target}: {step.verb or name.replace('_', ' ')}" for source in step.sources]
        targets = dict.fromkeys(str(step.target) for step in self.steps.values())
        lines += [f"{status} --> [*]" for status in targets if not self.steps_from(status)]
        return "\n    ".join(["stateDiagram-v2", *lines])

    def _status(self, row_or_status: Model | str) -> str:
        return str(row_or_status if isinstance(row_or_status, str) else getattr(row_or_status, self.field))

    def _label(self, row: Model) -> str:
        label = str(getattr(row, f"get_{self.field}_display", lambda: self._status(row))())
        return label[:1].lower() + label[1:]


def require(is_met: bool, sentence: str, field: str | None = None, *, code: str = "") -> None:
    """Raise Refused with this sentence unless the condition is met."""
    if not is_met:
        raise Refused(sentence, field, code=code)


def refusal_of(check: Callable[..., object], *things: object) -> str:
    """Return the sentence by which a check refuses these things; "" where it raises nothing."""
    try:
        check(*things)
    except Refused as refused:
        return refused.sentence
    return ""
