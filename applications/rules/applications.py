"""Who may do what with applications, late admissions and documents."""

from typing import Any

import rules

from applications.lifecycle import APPLICATION, CALL, HANDED_IN, AssessmentStatus, Status
from applications.models import Application, Document, LateAdmission
from applications.rules.steps import may
from core.accounts.rules import is_assessor, is_committee, is_funder_officer, is_lead, is_member


@rules.predicate
def was_submitted(user: Any, application: Application | None) -> bool:
    """Handed in at least once and not open for changes again."""
    return application is not None and application.reference is not None and application.status != Status.DRAFT


@rules.predicate
def is_handed_in(user: Any, application: Application | None) -> bool:
    """Before assessors and committee: neither draft nor withdrawn."""
    return application is not None and application.status in HANDED_IN


@rules.predicate
def is_assigned(user: Any, application: Application | None) -> bool:
    """An assessor of this application who has not stood aside."""
    return bool(
        application is not None
        and user.is_authenticated
        and application.assessments.filter(assessor=user).exclude(status=AssessmentStatus.RECUSED).exists()
    )


@rules.predicate
def is_unconflicted(user: Any, application: Application | None) -> bool:
    """Has declared no conflict of interest with this application."""
    return bool(
        application is not None
        and user.is_authenticated
        and not application.interests.filter(person=user, has_conflict=True).exists()
    )


@rules.predicate
def has_declared(user: Any, application: Application | None) -> bool:
    """Has said, before reading, that there is no conflict of interest."""
    return bool(
        application is not None
        and user.is_authenticated
        and application.interests.filter(person=user, has_conflict=False).exists()
    )


is_clear_assessor = is_assessor & is_handed_in & is_assigned & is_unconflicted
is_clear_committee = is_committee & is_handed_in & is_unconflicted


@rules.predicate
def is_entered(user: Any, application: Application | None) -> bool:
    """Entered by the office from what came by post or e-mail."""
    return application is not None and application.is_entered


@rules.predicate
def is_real(user: Any, application: Application | None) -> bool:
    """Not an officer's rehearsal of the form."""
    return application is not None and not application.is_rehearsal


@rules.predicate
def is_own_rehearsal(user: Any, application: Application | None) -> bool:
    """A rehearsal that this very person began."""
    return application is not None and application.is_rehearsal and application.started_by_id == user.pk


# Officers see that a submitted application exists and read it; a draft is its organisation's own, but for those that
# the office entered itself. A rehearsal is seen by the officer who began it.
applies = is_member & is_real
rehearses = is_funder_officer & is_own_rehearsal
reads_as_office = is_funder_officer & (was_submitted | is_entered)
rules.add_perm(
    "applications.view_application",
    applies | reads_as_office | rehearses | is_clear_assessor | is_clear_committee,
)
# What the office entered, the office writes and hands in; the organisation reads it.
writes = (applies & ~is_entered) | (is_funder_officer & is_entered) | rehearses
hands_in = (is_lead & is_real & ~is_entered) | (is_funder_officer & is_entered)
takes_back = (is_lead & is_real) | (is_funder_officer & is_entered)
rules.add_perm("applications.change_application", writes & may(APPLICATION, "submit"))
rules.add_perm("applications.submit_application", hands_in | rehearses)
rules.add_perm("applications.reopen_application", hands_in & may(APPLICATION, "reopen"))
rules.add_perm("applications.withdraw_application", takes_back & may(APPLICATION, "withdraw"))
rules.add_perm("applications.shortlist_application", is_funder_officer & may(APPLICATION, "shortlist"))
rules.add_perm("applications.turn_down_application", is_funder_officer & may(APPLICATION, "turn_down"))
rules.add_perm("applications.assign_application", is_funder_officer & is_handed_in)
rules.add_perm("applications.hold_application", reads_as_office)
rules.add_perm("applications.declare_application", is_committee & is_handed_in)
# Whole answers: assessors only after declaring. The committee reads a summary.
reads_after_declaring = is_clear_assessor & has_declared
rules.add_perm("applications.read_application", applies | reads_as_office | rehearses | reads_after_declaring)
# Salary and sheet: the own organisation, officers, director and the committee's summary; never assessors or host.
rules.add_perm("applications.view_salary", applies | reads_as_office | rehearses | is_clear_committee)
# Entering what came by post, letting one organisation in late, trying the form out.
rules.add_perm("applications.enter_application", is_funder_officer)
rules.add_perm("applications.rehearse_call", is_funder_officer & may(CALL, "publish"))
rules.add_perm("applications.view_lateadmission", is_funder_officer)
rules.add_perm("applications.add_lateadmission", is_funder_officer)


@rules.predicate
def asked_by_another(user: Any, admission: LateAdmission | None) -> bool:
    """Waits for a second person, and this is one."""
    return admission is not None and admission.confirmed_by_id is None and admission.asked_by_id != user.pk


@rules.predicate
def is_unconfirmed(user: Any, admission: LateAdmission | None) -> bool:
    """Waits for a second person."""
    return admission is not None and admission.confirmed_by_id is None


rules.add_perm("applications.confirm_lateadmission", is_funder_officer & asked_by_another)
rules.add_perm("applications.drop_lateadmission", is_funder_officer & is_unconfirmed)


@rules.predicate
def reads_documents(user: Any, document: Document | None) -> bool:
    """The own organisation, officers, and clear assessors who have declared."""
    return document is not None and bool(user.has_perm("applications.read_application", document.application))


rules.add_perm("applications.view_document", reads_documents)
