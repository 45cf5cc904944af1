"""What must be ready before the first day of a booking (spec page 5, section 5.3; no Django here).

Each service has a list of items, in the order in which they are usually done. Three of them also need something that
the portal can see: a service manager who is named, an IM group that is named, a duty roster that covers the days of
the booking without a gap. Such an item counts as ready while it is ticked *and* that is so: a roster that gets a hole
afterwards is open again.

Worked example, which also stands in tests/addons/test_preparation.py. Of an escort with load_analysis, im_group and
duty_roster ticked, and a roster that has a hole by now, four items are open: capacity_forecast,
agreed_with_organization, duty_roster, service_manager.
"""

from __future__ import annotations

from collections.abc import Collection

LOAD_ANALYSIS, CAPACITY_FORECAST = "load_analysis", "capacity_forecast"
AGREED = "agreed_with_organization"
DUTY_ROSTER, IM_GROUP, SERVICE_MANAGER = "duty_roster", "im_group", "service_manager"

_EVENT = (SERVICE_MANAGER, LOAD_ANALYSIS, CAPACITY_FORECAST, AGREED, DUTY_ROSTER, IM_GROUP)
_ITEMS: dict[str, tuple[str, ...]] = {
    "escort_basic": _EVENT,
    "event_assurance": _EVENT,
    "availability_check": (SERVICE_MANAGER, "scope_agreed", "resource_list", "read_access"),
    "monitoring_optimization": (SERVICE_MANAGER, "scope_agreed", "monitoring_access", "past_faults"),
    "architecture_consulting": (SERVICE_MANAGER, "questions_collected", "architecture_documents"),
    "onsite_training": ("trainer_named", "topics_agreed", "venue_confirmed", "material_ready"),
}
_OF_ANY_OTHER = (SERVICE_MANAGER, "scope_agreed")
# Services with people on duty: a roster, a war room, a patrol log.
EVENTS = frozenset(service for service, items in _ITEMS.items() if DUTY_ROSTER in items)
# Items that need something the portal can see.
SEEN = (SERVICE_MANAGER, IM_GROUP, DUTY_ROSTER)
CODES = tuple(dict.fromkeys(code for items in (*_ITEMS.values(), _OF_ANY_OTHER) for code in items))


def items_of(service: str) -> tuple[str, ...]:
    """The codes of what must be ready for a booking of the service."""
    return _ITEMS.get(service, _OF_ANY_OTHER)


def is_event(service: str) -> bool:
    """Whether people are on duty while a booking of the service runs."""
    return service in EVENTS


def open_items(service: str, ticked: Collection[str], lacking: Collection[str]) -> list[str]:
    """The items that are not ready: not ticked, or `lacking` what the portal can see of them."""
    return [code for code in items_of(service) if code not in ticked or code in lacking]
