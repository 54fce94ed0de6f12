"""Mail servers of the tests' own: one that refuses every letter, one that cannot be reached, one that is choosy."""

from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Kept


class Refuses(BaseEmailBackend):
    """Takes the call and refuses the letter for now."""

    def send_messages(self, messages):
        """Refuse, naming the address as real servers do."""
        raise SMTPRecipientsRefused({messages[0].to[0]: (451, b"try again later")})


class RefusesForGood(BaseEmailBackend):
    """Says that there is no such mailbox."""

    def send_messages(self, messages):
        """Refuse, naming the address as real servers do."""
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such mailbox")})


class Away(BaseEmailBackend):
    """Does not answer."""

    def open(self):
        """Refuse the connection."""
        raise ConnectionRefusedError(111, "Connection refused")


class RefusesBob(Kept):
    """Keeps every letter but Bob's."""

    def send_messages(self, messages):
        """Refuse Bob's."""
        if messages[0].to == ["bob@example.org"]:
            raise SMTPRecipientsRefused({"bob@example.org": (550, b"no such mailbox")})
        return super().send_messages(messages)


class Rude(Kept):
    """Keeps every letter and hangs up with a fault."""

    def close(self):
        """Fail."""
        raise ConnectionResetError(104, "Connection reset by peer")
