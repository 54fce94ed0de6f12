"""Saved lists in the admin: save the list at hand, see all of them, rename and remove."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.text import capfirst

from core.accounts.models import Programme
from core.admin import StepButton, StepForm
from core.admin.history import by_and_at
from core.admin.navigation import list_url
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.forms import ActionForm, run_action
from core.saved_lists import actions
from core.saved_lists.addresses import as_listed, in_words
from core.saved_lists.models import LONGEST_NAME, SavedList
from core.saved_lists.rules import offices_of


class RenameForm(StepForm):
    """Another name for a saved list."""

    name = forms.CharField(max_length=LONGEST_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.thing.name


def save_or_share(*, programme: Programme | None, **facts: Any) -> SavedList:
    return actions.share_list(programme, **facts) if programme else actions.save_list(**facts)


class SaveForm(ActionForm):
    """The name of the list at hand, and whose it is: `programme` is empty for oneself."""

    name = forms.CharField(required=False, max_length=LONGEST_NAME)
    programme: Any = forms.ModelChoiceField(Programme.objects.none(), required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["programme"]
        offices.queryset = Programme.objects.filter(pk__in=offices_of(by))


@admin.register(SavedList)
class SavedListAdmin(ReadingAdmin):
    """A person's own lists and those of their office; each leads to what it lists."""

    names_people = False
    page_template = "admin/saved_lists/savedlist/page.html"
    list_display = ("name", "of_list", "whose", "saved_at")
    list_select_related = ("shared_in",)
    search_fields = ("name",)
    search_help_text = "By name"
    steps = {
        "rename": StepButton("Rename", actions.rename_list, "saved_lists.change_savedlist", form=RenameForm),
        "remove": StepButton(
            "Remove",
            actions.remove_list,
            "saved_lists.delete_savedlist",
            confirm="The rows of the list stay. Only the name and its filters go.",
            done="You have removed a saved list.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedList]:
        rows: QuerySet[SavedList] = super().get_queryset(request)
        return rows

    @admin.display(description="list of", ordering="listing")
    def of_list(self, saved: SavedList) -> str:
        listing = self.listing_of(saved.listing)
        return capfirst(str(listing.opts.verbose_name_plural)) if listing else saved.listing

    @admin.display(description="whose")
    def whose(self, saved: SavedList) -> str:
        return f"Grants office, {saved.shared_in}" if saved.shared_in else "Your own"

    def listing_of(self, label: str) -> Any:
        registry = {model._meta.label_lower: one for model, one in self.admin_site._registry.items()}
        return registry.get(label)

    def page(self, request: HttpRequest, obj: SavedList) -> dict[str, Any]:
        listing = self.listing_of(obj.listing)
        may_open = listing is not None and listing.has_view_or_change_permission(request)
        found = as_listed(request, listing, obj.address) if may_open else None
        return {
            "saved": obj,
            "of_list": self.of_list(obj),
            "whose": self.whose(obj),
            "url": f"{list_url(listing)}?{obj.address}" if may_open else "",
            "chosen": in_words(found, obj.address) if found else [],
            "is_understood": found is not None,
            "entries": trail.history_for(request.user, obj),
        }

    def get_urls(self) -> list[URLPattern]:
        save = self.admin_site.admin_view(self.save_view)
        return [path("save/", save, name="saved_lists_savedlist_save"), *super().get_urls()]

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Save the list from which the form was sent, and lead back to it."""
        listing, address = self.listing_of(request.POST.get("listing", "")), request.POST.get("address", "")
        if listing is None or not listing.has_view_or_change_permission(request):
            raise Http404
        back = HttpResponseRedirect(f"{list_url(listing)}?{address}")
        if as_listed(request, listing, address) is None:
            self.message_user(request, "The list does not have these filters, so we did not save it.", messages.ERROR)
            return HttpResponseRedirect(list_url(listing))
        form = SaveForm(request.POST, by=request.user)
        facts = {"listing": listing.opts.label_lower, "address": address, **by_and_at(request)}
        if form.is_valid() and run_action(form, save_or_share, **facts, **form.cleaned_data):
            self.message_user(request, f"You have saved this list as “{form.result}”.", messages.SUCCESS)
        else:
            for sentences in form.errors.values():
                self.message_user(request, " ".join(str(one) for one in sentences), messages.ERROR)
        return back
