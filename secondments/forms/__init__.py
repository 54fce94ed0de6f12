"""Forms of the placement pages."""
