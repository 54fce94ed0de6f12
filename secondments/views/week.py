"""The week board: who is in on which day."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.requests import Personal
from core.dates import bank_holiday, london
from core.visibility import visible
from secondments.lifecycle import PlacementStatus
from secondments.models import WEEK, Placement
from secondments.visibility import board_placements

PER_PAGE = 50
SEVEN_DAYS = timedelta(days=7)


@require_safe
@login_required
def placement_week(request: Personal) -> HttpResponse:
    """Show one week, this one unless the address says another (?week=2026-W47); on a weekend, the coming one."""
    today = london(request.arrived_at).date()
    asked = request.GET.get("week", "")
    current = current_monday(today)
    monday = monday_of(asked) if asked else current
    is_unknown = monday is None
    monday = monday or current
    days = [monday + timedelta(days=number) for number in range(len(WEEK))]
    rows = (
        board_placements(request.user)
        .exclude(status__in=[PlacementStatus.PREPARING, PlacementStatus.CALLED_OFF])
        .filter(starts_on__lte=days[-1], ends_on__gte=days[0])
        .select_related("grant__organisation", "secondee", "line_manager")
        .order_by("secondee__name", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "days": [{"day": day, "is_today": day == today, "holiday": bank_holiday(day)} for day in days],
        "board": [{"placement": row, "cells": [cell(row, day) for day in days]} for row in page],
        "own": set(
            visible(Placement, request.user).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)
        ),
        "week": week_name(monday),
        "previous": week_name(monday - SEVEN_DAYS),
        "next": week_name(monday + SEVEN_DAYS),
        "monday": monday,
        "friday": days[-1],
        "is_this_week": monday == current,
        "is_coming": today < current,
        "unknown": asked if is_unknown else "",
    }
    return render(request, "secondments/placement_week.html", context)


def cell(placement: Placement, day: date) -> dict[str, Any]:
    ends_on = placement.ends_on
    if placement.ended_at:
        ends_on = min(ends_on, london(placement.ended_at).date())
    if not placement.starts_on <= day <= ends_on:
        return {"is_in": False, "why": "no placement"}
    if bank_holiday(day):
        return {"is_in": False, "why": "bank holiday"}
    if not placement.day_names:
        return {"is_in": False, "why": "days not chosen"}
    return {"is_in": placement.working_days[day.weekday()], "why": ""}


def current_monday(today: date) -> date:
    """The Monday of this week; on Saturday and Sunday, when the week is over, that of the next."""
    return today - timedelta(days=today.weekday()) + (SEVEN_DAYS if today.weekday() >= len(WEEK) else timedelta())


def monday_of(week: str) -> date | None:
    """The day on which "2026-W47" begins; None for anything that is not a week."""
    try:
        monday = date.fromisoformat(f"{week}-1") if len(week) == len("2026-W47") else None
    except ValueError:
        return None
    earliest, latest = date(2000, 1, 3), date(2100, 1, 4)
    return monday if monday and "W" in week and earliest <= monday <= latest else None


def week_name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
