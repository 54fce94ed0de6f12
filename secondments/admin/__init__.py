"""Placements, changes of grants, and the steps before a start, in the admin."""

from secondments.admin import amendments, placements

__all__ = ["amendments", "placements"]
