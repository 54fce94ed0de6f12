"""Tags of the admin's first page."""
