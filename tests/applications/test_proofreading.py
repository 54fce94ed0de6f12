"""The check of a call's text and dates: every defect of a muddled call found, and nothing in a clean one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from applications.proofreading import check
from applications.proofreading.call import sentences
from tests.applications.muddled import CLEAN, MUDDLED, found, keys, written
from tests.sentences import SAID


def test_a_clean_call_gives_no_findings():
    assert found(CLEAN) == []


def test_each_defect_of_the_february_2019_call_is_found_in_a_call_of_other_words():
    assert found(MUDDLED) == [
        (
            "weekday",
            SAID.correct_the_day_or_the.format(
                SAID.does_not_fit_is_a.format("Friday 13h March 2019", "13", "March 2019", "Wednesday")
            ),
        ),
        ("stray", SAID.is_stray_write.format("13h", SAID.for_a_day_its_ending, "13")),
        (
            "document",
            SAID.is_promised_and_nothing_here.format("Appendix C"),
        ),
        (
            "lists",
            (
                "Two lists of what to send differ: “To take part, send us the CV of the colleague together with a supporting…”"
                " (Brief) names a CV and a supporting statement, and “Fill in the paper at Appendix C and send it with a CV, a"
                " covering letter and…” names a CV, a covering letter and references. The form takes a CV and a"
                " supporting statement."
            ),
        ),
        (
            "job",
            (
                "“The colleague writes plainly, and can use this in a street lighting and…” looks left over from another job:"
                " “street lighting and drainage role” is not what this call is about."
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("See Appendix B for the form.", 1),
        ("See Annex 2. It is long. Annex 2 is also short.", 1),
        ("Please see the attached guidance.", 1),
        ("A map is enclosed.", 1),
        ("See [Appendix B](https://example.org/b) for the form.", 0),
        ("See Appendix B.\n\n**Appendix B** The form", 0),
        ("See Appendix B.\n\nAPPENDIX B: THE FORM", 0),
        ("The conditions are attached to the grant.", 0),
        ("Attach your own map.", 0),
    ],
)
def test_a_document_that_is_promised_and_not_there_is_found(text, number):
    assert keys(text) == ["document"] * number


def test_a_list_that_the_form_does_not_take_is_found_with_what_it_does_take():
    sentence = "Send a CV, a business budget and references."
    assert found(sentence) == [
        (
            "form",
            (
                f"“{sentence}” names a CV, references and a budget as what to send. The form takes a CV and a supporting"
                " statement. Name just that."
            ),
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Send us:\n\n- a CV of the person you propose\n- a supporting statement",
        "Upload the CV as a PDF.",
        "Assessors read the CV and the budget.",
        "There is no need to send references or a covering letter.",
        "Complete the application form. Attach a CV and a supporting statement.",
    ],
)
def test_what_the_form_takes_may_be_said_in_many_ways(text):
    assert found(text) == []


def test_a_list_over_several_lines_is_one_list():
    assert keys("Send us:\n\n- a CV\n- a covering letter\n- two references") == ["form"]


def test_another_programmes_or_hosts_name_is_found():
    assert found("The Lantern Street Programme pays, and Northmoor Council hosts.") == [
        ("name", SAID.is_the_name_of_take.format("Lantern Street Programme", "another programme")),
        ("name", SAID.is_the_name_of_take.format("Northmoor Council", "another host")),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Job applicants bring their own boots.",
        "Interviews for this job are held at the quay.",
        "You will serve a probationary period of six months.",
        "The successful person will be employed by the board.",
        "The secondee job title is Street Lighting Officer.",
        "The Street Lighting Officer will report to the mayor.",
        "Skills that fit in a planning and highways position.",
    ],
)
def test_a_sentence_from_another_job_is_found(sentence):
    assert keys(sentence) == ["job"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The secondee job title is Harbour Listening Adviser.",
        "The Harbour Listening Adviser will report to the mayor.",
        "The Quay Manager will meet the colleague.",
        "You stay the employer, and your employee keeps their terms.",
        "A colleague who has worked in a policy and campaigns role.",
        "It suits somebody in a senior management role.",
        "See the job description and the role description below.",
    ],
)
def test_words_that_are_at_home_in_such_a_call_are_left_alone(sentence):
    assert found(sentence, known_titles=("Quay Manager",)) == []


def test_the_place_of_a_finding_is_named():
    call = written("", texts={"Summary": "Fine.", "Pay principle": "Paid by Northmoor Council."})
    assert [(one.key, one.where) for one in check(call)] == [("name", "Pay principle")]


def test_lines_broken_for_width_are_one_sentence_and_items_are_their_own():
    text = (
        "A line that somebody's editor broke for width, as they do at about eighty,\nand goes on. Next.\n- one\n- two"
    )
    assert list(sentences(text)) == [
        "A line that somebody's editor broke for width, as they do at about eighty, and goes on.",
        "Next.",
        "- one",
        "- two",
    ]


PIECES = [
    "13",
    "13h",
    "31",
    "March",
    "Friday",
    "2019",
    "–",
    "to",
    "5pm",
    "17:00",
    "Appendix",
    "B",
    "the",
    "role",
    "CV",
    "send",
]
PIECES += ["deadline", "and", "\n", "- ", ".", "|", ":", "w/c", "/03/2019", "(", "job title is A", "décembre", "\u00a0"]


@given(some.lists(some.sampled_from(PIECES) | some.text(max_size=5), max_size=40))
def test_whatever_is_written_is_read_to_its_end(pieces):
    for one in check(written(" ".join(pieces))):
        assert (one.where, one.sentence[-1]) in {("Brief", "."), ("Dates", ".")}
