"""Makes a programme with its funder, host and learning partner; asks for what is not given, once for each address."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from cii.first_steps import checklist_of
from core.accounts.actions.programmes import Start, start
from core.lifecycle import Refused

# Argument: the question, and whether an answer is needed.
QUESTIONS = {
    "name": ("Name of the programme", True),
    "prefix": ("Start of every reference, up to 8 capital letters", True),
    "funder": ("Organisation that holds the fund", True),
    "host": ("Public body that hosts the secondees", True),
    "learning_partner": ("Organisation that studies the programme (empty: none)", False),
}


class Command(BaseCommand):
    """For the machine on which the service runs; everything else is done in the admin."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (question, _) in QUESTIONS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=question)
        parser.add_argument("--slug", help="Last part of the page's address; made from the name when left out.")
        parser.add_argument("--fewest", type=int, default=1, help="We warn of fewer placements at once (1).")
        parser.add_argument("--most", type=int, default=5, help="We refuse more placements at once (5).")
        parser.add_argument("--cover-name", default="cover", help="Your word for cover, like locum pay (cover).")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        answers: dict[str, Any] = {name: self.answer(name, options) for name in QUESTIONS}
        figures = {name: options[name] for name in ("fewest", "most", "cover_name")}
        try:
            programme = start(
                Start(slug=options["slug"] or slugify(answers["name"]), **answers, **figures), at=timezone.now()
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"{programme} is made. What comes next, in the admin:")
        for step in checklist_of(programme).steps:
            self.stdout.write(f"  [{'x' if step.is_done else ' '}] {step.label} ({step.who})")

    def answer(self, name: str, options: dict[str, Any]) -> str:
        question, is_needed = QUESTIONS[name]
        given = options[name]
        if given is None and not options["no_input"]:
            given = input(f"{question}: ")
        answer = (given or "").strip()
        if is_needed and not answer:
            raise CommandError(f"{question}: give --{name.replace('_', '-')}.")
        return answer
