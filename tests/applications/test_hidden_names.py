"""Where a call hides names, its assessors read none until their scores on the other criteria are in."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from applications import documents
from applications.actions import assessments, names, redacted_copies
from applications.admin.offline import copy_context
from applications.letters.assessments import calendar_entry
from applications.models import NameOpening
from applications.redaction import LABEL, found_in
from applications.redaction import redacted as without
from applications.views.calendar import entries
from applications.visibility.names import Reader
from core.audit.models import Entry
from core.audit.seals import breaches
from core.files.pages import pages_of
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.applications.blind import EMAIL, MARKERS, NAME, hiding_call, marked, paper, redacted, score_others
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, published_call
from tests.applications.panel import VISITING, assigned, begun, complete, host_assessor, visit
from tests.documents import fetched

pytestmark = pytest.mark.django_db
LATER = ASSESSING + timedelta(days=1)
MOST_PAGES = 120


def traces(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        said = " ".join(page.text for page in pages_of(content, "application/pdf"))
    else:
        said = unescape(content.decode(errors="replace"))
    return [marker for marker in MARKERS if marker in " ".join(said.lower().split())]


def walk(person, *starts):
    """Every address that leads on from these: (address, the markers found on it). One of each kind of list's order."""
    client, waiting, seen = as_(person), list(starts), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen:
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            seen[address] = []
            continue
        seen[address] = traces(answer)
        if "html" in answer["Content-Type"]:
            found = re.findall(r'(?:href|src)="(/(?:admin|applications|calls|home)[^"#]*)', answer.content.decode())
            plain = (unescape(one) for one in found)
            waiting += [one for one in plain if one not in seen and "?o=" not in one and "logout" not in one]
    return seen


def refused(act, *args, **facts):
    with pytest.raises(Refused) as problem:
        act(*args, **facts)
    return problem.value


# --- nothing is found before ---


def test_an_assessor_finds_no_trace_of_the_person_on_any_page_they_reach():
    assessment = begun(marked())
    application, person = assessment.application, assessment.assessor
    redacted(application)
    visit(application, status="confirmed")
    search = f"?q={application.reference}"
    pages = walk(
        person,
        *("/admin/", url("assessment", "change", assessment.pk), url("application", "change", application.pk)),
        *(f"{url(noun, 'changelist')}{search}" for noun in ("application", "assessment", "assessmentvisit")),
        reverse("application", args=[application.shown_reference]),
        reverse("application_pdf", args=[application.shown_reference]),
        url("call", "matrix", application.call_id),
        url("call", "interests", application.call_id),
    )
    assert {address: found for address, found in pages.items() if found} == {}
    assert any("/pages/" in address for address in pages)
    assert any("assessmentvisit" in address for address in pages)
    assert any(address.endswith(".pdf") for address in pages)
    assert len(pages) < MOST_PAGES


def test_the_officer_finds_the_person_on_the_same_pages():
    application = begun(marked()).application
    client = as_(officer())
    for address in (url("application", "change", application.pk), url("application", "changelist")):
        assert traces(client.get(address))


def test_a_search_for_the_name_or_for_words_near_it_finds_nothing():
    assessment = begun(marked())
    client = as_(assessment.assessor)
    for noun in ("application", "assessment"):
        for typed in ("Quagmarker", "choir"):
            assert client.get(f"{url(noun, 'changelist')}?q={typed}").context["cl"].result_count == 0
        by_organisation = f"{url(noun, 'changelist')}?q={assessment.application.reference}"
        assert client.get(by_organisation).context["cl"].result_count == 1
    found = as_(officer()).get(f"{url('application', 'changelist')}?q=Quagmarker")
    assert found.context["cl"].result_count == 1


def test_before_declaring_the_label_stands_for_the_name():
    assessment = assigned(marked())
    page = as_(assessment.assessor).get(url("assessment", "change", assessment.pk))
    assert (traces(page), LABEL in text_of(page)) == ([], True)


def test_neither_the_email_nor_the_calendar_entry_of_a_visit_names_the_person_to_an_assessor():
    application = begun(marked()).application
    arranged = visit(application, status="confirmed")
    arranged.attendees.filter(capacity="candidate").update(name=NAME, email=EMAIL)
    arranged.refresh_from_db()
    from applications import letters

    Letter.objects.all().delete()
    letters.assessments.visit("visit_moved", arranged, at=ASSESSING)
    told = {one.to_email: str(vars(one)).lower() for one in Letter.objects.all()}
    of_panel = [words for address, words in told.items() if address in {"fay@example.org", "hal@example.org"}]
    assert len(of_panel) == 2
    assert [marker for words in of_panel for marker in MARKERS if marker in words] == []
    feed = b"".join(entries(host_assessor(), VISITING - timedelta(days=1), ASSESSING)).decode().lower()
    assert [marker for marker in MARKERS if marker in feed] == []
    whole = calendar_entry(arranged, list(arranged.attendees.all()), ASSESSING, method="REQUEST")
    assert b"quagmail" in whole.lower()


def test_the_printed_copy_has_no_name_and_the_offices_has():
    application = begun(marked()).application
    reader = Reader.of(host_assessor(), application)
    assert reader.hides
    said = documents.copy(application_whole(application), with_salary=False, at=ASSESSING, reader=reader).html.lower()
    assert [marker for marker in MARKERS if marker in said] == []
    assert "quagm" in documents.copy(application_whole(application), with_salary=True, at=ASSESSING).html.lower()


def application_whole(application):
    return type(application).objects.whole().get(pk=application.pk)


# --- redacted copies ---


def test_the_original_is_nobodys_but_the_offices_and_the_copy_is_read_once_checked():
    assessment = begun(marked())
    application, client = assessment.application, as_(assessment.assessor)
    original = application.documents.get(kind="cv", replaced_at=None)
    copy = redacted(application, is_checked=False)

    def opened(document, what="application_document_pages"):
        return client.get(reverse(what, args=[application.shown_reference, document.pk])).status_code

    page = url("assessment", "change", assessment.pk)
    assert (opened(original), opened(original, "application_document"), opened(copy)) == (404, 404, 404)
    assert "preparing a copy" in text_of(client.get(page))
    redacted_copies.confirm(application, document=copy, is_clean=False, by=officer(), at=ASSESSING)
    assert (opened(copy), opened(copy, "application_document")) == (200, 404)
    assert str(copy.pk) in text_of(client.get(page))
    opener = Entry.objects.get(event="CV opened")
    assert opener.by == assessment.assessor
    assert list(breaches()) == []


def test_a_copy_that_still_has_the_name_is_not_shown_unless_somebody_says_it_is_not_the_name():
    application = marked()
    copy = redacted(application, words=f"{NAME} ran a choir", is_checked=False)
    by = {"by": officer(), "at": ASSESSING}
    problem = refused(redacted_copies.confirm, application, document=copy, is_clean=False, **by)
    assert (problem.code, "Quagmarker" in problem.sentence) == ("left_over", True)
    redacted_copies.confirm(application, document=copy, is_clean=True, **by)
    copy.refresh_from_db()
    assert copy.checked_by == officer()


def test_a_new_copy_has_to_be_checked_anew_and_a_word_file_is_refused():
    application = marked()
    first = redacted(application)
    second = redacted(application, words="Another text", is_checked=False)
    first.refresh_from_db()
    assert (first.taken_out_at is None, second.checked_at) == (False, None)
    by = {"by": officer(), "at": ASSESSING}
    from tests.applications.factories import docx

    assert refused(redacted_copies.upload, application, kind="cv", file=docx(), **by).field == "file"
    assert refused(redacted_copies.upload, application, kind="cv", file=paper("x"), by=host_assessor(), at=LATER).code


def test_the_office_uploads_and_checks_on_pages():
    application = marked()
    client = as_(officer())
    upload = {"kind": "cv", "file": paper("This person ran a choir")}
    assert client.post(step("application", application.pk, "redact"), upload).status_code == 302
    from applications.actions import page_pictures

    page_pictures.run(ASSESSING)
    address = step("application", application.pk, "check-copy")
    copy = application.documents.get(kind="redacted_cv")
    assert "We found no name" in text_of(client.get(address))
    assert client.post(address, {"document": copy.pk}).status_code == 302
    copy.refresh_from_db()
    assert copy.checked_by == officer()
    assert "not checked yet" not in text_of(client.get(url("application", "change", application.pk)))


# --- opening ---


def test_the_name_opens_once_the_other_criteria_are_scored_and_these_scores_then_stand():
    assessment = begun(marked())
    by = {"by": assessment.assessor, "at": ASSESSING}
    score_others(assessment, but=("c",))
    assert refused(names.open_to_assessor, assessment, **by).code == "unscored"
    score_others(assessment)
    person = assessment.application.call.criteria.get(concerns_person=True)
    early = refused(assessments.score, assessment, criterion=person, score=4, reason="Good.", **by)
    assert early.code == "out_of_turn"
    client = as_(assessment.assessor)
    page = url("assessment", "change", assessment.pk)
    assert 'name="score_b"' not in text_of(client.get(page))
    assert client.post(step("assessment", assessment.pk, "open-name")).status_code == 302
    shown = client.get(page)
    assert traces(shown)
    assert ('name="score_b"' in text_of(shown), 'name="score_a"' in text_of(shown)) == (True, False)
    other = assessment.application.call.criteria.get(letter="a")
    assert refused(assessments.score, assessment, criterion=other, score=0, reason="No.", **by).code == "out_of_turn"
    typed = {"score_b": "4", "reason_b": "Good.", "recommendation": "recommend", "do": "complete"}
    client.post(page, typed)
    assessment.refresh_from_db()
    assert assessment.status == "complete"
    assert Entry.objects.filter(event="name opened to an assessor", by=assessment.assessor).count() == 1
    assert list(breaches()) == []


def test_completing_names_the_criterion_whose_turn_has_not_come_and_links_to_it():
    assessment = begun(marked())
    score_others(assessment)
    client, page = as_(assessment.assessor), url("assessment", "change", assessment.pk)
    answer = client.post(page, {"recommendation": "recommend", "do": "complete"})
    assert 'href="#cb"' in text_of(answer)


def test_the_office_opens_the_name_to_all_once_all_have_scored_the_others():
    application = marked()
    one, two = begun(application), begun(application, party="host")
    by = {"by": officer(), "at": LATER}
    score_others(one)
    assert refused(names.open_to_all, application, **by).code == "unscored"
    score_others(two)
    names.open_to_all(application, **by)
    assert NameOpening.objects.get().assessor is None
    for assessment in (one, two):
        assert traces(as_(assessment.assessor).get(url("assessment", "change", assessment.pk)))
    assert refused(names.open_to_all, application, **by).code == "wrong_state"


def test_the_name_opens_to_one_assessor_and_stays_hidden_from_the_other():
    application = marked()
    one, two = begun(application), begun(application, party="host")
    score_others(one)
    names.open_to_assessor(one, by=one.assessor, at=ASSESSING)
    assert not Reader.of(one.assessor, application).hides
    assert Reader.of(two.assessor, application).hides


# --- the setting ---


def test_names_are_hidden_or_shown_only_before_the_first_assessor_is_asked():
    call = hiding_call()
    names.show(call, by=officer(), at=ASSESSING)
    names.hide(call, by=officer(), at=ASSESSING)
    assigned(application_at("shortlisted", call=call))
    assert refused(names.show, call, by=officer(), at=LATER).code == "assessing_began"
    buttons = text_of(as_(officer()).get(url("call", "change", call.pk)))
    assert "steps/show-names/" not in buttons
    assert "Names are hidden from assessors" in buttons


def test_a_call_that_shows_names_is_as_before():
    assessment = begun(application_at("shortlisted", call=published_call()))
    assert "Sana Secondee" in text_of(as_(assessment.assessor).get(url("assessment", "change", assessment.pk)))
    assert complete(application_at("shortlisted"), party="host").status == "complete"


# --- texts ---


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zephyrine Quagmarker led it", f"{LABEL} led it"),
        ("zéphyrine  QUAGMARKER's team", f"{LABEL}'s team"),
        ("Quagmarker, or Zéphyrine", f"{LABEL}, or {LABEL}"),
        ("Write to a.b@c.example.", "Write to (email address hidden)."),
        ("Ring +44 (0)20 7946 0999 now", "Ring (phone number hidden) now"),
        ("From 2019-2020, £12,000. 35 hours", "From 2019-2020, £12,000. 35 hours"),
        ("Quagmarkers are others", "Quagmarkers are others"),
        ("", ""),
    ],
)
def test_names_and_contact_details_are_taken_out_of_a_text(text, said):
    assert without(text, [NAME]) == said


def test_a_part_of_a_name_that_is_a_word_stays_where_it_is_written_as_one():
    assert without("She will. Will May may.", ["Will May"]) == f"She will. {LABEL} may."
    assert found_in("Will will", ["Will May"]) == ["Will"]


# --- the copy to print ---


def test_the_copy_to_print_has_what_the_assessor_scores_and_no_name():
    assessment = begun(marked())
    other = assigned(application_at("shortlisted", call=assessment.application.call))
    context = copy_context(assessment.application.call, assessment.assessor)
    html = render_to_string("applications/scoring_copy.html", context)
    assert [marker for marker in MARKERS if marker in html.lower()] == []
    for criterion in assessment.application.call.criteria.all():
        assert escape(str(criterion)) in html
        assert all(escape(meaning) in html for _, meaning in criterion.scale)
    assert [entry["application"].pk for entry in context["entries"]] == [assessment.application_id]
    assert list(context["to_declare"]) == [other.application]
    assert other.application.organisation.name not in html


def test_the_copy_is_nobody_elses_and_not_of_what_one_stood_aside_from():
    assessment = begun(marked())
    address = url("assessment", "offline", assessment.application.call_id)
    page = text_of(as_(assessment.assessor).get(url("assessment", "change", assessment.pk)))
    assert address in page
    copy = fetched(as_(assessment.assessor), address)
    assert (copy.status_code, copy["Content-Type"], traces(copy)) == (200, "application/pdf", [])
    assert as_(host_assessor()).get(address).status_code == 404
    assessments.recuse(assessment, explanation="My sister.", by=assessment.assessor, at=ASSESSING)
    assert as_(assessment.assessor).get(address).status_code == 404
