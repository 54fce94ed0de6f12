"""What follows here when something of an earlier stage ends or changes; see core/events.py."""
