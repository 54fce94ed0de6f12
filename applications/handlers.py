"""What follows here when something of this stage, or a person, ends or changes; named like the events."""
