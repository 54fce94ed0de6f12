"""Which rows of applications a person sees; each function equals the permission that views one such row."""

from applications.visibility import interests, joint_views, messages, names, notes, visit_slots
from applications.visibility.cases import (
    conflicts_of,
    declared_by,
    deputised,
    in_office,
    is_open,
    names_only,
    office_programmes,
    to_declare,
)
from applications.visibility.rows import of_office, readable_applications, visible_applications, writable_applications

__all__ = [
    "conflicts_of",
    "declared_by",
    "deputised",
    "in_office",
    "interests",
    "is_open",
    "joint_views",
    "messages",
    "names",
    "names_only",
    "notes",
    "of_office",
    "office_programmes",
    "readable_applications",
    "to_declare",
    "visible_applications",
    "visit_slots",
    "writable_applications",
]
