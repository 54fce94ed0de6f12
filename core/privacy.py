"""The classes of what is kept: each field of each model has one, and how long it is kept follows from it."""

from collections.abc import Mapping
from enum import StrEnum


class Class(StrEnum):
    """How much a field says about a person."""

    OPEN = "open"  # published, or about no person: figures of a call, states, dates
    PERSONAL = "personal"  # about a person, or their words
    SPECIAL = "special"  # could tell belief, origin, health, or a conflict of interest
    FINANCIAL = "financial"  # pay, or money of one organisation


Fields = Mapping[str, Mapping[Class, str]]


def classed(fields: Fields) -> dict[str, Class]:
    """Turn "Model" -> class -> "names of fields" into "Model.field" -> class. ValueError for a field with two."""
    found: dict[str, Class] = {}
    for model, classes in fields.items():
        for kind, names in classes.items():
            for name in names.split():
                if f"{model}.{name}" in found:
                    raise ValueError(f"{model}.{name} has two classes.")
                found[f"{model}.{name}"] = kind
    return found


DELETED = "(deleted)"  # replaces words whose retention period is over
