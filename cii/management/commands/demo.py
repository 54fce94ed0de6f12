"""Load the real programme's history and invented work for today; print who can sign in."""

import json
import logging
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from applications.models import Application
from cii.demonstration import fund, history, other_post, people, today
from core.accounts.models import User
from core.audit import chain, seals
from core.letters import models as letters
from grants.models import Grant
from secondments.models import Placement


class Command(BaseCommand):
    """Build the demonstration, again and again without doubling."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what was built as JSON")
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="add N synthetic organisations")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PUBLIC:
            raise CommandError("SITE_URL is https, so this is a real service: the demonstration stays out of it.")
        now = timezone.now()
        logging.disable(logging.INFO)  # the roles given and the trail sealed: noise in front of who can sign in
        with transaction.atomic():
            cast = people.build(now)
            programme = history.programme()
            cast = people.give_programme_roles(cast, programme, now)
            history.build(programme, cast["officer"])
            today.build(programme, cast, now)
            fund.build(programme, cast, now)
            if options["scale"]:
                _generator().build(options["scale"], cast=cast, now=now)
            seals.seal_imported(now)  # the history and the synthetic rows were written past the actions
            chain.seal_trail(now)
            # Nobody at example.org reads mail: what the building wrote counts as sent, and secrets go as they would.
            queued = letters.Letter.objects.filter(status=letters.Status.QUEUED)
            queued.filter(is_secret=True).update(body="")
            queued.update(status=letters.Status.SENT, sent_at=F("posted_at"))
        self.stdout.write(json.dumps(self.built(cast), indent=2) if options["json"] else self.told())

    def built(self, cast: dict[str, User]) -> dict[str, Any]:
        own = cast["applicant"].memberships.get().organisation_id
        applications = Application.objects.filter(organisation__name__in=self.bodies()).order_by("pk")
        shown = [application for application in applications if application.reference]
        grants = Grant.objects.filter(decision__isnull=False).order_by("pk")
        placements = Placement.objects.filter(secondee__isnull=False, grant__in=grants).order_by("pk")
        return {
            "password": people.PASSWORD,
            "people": {key: person.email for key, person in cast.items()},
            "call": today.OPEN,
            "applications": own_first(shown, own, lambda row: row.organisation_id, newest=True),
            "grants": own_first(list(grants), own, lambda row: row.organisation_id),
            "placements": own_first(
                list(placements.select_related("grant")), own, lambda row: row.grant.organisation_id
            ),
        }

    def bodies(self) -> list[str]:
        return [
            today.FIRST.organisation,
            today.SECOND.organisation,
            *(one.organisation for one in today.OTHERS.values()),
        ]

    def told(self) -> str:
        lines = [f"Everybody's password is: {people.PASSWORD}", ""]
        for person in (*people.CAST, people.CONTRIBUTOR):
            what = person.role or person.member_of or person.key.replace("_", " ").capitalize()
            lines.append(f"  {person.email:<40} {person.name:<16} {what}")
        lines += ["", f"The open call: {settings.SITE_URL}/calls/{today.OPEN}/"]
        if link := other_post.link():
            lines.append(f"Another post is offered; the proposed secondee answers at: {link}")
        return "\n".join([*lines, ""])


def own_first(rows: list[Any], own: int, organisation_of: Any, *, newest: bool = False) -> list[str]:
    ordered = sorted(rows, key=lambda row: (organisation_of(row) != own, -row.pk if newest else row.pk))
    return [row.reference for row in ordered]


def _generator() -> Any:
    try:
        return import_module("bench.generator.scale")
    except ModuleNotFoundError as absent:
        raise CommandError(
            "--scale wants the folder bench/, which is not part of the image: use a checkout."
        ) from absent
