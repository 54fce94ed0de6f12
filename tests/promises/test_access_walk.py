"""The access walk: no list of the admin answers by a column that it does not show, whoever asks and in whatever way."""

import os
from collections import Counter
from zlib import crc32

import pytest
from django.contrib import admin
from django.contrib.admin.utils import lookup_field
from django.db import IntegrityError, transaction
from django.db.models import CharField, DateField, DecimalField, IntegerField, TextField
from django.test import RequestFactory
from django.urls import resolve, reverse

from applications.actions import assessments
from applications.models import Application, Assessment, Score
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.money.fields import MoneyField
from core.promises import own_models
from tests.accounts.factories import person_with
from tests.applications import factories as applications
from tests.cast import PUBLIC

pytestmark = pytest.mark.django_db

LISTS = dict(admin.site._registry)
CELLS = 900_000  # columns asked: more with each model and each column
COLUMNS, ANSWERS = 130, 900  # hidden columns that are changed, and ways to ask for a list, of ten in ten
TWICE = {
    "second_officer",
    "other_officer",
    "director",
    "unassigned",
    "superuser",
}  # who reads what somebody else in the cast reads
# Of the ways to ask for a list three in ten, by their words, the same in every run; `make soak` asks all of them.
PARTS_OF_TEN = int(os.environ.get("TENTHS", "3"))
LOOKUPS = ("", "__exact", "__gte", "__startswith", "__isnull")
TWO_ROLES = {
    "officer and assessor": (Role.OFFICER, Role.FUNDER_ASSESSOR),
    "committee and assessor": (Role.COMMITTEE, Role.HOST_ASSESSOR),
    "director and officer": (Role.DIRECTOR, Role.OFFICER),
}


@pytest.fixture
def readers(cast):
    """Everybody of the cast, and people with two roles; the assessors among them were asked and have not declared."""
    programme = applications.programme()
    people = {part: cast.afresh(part) for part in cast.people if part != PUBLIC}
    for part, roles in TWO_ROLES.items():
        works_for = programme.host if Role.HOST_ASSESSOR in roles else programme.funder
        people[part] = person = person_with(*roles, works_for=works_for, name=part)
        if "assessor" in part:
            party = "host" if works_for == programme.host else "funder"
            at = applications.ASSESSING
            for state in ("shortlisted", "rival's"):
                thing = cast.things["application"][state]
                assessments.assign(thing, assessor=person, party=party, by=cast.second_officer, at=at)
    people["superuser"] = User.objects.create_superuser("root@example.org", name="Root", password="x" * 20)
    return {part: User.objects.get(pk=person.pk) for part, person in people.items()}


def asks(model, person, **asked):
    """The request of this person for the list of this model."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    request = RequestFactory().get(address, asked)
    request.user, request.resolver_match, request.arrived_at = person, resolve(address), applications.DECIDING
    return request


def opened_by(readers):
    """Who may open which list: (model, its admin, part, person)."""
    return [
        (model, rows, part, person)
        for model, rows in LISTS.items()
        for part, person in readers.items()
        if person.is_staff and rows.has_view_or_change_permission(asks(model, person))
    ]


# --- Filters ---


def relations(model):
    return [field for field in model._meta.get_fields() if field.related_model and not getattr(field, "hidden", False)]


def columns(model, *, deep=2, before=""):
    """Every column of the model, and of what it is related to, as paths of look-ups."""
    yield from (f"{before}{field.name}" for field in model._meta.concrete_fields)
    for relation in relations(model) if deep else ():
        yield from columns(relation.related_model, deep=deep - 1, before=f"{before}{relation.name}__")


def offered(model, rows):
    """The look-ups that the filters which the list shows ask for."""
    paths = [one if isinstance(one, str) else one[0] for one in rows.list_filter if isinstance(one, str | tuple)]
    yield from (one.parameter_name for one in rows.list_filter if isinstance(one, type))
    yield from (f"{path}{lookup}" for path in paths for lookup in ("", "__exact", "__isnull", "__id__exact"))
    dates = [path for path in paths if "__" not in path and isinstance(model._meta.get_field(path), DateField)]
    yield from (f"{path}__gte" for path in {*dates, rows.date_hierarchy})


def test_a_list_answers_the_filters_that_it_shows_and_no_other_column_two_relations_deep(readers):
    cells, wrong = Counter(), []
    for model, rows, part, person in opened_by(readers):
        request, shown = asks(model, person), set(offered(model, rows))
        asked = [f"{path}{lookup}" for path in columns(model) for lookup in LOOKUPS]
        cells[part] += len(asked)
        answered = {lookup for lookup in asked if rows.lookup_allowed(lookup, "1", request)}
        wrong += [f"{part} {model._meta.label} {lookup}" for lookup in answered - shown]
    assert wrong == []
    assert set(TWO_ROLES) | {"declared", "committee", "finance", "administrator", "officer"} <= set(cells)
    assert sum(cells.values()) > CELLS


# --- Order, search and cells ---

# What the lists show to those who may open them, and so may change their answer. What is not words or a figure (dates,
# statuses, ticks, which row belongs to which) decides who sees a row: none of it is changed here.
SHOWN = {
    "accounts.Organisation": "name aliases charity_number company_number society_number",
    "accounts.Programme": "name reference_prefix fewest_placements most_placements",
    "accounts.User": "name email",
    "applications.Application": "reference draft_reference days_per_week",
    "applications.AssessmentVisit": "place",
    "applications.Call": "title",
    "applications.CallInvitation": "invited email uses most_uses",
    "applications.CaseMessage": "subject",
    "applications.CaseNote": "text",
    "applications.Candidate": "name",
    "applications.Criterion": "weight",
    "applications.ExpressionOfInterest": "reference about",
    "applications.Goal": "title from_year to_year",
    "applications.Post": "job_title",
    "applications.Score": "score",
    "applications.Strand": "title from_year to_year",
    "applications.VisitSlot": "place",
    "audit.Entry": "event thing_type thing_id thing_label",
    "documents.GeneratedDocument": "name kind thing_type thing_id attempts",
    "governance.Body": "name quorum",
    "governance.Meeting": "note",
    "grants.Grant": "reference total",
    "grants.BankAccount": "last_four",
    "grants.PaymentRun": "number payments total payment_reference",
    "grants.Repayment": "amount reference",
    "grants.Instalment": "number amount payment_reference",
    "grants.EvaluationReport": "number",
    "letters.Letter": "subject to_email key template case about",
    "letters.LetterWording": "number template",
    "letters.Mailing": "subject count calls statuses parts",
    "rights.RightsRequest": "reference email",
    "saved_lists.SavedList": "name listing",
    "secondments.Placement": "reference",
}
# Once read through the address of a list, to the penny or letter by letter.
SECRETS = {
    *("accounts.User.password", "letters.Letter.body", "grants.Grant.current_salary"),
    *("applications.Application.current_salary", "applications.Application.hold_reason"),
    *("applications.Application.declared_conflicts", "applications.Application.other_funding"),
}


def hidden():
    """Each column of words or figures that no list shows, with its rows in its order."""
    for model in own_models():
        shown = SHOWN.get(model._meta.label, "").split()
        for field in model._meta.local_concrete_fields:
            is_kept = field.primary_key or field.remote_field or field.choices or field.name in shown
            if isinstance(field, CharField | TextField | DecimalField | IntegerField | MoneyField) and not is_kept:
                rows = model._base_manager.exclude(**{f"{field.name}__isnull": True}).order_by(field.name)
                if rows:
                    yield field, list(rows)


def turn_round(field, rows):
    """Give each row another value, so that their order by this field turns round; False where a CHECK refuses."""
    before = [getattr(row, field.name) for row in rows]
    for place, row in enumerate(rows):
        is_text = isinstance(field, CharField | TextField)
        other = f"{len(rows) - place:04}zq"[: field.max_length] if is_text else before[0] + before[-1] - before[place]
        setattr(row, field.name, other)
    try:
        with transaction.atomic():
            field.model._base_manager.bulk_update(rows, [field.name])
    except IntegrityError:
        return False
    return True


def answer_of(rows, request):
    """What the list says: which rows, in which order, and the cells of the list as it opens."""
    listed = rows.get_changelist_instance(request)
    if request.GET:
        return [row.pk for row in listed.result_list]
    cells = [name for name in listed.list_display if name != "action_checkbox"]
    return [[str(lookup_field(name, row, rows)[2]) for name in cells] for row in listed.result_list]


def ways_to_ask(rows, request, words):
    """The list as it is, by what is no order of it, by each order, by each filter of ours, and searched for these words."""
    listed = rows.get_changelist_instance(request)
    orders = [place for place, name in enumerate(listed.list_display) if listed.get_ordering_field(name)]
    yield from ({}, {"_facets": "True", "o": ".".join(field.name for field in rows.opts.concrete_fields)})
    yield from ({"o": str(place)} for place in orders)
    for one in rows.list_filter:
        if isinstance(one, type):
            choices = one(request, {}, rows.model, rows).lookup_choices
            yield from ({one.parameter_name: value} for value, _ in choices)
    if rows.search_fields:
        yield from ({"q": word} for word in words)


def answers(people, words):
    return {
        (part, model._meta.label, str(asked)): answer_of(rows, asks(model, person, **asked))
        for model, rows, part, person in opened_by(people)
        for asked in ways_to_ask(rows, asks(model, person), words.get(model._meta.label, ()))
        if not asked or crc32(f"{part} {model._meta.label} {asked}".encode()) % 10 < PARTS_OF_TEN
    }


def test_no_list_answers_differently_by_what_it_does_not_show(readers):
    people = {part: person for part, person in readers.items() if part not in TWICE}
    columns, words = list(hidden()), {}
    for field, rows in columns:
        if str(field) in SECRETS:
            longest = max(str(getattr(rows[-1], field.name)).split(), key=len, default="")
            words.setdefault(field.model._meta.label, set()).add(longest[:40])
    before = answers(people, words)
    with bypass_triggers():
        changed = {str(field) for field, rows in columns if turn_round(field, rows)}
        after = answers(people, words)
    assert {asked: (before[asked], answer) for asked, answer in after.items() if answer != before[asked]} == {}
    assert changed >= SECRETS
    assert len(changed) > COLUMNS
    assert len(after) > ANSWERS * PARTS_OF_TEN // 10


def test_an_assessor_sees_no_sign_of_anothers_assessment_before_their_own_is_finished(cast, readers):
    """Neither in the list's cells nor in its order: whether another has finished, and how they scored."""
    unfinished = [part for part in readers if part in {"declared", "undeclared", *TWO_ROLES} and "director" not in part]
    rows = LISTS[Application]
    shortlisted = cast.things["application"]["shortlisted"]
    mean = next(place for place, name in enumerate(rows.list_display, start=1) if name == "mean")

    def lists():
        return {
            (part, order): answer_of(rows, asks(Application, readers[part], **order_by))
            for part in unfinished
            for order, order_by in (("as it opens", {}), ("by mean", {"o": str(mean)}))
        }

    before = lists()
    told = {part: any("0 of 5" in row for row in before[part, "as it opens"]) for part in ("declared", "undeclared")}
    assert told == {"declared": True, "undeclared": False}
    with bypass_triggers():
        Assessment.objects.filter(application=shortlisted, assessor=cast.finished).update(
            status="begun", completed_at=None
        )
        Score.objects.filter(assessment__application=shortlisted).update(score=0)
        assert lists() == before
