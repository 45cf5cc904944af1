"""What the staff prepare and do for a booking, as requests that succeed; how much can be served a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import clock
from common.api import api_time
from common.beijing import midnight

_CAPACITY = "desk/booking-capacity/{service}"


def preparing(ask: Any, number: int) -> None:
    """The team, an item, a duty that is taken back; of a booking that begins today."""
    desk, today = "desk/bookings/{number}", midnight(clock.today())
    team = {"service_manager": "expert@support.example", "im_group": "Escort of Orbit"}
    ask("lead", "PATCH", desk, team, number=number)
    ask("tam", "PUT", f"{desk}/preparation/{{code}}", {"note": "Named"}, number=number, code="service_manager")
    hours = {"starts_at": api_time(today), "ends_at": api_time(today + timedelta(hours=8))}
    duty = ask("tam", "POST", f"{desk}/duties", {"person": "engineer@support.example", **hours}, number=number)["id"]
    ask("tam", "DELETE", f"{desk}/duties/{{duty}}", number=number, duty=duty)


def patrolling(ask: Any, number: int) -> None:
    """An entry in the log of a booking in progress."""
    ask("tam", "POST", "desk/bookings/{number}/patrol", {"body": "All is quiet.", "all_well": True}, number=number)


def planning(ask: Any) -> None:
    """A standard and an exception, set and dropped."""
    day = {"day": (clock.today() + timedelta(days=3)).isoformat()}
    ask("lead", "PUT", _CAPACITY, {"capacity": 2})
    ask("lead", "PUT", f"{_CAPACITY}/{{day}}", {"capacity": 1, "note": "Holiday"}, **day)
    ask("lead", "DELETE", f"{_CAPACITY}/{{day}}", **day)
    ask("lead", "DELETE", _CAPACITY)
