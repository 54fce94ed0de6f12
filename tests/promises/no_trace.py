"""Everything that one person can ask of the service, and what it answers; asked in two worlds, to be compared."""

from __future__ import annotations

import difflib
from collections import Counter, deque
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.module_loading import import_string

from applications.models import Application, Candidate
from applications.visibility.rows import _way_to_application
from core import work_queue
from core.accounts.models import User
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.governance.models import Meeting
from core.letters.models import Letter
from grants.admin.papers import papers_context
from tests.applications import factories as applications
from tests.client import Client
from tests.grants.factories import PAYING, RECORDING, REPORTING
from tests.promises.addresses import PAGES, address_of, lines
from tests.promises.test_access_walk import answer_of, asks, opened_by, ways_to_ask
from tests.promises.test_addresses import TOKEN
from tests.promises.test_links import NOT_FOLLOWED, links_on

NOW = REPORTING
SLOW = {
    *("grants_decision_papers", "application_pdf", "grant_agreement", "grant_remittance"),
    *("placement_workplan_pdf", "account_data_file"),
}
# Whoever stepped out of an item knows it, and confirms no minutes of that meeting; in the other world they may.
OWN_KNOWLEDGE = ("with minutes to confirm",)
MOMENTS = (applications.ASSESSING, applications.DECIDING, RECORDING, PAYING, REPORTING)
LISTS = dict(admin.site._registry)


# --- What is asked: ("get" or "post", address, what is sent) ---


def walked(client, most):
    """The addresses that lead on from where a person begins; at most so many of each name."""
    seen, names, waiting = set(), Counter(), deque([reverse("home"), reverse("admin:index")])
    while waiting:
        address = waiting.popleft()
        name = resolve(urlsplit(address).path).view_name
        if address in seen or name in NOT_FOLLOWED or name.removeprefix("admin:") in SLOW or names[name] >= most:
            continue
        seen.add(address)
        names[name] += 1
        yield "get", address, ()
        status, location, text = answer(client, "get", address)
        if status in {301, 302}:
            waiting.append(urljoin(address, location))
        elif text.startswith("<!"):
            waiting.extend(links_on(text, address))


def rows_of(cases):
    """One row of each kind in the admin that belongs to the cases, with the model's admin."""
    for model, rows in LISTS.items():
        way = _way_to_application(model)
        if way and (row := model._base_manager.filter(**{f"{way}__in": cases}).order_by("pk").first()):
            yield rows, row
    labels = [f"applications.application:{case}" for case in cases]
    yield LISTS[Letter], Letter.objects.filter(case__in=labels).order_by("pk").first()
    told = Entry.objects.filter(thing_type="applications.application", thing_id__in=[str(case) for case in cases])
    yield LISTS[Entry], told.order_by("pk").first()


def in_the_admin(cases):
    """Each page, step and bulk step on rows of the cases."""
    for rows, row in rows_of(cases):
        base = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        for kind in ("change", "history", "delete"):
            yield "get", reverse(f"{base}_{kind}", args=[row.pk]), ()
        for step in getattr(rows, "steps", {}):
            for method in ("get", "post"):
                yield method, reverse(f"{base}_step", args=[row.pk, step]), ()
        for step in getattr(rows, "bulk", {}):
            yield "post", reverse(f"{base}_bulk", args=[step]), (("keys", str(row.pk)),)


def words_of(cases):
    """What somebody would search for: of each case its reference, the organisation, who is proposed."""
    rows = Application.objects.filter(pk__in=cases).select_related("organisation")
    found = {row.reference for row in rows} | {row.organisation.name for row in rows}
    return sorted(found | set(Candidate.objects.filter(application__in=cases).values_list("name", flat=True)))


def searches(words):
    """Each list of the admin, its file and its look-ups, as it is and searched for words of the cases."""
    for model, rows in LISTS.items():
        label, name = model._meta.app_label, model._meta.model_name
        listed = reverse(f"admin:{label}_{name}_changelist"), reverse(f"admin:{label}_{name}_export", args=["csv"])
        for address in listed:
            yield "get", address, ()
            yield from (("get", f"{address}?{urlencode({'q': word})}", ()) for word in words if rows.search_fields)
        for field in rows.autocomplete_fields:
            asked = {"app_label": label, "model_name": name, "field_name": field}
            address = reverse("admin:autocomplete")
            yield from (("get", f"{address}?{urlencode(asked | {'term': term})}", ()) for term in ("", *words))


def of_the_site(leads_to):
    """Each page of ours outside the admin, with what it leads to in the cast; what is sent there too, where it is a case."""
    for name, thing, *_, posts in lines(PAGES):
        if name not in SLOW and not (thing and thing not in leads_to):
            yield "get", address_of(name, thing, leads_to), ()
            if posts != "-" and thing.partition(" ")[0] in {"application", "grant", "placement", "report", "document"}:
                yield "post", address_of(name, thing, leads_to), ()


# --- What is answered ---


def answer(client, method, address, sent=(), **headers):
    """Status, where to, and the text without what differs each time; whatever it did is taken back."""
    with transaction.atomic():
        response = getattr(client, method)(address, dict(sent), headers=headers)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    text = "PDF" if body.startswith(b"%PDF") else body.decode(errors="replace")
    return response.status_code, response.headers.get("Location", ""), TOKEN.sub("", text)


class Questions(NamedTuple):
    """What one person asks: pages, words to search for, tokens of their read API and calendar; what is chosen of all."""

    pages: list
    words: list
    tokens: dict
    is_chosen: Callable


def world(client, person, questions):
    """Yield (what was asked, the answer): pages, lists in every way, tasks, reminders, papers, calendar, read API."""
    for method, address, sent in questions.pages:
        yield f"{method} {address} {sent}", answer(client, method, address, sent)
    for key, ask in beside_pages(person, questions):
        if questions.is_chosen(key):
            yield key, ask()


def beside_pages(person, questions):
    """Yield (what is asked, how): lists in every way, tasks, reminders, papers, read API, calendar."""
    they = User.objects.get(pk=person.pk)
    for model, rows, _, _ in opened_by({"they": they}):
        for way in ways_to_ask(rows, asks(model, they), questions.words):
            yield f"{model._meta.label} {way}", partial(listed, rows, asks(model, they, **way))
    for at in MOMENTS:
        yield f"tasks {at}", partial(tasks_of, person, at)
        yield f"reminders {at}", partial(reminders_to, person, at)
    for meeting in Meeting.objects.order_by("pk"):
        if they.has_perm("governance.read_papers", meeting):
            yield f"papers {meeting.pk}", partial(papers_of, meeting, person)
    token = f"Bearer {questions.tokens['api']}"
    for path in ("calls", "applications", "grants", "placements"):
        yield f"api {path}", partial(answer, Client(), "get", f"/api/v1/{path}", authorization=token)
    feed = reverse("calendar_feed", args=[questions.tokens["calendar"]])
    yield "calendar", partial(answer, Client(), "get", feed)


def listed(rows, request):
    return str(answer_of(rows, request))


def tasks_of(person, at):
    found = work_queue.for_person(User.objects.get(pk=person.pk), at)
    return str([task for task in found if not task.sentence.endswith(OWN_KNOWLEDGE)])


def papers_of(meeting, person):
    request = SimpleNamespace(user=User.objects.get(pk=person.pk), arrived_at=NOW)
    return render_to_string("grants/papers.pdf.html", papers_context(meeting, request))


def reminders_to(person, at):
    due = [one for path in settings.REMINDER_SOURCES for one in import_string(path)(at)]
    return sorted(one.key for one in due if person.email in {one.to, getattr(one.to, "email", "")})


def differences(before, after):
    """What is answered differently, each with the first lines that differ: `before` by what was asked, `after` as asked."""
    now = dict(after)
    assert before.keys() == now.keys()
    return {asked: first_of(before[asked], now[asked]) for asked in before if before[asked] != now[asked]}


def first_of(one, other):
    def split(answered):
        return str(answered).replace("<", "\n<").replace("\\r\\n", "\n").splitlines()

    return list(difflib.unified_diff(split(one), split(other), n=0, lineterm=""))[3:9]


# --- Worlds ---


@contextmanager
def another_world(change):
    """The world after this change, which is taken back; what the database would check at the end is not asked."""
    with transaction.atomic():
        with bypass_triggers():
            change()
        yield
        transaction.set_rollback(True)


def drop(rows):
    rows._raw_delete(rows.db)


def ways_to_application():
    return {model: way for model in apps.get_models() if (way := _way_to_application(model))}


def drop_story(labels, kinds=None):
    """Take lines of the trail about rows ("app.model:key") out, of these kinds or of all."""
    for kind in {label.partition(":")[0] for label in labels}:
        keys = [label.partition(":")[2] for label in labels if label.startswith(f"{kind}:")]
        if kinds is None or kind in kinds:
            drop(Entry.objects.filter(thing_type=kind, thing_id__in=keys))
