"""What a booking says beyond its days: the fields of `details`, and which of them a service needs (spec page 5.3).

The API takes a booking without them; the page asks for them, and staff confirm only once they have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from addons.refusals import DetailsMissing
from common.readings import listed

EVENT_KINDS: dict[str, Promise] = {
    "launch": _("Launch"),
    "promotion": _("Promotion"),
    "holiday_peak": _("Holiday peak"),
    "migration": _("Migration"),
    "upgrade": _("Upgrade"),
    "other": _("Other"),
}
FIELDS: dict[str, Promise] = {
    "regions": _("Regions"),
    "products": _("Products"),
    "event_kind": _("Kind of event"),
    "expected_load": _("Expected load"),
    "peak_times": _("Peak times"),
    "venue": _("Venue"),
    "facilities": _("Facilities"),
}
_OF_EVERY_SERVICE = ("regions", "products")
_OF_AN_EVENT = (*_OF_EVERY_SERVICE, "event_kind", "expected_load", "peak_times")
_ASKED = {
    "escort_basic": _OF_AN_EVENT,
    "event_assurance": _OF_AN_EVENT,
    "onsite_training": ("venue", "facilities"),
}


def asked_of(service: str) -> tuple[str, ...]:
    """The fields that a booking of the service asks for, in the form's order."""
    return _ASKED.get(service, _OF_EVERY_SERVICE)


def missing(service: str, details: Mapping[str, Any]) -> list[str]:
    """Those of them that nobody has said yet."""
    return [name for name in asked_of(service) if not details.get(name)]


def require_whole(service: str, details: Mapping[str, Any]) -> None:
    """Raises DetailsMissing while something is still to be asked."""
    left = missing(service, details)
    if left:
        names = listed(str(FIELDS[name]) for name in left)
        raise DetailsMissing(gettext("Ask the organization for: %(names)s.") % {"names": names}, missing=left)
