"""Whether the parts of the service run: the clock, emails, files, storage, broker, scanner and disk."""
