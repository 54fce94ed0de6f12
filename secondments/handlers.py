"""What follows here when something of this stage or an earlier one ends or changes; see core/events.py."""
