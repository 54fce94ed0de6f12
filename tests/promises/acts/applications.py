"""The actions of applications, each on a thing of the cast in a state in which it may be taken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from applications.actions import (
    applications,
    assessments,
    attendance,
    calls,
    candidate_corrections,
    candidates,
    copy_answers,
    dealing_out,
    deputies,
    documents,
    drafts,
    eligibility,
    enquiries,
    equality,
    expression_drafts,
    expressions,
    form_sections,
    interests,
    invitations,
    joint_views,
    late_admissions,
    legal_holds,
    messages,
    names,
    notes,
    page_pictures,
    paper_applications,
    redacted_copies,
    rehearsals,
    reminding,
    revisions,
    role_drafts,
    shortlisting,
    visit_notes,
    visit_slots,
    visits,
)
from applications.autosave import NOT_FROM_A_PAGE
from applications.models import Call, PostComment
from applications.models.role_draft import POST_FIELDS
from applications.models.section import Section
from core.audit.immutability import bypass_triggers
from tests.applications import factories
from tests.applications.factories import ASSESSING, CLOSES, PUBLISHED, SUBMITTING, WRITING, pdf
from tests.applications.panel import FOUR, SURE, VISITING
from tests.promises.acts import Act

AFTER = CLOSES + timedelta(days=1)
LATER = VISITING + timedelta(days=1)
LONG_AFTER = CLOSES + timedelta(days=20)
ANSWER = {"text": "Let us talk.", "at": WRITING}
WORDS = expressions.Words("Share what we know.")


def turn_down(application, by, _cast):
    reasons = factories.outcome_reasons(application.call.programme)[:1]
    return shortlisting.prepare_turn_down(application, reasons=reasons, by=by, at=ASSESSING)


def undo_outcome(application, by, cast):
    shortlisting.prepare_shortlist(application, by=cast.people["officer"], at=ASSESSING)
    return shortlisting.undo(application, by=by, at=ASSESSING)


def put_in_reasons(programme, by, _cast):
    programme.outcome_reasons.update(programme=programme.__class__.objects.get(slug="other"))
    return eligibility.put_in_reasons(programme, by=by, at=PUBLISHED)


def handle_interest(application, by, cast):
    interest = application.interests.get(person=cast.people["conflicted"])
    return interests.handle(interest, handling="recused", by=by, at=ASSESSING)


def name_deputy(application, by, cast):
    finance = cast.people["finance"]
    return deputies.name(application, role="Grants director", person=finance, by=by, at=ASSESSING)


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


def deal_out(call, by, cast):
    application = call.applications.get(pk=cast.things["application"]["shortlisted"].pk)
    chosen = [f"{application.pk}:funder:{cast.people['unassigned'].pk}"]
    return dealing_out.deal_out(call, chosen=chosen, by=by, at=ASSESSING)


def revise(assessment, by, _cast):
    return revisions.revise(assessment, marks={"a": (4, "They told us more.")}, by=by, at=LATER)


def open_name(assessment, by, _cast):
    hide_names(assessment.application)
    for criterion in assessment.application.call.criteria.filter(concerns_person=False):
        mark = {"score": 3, "reason": "Good."}
        assessment.scores.update_or_create(criterion=criterion, defaults=mark)
    return names.open_to_assessor(assessment, by=by, at=ASSESSING)


def open_name_to_all(application, by, _cast):
    hide_names(application)
    application.assessments.exclude(status="complete").delete()
    return names.open_to_all(application, by=by, at=ASSESSING)


def redact(application, by, _cast):
    hide_names(application)
    return redacted_copies.upload(application, kind="cv", file=pdf(), by=by, at=ASSESSING)


def check_copy(application, by, cast):
    copy = redact(application, cast.people["officer"], cast)
    page_pictures.run(ASSESSING)
    return redacted_copies.confirm(application, document=copy, is_clean=False, by=by, at=ASSESSING)


def hide_names(application):
    Call.objects.filter(pk=application.call_id).update(hides_names=True)
    application.call.hides_names = True


def record_view(application, by, _cast):
    seen = joint_views.mark_of(application.joint_views.filter(party="host").first())
    view = {"recommendation": "recommend", "reasons": "Ready.", "seen": seen}
    return joint_views.record(application, **view, by=by, at=ASSESSING)


def resolve_views(application, by, cast):
    funder = application.joint_views.get(party="funder").recorded_by
    people = {"for_funder": funder, "for_host": cast.people["finished"], "talked_on": ASSESSING.date()}
    return joint_views.resolve(application, recommendation="", account="We talked.", **people, by=by, at=ASSESSING)


def send_message(application, by, _cast):
    words = {"subject": "Your lease", "text": "When does it end?"}
    return messages.send(application, to=["organisation", "secondee"], **words, by=by, at=ASSESSING)


def write_note(application, by, _cast):
    return notes.write(application, text="Ask them.", by=by, at=ASSESSING)


def edit_note(note, by, _cast):
    return notes.edit(note, text="Ask them in June.", by=by, at=ASSESSING)


def complete(assessment, by, cast):
    if by == assessment.assessor:
        marks = dict.fromkeys(assessment.application.call.criteria.all(), (3, "Good."))
        assessments.save(assessment, marks=marks, by=by, at=ASSESSING)
    return assessments.complete(assessment, recommendation="recommend", overall_view="Good.", by=by, at=ASSESSING)


def arrange(application, by, _cast):
    where = {"minutes": 60, "place": "12 High Road", "attendees": FOUR, "sure_of": SURE}
    application.visits.coming().delete()
    return visits.arrange(application, starts_at=VISITING, **where, by=by, at=ASSESSING)


def hold_visit(visit, by, _cast):
    return visits.hold(visit, attended=[], absence_reason="Ill.", notes="", by=by, at=LATER)


def write_visit_note(visit, by, _cast):
    return visit_notes.write(visit, text="They showed us round.", by=by, at=LATER)


def decide(call, by, _cast):
    call.applications.filter(status__in=["submitted", "shortlisted"]).update(status="unsuccessful")
    return calls.decide(call, by=by, at=LONG_AFTER)


CONFLICT = {"explanation": "My sister works there.", "at": ASSESSING}


def correct_address(application, by, _cast):
    return candidate_corrections.correct_address(application, email="new@example.org", by=by, at=ASSESSING)


def replace_attendee(visit, by, _cast):
    first = visit.attendees.first()
    new = {"name": "Flo", "email": "flo@example.org", "sure_of": ["flo@example.org"]}
    return attendance.replace(visit, attendee=first, **new, by=by, at=ASSESSING)


def offer_times(application, by, cast):
    people = {"funder_visitor": cast.people["declared"], "host_visitor": cast.people["finished"]}
    where = {"minutes": 30, "place": "12 High Road", **people}
    return visit_slots.offer(application, times=[LATER], **where, by=by, at=ASSESSING)


def choose_time(application, by, cast):
    senior = {"senior_name": "Lena", "senior_email": "lena@example.org"}
    slot = cast.things["visit time"]["offered"]
    return visit_slots.choose(application, slot=slot, **senior, sure_of=SURE, by=by, at=ASSESSING)


def replace_visitor(slot, by, cast):
    return visit_slots.replace_visitor(slot, side="funder", person=cast.people["unassigned"], by=by, at=ASSESSING)


def words_of_post() -> dict[str, str]:
    return dict.fromkeys(POST_FIELDS, "Welcome.")


def ask_comments(call: Any, by: Any, cast: Any) -> None:
    asked = {"organisations": [cast.organisation], "until_on": CLOSES.date()}
    role_drafts.ask_for_comments(call, **asked, by=by, at=WRITING)


def comment_on(call: Any, by: Any, cast: Any) -> None:
    role_drafts.comment(call.posts.get(), organisation=cast.organisation, text="Say more.", by=by, at=WRITING)


def answer_comment(call: Any, by: Any, cast: Any) -> None:
    row = PostComment.objects.get(post__call=call)
    role_drafts.answer_comment(row, answer="We do.", is_taken_up=True, by=by, at=WRITING)


ACTS = [
    Act(
        "applications.draft_post",
        "call",
        "draft",
        lambda it, by, _: role_drafts.draft_post(it, words=words_of_post(), by=by, at=WRITING),
    ),
    Act("applications.ask_comments_call", "call", "draft", ask_comments),
    Act("applications.comment_on_post", "call", "draft", comment_on),
    Act("applications.answer_comment", "call", "draft", answer_comment),
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
        lambda it, by, _: shortlisting.prepare_shortlist(it, by=by, at=ASSESSING),
    ),
    Act(
        "applications.turn_down_application",
        "application",
        "submitted",
        turn_down,
    ),
    Act(
        "applications.declare_interests_call",
        "call",
        "published",
        lambda it, by, _: interests.declare_all(it, conflicts={}, none=[], by=by, at=ASSESSING),
    ),
    Act("applications.name_deputy", "application", "aside", name_deputy),
    Act("applications.handle_interest", "application", "submitted", handle_interest),
    Act("applications.undo_outcome", "application", "submitted", undo_outcome),
    Act(
        "applications.check_application",
        "application",
        "submitted",
        lambda it, by, _: eligibility.answer(it, answers={}, by=by, at=ASSESSING),
    ),
    Act("applications.add_outcomereason", "programme", "ours", put_in_reasons),
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
    Act("applications.record_jointview", "application", "shortlisted", record_view),
    Act("applications.resolve_jointview", "application", "apart", resolve_views),
    Act("applications.add_casemessage", "application", "shortlisted", send_message),
    Act(
        "applications.answer_casemessage",
        "message",
        "sent",
        lambda it, by, _: messages.answer(it, text="In May.", by=by, at=ASSESSING),
    ),
    Act(
        "applications.settle_casemessage", "message", "answered", lambda it, by, _: messages.settle(it, by=by, at=LATER)
    ),
    Act("applications.add_casenote", "application", "shortlisted", write_note),
    Act("applications.change_casenote", "note", "written", edit_note),
    Act("applications.read_casenote", "note", "written", lambda it, by, _: notes.mark_read(it, by=by, at=ASSESSING)),
    Act("applications.open_name_application", "application", "shortlisted", open_name_to_all),
    Act("applications.redact_application", "application", "shortlisted", redact),
    Act("applications.redact_application", "application", "shortlisted", check_copy),
    # --- calls
    Act("applications.hide_names_call", "call", "draft", lambda it, by, _: names.hide(it, by=by, at=PUBLISHED)),
    Act("applications.hide_names_call", "call", "draft", lambda it, by, _: names.show(it, by=by, at=PUBLISHED)),
    Act("applications.change_call", "call", "draft", lambda it, by, _: calls.fill_in(it, by=by, at=PUBLISHED)),
    Act("applications.change_call", "call", "draft", lambda it, by, _: set_sections(it, by)),
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
    Act("applications.clarify_call", "call", "published", lambda it, by, _: reply(it, by)),
    Act(
        "applications.cancel_call",
        "call",
        "invited",
        lambda it, by, _: calls.cancel(it, reason="No funds.", by=by, at=WRITING),
    ),
    Act("applications.decide_call", "call", "published", decide),
    Act("applications.archive_call", "call", "decided", lambda it, by, _: calls.archive(it, by=by, at=LONG_AFTER)),
    Act("applications.rehearse_call", "call", "draft", lambda it, by, _: rehearsals.begin(it, by=by, at=PUBLISHED)),
    Act("applications.open_name_assessment", "assessment", "declared", open_name),
    Act("applications.revise_assessment", "assessment", "finished", revise),
    Act("applications.deal_out_call", "call", "published", deal_out),
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
        "applications.remind_assessment",
        "assessment",
        "declared",
        lambda it, by, _: reminding.remind(it, by=by, at=ASSESSING),
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
    Act("applications.note_assessmentvisit", "visit", "confirmed", write_visit_note),
    Act("applications.replace_attendee_assessmentvisit", "visit", "proposed", replace_attendee),
    Act("applications.add_assessmentvisit", "application", "apart", offer_times),
    Act("applications.choose_visitslot", "application", "apart", choose_time),
    Act(
        "applications.withdraw_visitslot",
        "visit time",
        "offered",
        lambda it, by, _: visit_slots.withdraw(it, by=by, at=ASSESSING),
    ),
    Act("applications.replace_visitor_visitslot", "visit time", "offered", replace_visitor),
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


def reply(call, by):
    enquiry = enquiries.ask(call, text="May we?", email="asks@example.org", at=WRITING)
    return enquiries.reply(call, enquiry=enquiry, answer="Yes.", by=by, at=WRITING)


def set_sections(call, by):
    sections = [(str(section), section.label) for section in call.form_sections]
    return form_sections.set_sections(call, sections=[*sections, ("", "More")], by=by, at=PUBLISHED)


def put_in_standard(programme, by):
    programme.equality_questions.exclude(tallies__isnull=False).delete()
    programme.equality_questions.update(programme=programme.__class__.objects.get(slug="other"))
    return equality.put_in_standard(programme, by=by, at=PUBLISHED)


# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK = {
    "names.open_at_completion": "follows from completing an assessment, whose permission was asked",
    "shortlisting.release": "each outcome asks by itself",
    "shortlisting.drop_prepared": "follows from the end of an application, whose permission was asked",
    "shortlisting.preview": "releases and takes it back; each outcome asks by itself",
    "shortlisting.prepared_in": "changes nothing, and asks about each row",
    "candidates.ask_again_if_changed": "follows from a change whose permission was asked",
    "outcomes.offer": "an action of grants has asked",
    "outcomes.reserve": "an action of grants has asked",
    "outcomes.turn_down": "an action of grants has asked",
    "outcomes.accept_offer": "an action of grants has asked",
    "outcomes.decline_offer": "an action of grants has asked",
    "outcomes.let_offer_lapse": "an action of grants has asked",
    "outcomes.end_with_call": "the cancellation of its call has asked",
    "assessment_endings.close_open": "follows from the end of an application, whose permission was asked",
    "assessment_endings.close_where_not_assessing": "follows from closing an account or taking a role away",
    "slot_endings.end_for": "follows from the end of an application, or from its visit",
    "slot_endings.end_where_recused": "follows from a recusal",
    "slot_endings.end_of_visitor": "follows from closing an account or taking a role away",
    "slot_endings.withdraw": "visit_slots.withdraw asks, or it follows from closing an account",
    "attendance.excuse": "follows from a recusal or from closing an account",
    "attendance.excuse_everywhere": "follows from closing an account",
    "visits.cancel_coming": "follows from the end of an application, whose permission was asked",
}
