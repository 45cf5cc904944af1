"""What the organization told of a booking, label by label, as a page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from addons import booking_details
from addons.desk.forms import named
from addons.models import Booking
from common.beijing import date_of
from common.readings import listed
from supportplans import versions


def told_details(booking: Booking, at: datetime) -> list[tuple[str, str]]:
    """(label, text) of every field the service asks for; text is '' where nobody has said it yet."""
    catalogue = versions.current(date_of(at))
    asked = dict.fromkeys([*booking_details.asked_of(booking.service), *booking.details])
    found = []
    for name in asked:
        value: Any = booking.details.get(name) or ""
        if name in ("regions", "products"):
            value = listed(text for _code, text in named(catalogue, name, value or ()))
        elif name == "event_kind":
            value = str(booking_details.EVENT_KINDS.get(value, value))
        found.append((str(booking_details.FIELDS.get(name, name)), str(value)))
    return found
