"""Check again every promise that the tables must keep; exit non-zero on a breach."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils import timezone

from applications.lifecycle import AssessmentStatus, CallStatus, CandidateStatus, Status
from applications.models import Application, Assessment, LateAdmission, Score
from core import events
from core.audit import immutability
from core.audit.models import TriggerBypass
from core.documents import store
from grants.lifecycle import AWARDED, GrantStatus
from grants.models import Agreement, Decision, Grant, Instalment, Signature
from secondments import capacity
from secondments.lifecycle import PlacementStatus, StartStepStatus
from secondments.models import Placement, StartStep

IN_BLOCKS = 2000
HOUR = timedelta(hours=1)  # no grace is longer


def sums() -> Iterator[str]:
    """A grant is the sum of its lines; its instalments add up to it."""
    of_lines = Grant.objects.annotate(of_lines=Sum("lines__amount")).exclude(of_lines=F("total"))
    for reference in of_lines.values_list("reference", flat=True).iterator(IN_BLOCKS):
        yield f"{reference}: the lines do not add up to the total"
    scheduled = Grant.objects.annotate(parts=Count("instalments"), of_parts=Sum("instalments__amount"))
    for grant in scheduled.filter(parts__gt=0).exclude(of_parts=F("total")).iterator(IN_BLOCKS):
        yield f"{grant.reference}: the instalments do not add up to the total"


def money() -> Iterator[str]:
    """Nothing is prepared or paid before a signed agreement."""
    moved = Instalment.objects.exclude(status="scheduled").exclude(grant__status__in=AWARDED)
    for instalment in moved.select_related("grant"):
        yield f"{instalment}: touched although the grant is {instalment.grant.get_status_display()}"


def signatures() -> Iterator[str]:
    """A signature is of the document that is stored; an agreed grant made here has both."""
    for signature in Signature.objects.exclude(sha256=F("agreement__sha256")).select_related("agreement__grant"):
        yield f"{signature.agreement.grant}: a signature is of another document"
    half = Agreement.objects.annotate(signed=Count("signatures")).filter(grant__status__in=AWARDED, signed__lt=2)
    for agreement in half.select_related("grant"):
        yield f"{agreement.grant}: agreed with fewer than two signatures"


def outcomes() -> Iterator[str]:
    """A grant and the application it came from say the same."""
    pairs = {GrantStatus.OFFERED: Status.OFFERED, GrantStatus.DECLINED: Status.OFFER_DECLINED}
    awards = Decision.objects.filter(outcome="award", status="released").select_related("application", "grant")
    seen = ("application__reference", "application__draft_reference", "application__status", "grant__status")
    for decision in awards.only("outcome", "status", *seen).iterator(IN_BLOCKS):
        expected = pairs.get(GrantStatus(decision.grant.status), Status.ACCEPTED)
        if decision.application.status != expected:
            yield f"{decision.application}: {decision.application.status} although its grant is {decision.grant.status}"
    unsure = Application.objects.exclude(status__in=[Status.DRAFT, Status.WITHDRAWN]).filter(version=0)
    for application in unsure.iterator(IN_BLOCKS):
        yield f"{application}: submitted without a version"


def people() -> Iterator[str]:
    """What was submitted was confirmed by its proposed secondee; whoever scored had no conflict."""
    asked = Application.objects.filter(status=Status.SUBMITTED, candidates__isnull=False)
    confirmed = asked.filter(candidates__status=CandidateStatus.CONFIRMED)
    for application in asked.exclude(pk__in=confirmed.values("pk")).distinct():
        yield f"{application}: submitted without the proposed secondee's confirmation"
    complete = Assessment.objects.filter(status=AssessmentStatus.COMPLETE)
    conflicted = complete.filter(
        application__interests__person=F("assessor"), application__interests__has_conflict=True
    )
    for assessment in conflicted:
        yield f"{assessment}: complete in spite of a conflict of interest"
    for score in Score.objects.filter(assessment__status=AssessmentStatus.COMPLETE).filter(
        Q(score__isnull=True) | Q(reason="")
    ):
        yield f"{score.assessment}: complete without a score or a reason"


def ways_in() -> Iterator[str]:
    """Nobody rehearses a call that is out; after the close only who was let in by a second person has begun."""
    for rehearsal in Application.objects.filter(is_rehearsal=True).exclude(call__status=CallStatus.DRAFT):
        yield f"{rehearsal}: a rehearsal of a call that is {rehearsal.call.get_status_display()}"
    let_in = LateAdmission.objects.filter(
        call=OuterRef("call"), organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    after = Application.objects.filter(started_at__gt=F("call__closes_at") + HOUR, entered_by=None, invitation=None)
    for application in after.exclude(Exists(let_in)).iterator(IN_BLOCKS):
        yield f"{application}: begun after the close by an organisation that was not admitted late"


def placements() -> Iterator[str]:
    """No start with a step open; never more at once than the programme takes."""
    settled = [StartStepStatus.DONE, StartStepStatus.WAIVED]
    started = StartStep.objects.exclude(status__in=settled).exclude(placement__status=PlacementStatus.PREPARING)
    for step in started.select_related("placement"):
        yield f"{step}: open although the placement has started"
    terms: dict[int, list[tuple[Any, Any]]] = {}
    called_off = Q(status=PlacementStatus.ENDED, started_at=None, grant__status=GrantStatus.ENDED_EARLY)
    rows = Placement.objects.exclude(called_off).values_list("grant__programme", "starts_on", "ends_on")
    for programme, starts_on, ends_on in rows.iterator(IN_BLOCKS):
        terms.setdefault(programme, []).append((starts_on, ends_on))
    most = dict(Placement.objects.values_list("grant__programme", "grant__programme__most_placements").distinct())
    for programme, pairs in terms.items():
        if capacity.busiest(pairs).count > most[programme]:
            yield f"programme {programme}: more placements at once than it takes"


def content() -> Iterator[str]:
    """Every trigger that keeps content frozen is as it should be, and no bypass was left behind."""
    for name in immutability.missing():
        yield f"{name}: this trigger is missing, switched off or another; run manage.py migrate"
    if TriggerBypass.objects.exists():
        yield f"{TriggerBypass._meta.db_table}: a row was left there, so nothing is frozen; delete it"


def constraints() -> Iterator[str]:
    """Every row still satisfies the CHECKs that its model declares."""
    from django.apps import apps

    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                broken = model._base_manager.filter(~Q(constraint.condition))
                if broken.exists():
                    yield f"{model._meta.label}: {constraint.name}"


def documents() -> Iterator[str]:
    """No document was given up or waits for long; an agreement has the hash of its stored document."""
    for document in store.overdue(timezone.now(), HOUR).values_list("name", "status", "problem").iterator(IN_BLOCKS):
        yield "{}: this document is not made ({}). {}".format(*document)
    other = Agreement.objects.filter(document__isnull=False).exclude(sha256__in=["", F("document__sha256")])
    for agreement in other.select_related("grant"):
        yield f"{agreement}: its hash is not that of its document"


def leftovers() -> Iterator[str]:
    """Nothing that waits, reminds, invites or counts is about something that has ended."""
    yield from events.leftovers(timezone.now())


CHECKS = (sums, money, signatures, outcomes, people, ways_in, placements, documents, leftovers, content, constraints)


class Command(BaseCommand):
    """Go through every check."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each breach; say so when there is none."""
        breaches = [breach for check in CHECKS for breach in check()]
        for breach in breaches:
            self.stderr.write(breach)
        if breaches:
            raise CommandError(f"{len(breaches)} promises are broken.")
        self.stdout.write("Every promise holds.")
