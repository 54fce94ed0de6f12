"""Markers planted for one person in every table and file: all in their file; after erasure only what is named stays."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core import serializers

from core.audit import chain
from core.audit import seals as all_seals
from core.letters.models import Letter
from core.rights.actions import access, erasures
from core.rights.reviewing import held, waiting
from tests.documents import make_waiting
from tests.grants.factories import director
from tests.rights import asked
from tests.rights.asked import ASKING, EMAIL, NAME

pytestmark = pytest.mark.django_db
LATER = ASKING.replace(day=20)


def tables():
    """Every row of every table as text, by label."""
    rows = {}
    for model in apps.get_models():
        for row in model._base_manager.all():
            rows[f"{model._meta.label_lower}:{row.pk}"] = serializers.serialize("json", [row], ensure_ascii=False)
    return rows


def files():
    return {path: path.read_bytes() for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()}


def released(request):
    """The file, after everything that waited was released."""
    access.review(request, chosen=[item.key for item in waiting(request)], by=director(), at=ASKING)
    access.release(request, handed_over="by_hand", by=director(), at=ASKING)
    request.refresh_from_db()
    with request.file.open() as stored:
        archive = ZipFile(BytesIO(stored.read()))
    return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_all_markers_are_in_the_file_and_after_erasure_only_what_the_law_keeps(django_capture_on_commit_callbacks):
    asked.everything_about_one_person()
    make_waiting()
    planted = asked.plant(EMAIL)
    request = asked.checked("access")
    assert asked.models_about_people() - {type(row.thing)._meta.label for row in held(request).rows.values()} == set()
    assert len(planted) >= 60

    content = released(request)
    told = json.loads(content["everything.json"])
    in_files = "".join(text for name, text in content.items() if name.startswith("files/"))
    for marker in planted:
        assert marker.text in (in_files if marker.is_file else content["everything.json"]), marker
        assert marker.text in (in_files if marker.is_file else content["read-me.html"]), marker
    assert "SESSIONMARKER" in content["everything.json"]
    assert {one["what"] for one in told["account"]} >= {"email address", "authenticator", "sign-in"}
    assert any(one["what"] == "application read" for one in told["done"])

    erasure = asked.checked("erasure")
    erasures.prepare_erasure(erasure, by=director(), at=ASKING)
    with django_capture_on_commit_callbacks(execute=True):
        erasures.erase(erasure, by=asked.another_preparer(erasure), at=LATER)
    make_waiting()
    erasure.refresh_from_db()
    named = {one["label"] for one in erasure.remains}
    after, left = tables(), files()
    stays = {label for label, row in after.items() for marker in planted if marker.text in row}
    assert stays <= named, stays - named
    for marker in planted:
        if marker.label not in named:
            assert not [label for label, row in after.items() if marker.text in row], marker
            assert not [path for path, data in left.items() if marker.text.encode() in data], marker
    assert not [path for path in left if "rights" in path.parts]  # the copy that was handed over
    assert not [label for label, row in after.items() if "SESSIONMARKER" in row]
    naming = {label for label, row in after.items() if EMAIL in row.lower() or NAME in row}
    told = {f"letters.letter:{letter.pk}" for letter in Letter.objects.filter(template="rights.erased")}
    assert naming - named <= told, naming - named
    assert told <= naming
    assert list(chain.breaches(LATER)) == []
    assert list(all_seals.breaches()) == []
