"""Opens a PDF that its owner locked against printing or changing, and gives it back without the lock, to look inside.

A locked PDF is read like any other, without a password; only whoever looks at its bytes finds them scrambled. What is
packed in them may be made to fill all memory, so a process of its own does it, with bounds that the system holds.
This file is that program too: it imports nothing of ours.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock

MOST_MEMORY = 400 * 1024 * 1024  # bytes of address space, the interpreter and PDFium among them
MOST_SECONDS = 20  # of computing
MOST_COPIED = 34 * 1024 * 1024  # bytes of the copy: the largest file, and its packed objects as text
PASSWORD_WANTED = 4  # PDFium's FPDF_ERR_PASSWORD, and how the program ends then

_one_at_a_time = Lock()


class PasswordWantedError(Exception):
    """The PDF opens with a password only."""


class TooMuchError(Exception):
    """The copy, or the memory for making it, went beyond the bounds."""


def unlocked(content: bytes) -> bytes:
    """Return the PDF without its lock, its packed objects written out.

    Raises PasswordWantedError, TooMuchError, or ValueError for what cannot be opened or has no pages.
    """
    with _one_at_a_time, Popen([sys.executable, "-I", __file__], stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as program:  # noqa: S603 - our own program
        assert program.stdin is not None  # noqa: S101
        assert program.stdout is not None  # noqa: S101
        with suppress(BrokenPipeError):
            program.stdin.write(content)
            program.stdin.close()
        copy = program.stdout.read(MOST_COPIED + 1)
        if len(copy) > MOST_COPIED:
            program.kill()
    if len(copy) > MOST_COPIED or program.returncode < 0:
        raise TooMuchError
    if program.returncode == PASSWORD_WANTED:
        raise PasswordWantedError
    if program.returncode:
        raise ValueError("PDFium cannot open it.")
    return copy


def main() -> None:
    """Read a PDF from the standard input and write it to the standard output without its lock."""
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        with suppress(ValueError, OSError):  # where the system knows no such bound
            resource.setrlimit(what, (most, most))
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        document[0].close()
        document.save(sys.stdout.buffer, flags=raw.FPDF_REMOVE_SECURITY)
        sys.stdout.buffer.flush()
    except pypdfium2.PdfiumError as error:
        is_shut = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        sys.exit(PASSWORD_WANTED if is_shut else 1)


if __name__ == "__main__":
    main()
