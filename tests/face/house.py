"""What a visit needs to find its way: the people of the demonstration, the links of letters, and the rows behind addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Call,
    CaseMessage,
    Document,
    ExpressionOfInterest,
    PostComment,
    SlotOffer,
)
from applications.models.visit_words import needs_token
from cii.demonstration.people import APPLICANT
from core.accounts.models import Membership, Organisation, User
from core.permissions import may_read_history
from grants.models import Contribution, EvaluationReport, Grant
from learning.models import ConfidentialMessage, Finding
from secondments.models import Amendment, Milestone, Objective, OrganisationView, Placement, StartStep


@dataclass
class House:
    """The demonstration as the visitors find it."""

    people: dict[str, User]
    links: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    site: str = ""

    @property
    def own(self) -> Organisation:
        """The applicant's organisation."""
        return Organisation.objects.get(name=APPLICANT)

    @property
    def draft(self) -> Application:
        """Their application that is being written."""
        return Application.objects.get(organisation=self.own, status="draft")

    def application(self, status: str, organisation: Organisation | None = None) -> Application:
        """One in this status."""
        rows = Application.objects.filter(status=status)
        return (rows.filter(organisation=organisation) if organisation else rows).latest("pk")

    def arguments(self, thing: str) -> list[Any]:
        """What stands in the address of this thing."""
        kind, _, state = thing.partition(" ")
        return getattr(self, f"of_{kind}")(state)

    def of_(self, state: str) -> list[Any]:
        """An address without a thing."""
        return []

    def of_say(self, words: str) -> list[Any]:
        """Words that stand in the address themselves."""
        return words.split()

    def of_passkey(self, state: str) -> list[Any]:
        """The one passkey there is."""
        return [Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk]

    def of_mail(self, which: str) -> list[Any]:
        """What came by mail."""
        return [self.links[which]]

    def of_muddled(self, what: str) -> list[Any]:
        """The draft call in which the check finds things."""
        return [Call.objects.get(slug="reading-rooms-draft").pk]

    def of_draft(self, section: str) -> list[Any]:
        """The draft, or one section of it."""
        if section == "call":
            return [Call.objects.get(slug="still-a-draft").pk]
        return [self.draft.reference or self.draft.draft_reference, *section.split()]

    def of_entered(self, state: str) -> list[Any]:
        """The application that the office enters from paper."""
        return [Application.objects.get(entered_by__isnull=False).draft_reference]

    def of_rehearsal(self, state: str) -> list[Any]:
        """An officer's rehearsal of the form."""
        return [Application.objects.get(is_rehearsal=True).draft_reference]

    def of_application(self, status: str) -> list[Any]:
        """The applicant's own application in this status."""
        return [self.application(status, self.own).reference]

    def of_message(self, state: str) -> list[Any]:
        """The message of the office to the applicant's organisation."""
        message = CaseMessage.objects.get(application__organisation=self.own, party="organisation")
        return [message.application.reference, message.pk]

    def of_expression(self, status: str) -> list[Any]:
        """An expression of interest in this status."""
        return [ExpressionOfInterest.objects.get(status=status).reference]

    def of_submitted(self, state: str) -> list[Any]:
        """An application handed in to the open call, by somebody else."""
        return [Application.objects.get(status="submitted", call__slug="welcome-open").reference]

    def of_offered(self, state: str) -> list[Any]:
        """An application whose organisation may choose a time for the visit."""
        return [SlotOffer.objects.earliest("pk").application.reference]

    def of_contribution(self, state: str) -> list[Any]:
        """The first contribution to the fund."""
        return [Contribution.objects.earliest("pk").pk]

    def of_given(self, state: str) -> list[Any]:
        """The contribution of the invented organisation."""
        return [Contribution.objects.get(funder__memberships__person=self.people["contributor"]).pk]

    def of_earlier(self, what: str) -> list[Any]:
        """A grant from before this service."""
        return [Grant.objects.filter(is_illustrative=True).earliest("pk").reference]

    def of_needs(self, capacity: str) -> list[Any]:
        """The link by which one of those who come to the next visit says what they need."""
        return [needs_token(Attendee.objects.get(visit__status="confirmed", capacity=capacity))]

    def of_visit(self, status: str) -> list[Any]:
        """A visit in this status."""
        return [AssessmentVisit.objects.filter(status=status).latest("pk").uid]

    def of_closed(self, state: str) -> list[Any]:
        """The call that has closed."""
        return [Call.objects.get(slug="belonging-closed").pk]

    def of_own(self, what: str) -> list[Any]:
        """The applicant's organisation, an invitation of it, or a person in it."""
        if what == "invitation":
            return [self.own.pk, self.own.invitations.latest("pk").pk]
        if what == "person":
            return [self.own.pk, Membership.objects.get(organisation=self.own, person=self.people["signatory"]).pk]
        return [self.own.pk]

    def of_grant(self, status: str) -> list[Any]:
        """A grant in this status; the rival's is the one offered, the applicant's the one that runs."""
        rows = Grant.objects.filter(status=status, decision__isnull=False)
        if status == "accepted":
            rows = rows.filter(agreement__isnull=False)  # the one that waits for signatures
        elif status == "offered":
            rows = rows.filter(organisation=self.people["rival"].memberships.get().organisation)
        own = rows.filter(organisation=self.own)
        return [(own or rows).latest("pk").reference]

    def of_change(self, what: str) -> list[Any]:
        """The change that is asked for, or the kind of one that the applicant can ask for."""
        if what == "asked":
            amendment = Amendment.objects.get(status="asked")
            return [amendment.grant.reference, amendment.number]
        return [*self.of_grant("active"), what]

    def of_drafted(self, what: str) -> list[Any]:
        """A post that is drafted, or its comment that waits for an answer."""
        comment = PostComment.objects.get(answered_at=None)
        return [comment.post_id, comment.pk] if what == "comment" else [comment.post_id]

    def of_confidence(self, state: str) -> list[Any]:
        """A message in confidence that waits for its answer."""
        return [ConfidentialMessage.objects.get(answered_at=None).pk]

    def of_unplaced(self, state: str) -> list[Any]:
        """A grant agreed that waits for its placement."""
        return [Grant.objects.get(status="agreed", placement=None, decision__isnull=False).reference]

    def of_report(self, status: str) -> list[Any]:
        """A report in this status."""
        rows = EvaluationReport.objects.filter(status=status)
        report = (rows.filter(grant__organisation=self.own) or rows).earliest("pk")
        return [report.grant.reference, report.number]

    def placement(self, state: str) -> Placement:
        """The secondee's own, the one that prepares, or one whose organisation has handed in a report."""
        if state == "preparing":
            return Placement.objects.get(status="preparing", secondee__isnull=False)
        if state == "report":
            return Placement.objects.filter(grant__reports__in=EvaluationReport.objects.handed_in()).earliest("pk")
        return Placement.objects.get(secondee=self.people["secondee"])

    def of_placement(self, state: str) -> list[Any]:
        """A placement."""
        return [self.placement(state).reference]

    def of_step(self, kind: str) -> list[Any]:
        """A step before the start: by its status in the placement that prepares."""
        steps = StartStep.objects.filter(placement=self.placement("preparing"))
        step = steps.filter(**{"waiver_asked_by__isnull": False} if kind == "asked" else {"status": kind}).first()
        assert step is not None, StartStep.objects.filter(placement=self.placement("preparing")).values(
            "kind", "status"
        )
        return [step.placement.reference, step.kind]

    def of_plan(self, what: str) -> list[Any]:
        """The workplan's objective, or milestone."""
        objective = Objective.objects.filter(workplan__placement=self.placement("")).earliest("pk")
        if what == "milestone":
            return [self.placement("").reference, Milestone.objects.filter(objective=objective).earliest("pk").pk]
        return [self.placement("").reference, objective.pk]

    def of_part(self, part: str) -> list[Any]:
        """A part in the placement that prepares."""
        return [self.placement("preparing").reference, part]

    def of_concern(self, state: str) -> list[Any]:
        """A concern about a workplan, not yet answered."""
        view = OrganisationView.objects.filter(view="concern").latest("pk")
        return [view.workplan.placement.reference, view.pk]

    def of_finding(self, state: str) -> list[Any]:
        """A finding."""
        return [Finding.objects.earliest("pk").pk]

    def of_assessment(self, state: str) -> list[Any]:
        """Somebody's assessment: `gla_assessor begun`."""
        key, status = state.split()
        return [Assessment.objects.filter(assessor=self.people[key], status=status).earliest("pk").pk]

    def of_document(self, kind: str) -> list[Any]:
        """A file of the applicant's."""
        document = Document.objects.filter(application__organisation=self.own, kind=kind).latest("uploaded_at")
        return [document.application.reference, document.pk]

    def address(self, name: str, thing: str) -> str:
        """The address of a named page of ours."""
        if thing.startswith("/"):
            return thing.replace("=shortlisted", f"={self.application('shortlisted').pk}")
        if thing == "mail welcome":
            return urlsplit(self.links["welcome"]).path
        return reverse(name, args=self.arguments(thing.partition("?")[0].strip()))

    # --- The admin ---

    def desk(self, key: str) -> Any:
        """A request of this person, as the admin asks for one."""
        request = RequestFactory().get("/admin/")
        request.user = self.people[key]
        request.arrived_at = timezone.now()  # type: ignore[attr-defined]
        return request

    def at_desk(self, label: str, kind: str) -> tuple[str, str] | None:
        """Who opens this page of a model's admin, and at which address; None where nobody may."""
        admin = next(found for model, found in site._registry.items() if model._meta.label_lower == label)
        base = f"admin:{label.replace('.', '_')}"
        for key in (key for key, person in self.people.items() if person.is_staff):
            request = self.desk(key)
            if kind == "changelist" and admin.has_module_permission(request):
                return key, reverse(f"{base}_changelist")
            if kind == "add" and admin.has_add_permission(request):
                return key, reverse(f"{base}_add")
            if kind in {"change", "history", "delete"}:
                for row in admin.get_queryset(request).order_by("-pk")[:40]:
                    may = admin.has_delete_permission if kind == "delete" else admin.has_view_permission
                    is_told = kind != "history" or may_read_history(request.user, row)
                    if is_told and may(request, row):
                        return key, reverse(f"{base}_{kind}", args=[row.pk])
            if kind.startswith("step ") and (row := row_to_step(admin, request, kind[5:])):
                return key, reverse(f"{base}_step", args=[row.pk, kind[5:]])
        return None


def row_to_step(admin: Any, request: Any, step: str) -> Any:
    """A row on which this person can take this step now."""
    rows = admin.get_queryset(request)[:60]
    may = admin.steps[step].permission
    shown = (row for row in rows if admin.is_possible(step, row) and request.user.has_perm(may, row))
    return next((row for row in shown if not admin.steps[step].refusal(row, request.arrived_at)), None)
