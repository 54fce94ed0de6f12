"""Who may do what with applications, late admissions and documents."""

from typing import Any

from rules.predicates import predicate

from applications.lifecycle import APPLICATION, CALL, HANDED_IN, AssessmentStatus, Status
from applications.models import Application, LateAdmission
from applications.rules.cases import deputises, has_declared, has_to_declare, is_open_to, own_is_due
from core.accounts.roles import FUNDER_OFFICERS
from core.accounts.rules import is_assessor, is_committee, is_funder_officer, is_lead, is_member
from core.permissions import in_state, permit


@predicate
def was_submitted(_user: Any, application: Application | None) -> bool:
    """Submitted at least once and not open for changes again."""
    return application is not None and application.reference is not None and application.status != Status.DRAFT


@predicate
def is_handed_in(_user: Any, application: Application | None) -> bool:
    """Before assessors and committee: neither draft nor withdrawn."""
    return application is not None and application.status in HANDED_IN


@predicate
def is_assigned(user: Any, application: Application | None) -> bool:
    return bool(
        application is not None
        and user.is_authenticated
        and application.assessments.filter(assessor=user).exclude(status=AssessmentStatus.RECUSED).exists()
    )


# The office without a conflict of interest, once it has declared: nobody else of it acts on an application, or sees it.
is_office = is_funder_officer | deputises(*FUNDER_OFFICERS)
is_clear_officer = is_office & is_open_to
is_clear_assessor = is_assessor & is_handed_in & is_assigned & is_open_to
is_clear_committee = is_committee & is_handed_in & is_open_to & has_declared


@predicate
def is_entered(_user: Any, application: Application | None) -> bool:
    return application is not None and application.is_entered


@predicate
def is_real(_user: Any, application: Application | None) -> bool:
    return application is not None and not application.is_rehearsal


@predicate
def is_own_rehearsal(user: Any, application: Application | None) -> bool:
    return application is not None and application.is_rehearsal and application.started_by_id == user.pk


@predicate
def may_be_withdrawn(_user: Any, application: Application | None) -> bool:
    return application is not None and application.may_be_withdrawn


# Officers see that a submitted application exists and read it; a draft is its organisation's, except one that the
# office entered. A rehearsal is seen by the officer who began it.
applies = is_member & is_real
rehearses = is_funder_officer & is_own_rehearsal
in_office = is_clear_officer & (was_submitted | is_entered)
# An officer who was asked to assess an application declares first, like any assessor.
reads_as_office = in_office & ~has_to_declare
# What the office entered, the office writes and submits; the organisation reads it.
enters = is_clear_officer & is_entered
writes = (applies & ~is_entered) | enters | rehearses
hands_in = (is_lead & is_real & ~is_entered) | enters
takes_back = (is_lead & is_real) | enters
# Assessors read the whole answers only after declaring. The committee reads a summary.
reads_after_declaring = is_clear_assessor & has_declared

ONLY_OFFICE = "Only the grants office can do this."
WITHOUT_CONFLICT = ", and only after declaring that there is no conflict of interest with it."

permit(
    "applications.view_application",
    applies | in_office | rehearses | is_clear_assessor | is_clear_committee,
)
permit("applications.view_office_file", reads_as_office)  # how it came, where the proposed secondee is asked
permit("applications.view_application_history", reads_as_office & ~own_is_due)  # who declared what, who did what
# Opens the lists of submitted applications, assessments and visits; which rows are on them is told by visibility.py.
permit("applications.view_submitted_applications", is_office | is_assessor | is_committee)
permit("applications.read_application", applies | reads_as_office | rehearses | reads_after_declaring)
# Salary and sheet: the organisation, officers and director; never assessors or host. The committee reads the total and
# whether the salary is above the band, nowhere the workings from which it follows.
sees_salary = applies | reads_as_office | rehearses
permit("applications.view_salary", sees_salary)
permit("applications.view_total", sees_salary | is_clear_committee)
permit(  # asked about the organisation that applies
    "applications.start_application", is_member, "You do not belong to this organisation. Ask its lead to invite you."
)
permit(
    "applications.change_application",
    writes,
    "You cannot change this application.",
    when=in_state(APPLICATION, "submit"),
)
permit(
    "applications.submit_application",
    hands_in | rehearses,
    "Only a lead of your organisation can submit. Ask one to sign in and submit.",
)
permit(
    "applications.reopen_application",
    hands_in,
    "Only a lead of your organisation can reopen its application.",
    when=in_state(APPLICATION, "reopen"),
)
permit(
    "applications.withdraw_application",
    takes_back,
    "Only a lead of your organisation can withdraw its application.",
    when=may_be_withdrawn,
)
permit(
    "applications.shortlist_application",
    is_clear_officer,
    f"Only the grants office shortlists an application{WITHOUT_CONFLICT}",
    when=in_state(APPLICATION, "shortlist"),
    new_use="assessing",
)
permit(
    "applications.turn_down_application",
    is_clear_officer,
    f"Only the grants office turns an application down{WITHOUT_CONFLICT}",
    when=in_state(APPLICATION, "turn_down"),
    new_use="assessing",
)
permit(
    "applications.check_application",
    is_clear_officer,
    f"Only the grants office checks whether an application is eligible{WITHOUT_CONFLICT}",
    when=in_state(APPLICATION, "shortlist"),
)
# What is prepared at shortlisting; asked about the application.
for verb in ("undo", "release"):
    permit(
        f"applications.{verb}_outcome",
        is_clear_officer,
        f"Only the grants office works on the outcomes of shortlisting{WITHOUT_CONFLICT}",
        when=in_state(APPLICATION, "shortlist"),
    )
permit(
    "applications.assign_application",
    is_clear_officer & ~has_to_declare,
    f"Only the grants office assigns assessors{WITHOUT_CONFLICT}",
    when=is_handed_in,
    new_use="assessing",
)
permit(
    "applications.correct_candidate_address",
    is_clear_officer,
    f"Only the grants office corrects the address of a proposed secondee{WITHOUT_CONFLICT}",
    when=is_handed_in,
)
permit("applications.hold_application", in_office, "Only the grants office holds an application from deletion.")
permit(
    "applications.declare_application",
    is_committee | is_funder_officer,
    "Only the grants office and the Grants Committee declare a conflict of interest here.",
    when=is_handed_in,
)
permit(
    "applications.handle_interest",  # asked about the application
    is_clear_officer,
    f"Only the grants office decides how a conflict of interest is handled{WITHOUT_CONFLICT}",
    when=was_submitted,
)
permit("applications.clear_application", rehearses, "This is not a rehearsal of yours.")

# Asked about the call: entering what came by post, letting one organisation in late, trying the form out.
permit("applications.enter_application", is_funder_officer, "Only the grants office enters an application.")
permit(
    "applications.rehearse_call",
    is_funder_officer,
    "Only the grants office rehearses the form.",
    when=in_state(CALL, "publish"),
)
permit("applications.view_lateadmission", is_funder_officer)
permit("applications.view_lateadmission_history", is_funder_officer)
permit("applications.add_lateadmission", is_funder_officer, "Only the grants office admits an organisation late.")


@predicate
def asked_by_another(user: Any, admission: LateAdmission | None) -> bool:
    return admission is not None and admission.asked_by_id != user.pk


@predicate
def is_unconfirmed(_user: Any, admission: LateAdmission | None) -> bool:
    return admission is not None and admission.confirmed_by_id is None


permit(
    "applications.confirm_lateadmission",
    is_funder_officer & asked_by_another,
    "Only the grants office admits an organisation late, and another person has to confirm it than the one who asked.",
    when=is_unconfirmed,
)
permit("applications.drop_lateadmission", is_funder_officer, ONLY_OFFICE, when=is_unconfirmed)
