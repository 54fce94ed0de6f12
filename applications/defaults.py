"""The standard form of a programme's first call: four criteria of the February 2019 call, six questions of our own.

`{cover}` stands for what the programme calls it.
"""

from typing import NamedTuple

WORDS_LONG, WORDS_SHORT = 500, 300


class StandardCriterion(NamedTuple):
    """A criterion with what each score from 0 to 4 means."""

    letter: str
    label: str
    guidance: str
    meanings: tuple[str, ...]
    concerns_person: bool = False


class StandardQuestion(NamedTuple):
    """A narrative question in a section of the form, serving the criterion with this letter."""

    section: str
    position: int
    label: str
    hint: str
    word_limit: int
    letter: str


CRITERIA = (
    StandardCriterion(
        "a",
        "Track record, expertise and understanding of the work",
        "What the organisation has done on these issues, and how well it understands the work.",
        (
            "No relevant work, or the question is not answered",
            "A little relevant work, or a weak understanding of what is asked",
            "Some relevant work and a fair understanding",
            "A sound record on these issues and a good understanding",
            "A strong record with results to show, and a thorough understanding",
        ),
    ),
    StandardCriterion(
        "b",
        "Skills and experience of the proposed secondee",
        "What the person can do, what they have done, and what they would add that the host does not have.",
        (
            "Does not meet the person specification",
            "Meets few points of the person specification",
            "Meets most points, with some gaps",
            "Meets all points, with good examples",
            "Meets all points fully and would add what the host lacks",
        ),
        concerns_person=True,
    ),
    StandardCriterion(
        "c",
        "Ability to release and {cover}",
        "Whether the organisation can spare the person for the days and months asked for, and who does their work.",
        (
            "No plan to release the person",
            "A plan with serious doubts about release or {cover}",
            "A workable plan with points to settle",
            "A clear plan for release and {cover}, agreed within the organisation",
            "A clear and tested plan, ready for the start",
        ),
    ),
    StandardCriterion(
        "d",
        "Collaboration and conflicts of interest",
        "How the organisation works with partners and public bodies, and how it would handle conflicts of interest.",
        (
            "No account of collaboration or of conflicts of interest",
            "A thin account, or conflicts of interest that are not addressed",
            "A fair account with some points open",
            "A good account, and a sensible way to handle conflicts of interest",
            "A convincing account with examples, and conflicts of interest fully thought through",
        ),
    ),
)

QUESTIONS = (
    StandardQuestion(
        "experience",
        1,
        "Your track record and your understanding of the work",
        "What have you done on these issues? What were the results? What do you think this work needs?",
        WORDS_LONG,
        "a",
    ),
    StandardQuestion(
        "candidate",
        1,
        "What this person would add",
        "Which skills and experience would the proposed secondee bring? What would be new to the host? Give examples.",
        WORDS_LONG,
        "b",
    ),
    StandardQuestion(
        "secondment",
        1,
        "Release and {cover}",
        "How will you release the person for the secondment? Who will do their work?",
        WORDS_SHORT,
        "c",
    ),
    StandardQuestion(
        "experience",
        2,
        "Fit with your organisation's priorities",
        "Which of your priorities would this secondment support?",
        WORDS_SHORT,
        "a",
    ),
    StandardQuestion(
        "conflicts",
        1,
        "Your approach to collaboration",
        "How do you work with other organisations and with public bodies?",
        WORDS_SHORT,
        "d",
    ),
    StandardQuestion(
        "conflicts",
        2,
        "Handling conflicts of interest",
        "Which conflicts of interest could you or the proposed secondee have? How would you handle them?",
        WORDS_SHORT,
        "d",
    ),
)


def criteria(cover: str) -> list[StandardCriterion]:
    """The criteria in the words of a programme that calls it so."""
    return [
        row._replace(
            label=row.label.format(cover=cover), meanings=tuple(words.format(cover=cover) for words in row.meanings)
        )
        for row in CRITERIA
    ]


def questions(cover: str) -> list[StandardQuestion]:
    return [row._replace(label=row.label.format(cover=cover)) for row in QUESTIONS]


# Voluntary questions to the proposed secondee, of our own wording; “prefer not to say” is added to each.
EQUALITY = (
    ("Which age group are you in?", ("Under 25", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 or over")),
    ("Which of these describes your gender?", ("Woman", "Man", "Non-binary", "In another way")),
    (
        "Which ethnic group do you feel you belong to?",
        (
            "Arab",
            "Asian or Asian British",
            "Black, Black British, African or Caribbean",
            "Mixed or more than one group",
            "White",
            "Another group",
        ),
    ),
    ("Do you consider yourself to be disabled, or to have a long-term health condition?", ("Yes", "No")),
    (
        "What is your religion or belief?",
        (
            "No religion",
            "Buddhist",
            "Christian",
            "Hindu",
            "Jewish",
            "Muslim",
            "Sikh",
            "Another religion or belief",
        ),
    ),
    (
        "Which of these describes your sexual orientation?",
        ("Bisexual", "Gay or lesbian", "Heterosexual or straight", "In another way"),
    ),
)

# What an application must meet to be read on: what is checked, and in which words.
ELIGIBILITY = (
    (
        "organisation",
        "The organisation may receive a grant: it is registered, or not for profit by its rules",
    ),
    ("person", "The proposed secondee is employed by the organisation and has confirmed"),
    ("days", "The days a week are at least what the call asks for"),
    ("start", "The secondment can start in the call's month"),
    ("documents", "CV and supporting statement are there and can be read"),
)

# Reasons for turning an application down: the label is counted and published, the sentence is sent.
REASONS = (
    ("Not eligible", "The application does not meet the conditions of the call."),
    ("Track record", "Other applications showed a stronger record and understanding of the work."),
    ("Skills and experience", "The proposed secondee's skills and experience fit the post less well than others'."),
    ("Release", "It was not clear enough how the proposed secondee would be released for the days and months."),
    ("Conflicts of interest", "It was not clear enough how conflicts of interest would be handled."),
    ("More applications than places", "The application was sound. There were more sound applications than places."),
)
