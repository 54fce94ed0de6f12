"""The times that an organisation was offered for its visit, as the office reads them on the page of its application."""

from dataclasses import dataclass

from django.urls import reverse

from applications.lifecycle import SlotStatus
from applications.models import Application, SlotOffer, VisitSlot
from core.accounts.models import User
from core.dates import say_deadline
from core.visibility import visible


@dataclass(frozen=True)
class TimeOffered:
    """A time that the organisation was offered for its visit; `url` is empty where the person does not see the time."""

    when: str
    answer: str
    url: str

    @classmethod
    def of(cls, application: Application, user: User) -> "list[TimeOffered]":
        offers = list(application.slot_offers.select_related("slot__visit"))
        if not offers:
            return []
        seen = set(visible(VisitSlot, user).values_list("pk", flat=True).filter(pk__in=[one.slot_id for one in offers]))
        return [cls.told(one, is_seen=one.slot_id in seen) for one in offers]

    @classmethod
    def told(cls, offer: SlotOffer, *, is_seen: bool) -> "TimeOffered":
        slot = offer.slot
        url = reverse("admin:applications_visitslot_change", args=[slot.pk]) if is_seen else ""
        is_own = slot.visit is not None and slot.visit.application_id == offer.application_id
        is_open = offer.ended_at is None and slot.status == SlotStatus.OFFERED
        answer = "chosen" if is_own else "not yet chosen" if is_open else "no longer offered"
        return cls(say_deadline(slot.starts_at), answer, url)
