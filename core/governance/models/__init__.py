"""Bodies that govern a programme: who sits on them, when they meet, what is on the agenda, and the minutes."""

from core.governance.models.agenda import AgendaItem
from core.governance.models.bodies import Body, Seat
from core.governance.models.meetings import Attendance, Meeting
from core.governance.models.minutes import Minute, Minutes

__all__ = ["AgendaItem", "Attendance", "Body", "Meeting", "Minute", "Minutes", "Seat"]
