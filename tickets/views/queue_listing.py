"""What the templates show around a page of the queue: tabs with counts, ways on and back, what an empty view says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tickets import queue, queue_counts
from tickets.views import queue_empty
from tickets.views.queue_asked import VIEWS, Asked

TONES = {"at_risk": "urgent", "breached": "overdue"}


def listing(asked: Asked, found: queue.Page, counted: Mapping[str, int]) -> dict[str, Any]:
    """The list around its rows; `counted` is how much lies in each whole view. No statement."""
    return {
        "view": asked.view,
        "views": tabs(asked, counted),
        "is_empty": not found.tickets,
        "next_url": found.next and asked.address(cursor=found.next),
        "previous_url": found.previous and asked.address(cursor=found.previous),
        "empty": queue_empty.nothing_here(asked.view, narrows=asked.narrows, address=asked.bare),
    }


def tabs(asked: Asked, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tabs; they count whole views, whatever the filters."""
    most = queue_counts.COUNTED_UP_TO
    return [
        {
            "code": code,
            "label": label,
            "url": asked.address(view=code),
            "is_current": code == asked.view,
            "count": f"{most}+" if counted[code] > most else str(counted[code] or ""),
            "tone": TONES.get(code, ""),
        }
        for code, label in VIEWS.items()
    ]
