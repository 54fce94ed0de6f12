"""The lookup `alike`: text that contains a word however its accents, capitals and apostrophes are typed.

`Organisation.objects.filter(name__alike="jose")` finds "José"; every search of the admin is made of it. SQL does the
folding: on PostgreSQL with built-in functions, so that no extension is wanted; on SQLite with `fold` below. There is no
column to keep up to date, and no index: the tables searched have thousands of rows, not millions.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Lookup

from core.text import TYPED_FOR_ANOTHER

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup

# Accents, the points of Hebrew, the vowel signs of Arabic, and what is not seen. The vowels of Indian scripts stay.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
)
_MARK = re.compile(f"[{_MARKS}]")
# Letters whose stroke is no accent to Unicode, and the two forms of sigma.
_LETTERS = {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ħ": "h", "ς": "σ"} | {
    chr(sign): other for sign, other in TYPED_FOR_ANOTHER.items()
}
_TABLE = str.maketrans(_LETTERS)


def fold(text: str) -> str:
    """The text as it is searched: without accents, case, and kinds of apostrophe and hyphen."""
    apart = unicodedata.normalize("NFKD", text.translate(TYPED_FOR_ANOTHER))
    return _MARK.sub("", apart).lower().translate(_TABLE)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Alike(AnyLookup):
    """Contains this text, folded."""

    lookup_name = "alike"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        return "%s", (fold(str(value)),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        word, words = self.process_rhs(compiler, connection)
        return f"instr(cii_fold({column}), {word}) > 0", (*values, *words)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        word, words = self.process_rhs(compiler, connection)
        apart = f"normalize(translate({column}, %s, %s), NFKD)"
        folded = f"translate(lower(regexp_replace({apart}, %s, '', 'g')), %s, %s)"
        typed = [chr(sign) for sign in TYPED_FOR_ANOTHER]
        first = ("".join(typed), "".join(TYPED_FOR_ANOTHER[ord(sign)] for sign in typed))
        last = ("".join(_LETTERS), "".join(_LETTERS.values()))
        # Plain text, which has a byte a letter, needs a tenth of the time.
        plain = "".join(sign for sign in typed if sign.isascii())
        quick = f"translate(lower({column}), %s, %s)"
        quickly = (plain, "".join(TYPED_FOR_ANOTHER[ord(sign)] for sign in plain))
        either = f"CASE WHEN octet_length({column}) = length({column}) THEN {quick} ELSE {folded} END"
        parts = (*values, *values, *values, *quickly, *values, *first, f"[{_MARKS}]", *last)
        return f"strpos({either}, {word}) > 0", (*parts, *words)


def teach_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "cii_fold", 1, lambda text: fold(str(text)) if text is not None else None, deterministic=True
        )


connection_created.connect(teach_sqlite)
