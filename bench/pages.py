"""Which pages are measured, as whom, and beside which yardstick; and the sessions of those who ask."""

import os
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the setting up
from django.test import Client  # noqa: E402

from applications.actions import names, score_boxes  # noqa: E402
from applications.admin.forms import ScoreForm  # noqa: E402
from applications.models import Application, Assessment  # noqa: E402
from cii.demonstration.people import CAST  # noqa: E402
from core.accounts.models import User  # noqa: E402
from grants.models import Grant  # noqa: E402
from secondments.models import Placement  # noqa: E402

LIST, ONE, STOCK = "bare view, 50 rows", "bare view, one row", "stock admin, 50 rows"
SAVE = "bare save, one row"


@dataclass(frozen=True)
class Page:
    """A page: its name, who asks for it, and how many times its yardstick it may take."""

    name: str
    who: str
    address: str
    beside: str = ""
    reach: float = 0
    typed: dict[str, str] | None = None
    turns: tuple[tuple[User, str], ...] = ()

    def at(self, turn: int) -> tuple[str, str]:
        """Who goes where this turn: what can be done once only is done by another applicant each time."""
        if not self.turns:
            return self.who, self.address
        _, draft = self.turns[turn]
        return f"lead of {draft}", self.address.replace(self.turns[-1][1], draft)


def pages() -> list[Page]:
    synthetic = Application.objects.filter(reference__startswith="S0", status="shortlisted").order_by("pk")
    application = synthetic.filter(assessments__assessor__email=email_of("trust_assessor")).first()
    assert application is not None
    finished = Assessment.objects.get(application=application, assessor__email=email_of("trust_assessor"))
    own = Assessment.objects.filter(application__in=synthetic, assessor__email=email_of("gla_assessor"))
    begun = own.filter(status="begun").earliest("pk")
    undecided = Application.objects.filter(status="shortlisted", decisions__isnull=True).earliest("pk")
    placement = Placement.objects.filter(grant__reference__startswith="S0", status="active").earliest("pk")
    grant = Grant.objects.filter(reference__startswith="S0", status="active").earliest("pk")
    admin = "/admin/applications/"
    one = f"/bench/one/{application.reference}/"
    return [
        Page(LIST, "officer", "/bench/list/"),
        Page(ONE, "officer", one),
        Page(STOCK, "officer", "/bench/admin/applications/application/"),
        Page("applications, as officer", "officer", f"{admin}application/", STOCK, 1.25),
        Page("applications, with a search word", "officer", f"{admin}application/?q=organisation+11", STOCK, 2),
        Page("assessments, as assessor", "trust_assessor", f"{admin}assessment/", STOCK, 1.25),
        Page("one application, as officer", "officer", f"{admin}application/{application.pk}/change/", ONE, 6),
        Page("scoring, as assessor", "gla_assessor", f"{admin}assessment/{begun.pk}/change/", ONE, 3),
        Page("scores given, as assessor", "trust_assessor", f"{admin}assessment/{finished.pk}/change/", ONE, 3),
        Page(
            "save of scores", "gla_assessor", f"{admin}assessment/{begun.pk}/change/", SAVE, 3, typed=scores_of(begun)
        ),
        Page("decision to record", "officer", f"/admin/grants/decision/add/?application={undecided.pk}", ONE, 6),
        Page("scores side by side", "officer", f"{admin}call/{application.call_id}/matrix/"),
        Page("staff home", "officer", "/home/", LIST, 2),
        Page("admin's front page", "officer", "/admin/", LIST, 2),
        Page("published awards", "nobody", "/grants/", LIST, 4),
        Page("one grant, as officer", "officer", f"/grants/{grant.reference}/", ONE, 6),
        Page("placements, as officer", "officer", "/placements/", LIST, 4),
        Page("one placement", "officer", f"/placements/{placement.reference}/", ONE, 8),
        Page("its workplan", "officer", f"/placements/{placement.reference}/workplan/", ONE, 8),
        Page("week board", "line_manager", "/placements/week/", LIST, 4),
        Page("placements as CSV", "learning", "/learning/exports/placements.csv"),
        Page("awards as 360Giving JSON", "nobody", "/grants/360giving.json"),
    ]


def scores_of(assessment: Assessment) -> dict[str, str]:
    criteria, texts = names.turn_of(assessment).open, score_boxes.saved(assessment)
    form = ScoreForm(None, criteria=criteria, texts=texts, by=assessment.assessor)
    holds = {name: str(form[name].value() or "") for name in form.fields}
    given = {f"score_{one.letter}": "3" for one in criteria} | {
        f"reason_{one.letter}": "As they say." for one in criteria
    }
    return holds | given | {"overall_view": "Good.", "do": "save"}


def call_page() -> Page:
    from bench import drafts

    return Page("call, as the public", "nobody", drafts.the_call().get_absolute_url(), ONE, 6)


def applying_pages(times: int) -> tuple[list[Page], dict[str, str]]:
    """What an applicant meets on the way, and their sessions: so many drafts are there to submit, one a turn."""
    from bench import drafts

    ready = drafts.ready(times)
    lead, draft = ready[-1]
    own = f"/applications/{draft}/"
    section, typed = drafts.written(draft, "experience", by=lead)
    rows = [
        Page(SAVE, "lead", f"/bench/save/{draft}/", typed={"contact_phone": "020 7946 0100"}),
        call_page(),
        Page("call, signed in", "lead", drafts.the_call().get_absolute_url(), ONE, 6),
        Page("task list", "lead", own, ONE, 6),
        Page("a section", "lead", section, ONE, 6),
        Page("the secondment with its sheet", "lead", f"{own}secondment/", ONE, 6),
        Page("check your answers", "lead", f"{own}check/", ONE, 6),
        Page("save of a section", "lead", section, SAVE, 4, typed=typed),
        Page("submit", "lead", f"{own}submit/", SAVE, typed={"declaration": "on"}, turns=tuple(ready)),
    ]
    cookies = {f"lead of {draft}": session_of(lead) for lead, draft in ready}
    return rows, cookies | {"lead": session_of(lead)}


def email_of(key: str) -> str:
    return next(person.email for person in CAST if person.key == key)


def sessions() -> dict[str, str]:
    """A session's cookie for each who asks; nobody has none."""
    cookies = {"nobody": ""}
    for key in ("officer", "trust_assessor", "gla_assessor", "line_manager", "learning"):
        cookies[key] = session_of(User.objects.get(email=email_of(key)))
    return cookies


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
