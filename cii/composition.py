"""Settings that say what the stages add to the ground: dotted names, asked in this order."""

# What reminds people: due(now) -> Iterator[Reminder].
REMINDER_SOURCES = [
    "applications.reminders.due",
    "grants.reminders.due",
    "secondments.reminders.due",
    "core.rights.reminders.due",
]

# How long things are kept: the dotted paths of tables (core.retention.rules), acted on in this order.
RETENTION_SOURCES = [
    "applications.retention.TABLE",
    "grants.retention.TABLE",
    "secondments.retention.TABLE",
    "learning.retention.TABLE",
    "core.documents.retention.TABLE",  # after what the documents are about
    "core.letters.retention.TABLE",
    "core.accounts.retention.TABLE",
    "core.saved_lists.retention.TABLE",
    "core.rights.retention.TABLE",
]

# What is held back from retention: held(model, parts) -> the keys of rows about people who asked for restriction.
RETENTION_HOLDS = "core.rights.holds.held"

# What a restriction holds back: refusal(thing, use) -> a sentence or ""; held_letters(letters) -> {key: sentence}.
RESTRICTION_SOURCE = "core.rights.restriction.refusal"
LETTER_HOLDS = "core.rights.restriction.held_letters"

# What stays when somebody asks for erasure, why and until when: kept(rows, at) -> Iterator[Duty].
DUTY_SOURCES = ["applications.retention.kept", "grants.retention.kept", "secondments.retention.kept"]

# Who answers events, in this order (core/events.py).
EVENT_HANDLERS = [
    "core.governance.handlers",
    "core.saved_lists.handlers",
    "applications.handlers",
    "grants.handlers",
    "secondments.handlers",
    "learning.handlers",
]

# What `manage.py check_invariants` asks: modules with `breaches(now) -> Iterator[str]` (core/invariants.py).
INVARIANT_SOURCES = [
    "core.invariants",
    "core.audit.invariants",
    "core.documents.invariants",
    "applications.invariants",
    "grants.invariants",
    "secondments.invariants",
]

# Who pays into a programme's fund: funders_of(programme) -> list[Organisation], who holds it first.
FUNDER_SOURCE = "grants.models.fund.funders_of"

# Whom an office may write to at once: a module with choices(programme) and recipients(programme, ...).
AUDIENCE_SOURCE = "cii.audience"

# What a new programme still needs, at the top of the admin: checklists(user) -> list.
SETUP_SOURCE = "cii.first_steps.checklists"

# What waits on the home page and at the top of the admin: items(user, now) -> Iterator[WorkItem].
WORK_SOURCES = [
    "core.accounts.work_queue.items",
    "applications.work_queue.items",
    "applications.work_queue.notes.items",
    "applications.work_queue.role_drafts.items",
    "applications.work_queue.messages.items",
    "core.governance.work_queue.items",
    "grants.work_queue.items",
    "secondments.work_queue.items",
    "learning.work_queue.items",
    "core.letters.work_queue.items",
    "core.monitoring.work_queue.items",
    "core.rights.work_queue.items",
    "core.admin.rounds.items",
]

# Papers that are signed, by the hash of their file: signed(digest) -> the paper with its grant and signatures, or None.
SIGNED_PAPERS = ["grants.documents.signed", "secondments.documents.signed"]

# The rounds at the top of the admin (core/admin/rounds.py): counts, in this order; the calls they are of:
# calls(user, busy) -> list[Call]; and the stages, each with its heading.
ROUND_SOURCES = ["applications.rounds.COUNTS", "grants.rounds.COUNTS", "secondments.rounds.COUNTS"]
ROUND_CALLS = "applications.rounds.calls"
ROUND_STAGES = {
    "submitted": (
        "Submitted",
        (
            "Everyone in the office first says, on one page for the call, whether they are close to a case. After the "
            "deadline the office reads every application, and prepares it for the shortlist or to be turned down. No "
            "email is sent until the outcomes are released together, from the page of the call."
        ),
    ),
    "shortlisted": (
        "Shortlisted",
        (
            "An assessor of the funder and one of the host say whether they are close to the case, then score it "
            "alone. The organisation chooses one of the visit times that you offer."
        ),
    ),
    "assessed": (
        "Assessed",
        (
            "Who has finished sees the other's scores. The funder and the host visit the organisation together. Then "
            "each side's assessor records the view of their side. Where they differ, the office records how both "
            "resolved it."
        ),
    ),
    "visited": (
        "Visited",
        (
            "What is assessed and visited, with both views, is put on the agenda of a meeting, where the committee "
            "decides. Its members say whether they are close to a case, then read the papers. After the meeting the "
            "office records who was present."
        ),
    ),
    "decided": (
        "Decided",
        (
            "On the page of the meeting one person records the decisions, and another confirms them. No email yet. "
            "The office writes the minutes there, and the chair or the director confirms them."
        ),
    ),
    "released": (
        "Released",
        (
            "The outcomes are released together, from the page of the meeting. Once every application has its outcome, "
            "the call is marked as decided, on its own page. An award is offered, accepted, agreed and signed, paid in "
            "instalments and reported on."
        ),
    ),
}

# What an agenda item of a committee is about; from it to the people whom it is about; and what is known of such cases
# at a meeting: on_agenda(keys, meeting) -> {key: core.governance.agenda.OnAgenda}.
AGENDA_CASE = "applications.Application"
AGENDA_CASE_PEOPLE = "candidates__email candidates__corrected_email"
AGENDA_CASE_SOURCE = "grants.documents.on_agenda"

# The dates of the rounds' calendar: dates(user, calls) -> Iterator[RoundDate].
ROUND_DATES = ["applications.rounds.dates", "grants.rounds.dates"]

# A sentence for each step of the admin, by "app.model/step".
STEP_EXPLANATIONS = [
    "core.admin.explanations.STEPS",
    "applications.admin.explanations.STEPS",
    "grants.admin.explanations.STEPS",
    "secondments.admin.explanations.STEPS",
]

# The parts of a case, linked from each of its pages in the admin: of_case(user, application) -> CaseLink.
CASE_SOURCES = [
    "applications.views.dashboard.of_case",
    "grants.views.dashboard.of_case",
    "secondments.views.dashboard.of_case",
]

# The uploaded files that wait for the virus scan, with `received_at`: for core/monitoring.
UNSCANNED_FILES = "applications.actions.virus_scans.waiting"

# What stands in a person's own calendar: entries(user, now, stamped_at) -> Iterator[bytes], calendar files.
CALENDAR_SOURCES = [
    "applications.views.calendar.entries",
    "grants.views.calendar.entries",
    "secondments.views.calendar.entries",
]

# What a person has, below their tasks: section(user, now) -> DashboardSection (core/dashboard.py), in this order.
DASHBOARD_SOURCES = [
    "applications.views.dashboard.section",
    "grants.views.dashboard.section",
    "grants.views.contribution.section",
    "secondments.views.dashboard.section",
    "learning.views.dashboard_section",
    "core.accounts.views.dashboard.section",
]
