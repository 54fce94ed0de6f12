"""A small mail server of the tests' own, on this machine only; it notes what it was handed, and can be slow."""

import socketserver
import threading
import time
from contextlib import contextmanager


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes every letter and keeps its Message-ID."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, delay=0.0):
        """Listen on a port that the system chooses; wait `delay` seconds before each letter is acknowledged."""
        super().__init__(("127.0.0.1", 0), Clerk)
        self.delay = delay
        self.received = []

    @property
    def port(self):
        """The port."""
        return self.server_address[1]

    @property
    def url(self):
        """Its address, as EMAIL_URL says it."""
        return f"smtp://127.0.0.1:{self.port}"


class Clerk(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs."""

    def handle(self):
        """Answer until the client leaves or is killed."""
        try:
            self.converse()
        except OSError:
            return

    def converse(self):
        """Say what is expected."""
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.take()
                time.sleep(self.server.delay)
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def take(self):
        """Read one letter and note it."""
        message_id = ""
        while (line := self.rfile.readline().rstrip(b"\r\n")) != b".":
            if line.lower().startswith(b"message-id:"):
                message_id = line.partition(b":")[2].strip().decode()
        self.server.received.append(message_id)

    def say(self, words):
        """Send one line."""
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office(delay=0.0):
    """Open for as long as the block lasts."""
    with PostOffice(delay) as office:
        threading.Thread(target=office.serve_forever, daemon=True).start()
        yield office
        office.shutdown()
