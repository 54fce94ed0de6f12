"""Papers that the tests' letters carry."""


def receipt(number):
    """Return a paper made when the letter is sent."""
    return (f"receipt-{number}.pdf", "application/pdf", b"%PDF-1.7 made now")


def broken():
    """Fail, as a paper may whose thing is gone."""
    raise LookupError("nothing for ada@example.org any more")
