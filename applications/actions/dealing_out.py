"""Assessors dealt out for a whole call: one of each side for every application, evenly and around conflicts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from applications.actions.assessments import assign
from applications.actions.shortlisting import refuse_before_close
from applications.dealing import deal
from applications.lifecycle import OPEN_ASSESSMENT, AssessmentStatus, Status
from applications.models import Application, Assessment, Call, Candidate, Interest
from applications.models.assessment import Party
from applications.rules.assessments import people_who_assess
from applications.rules.cases import to_declare_on
from core.accounts.models import Membership, User
from core.lifecycle import Refused
from core.permissions import check
from core.visibility import visible

ASSESSED = (Status.SUBMITTED, Status.SHORTLISTED)
STANDS = (*OPEN_ASSESSMENT, AssessmentStatus.COMPLETE)


@dataclass(frozen=True)
class Proposal:
    """One application, the side that has no assessor, and who is proposed; nobody where everybody has a conflict."""

    application: Application
    side: Party
    assessor: User | None

    @property
    def key(self) -> str:
        return f"{self.application.pk}:{self.side}:{self.assessor.pk if self.assessor else ''}"


@dataclass
class Dealt:
    """What was assigned, and what was refused, each with its sentence."""

    assigned: list[Assessment] = field(default_factory=list)
    refused: list[tuple[Application, str]] = field(default_factory=list)


def in_need(call: Call, user: User) -> QuerySet[Application]:
    """The applications to the call before assessors, of those that the person deals with and has declared on."""
    rows = visible(Application, user).filter(call=call, status__in=ASSESSED, is_rehearsal=False)
    rows = rows.exclude(pk__in=to_declare_on(user))
    return rows.select_related("organisation", "post").order_by("reference")


def propose(call: Call, *, by: User) -> list[Proposal]:
    """Who would assess what has no assessor of a side yet; nothing is changed. The same queries for any number."""
    check(by, "applications.deal_out_call", call)
    applications = list(in_need(call, by))
    standing = Assessment.objects.filter(application__in=applications, status__in=STANDS)
    has = set(standing.values_list("application", "party"))
    found = []
    for side in Party:
        needing = [one for one in applications if (one.pk, side) not in has]
        people = list(people_who_assess(side, call.programme).order_by("name", "pk"))
        chosen = deal(
            [one.pk for one in needing],
            [person.pk for person in people],
            barred=barred(needing, people),
            load=load(people),
        )
        by_key = {person.pk: person for person in people}
        found += [Proposal(one, side, by_key.get(chosen.get(one.pk, 0))) for one in needing]
    return sorted(found, key=lambda one: (one.application.reference or "", one.side))


def load(people: Iterable[User]) -> dict[int, int]:
    """How many assessments each person has still to finish."""
    waiting = Assessment.objects.filter(assessor__in=list(people), status__in=OPEN_ASSESSMENT).order_by()
    return dict(waiting.values_list("assessor").annotate(number=Count("pk")))


def barred(applications: list[Application], people: list[User]) -> set[tuple[int, int]]:
    """Who must not assess what: members of the organisation, the proposed secondee, the conflicted, those asked."""
    memberships = Membership.objects.filter(person__in=people).values_list("organisation", "person")
    of_organisation: dict[int, list[int]] = {}
    for organisation, person in memberships:
        of_organisation.setdefault(organisation, []).append(person)
    found = {(one.pk, person) for one in applications for person in of_organisation.get(one.organisation_id, ())}
    keys = [one.pk for one in applications]
    declared = Interest.objects.binding().filter(application__in=keys, person__in=people)
    found |= set(declared.values_list("application", "person"))
    found |= set(Assessment.objects.filter(application__in=keys).values_list("application", "assessor"))
    by_email = {person.email.lower(): person.pk for person in people}
    named = Candidate.objects.filter(application__in=keys).values_list("application", "email", "corrected_email")
    for key, *emails in named:
        found |= {(key, by_email[email.lower()]) for email in emails if email and email.lower() in by_email}
    return found


@transaction.atomic
def deal_out(call: Call, *, chosen: Iterable[str], by: User, at: datetime) -> Dealt:
    """Assign what was chosen of a preview, each by its `Proposal.key`; what is no longer possible is left and told.

    Raises Refused before the call has closed and when nothing is chosen.
    """
    check(by, "applications.deal_out_call", call)
    applications = {str(one.pk): one for one in in_need(call, by).select_related("call__programme")}
    result = Dealt()
    for key in dict.fromkeys(chosen):
        pk, side, person = (*key.split(":"), "", "")[:3]
        application = applications.get(pk)
        assessor = User.objects.filter(pk=person).first() if person.isdecimal() else None
        if application is None or assessor is None or side not in Party.values:
            raise Refused("The list has changed since you opened it. Look at it again.", code="changed_meanwhile")
        refuse_before_close(application, at, "Assessment")
        try:
            with transaction.atomic():
                result.assigned.append(assign(application, assessor=assessor, party=side, by=by, at=at))
        except Refused as refusal:
            result.refused.append((application, refusal.sentence))
    if not result.assigned and not result.refused:
        raise Refused("Choose at least one assessor to assign.")
    return result
