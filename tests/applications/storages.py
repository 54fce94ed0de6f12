"""A storage that does not answer."""

from django.core.files.storage import FileSystemStorage


class Away(FileSystemStorage):
    """Keeps and gives files, but cannot be reached to delete one."""

    def delete(self, name: str) -> None:
        """Fail as a network does."""
        raise ConnectionError("The storage is away.")
