"""The preparation of a booking: who ticked what and when, and what is still open (spec page 5, section 5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Person
from addons import access as bookings_access
from addons import bookings, duty_cover, preparation
from addons.desk import access
from addons.models import Booking, BookingDuty, PreparationItem
from addons.preparation import DUTY_ROSTER, IM_GROUP, SERVICE_MANAGER
from addons.refusals import NotReadyYet
from common import audit, live, readings
from common.problems import FieldErrors, NotFound

Status = Booking.Status
OPEN = (Status.REQUESTED, Status.CONFIRMED, Status.IN_PROGRESS)
LONGEST_NOTE = 2000

LABELS: dict[str, Promise] = {
    SERVICE_MANAGER: gettext_lazy("Service manager named"),
    "load_analysis": gettext_lazy("Load analysis"),
    "capacity_forecast": gettext_lazy("Capacity forecast"),
    "agreed_with_organization": gettext_lazy("Confirmed with the organization"),
    DUTY_ROSTER: gettext_lazy("Duty roster round the clock"),
    IM_GROUP: gettext_lazy("Dedicated IM group"),
    "scope_agreed": gettext_lazy("Scope agreed with the organization"),
    "resource_list": gettext_lazy("List of resources to look at"),
    "read_access": gettext_lazy("Read access given"),
    "monitoring_access": gettext_lazy("Access to monitoring given"),
    "past_faults": gettext_lazy("Past faults collected"),
    "questions_collected": gettext_lazy("Questions collected"),
    "architecture_documents": gettext_lazy("Architecture documents received"),
    "trainer_named": gettext_lazy("Trainer named"),
    "topics_agreed": gettext_lazy("Topics agreed with the partner"),
    "venue_confirmed": gettext_lazy("Venue and facilities confirmed by the partner"),
    "material_ready": gettext_lazy("Material ready"),
}
# Why an item that the portal can see is not so, and where on the booking's page it is put right.
_LACKS: dict[str, tuple[Promise, str, Promise]] = {
    SERVICE_MANAGER: (gettext_lazy("No service manager is named."), "team", gettext_lazy("Name one")),
    IM_GROUP: (gettext_lazy("No IM group is named."), "team", gettext_lazy("Name the group")),
    DUTY_ROSTER: (gettext_lazy("Nobody is on the roster."), "roster", gettext_lazy("Fill the roster")),
}


@dataclass(frozen=True)
class Item:
    """One thing to be ready. `lacks` says what the portal misses of it, '' where nothing; `row` who ticked it."""

    code: str
    row: PreparationItem | None
    lacks: str

    @property
    def label(self) -> str:
        return str(LABELS[self.code])

    @property
    def anchor(self) -> str:
        """Its place on the booking's page."""
        return f"item-{self.code}"

    @property
    def place(self) -> str:
        """Where on the booking's page that which it lacks is put right."""
        return _LACKS[self.code][1] if self.code in _LACKS else ""

    @property
    def way_on(self) -> str:
        """The words that lead there."""
        return str(_LACKS[self.code][2]) if self.code in _LACKS else ""

    @property
    def is_ticked(self) -> bool:
        return self.row is not None and self.row.done_at is not None

    @property
    def is_ready(self) -> bool:
        return self.is_ticked and not self.lacks

    @property
    def note(self) -> str:
        return self.row.note if self.row else ""


def checklist(booking: Booking) -> list[Item]:
    """Its items in their order; two statements, inside the tenant scope."""
    return checklists([booking])[booking.pk]


def checklists(rows: Sequence[Booking]) -> dict[int, list[Item]]:
    """{booking: its items} of many bookings; two statements."""
    ticked = access.ticked_of(booking.pk for booking in rows)
    duties = access.duties_of(booking.pk for booking in rows if preparation.is_event(booking.service))
    found = {}
    for booking in rows:
        lacks = lacking(booking, duties.get(booking.pk, []))
        found[booking.pk] = [
            Item(code, ticked.get(booking.pk, {}).get(code), lacks.get(code, ""))
            for code in preparation.items_of(booking.service)
        ]
    return found


def open_items(items: Sequence[Item]) -> list[Item]:
    """Those that are not ready."""
    return [item for item in items if not item.is_ready]


def names_of(items: Sequence[Item]) -> dict[str, str]:
    """Their names as a notice keeps them, in both languages."""
    found = {}
    for code, language, comma in (("en", "en", ", "), ("zh", "zh-hans", "、")):
        with override(language):
            found[code] = comma.join(item.label for item in items)
    return found


def lacking(booking: Booking, duties: Sequence[BookingDuty]) -> dict[str, str]:
    """{code: why} of what the portal can see not to be so."""
    found = {}
    if booking.service_manager_id is None:
        found[SERVICE_MANAGER] = str(_LACKS[SERVICE_MANAGER][0])
    if not booking.im_group:
        found[IM_GROUP] = str(_LACKS[IM_GROUP][0])
    holes = gaps(booking, duties)
    if not duties:
        found[DUTY_ROSTER] = str(_LACKS[DUTY_ROSTER][0])
    elif holes:
        found[DUTY_ROSTER] = _("Nobody is on duty from %(from)s to %(until)s.") % {
            "from": readings.moment(holes[0][0]),
            "until": readings.moment(holes[0][1]),
        }
    return found


def gaps(booking: Booking, duties: Sequence[BookingDuty]) -> list[duty_cover.Span]:
    """When nobody patrols during its days."""
    patrols = [(duty.starts_at, duty.ends_at) for duty in duties if duty.task == BookingDuty.Task.PATROL]
    return duty_cover.gaps(patrols, duty_cover.span_of(booking.starts_on, booking.ends_on))


def tick(*, booking: Booking, code: str, done: bool = True, note: str | None = None, at: datetime, by: Person) -> Item:
    """Say that an item is ready, or that it is not any more; `note` None keeps the one that is there.

    Raises NotFound for an item the service does not have, FieldErrors for a note that is too long, BookingNotOpen
    once the booking is over, NotReadyYet where the portal can see that it is not so.
    """
    if code not in preparation.items_of(booking.service):
        raise NotFound
    if note is not None and len(note) > LONGEST_NOTE:
        raise FieldErrors({"note": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_NOTE}]})
    booking = bookings_access.hold_booking(booking)
    bookings.check_open(booking, *OPEN)
    lacks = lacking(booking, access.duties_of([booking.pk]).get(booking.pk, [])).get(code, "")
    if done and lacks:
        item = Item(code, None, lacks)
        url = reverse("addons:desk_booking", args=[booking.pk])
        raise NotReadyYet(lacks, action_url=f"{url}#{item.place}", action_label=item.way_on, item=code)
    row = _row(booking, code)
    before = _facts(row)
    if done and row.done_at is None:
        row.done_at, row.done_by = at, by
    elif not done:
        row.done_at = row.done_by = None
    if note is not None:
        row.note = note.strip()
    row.save()
    if before != _facts(row):
        record(booking, "prepared" if done else "unprepared", by=by, before=before, after=_facts(row))
    return Item(code, row, lacks)


def record(
    booking: Booking, change: str, *, by: Person, before: dict[str, Any] | None = None, after: dict[str, Any]
) -> None:
    """What the staff did about a booking: the audit trail, which its page shows, and open pages."""
    audit.record(
        by=by,
        organization_id=booking.organization_id,
        action=f"booking.{change}",
        object=f"booking {booking.pk}",
        before=before,
        after=after,
    )
    live.publish(f"org:{booking.organization_id}", "booking-changed")
    live.publish("desk", "booking-changed")


def _row(booking: Booking, code: str) -> PreparationItem:
    known = access.ticked_of([booking.pk]).get(booking.pk, {}).get(code)
    return known or PreparationItem(booking=booking, organization_id=booking.organization_id, code=code)


def _facts(row: PreparationItem) -> dict[str, Any]:
    return {"item": row.code, "done": row.done_at is not None, "note": row.note}
