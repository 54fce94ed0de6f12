"""A greeting has the whole name: "Hello Dr" and "Hello Nguyễn" are nobody."""

import re

from django.conf import settings

from core.accounts.models import User

GREETING = re.compile(r"^(?:Hello|Dear)\b.*$", re.MULTILINE)


def test_a_short_name_is_the_whole_name():
    for name in ("Dr Ada Finch", "Ms. Lee", "Nguyễn Thị Lan"):
        assert User(name=name).get_short_name() == name


def test_no_email_greets_by_a_part_of_a_name():
    templates = sorted((settings.BASE_DIR / "templates").glob("**/letters/*.txt"))
    greetings = {line for path in templates for line in GREETING.findall(path.read_text())}
    assert len(templates) > 50
    assert {line for line in greetings if re.search(r"first|short|split|truncate|slice", line)} == set()
