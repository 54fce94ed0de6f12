"""Scoring: read beside the criteria, saved as one goes, completed once nothing is missing."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from applications.actions import assessments, names, score_boxes
from applications.admin.application_page import papers_for
from applications.admin.forms import ScoreForm
from applications.form_schema import funding_in_words
from applications.models import Answer, Assessment
from applications.visibility.names import Reader
from core.accounts.requests import signed_in
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.dates import say_time
from core.forms import posted, run_action

if TYPE_CHECKING:
    Base = ReadingAdmin
else:
    Base = object


class Scoring(Base):
    """The part of the assessments' admin in which an assessor scores."""

    def show(self, request: HttpRequest, assessment: Assessment, template: str, **more: Any) -> HttpResponse:
        raise NotImplementedError

    def again(self, request: HttpRequest, assessment: Assessment, level: int, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, level)
        url = reverse("admin:applications_assessment_change", args=(assessment.pk,))
        return HttpResponseRedirect(self.keep_filters(request, url))

    def score(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        prefetch_related_objects([assessment], "application__call__criteria")
        criteria, texts = names.turn_of(assessment).open, score_boxes.saved(assessment)
        form = ScoreForm(posted(request), criteria=criteria, texts=texts, by=signed_in(request))
        if request.method == "POST":
            return self.take(request, assessment, form)
        return self.scoring(request, assessment, form)

    def take(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> HttpResponse:
        """Save the scores first, so that nothing is lost if finishing is refused."""
        is_whole = form.is_valid()
        is_saved = self.save_scores(request, assessment, form)
        if wants_json(request):
            return answer(request, form)
        wants_to_complete = is_whole and is_saved and request.POST.get("do") == "complete"
        if wants_to_complete and self.complete(request, assessment, form):
            sentence = f"Your assessment of {assessment.application} is complete."
            return self.again(request, assessment, messages.SUCCESS, sentence)
        if form.errors or form.elsewhere:
            return self.scoring(request, assessment, form)
        saved = f"Saved at {saved_at(request)}. You can complete it when every criterion has a score and a reason."
        return self.again(request, assessment, messages.SUCCESS, saved)

    def save_scores(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> bool:
        """Save each box that can be saved; whether none was changed in another window meanwhile."""
        facts = {"marks": form.marks(), "words": form.words, "sent": form.sent}
        facts |= {"token": form.token, "while_typing": wants_json(request), **by_and_at(request)}
        if not run_action(form, assessments.save, assessment, **facts):
            return False
        if form.result.conflicts:
            form.show_conflicts(form.result)
            return False
        form.show_saved(form.result)
        return True

    def complete(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> bool:
        if run_action(form, assessments.complete, assessment, **by_and_at(request)):
            return True
        if isinstance(form.refusal, assessments.Unfinished):
            form.errors.clear()
            for name, sentence in form.refusal.gaps.items():
                form.add_gap(name, sentence)
        return False

    def scoring(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> HttpResponse:
        reader = Reader.of(request.user, assessment.application)
        answers = reader.answers(assessment.application.answers.select_related("question"))
        is_proposed = bool(getattr(assessment, "candidate_name", ""))
        papers = papers_for(reader, signed_in(request), with_cv=is_proposed)
        return self.show(
            request,
            assessment,
            "scoring",
            form=form,
            reader=reader,
            application=reader.application,
            candidate_job=reader.text(getattr(assessment, "candidate_job", "") or ""),
            parts=parts(assessment, form, answers),
            open_name_url=self.step_url(assessment, "open-name"),
            other_funding=funding_in_words(reader.application),
            other_answers=[one for one in answers if one.question.criterion_id is None],
            **papers,
        )


def parts(assessment: Assessment, form: ScoreForm, answers: list[Answer]) -> list[dict[str, Any]]:
    turn = names.turn_of(assessment)
    saved = score_boxes.saved(assessment) if turn.closed else {}
    found = []
    for criterion in assessment.application.call.criteria.all():
        letter, closed = criterion.letter, turn.closed.get(criterion, "")
        part = {
            "criterion": criterion,
            "answers": [one for one in answers if one.question.criterion_id == criterion.pk],
            "closed": closed,
            "waits": bool(closed) and turn.is_hidden,
        }
        if closed:
            part |= {"given": saved[f"score_{letter}"], "because": saved[f"reason_{letter}"]}
        else:
            part |= {"score": form[f"score_{letter}"], "reason": form[f"reason_{letter}"]}
        found.append(part)
    return found


def saved_at(request: Any) -> str:
    return say_time(request.arrived_at.replace(second=0))


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the page saves by itself and wants a word rather than a page."""
    return request.headers.get("Accept") == "application/json"


def answer(request: Any, form: ScoreForm) -> JsonResponse:
    """Say to the page that saves by itself how it went, and what it has seen now."""
    saved = form.result
    told: dict[str, Any] = {"problems": {name: str(messages[0]) for name, messages in form.errors.items()}}
    if saved is None:
        return JsonResponse({**told, "refused": " ".join(told["problems"].values())}, status=409)
    told["seen"] = json.dumps(saved.seen)
    if saved.conflicts:
        labels = "; ".join(str(form.fields[one.name].label) for one in saved.conflicts)
        refused = f"You changed this in another window too: {labels}. Save to see both."
        return JsonResponse({**told, "refused": refused}, status=409)
    return JsonResponse({**told, "saved": f"Saved at {saved_at(request)}"})
