"""Uploaded files in a folder of this machine."""

from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

PART = ".part"


class Folder(FileSystemStorage):
    """A file appears under its name once all of it is written; a full disk leaves no part of one."""

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}{PART}"
        try:
            written = super()._save(part, content)  # type: ignore[misc]  # documented, but not in the stubs
            Path(self.path(written)).replace(self.path(name))
        except BaseException:
            self.delete(part)
            raise
        return name
