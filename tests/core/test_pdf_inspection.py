"""The inspection of a PDF, asked in this process: what a child process says of a file is what is found in it."""

import pytest

from core.files.pdf import SENTENCES
from core.files.pdf_inspection import Verdict, inspect
from tests.applications import hidden, hostile
from tests.sentences import SAID

FILES = hostile.REFUSED | hidden.REFUSED
REFUSED = {
    what: (make, sentence)
    for what, (_, make, sentence) in FILES.items()
    if "PDF" in what and "bomb" not in what and "PDF" in sentence and "not a PDF" not in sentence
}
FINE = {
    what: make
    for what, (_, make, content_type) in (hostile.NEUTRALISED | hidden.NEUTRALISED).items()
    if content_type == "application/pdf"
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_found(what):
    make, sentence = REFUSED[what]
    assert SENTENCES[inspect(make())].startswith(sentence)


@pytest.mark.parametrize("what", FINE)
def test_what_is_ordinary_is_fine(what):
    assert inspect(FINE[what]()) is Verdict.FINE


def test_every_verdict_but_fine_has_a_sentence_that_says_what_to_do():
    assert set(SENTENCES) == set(Verdict) - {Verdict.FINE}
    assert all(SAID.hoose_the_new_file in sentence for sentence in SENTENCES.values())
