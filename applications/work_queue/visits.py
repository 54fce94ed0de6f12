"""What waits for the office about assessment visits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from applications.actions import slot_endings
from applications.lifecycle import VisitStatus
from applications.models import Application, AssessmentVisit
from applications.work_queue.scope import day_of, in_hand, in_office, of_application
from core.accounts.models import User
from core.text import plural
from core.work_queue import Task, WorkItem, least_of, number_of

WEEK = timedelta(days=7)


def visits_over(user: User, now: datetime) -> QuerySet[AssessmentVisit]:
    return of_application(AssessmentVisit.objects.filter(status=VisitStatus.CONFIRMED), user).filter(starts_at__lt=now)


def visits_to_confirm(user: User, _now: datetime) -> QuerySet[AssessmentVisit]:
    return of_application(AssessmentVisit.objects.filter(status=VisitStatus.PROPOSED), user)


def visits_soon(user: User, now: datetime) -> QuerySet[AssessmentVisit]:
    return of_application(AssessmentVisit.objects.coming(), user).filter(starts_at__gte=now, starts_at__lt=now + WEEK)


def to_choose(user: User, now: datetime) -> QuerySet[Application]:
    return in_hand(user).filter(slot_endings.to_choose(now))


def without_times(user: User, now: datetime) -> QuerySet[Application]:
    return in_hand(user).filter(slot_endings.without_times(now))


VISITS_TO_CONFIRM = Task("proposed", AssessmentVisit, "to confirm", visits_to_confirm, in_office)
VISITS_OVER = Task("hold", AssessmentVisit, "to record as held", visits_over, in_office)
VISITS_SOON = Task("soon", AssessmentVisit, "in the next seven days", visits_soon, in_office)
VISITS_TO_CHOOSE = Task("choose", Application, "whose organisation has not chosen a visit time", to_choose, in_office)
VISITS_WITHOUT_TIMES = Task("times", Application, "with no visit time left to choose", without_times, in_office)


def office_figures(user: User, now: datetime) -> dict[str, Any]:
    return {
        "to_confirm": number_of(visits_to_confirm(user, now)),
        "confirm_by": least_of(visits_to_confirm(user, now), "starts_at"),
        "over": number_of(visits_over(user, now)),
        "soon": number_of(visits_soon(user, now)),
        "next_visit": least_of(visits_soon(user, now), "starts_at"),
        "to_choose": number_of(to_choose(user, now)),
        "without_times": number_of(without_times(user, now)),
    }


def for_the_office(found: dict[str, Any]) -> Iterator[WorkItem]:
    if count := found["to_confirm"]:
        yield WorkItem(f"{plural(count, 'visit')} to confirm", VISITS_TO_CONFIRM.url, day_of(found["confirm_by"]))
    if count := found["over"]:
        yield WorkItem(f"{plural(count, 'visit')} to record as held", VISITS_OVER.url)
    if count := found["soon"]:
        sentence = f"{plural(count, 'visit')} in the next seven days"
        yield WorkItem(sentence, VISITS_SOON.url, day_of(found["next_visit"]))
    if count := found["without_times"]:
        yield WorkItem(f"{plural(count, 'application')} with no visit time left to choose", VISITS_WITHOUT_TIMES.url)
    if count := found["to_choose"]:
        yield WorkItem(
            f"{plural(count, 'application')} whose organisation has not chosen a visit time", VISITS_TO_CHOOSE.url
        )
