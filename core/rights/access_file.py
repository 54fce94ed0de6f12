"""Everything held about somebody as one file: for programs (JSON), to read (HTML), and their files, in a zip."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import FileField
from django.template.loader import render_to_string

from core.audit.models import Entry
from core.dates import say_exactly
from core.retention.rules import table
from core.rights import libraries
from core.rights.finding import Found
from core.rights.items import Item, say_value
from core.rights.models import Review, RightsRequest
from core.rights.reviewing import all_items, held

READABLE, FOR_PROGRAMS = "read-me.html", "everything.json"


def make(request: RightsRequest, at: datetime) -> tuple[bytes, dict[str, int]]:
    """Return the zip and how many items it has and leaves out."""
    found = held(request)
    content = contents(request, found, at)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr(FOR_PROGRAMS, json.dumps(content, indent=2, ensure_ascii=False))
        archive.writestr(READABLE, render_to_string("rights/access_file.html", content))
        for name, data in files(found, request):
            archive.writestr(name, data)
    counts = {"items": sum(len(one["fields"]) for one in content["held"]), "omissions": len(content["left_out"])}
    return buffer.getvalue(), counts


def contents(request: RightsRequest, found: Found, at: datetime) -> dict[str, Any]:
    grounds = dict(request.reviews.values_list("item", "ground"))
    released, left_out = [], []
    for item in all_items(request):
        ground = grounds.get(item.key, "")
        if ground:
            left_out.append({"what": item.noun, "field": item.title, "ground": Review.Ground(ground).label})
        else:
            released.append(item)
    return {
        "request": request.reference,
        "made_at": say_exactly(at),
        "addresses": sorted(found.person.addresses),
        "programme": str(request.programme),
        "controller": str(request.programme.funder),
        "held": list(by_row(released)),
        "left_out": left_out,
        "done": list(deeds(found)),
        "account": list(of_libraries(found)),
        "how_long": [{"what": line.what, "until": str(line.until)} for line in table()],
    }


def by_row(items: list[Item]) -> Iterator[dict[str, Any]]:
    """The items of each row together, with its name and its key."""
    rows: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        rows[item.key.rsplit(":", 1)[0]].append(item)
    for label, of_row in rows.items():
        thing = of_row[0].thing
        when = {"on": say_exactly(thing.at), "event": thing.event} if isinstance(thing, Entry) else {}
        yield {"what": of_row[0].noun, "key": label, **when, "fields": {one.title: one.value for one in of_row}}


def deeds(found: Found) -> Iterator[dict[str, str]]:
    """What the account did here: the lines of the trail by the person, and the rows that name them for it."""
    for thing, names in found.named.values():
        if isinstance(thing, Entry):
            yield {"on": say_exactly(thing.at), "what": thing.event, "key": f"{thing.thing_type}:{thing.thing_id}"}
            continue
        titles = [str(getattr(thing._meta.get_field(name), "verbose_name", name)) for name in names]
        yield {"on": "", "what": f"{thing._meta.verbose_name}: {', '.join(titles)}", "key": str(thing.pk)}


def of_libraries(found: Found) -> Iterator[dict[str, Any]]:
    for row, one in libraries.rows(found.person):
        fields = {name.replace("_", " "): say_value(getattr(row, name)) for name in one.fields.split()}
        yield {"what": str(row._meta.verbose_name), "fields": fields}
    for session, content in libraries.sessions(found.person):
        fields = {
            "ends": say_exactly(session.expire_date),
            **{name: say_value(value) for name, value in content.items()},
        }
        yield {"what": "sign-in", "fields": fields}
    if found.person.account is not None:
        yield {"what": "device", "fields": {"known by": "a cookie in your browser, which we do not keep"}}


def files(found: Found, request: RightsRequest) -> Iterator[tuple[str, bytes]]:
    """The stored files about the person, without one that was left out and the answers to earlier requests."""
    left_out = set(request.reviews.exclude(ground="").values_list("item", flat=True))
    for label, row in found.rows.items():
        if isinstance(row.thing, RightsRequest):
            continue
        for field in row.thing._meta.concrete_fields:
            stored = getattr(row.thing, field.name) if isinstance(field, FileField) else None
            if stored and field.name in row.fields and f"{label}:{field.name}" not in left_out:
                name = getattr(row.thing, "original_name", "") or str(row.thing)
                with stored.open("rb") as content:
                    yield f"files/{row.thing.pk}-{safe(name)}", content.read()


def safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-_ " else "_" for letter in name)[-100:]
