"""Two calls in words: a clean one, and one with every defect; and what the check finds in such words."""

from __future__ import annotations

from datetime import date, datetime

from applications.proofreading import WrittenCall, check
from core.dates import LONDON, bank_holiday


def at(*parts):
    return datetime(*parts, tzinfo=LONDON)


# A call of this test's own: the harbour board of an invented town borrows a colleague from a charity.
DATES = {
    "opens": at(2019, 2, 1, 9),
    "closes": at(2019, 3, 13, 17),
    "visits_from": date(2019, 3, 20),
    "visits_to": date(2019, 3, 27),
    "decision_week": date(2019, 4, 8),
    "start_month": date(2019, 5, 1),
}
CLEAN = """
The harbour board borrows a colleague from a local charity for a year.

## How to apply

Fill in the form, and upload the CV of the person you propose and a supporting statement. Applications close at 5pm on
Wednesday 13th March 2019. You may send us questions until 1 March.

| When | What |
| --- | --- |
| 20 – 27 March 2019 | Assessment visits |
| w/c 8 April 2019 | The committee makes its decision |
| May 2019 | The secondment begins |

The role is described under Appendix A. Please do not send a covering letter or references.

## Appendix A: what the colleague does

- Listens to people who live by the water, and tells the board what they say
- Has experience in a youth work or advice role
"""
MUDDLED = """
The harbour board borrows a colleague from a local charity for a year.

To take part, send us the CV of the colleague together with a supporting statement.

Bids reach us by 5pm on Wednesday 13th March 2019: that is the deadline.

## Handing in

Fill in the paper at Appendix C and send it with a CV, a covering letter and two references no later than 5pm on Friday
13h March 2019.

- The colleague writes plainly, and can use this in a street lighting and drainage role
"""


def written(brief, **changes):
    facts = {
        **DATES,
        "texts": {"Brief": brief},
        "job_titles": ("Harbour Listening Adviser",),
        "subject": "Listening by the water",
        "other_names": {"Lantern Street Programme": "another programme", "Northmoor Council": "another host"},
        "holiday_on": bank_holiday,
    }
    return WrittenCall(**facts | changes)


def found(brief, **changes):
    return [(one.key, one.sentence) for one in check(written(brief, **changes))]


def keys(brief, **changes):
    return [key for key, _ in found(brief, **changes)]
