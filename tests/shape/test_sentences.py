"""tests/sentences.toml holds what the source says and what tests read, and nothing else."""

import ast
import re

import pytest

from tests import sentences
from tests.sentences import SAID

EXAMPLES = {"sentences.py", "test_sentences.py"}


def test_every_sentence_is_in_the_source():
    said = "\n".join(sentences.source_strings())
    stale = [f"{key}: {sentence}" for key, sentence in sentences.snapshot().items() if sentence not in said]
    assert not stale, "\n".join(["The source no longer says:", *stale])


def test_tests_read_every_sentence_and_no_others():
    tests = [path for path in (sentences.ROOT / "tests").rglob("*.py") if path.name not in EXAMPLES]
    read = {key for path in tests for key in re.findall(r"\bSAID\.(\w+)", path.read_text())}
    assert read == sentences.snapshot().keys()


def test_no_sentence_has_two_keys():
    assert len({*sentences.snapshot().values()}) == len(sentences.snapshot())


def test_a_key_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match="No sentence “of_this_key”"):
        SAID.of_this_key  # noqa: B018 - reading it is the test


def test_strings_of_python():
    source = '"""Docstring."""\nsay("One " "two.", f"Only {n} places are left.")\nCheckConstraint(name="a name")\n'
    assert sentences.python_strings(ast.parse(source)) == ["One two.", "Only {} places are left."]


def test_strings_of_a_template():
    template = '<p>Hello {{ name }},{% if a %} you  may{% include "x.html" with text="Read this" %} go.{# no #}'
    strings = [sentences.collapsed(string) for string in sentences.template_strings(template)]
    assert strings == ["<p>Hello {},", "you may", "go.", "x.html", "Read this"]
