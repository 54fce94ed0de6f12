"""The actions of applications, each on a thing of the cast in a state in which it may be taken."""

from __future__ import annotations

from datetime import date, timedelta

from applications.actions import (
    applications,
    assessments,
    calls,
    candidate_corrections,
    candidates,
    copy_answers,
    documents,
    drafts,
    equality,
    expression_drafts,
    expressions,
    invitations,
    late_admissions,
    legal_holds,
    paper_applications,
    rehearsals,
    shortlisting,
    visits,
)
from applications.autosave import NOT_FROM_A_PAGE
from applications.models.call import Section
from core.audit.immutability import bypass_triggers
from tests.applications.factories import ASSESSING, CLOSES, PUBLISHED, SUBMITTING, WRITING, pdf
from tests.applications.panel import FOUR, SURE, VISITING
from tests.promises.acts import Act

AFTER = CLOSES + timedelta(days=1)
LATER = VISITING + timedelta(days=1)
LONG_AFTER = CLOSES + timedelta(days=20)
ANSWER = {"text": "Let us talk.", "at": WRITING}
WORDS = expressions.Words("Share what we know.")


def start(organisation, by, cast):
    post = cast.things["call"]["published"].posts.get()
    return applications.start(post, organisation=organisation, by=by, at=WRITING)


def save_section(application, by, _cast):
    facts = {"contact_phone": "020 7946 0000"}
    return drafts.save_section(application, Section.ORGANISATION, facts=facts, answers={}, by=by, at=WRITING)


def copy(application, by, cast):
    return copy_answers.bring(application, source=cast.things["application"]["submitted"], by=by, at=WRITING)


def ask(application, by, _cast):
    candidate = application.candidates.get(status__in=["named", "asked", "confirmed"])
    return candidates.ask(candidate, by=by, at=WRITING)


def name(application, by, _cast):
    person = {"name": "Nora Named", "email": "nora@example.org", "job_title": "Adviser"}
    return candidates.name(application, **person, by=by, at=WRITING)


def enter(call, by, cast):
    another = cast.people["rival"].memberships.get().organisation
    post, came = call.posts.get(), {"came_by": "post", "came_at": WRITING}
    return paper_applications.enter(call, organisation=another, post=post, **came, by=by, at=WRITING)


def admit_late(call, by, cast):
    reason = {"closes_at": AFTER + timedelta(days=7), "reason": "Their line was cut."}
    return late_admissions.ask(call, organisation=cast.organisation, **reason, by=by, at=AFTER)


def issue(call, by, _cast):
    sent = {"invited": "New Charity", "email": "new@example.org", "expires_at": CLOSES, "most_uses": 1}
    return invitations.issue(call, **sent, by=by, at=WRITING)


def issue_to(call, by, cast):
    another = cast.people["rival"].memberships.get().organisation
    return invitations.issue_to(another, call, email="new@example.org", expires_at=CLOSES, by=by, at=WRITING)


def bind(organisation, by, cast):
    return invitations.bind(
        cast.things["invitation to apply"]["taken up"], organisation=organisation, by=by, at=WRITING
    )


def send(organisation, by, cast):
    programme = cast.things["call"]["published"].programme
    waiting = organisation.expressions.get(status="received")
    return expressions.send(
        programme, organisation=organisation, words=expressions.Words.of(waiting), by=by, at=WRITING
    )


def save_expression_draft(organisation, by, cast):
    programme = cast.things["call"]["published"].programme
    typed = {"texts": {"about": "Half a thought"}, "original": {}, "token": NOT_FROM_A_PAGE, "while_typing": True}
    return expression_drafts.save(programme, None, organisation=organisation, **typed, by=by, at=WRITING)


def change_words(expression, by, _cast):
    words = expressions.Words.of(expression)
    changed = expressions.Words("Something else.", words.strands)
    return expressions.change(expression, words=changed, seen=words.digest, by=by, at=WRITING)


def start_from(expression, by, _cast):
    return expressions.start(expression, expression.call.posts.get(), by=by, at=WRITING)


def invite(expression, by, cast):
    return expressions.invite(expression, call=cast.things["call"]["published"], **ANSWER, by=by)


def assign(application, by, cast):
    return assessments.assign(application, assessor=cast.people["unassigned"], party="funder", by=by, at=ASSESSING)


def assign_both(application, by, cast):
    people = {"funder_assessor": cast.people["unassigned"], "host_assessor": None}
    return assessments.assign_both(application, **people, by=by, at=ASSESSING)


def score(assessment, by, _cast):
    criterion = assessment.application.call.criteria.first()
    return assessments.score(assessment, criterion=criterion, score=3, reason="Good.", by=by, at=ASSESSING)


def complete(assessment, by, cast):
    if by == assessment.assessor:
        marks = dict.fromkeys(assessment.application.call.criteria.all(), (3, "Good."))
        assessments.save(assessment, marks=marks, by=by, at=ASSESSING)
    return assessments.complete(assessment, overall_view="Good.", by=by, at=ASSESSING)


def arrange(application, by, _cast):
    where = {"minutes": 60, "place": "12 High Road", "attendees": FOUR, "sure_of": SURE}
    application.visits.coming().delete()
    return visits.arrange(application, starts_at=VISITING, **where, by=by, at=ASSESSING)


def hold_visit(visit, by, _cast):
    return visits.hold(visit, attended=[], absence_reason="Ill.", notes="", by=by, at=LATER)


def decide(call, by, _cast):
    call.applications.filter(status__in=["submitted", "shortlisted"]).update(status="unsuccessful")
    return calls.decide(call, by=by, at=LONG_AFTER)


CONFLICT = {"explanation": "My sister works there.", "at": ASSESSING}


def correct_address(application, by, _cast):
    return candidate_corrections.correct_address(application, email="new@example.org", by=by, at=ASSESSING)


def replace_attendee(visit, by, _cast):
    first = visit.attendees.first()
    new = {"name": "Flo", "email": "flo@example.org", "sure_of": ["flo@example.org"]}
    return visits.replace_attendee(visit, attendee=first, **new, by=by, at=ASSESSING)


ACTS = [
    # --- applications
    Act("applications.correct_candidate_address", "application", "submitted", correct_address),
    Act("applications.start_application", "organisation", "own", start),
    Act("applications.start_application", "organisation", "own", bind),
    Act("applications.change_application", "application", "draft", save_section),
    Act("applications.change_application", "application", "entered", save_section),
    Act("applications.change_application", "application", "rehearsal", lambda it, by, _: rehearse_section(it, by)),
    Act("applications.change_application", "application", "draft", copy),
    Act("applications.change_application", "application", "draft", name),
    Act("applications.change_application", "application", "reopened", ask),
    Act(
        "applications.change_application",
        "application",
        "draft",
        lambda it, by, _: documents.attach(it, "cv", pdf(), by=by, at=WRITING),
    ),
    Act(
        "applications.change_application",
        "application",
        "draft",
        lambda it, by, _: documents.remove(it, "cv", by=by, at=WRITING),
    ),
    Act(
        "applications.submit_application",
        "application",
        "reopened",
        lambda it, by, _: applications.submit(it, by=by, at=SUBMITTING),
    ),
    Act(
        "applications.reopen_application",
        "application",
        "submitted",
        lambda it, by, _: reopen_unassessed(it, by),
    ),
    Act(
        "applications.withdraw_application",
        "application",
        "submitted",
        lambda it, by, _: applications.withdraw(it, reason="Not now.", by=by, at=SUBMITTING),
    ),
    Act(
        "applications.withdraw_application",
        "application",
        "entered",
        lambda it, by, _: applications.withdraw(it, reason="Not now.", by=by, at=SUBMITTING),
    ),
    Act(
        "applications.shortlist_application",
        "application",
        "submitted",
        lambda it, by, _: shortlisting.shortlist(it, by=by, at=ASSESSING),
    ),
    Act(
        "applications.turn_down_application",
        "application",
        "submitted",
        lambda it, by, _: shortlisting.turn_down(it, by=by, at=ASSESSING),
    ),
    Act(
        "applications.hold_application",
        "application",
        "shortlisted",
        lambda it, by, _: legal_holds.hold(it, reason="A complaint.", by=by, at=ASSESSING),
    ),
    Act("applications.hold_application", "application", "entered", lambda it, by, _: let_go(it, by)),
    Act(
        "applications.clear_application",
        "application",
        "rehearsal",
        lambda it, by, _: rehearsals.clear(it, by=by, at=PUBLISHED),
    ),
    # --- calls
    Act("applications.change_call", "call", "draft", lambda it, by, _: calls.fill_in(it, by=by, at=PUBLISHED)),
    Act("applications.change_call", "call", "draft", lambda it, by, _: rehearsals.clear_all(it, by=by, at=PUBLISHED)),
    Act(
        "applications.publish_call",
        "call",
        "draft",
        lambda it, by, _: calls.publish(it, by=by, at=PUBLISHED, reason="The dates are the test's."),
    ),
    Act("applications.extend_call", "call", "invited", lambda it, by, _: extend(it, by)),
    Act(
        "applications.clarify_call",
        "call",
        "published",
        lambda it, by, _: calls.clarify(it, question="When?", answer="Soon.", by=by, at=WRITING),
    ),
    Act(
        "applications.cancel_call",
        "call",
        "invited",
        lambda it, by, _: calls.cancel(it, reason="No funds.", by=by, at=WRITING),
    ),
    Act("applications.decide_call", "call", "published", decide),
    Act("applications.archive_call", "call", "decided", lambda it, by, _: calls.archive(it, by=by, at=LONG_AFTER)),
    Act("applications.rehearse_call", "call", "draft", lambda it, by, _: rehearsals.begin(it, by=by, at=PUBLISHED)),
    Act("applications.enter_application", "call", "published", enter),
    Act("applications.add_lateadmission", "call", "published", admit_late),
    Act("applications.invite_to_call", "call", "invited", issue),
    Act("applications.invite_to_call", "call", "invited", issue_to),
    Act(
        "applications.withdraw_callinvitation",
        "invitation to apply",
        "sent",
        lambda it, by, _: invitations.withdraw(it, by=by, at=WRITING),
    ),
    Act(
        "applications.confirm_lateadmission",
        "late admission",
        "asked",
        lambda it, by, _: late_admissions.confirm(it, by=by, at=AFTER),
    ),
    Act(
        "applications.drop_lateadmission",
        "late admission",
        "asked",
        lambda it, by, _: late_admissions.drop(it, by=by, at=AFTER),
    ),
    Act("applications.add_equalityquestion", "programme", "ours", lambda it, by, _: put_in_standard(it, by)),
    # --- expressions of interest
    Act("applications.add_expressionofinterest", "organisation", "own", send),
    Act("applications.add_expressionofinterest", "organisation", "own", save_expression_draft),
    Act("applications.change_expressionofinterest", "expression of interest", "received", change_words),
    Act(
        "applications.withdraw_expressionofinterest",
        "expression of interest",
        "received",
        lambda it, by, _: expressions.withdraw(it, by=by, at=WRITING),
    ),
    Act("applications.start_expressionofinterest", "expression of interest", "invited", start_from),
    Act(
        "applications.note_expressionofinterest",
        "expression of interest",
        "received",
        lambda it, by, _: expressions.note(it, spoken_on=date(2019, 2, 1), text="A call.", by=by, at=WRITING),
    ),
    Act("applications.invite_expressionofinterest", "expression of interest", "received", invite),
    Act(
        "applications.propose_other_work_expressionofinterest",
        "expression of interest",
        "received",
        lambda it, by, _: expressions.propose_other_work(it, **ANSWER, by=by),
    ),
    Act(
        "applications.put_off_expressionofinterest",
        "expression of interest",
        "received",
        lambda it, by, _: expressions.put_off(it, **ANSWER, by=by),
    ),
    # --- assessments and visits
    Act("applications.assign_application", "application", "shortlisted", assign),
    Act("applications.assign_application", "application", "shortlisted", assign_both),
    Act(
        "applications.declare_application",
        "application",
        "shortlisted",
        lambda it, by, _: assessments.declare_conflict(it, **CONFLICT, by=by),
    ),
    Act(
        "applications.declare_assessment",
        "assessment",
        "undeclared",
        lambda it, by, _: assessments.declare(it, has_conflict=False, explanation="", by=by, at=ASSESSING),
    ),
    Act(
        "applications.recuse_assessment",
        "assessment",
        "declared",
        lambda it, by, _: assessments.recuse(it, **CONFLICT, by=by),
    ),
    Act("applications.score_assessment", "assessment", "declared", score),
    Act("applications.complete_assessment", "assessment", "declared", complete),
    Act("applications.add_assessmentvisit", "application", "shortlisted", arrange),
    Act(
        "applications.confirm_assessmentvisit",
        "visit",
        "proposed",
        lambda it, by, _: visits.confirm(it, by=by, at=ASSESSING),
    ),
    Act(
        "applications.move_assessmentvisit",
        "visit",
        "confirmed",
        lambda it, by, _: visits.move(it, starts_at=LATER, place="Elsewhere", by=by, at=ASSESSING),
    ),
    Act("applications.hold_assessmentvisit", "visit", "confirmed", hold_visit),
    Act(
        "applications.cancel_assessmentvisit",
        "visit",
        "proposed",
        lambda it, by, _: visits.cancel(it, by=by, at=ASSESSING),
    ),
    Act("applications.replace_attendee_assessmentvisit", "visit", "proposed", replace_attendee),
]


def rehearse_section(application, by):
    facts = {"contact_phone": "020 7946 0000"}
    return drafts.save_section(application, Section.ORGANISATION, facts=facts, answers={}, by=by, at=PUBLISHED)


def reopen_unassessed(application, by):
    with bypass_triggers():  # one that is complete is frozen
        application.assessments.all().delete()
    return applications.reopen(application, by=by, at=SUBMITTING)


def let_go(application, by):
    type(application).objects.filter(pk=application.pk).update(hold_reason="A complaint.")
    return legal_holds.let_go(application, by=by, at=ASSESSING)


def extend(call, by):
    return calls.extend(call, closes_at=CLOSES + timedelta(days=2), reason="The site was down.", by=by, at=WRITING)


def put_in_standard(programme, by):
    programme.equality_questions.exclude(tallies__isnull=False).delete()
    programme.equality_questions.update(programme=programme.__class__.objects.get(slug="other"))
    return equality.put_in_standard(programme, by=by, at=PUBLISHED)


# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK = {
    "candidates.ask_again_if_changed": "follows from a change whose permission was asked",
    "outcomes.offer": "an action of grants has asked",
    "outcomes.reserve": "an action of grants has asked",
    "outcomes.turn_down": "an action of grants has asked",
    "outcomes.accept_offer": "an action of grants has asked",
    "outcomes.decline_offer": "an action of grants has asked",
    "outcomes.end_with_call": "the cancellation of its call has asked",
    "assessment_endings.close_open": "follows from the end of an application, whose permission was asked",
    "assessment_endings.close_where_not_assessing": "follows from closing an account or taking a role away",
    "visits.excuse": "follows from a recusal or from closing an account",
    "visits.excuse_everywhere": "follows from closing an account",
    "visits.cancel_coming": "follows from the end of an application, whose permission was asked",
}
