"""What was done about a booking, in the reader's language, out of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addons import checklist, wording
from addons.desk import access
from addons.models import Booking, BookingDuty
from common import readings
from common.audit import THE_PORTAL
from common.models import AuditEntry

# The patrol log has a list of its own.
LEFT_OUT = ("booking.patrolled",)
_PLAIN: dict[str, Promise] = {
    "booking.requested": gettext_lazy("Booked"),
    "booking.confirmed": gettext_lazy("Confirmed"),
    "booking.in_progress": gettext_lazy("Begun"),
    "booking.completed": gettext_lazy("Completed with its report"),
    "booking.withdrawn": gettext_lazy("Withdrawn"),
    "booking.rejected": gettext_lazy("Rejected"),
}


@dataclass(frozen=True)
class Line:
    at: datetime
    by: str
    text: str


def lines_of(booking: Booking) -> list[Line]:
    """Newest first."""
    entries = (entry for entry in access.history_of(booking) if entry.action not in LEFT_OUT)
    return [
        Line(entry.at, _("the portal") if entry.by == THE_PORTAL else entry.by, sentence(entry)) for entry in entries
    ]


def sentence(entry: AuditEntry) -> str:
    """What one entry says; a change that is not known reads as its name."""
    before, after = entry.before or {}, entry.after or {}
    if entry.action == "booking.moved":
        return _("Moved from %(before)s to %(after)s") % {
            "before": _day(before.get("starts_on")),
            "after": _day(after.get("starts_on")),
        }
    if entry.action in ("booking.prepared", "booking.unprepared"):
        return _prepared(after)
    if entry.action == "booking.team_named":
        return _team(before, after)
    if entry.action in ("booking.duty_added", "booking.duty_removed"):
        return _duty(entry.action, after or before)
    text = str(_PLAIN.get(entry.action, entry.action))
    reason = str(wording.BOOKING_REASONS.get(after.get("reason", ""), after.get("reason", "")))
    return f"{text}: {reason}" if reason else text


def _prepared(after: Mapping[str, Any]) -> str:
    label = str(checklist.LABELS.get(after.get("item", ""), after.get("item", "")))
    words = _("Ready: %(item)s") if after.get("done") else _("Not ready: %(item)s")
    text = words % {"item": label}
    return f"{text} ({after['note']})" if after.get("note") else text


def _team(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    said = []
    if before.get("service_manager") != after.get("service_manager"):
        said.append(_("Service manager: %(name)s") % {"name": after.get("name") or "–"})
    if before.get("im_group") != after.get("im_group"):
        said.append(_("IM group: %(name)s") % {"name": after.get("im_group") or "–"})
    return "; ".join(said)


def _duty(action: str, facts: Mapping[str, Any]) -> str:
    task = str(dict(BookingDuty.Task.choices).get(facts.get("task", ""), ""))
    words = (
        _("On duty: %(name)s, %(task)s, %(from)s to %(until)s")
        if action == "booking.duty_added"
        else _("Off duty: %(name)s, %(task)s, %(from)s to %(until)s")
    )
    return words % {
        "name": facts.get("name", ""),
        "task": task,
        "from": _moment(facts.get("starts_at")),
        "until": _moment(facts.get("ends_at")),
    }


def _day(text: str | None) -> str:
    return readings.day(date.fromisoformat(text)) if text else "–"


def _moment(text: str | None) -> str:
    return readings.moment(datetime.fromisoformat(text)) if text else "–"
