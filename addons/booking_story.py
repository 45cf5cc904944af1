"""A booking as its organization reads it: how far it is, what was said, who gets it ready and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from addons import booking_details, checklist, completion_reports, preparation, wording
from addons.desk.access import duties_of
from addons.models import Booking, BookingDuty
from common.beijing import date_of
from supportplans.catalogue import Catalogue

Status = Booking.Status
OVER = (Status.REJECTED, Status.WITHDRAWN)
# From here on staff get ready for it, and say how far they are.
PREPARED = (Status.CONFIRMED, Status.IN_PROGRESS, Status.COMPLETED)
_WORDS: dict[str, Promise] = {
    "requested": pgettext_lazy("step of a booking", "Asked for"),
    "confirmed": pgettext_lazy("step of a booking", "Confirmed by our staff"),
    "begins": pgettext_lazy("step of a booking", "First day"),
    "ends": pgettext_lazy("step of a booking", "Last day, then the report"),
    "completed": pgettext_lazy("step of a booking", "Completed"),
    "rejected": pgettext_lazy("step of a booking", "Rejected by our staff"),
    "withdrawn": pgettext_lazy("step of a booking", "Withdrawn"),
}


@dataclass(frozen=True)
class Step:
    """A step of a booking: `state` is done, now or ahead; `on` is when it was or will be, None where nobody knows."""

    code: str
    state: str
    on: datetime | date | None
    note: str = ""

    @property
    def label(self) -> str:
        return str(_WORDS[self.code])


def steps(booking: Booking) -> list[Step]:
    """The way of a booking: what was, where it stands, what comes."""
    asked = Step(
        "requested", "done", booking.created_at, _("by %(name)s") % {"name": booking.requested_by.display_name()}
    )
    confirmed = Step("confirmed", "done", booking.confirmed_at)
    if booking.status in OVER:
        ended = Step(booking.status, "now", booking.ended_at, wording.booking_reason(booking))
        return [asked, *([confirmed] if booking.confirmed_at else []), ended]
    if booking.status == Status.REQUESTED:
        note = _("Short notice: they look at it first.") if booking.short_notice else ""
        confirmed = Step("confirmed", "now", None, note)
    begun = booking.status in (Status.IN_PROGRESS, Status.COMPLETED)
    waits = booking.status == Status.CONFIRMED
    begins = Step("begins", "done" if begun else "now" if waits else "ahead", booking.starts_on)
    if booking.status == Status.COMPLETED:
        return [asked, confirmed, begins, Step("completed", "done", booking.completed_at)]
    return [asked, confirmed, begins, Step("ends", "now" if begun else "ahead", booking.ends_on)]


def details(booking: Booking, catalogue: Catalogue) -> list[tuple[str, str]]:
    """(what, what was said) of the details that are known, in the form's order."""
    named = {"regions": catalogue.regions, "products": catalogue.products}
    language = get_language() or "en"
    found = []
    for field, label in booking_details.FIELDS.items():
        said: Any = booking.details.get(field)
        if not said:
            continue
        if field in named:
            names = {each.code: each.name.in_language(language) for each in named[field]}
            said = " · ".join(names.get(code, code) for code in said)
        elif field == "event_kind":
            said = booking_details.EVENT_KINDS.get(said, said)
        found.append((str(label), str(said)))
    return found


def sections(booking: Booking) -> list[tuple[str, str]]:
    """(title, text) of the report's sections that were written, in the report's order."""
    titles = completion_reports.sections_of(booking.service)
    return [(str(titles[code]), booking.sections[code]) for code in titles if booking.sections.get(code)]


def prepared(booking: Booking) -> list[checklist.Item]:
    """What is got ready before its first day, while it is on its way or runs; [] before and after that."""
    if booking.status not in (Status.CONFIRMED, Status.IN_PROGRESS):
        return []
    return checklist.checklist(booking)


def roster(booking: Booking) -> list[BookingDuty]:
    """Who is on duty for it, in order of time; [] for a service without duty, and until it is confirmed."""
    if booking.status not in PREPARED or not preparation.is_event(booking.service):
        return []
    return duties_of([booking.pk]).get(booking.pk, [])


def may_change(booking: Booking, at: datetime) -> bool:
    """Whether its days have not come and it is open, so that it can be moved and withdrawn."""
    return booking.status in (Status.REQUESTED, Status.CONFIRMED) and date_of(at) < booking.starts_on
