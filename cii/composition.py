"""Settings that say what the stages add to the ground: dotted names, asked in this order."""

# What reminds people: due(now) -> Iterator[Reminder].
REMINDER_SOURCES = [
    "applications.reminders.due",
    "grants.reminders.due",
    "secondments.reminders.due",
]

# How long things are kept: the dotted paths of tables (core.retention.rules), acted on in this order.
RETENTION_SOURCES = [
    "applications.retention.TABLE",
    "grants.retention.TABLE",
    "secondments.retention.TABLE",
    "core.documents.retention.TABLE",  # after what the documents are about
    "core.letters.retention.TABLE",
    "core.accounts.retention.TABLE",
]

# Who answers events, in this order (core/events.py).
EVENT_HANDLERS = ["applications.handlers", "grants.handlers", "secondments.handlers", "learning.handlers"]

# What `manage.py check_invariants` asks: modules with `breaches(now) -> Iterator[str]` (core/invariants.py).
INVARIANT_SOURCES = [
    "core.invariants",
    "core.audit.invariants",
    "core.documents.invariants",
    "applications.invariants",
    "grants.invariants",
    "secondments.invariants",
]

# What waits on the home page and at the top of the admin: items(user, now) -> Iterator[WorkItem].
WORK_SOURCES = [
    "core.accounts.work_queue.items",
    "applications.work_queue.items",
    "grants.work_queue.items",
    "secondments.work_queue.items",
    "core.letters.work_queue.items",
]

# What a person has, below their tasks: section(user, now) -> DashboardSection (core/dashboard.py), in this order.
DASHBOARD_SOURCES = [
    "applications.views.dashboard.section",
    "grants.views.dashboard.section",
    "secondments.views.dashboard.section",
    "learning.views.dashboard_section",
    "core.accounts.views.dashboard.section",
]
