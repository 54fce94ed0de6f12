"""Refuses a PDF that holds programs, commands or other files, or unpacks to far more than a document.

It is not the only guard: files leave as attachments that no browser opens as a page of ours, and are scanned for
viruses where there is a scanner. Each sentence says why, and what to do.
"""

from __future__ import annotations

import hashlib
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from threading import Lock

from core.files import pdf_inspection
from core.files.pdf_inspection import Verdict
from core.lifecycle import Refused

WITHIN = 60  # seconds, however busy the machine is

_PRINT_IT = "Print it to a new PDF, and choose the new file."
_SAVE_AGAIN = "Open it, save it again as PDF or as a Word document (.docx), and choose the new file."
SENTENCES = {
    Verdict.PASSWORD: "This PDF is protected by a password. Save it without one, and choose the new file.",
    Verdict.BROKEN: f"This PDF is broken, or has no pages, and cannot be opened. {_SAVE_AGAIN}",
    Verdict.TOO_MUCH: f"This file unpacks to more than a document can hold. {_PRINT_IT}",
    Verdict.PACKED_TWICE: f"This PDF is compressed several times over. {_PRINT_IT}",
    Verdict.SCRIPT: f"This PDF contains a program (JavaScript). {_PRINT_IT}",
    Verdict.COMMAND: f"This PDF contains a command that starts or sends something. {_PRINT_IT}",
    Verdict.FILES: f"This PDF contains other files. {_PRINT_IT}",
    Verdict.XFA: f"This PDF contains an Adobe form that other readers cannot show. {_PRINT_IT}",
}

_one_at_a_time = Lock()  # each may take MOST_MEMORY
_fine: deque[bytes] = deque(maxlen=1000)  # digests: a form with a mistake elsewhere brings the same file again


def check(content: bytes) -> None:
    """Raise Refused for a PDF that is not let in. Takes at most WITHIN seconds, and no memory of this process."""
    digest = hashlib.sha256(content).digest()
    if digest in _fine:
        return
    verdict = _inspect(content)
    if verdict is not Verdict.FINE:
        raise Refused(SENTENCES[verdict])
    _fine.append(digest)


def _inspect(content: bytes) -> Verdict:
    command = [sys.executable, "-I", str(Path(pdf_inspection.__file__))]
    with _one_at_a_time, Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as program:  # noqa: S603 - our own program
        try:
            answer, _ = program.communicate(content, timeout=WITHIN)
        except TimeoutExpired:
            program.kill()
            return Verdict.TOO_MUCH
    if program.returncode:  # the system ended it: too much memory or time
        return Verdict.TOO_MUCH
    with suppress(ValueError):
        return Verdict(answer.decode())
    return Verdict.BROKEN
