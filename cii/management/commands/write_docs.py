"""Write the lifecycles, permissions and events as pages of docs/, from the code's own tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import rules
from django.conf import settings
from django.core.management.base import BaseCommand

import applications.lifecycle
import core.rights.lifecycle
import grants.lifecycle
import secondments.lifecycle
from core.events import Event, handlers_of
from core.lifecycle import Lifecycle
from core.permissions import asks_again

LIFECYCLES: dict[str, Lifecycle] = {
    "Call for proposals": applications.lifecycle.CALL,
    "Application": applications.lifecycle.APPLICATION,
    "Outcome of shortlisting": applications.lifecycle.OUTCOME,
    "Expression of interest": applications.lifecycle.EXPRESSION,
    "Proposed secondee": applications.lifecycle.CANDIDATE,
    "Assessment": applications.lifecycle.ASSESSMENT,
    "Assessment visit": applications.lifecycle.VISIT,
    "Visit time": applications.lifecycle.SLOT,
    "Decision": grants.lifecycle.DECISION,
    "Grant": grants.lifecycle.GRANT,
    "Instalment": grants.lifecycle.INSTALMENT,
    "Payment run": grants.lifecycle.PAYMENT_RUN,
    "Repayment": grants.lifecycle.REPAYMENT,
    "Bank account": grants.lifecycle.BANK_ACCOUNT,
    "Evaluation report": grants.lifecycle.REPORT,
    "Placement": secondments.lifecycle.PLACEMENT,
    "Amendment": secondments.lifecycle.AMENDMENT,
    "Step before the start": secondments.lifecycle.START_STEP,
    "Data request": core.rights.lifecycle.REQUEST,
    "Milestone": secondments.lifecycle.MILESTONE,
    "Sign-off of a milestone": secondments.lifecycle.SIGN_OFF,
}
AGAIN = " *"
NOTE = "Written by `make docs` from the code; change the code, not this page."


def lifecycles() -> str:
    parts = [f"## {noun}\n\n```mermaid\n{table.diagram()}\n```\n" for noun, table in LIFECYCLES.items()]
    return "\n".join(["# Lifecycles\n", f"{NOTE}\n", *parts])


def said(predicate: rules.Predicate) -> str:
    words = str(predicate.name).replace("has_role:", "").replace(" | ", " or ").replace(" & ", " and ")
    return words.replace("|", " or ").replace("may:", "status allows ")


def permissions() -> str:
    predicates = sorted(rules.permissions.permissions.items())
    rows = [f"| `{name}`{AGAIN if asks_again(name) else ''} | {said(predicate)} |" for name, predicate in predicates]
    head = [
        "# Permissions\n",
        f"{NOTE} What a name means is said in `*/rules.py`.",
        "Before what is marked with *, people show again who they are (core/step_up.py).\n",
        "| permission | who |",
        "| --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def events() -> str:
    """Every event with what follows from it in each app, by the first line of the handler's docstring."""
    columns = [path.rpartition(".")[0] for path in settings.EVENT_HANDLERS]
    rows = []
    for event in Event:
        answers = {path.rpartition(".")[0]: first_line(handler) for path, handler in handlers_of(event)}
        rows.append(f"| `{event}` | " + " | ".join(answers.get(column, "") for column in columns) + " |")
    head = [
        "# Events\n",
        f"{NOTE} Actions publish these (`core/events.py`); the handlers run in their transaction, in this order.\n",
        "| event | " + " | ".join(columns) + " |",
        "| --- |" + " --- |" * len(columns),
    ]
    return "\n".join([*head, *rows, ""])


def first_line(handler: Callable[..., None]) -> str:
    return (handler.__doc__ or "").strip().partition("\n")[0]


PAGES = {"lifecycles.md": lifecycles, "permissions.md": permissions, "events.md": events}


class Command(BaseCommand):
    """Write docs/lifecycles.md, docs/permissions.md and docs/events.md."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for name, page in PAGES.items():
            Path(settings.BASE_DIR, "docs", name).write_text(page(), encoding="utf-8")
