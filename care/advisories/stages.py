"""Where an advisory stands for its readers (spec page 6.1). Pure.

    closed     it was closed
    planned    it has not begun: a change or a release announced before its time
    over       its time has passed, and nobody has closed it
    running    an incident that goes on, a change in its window
    available  a release that is there

Worked instants, which also stand in the test: a change of 2026-12-04 12:00 to 14:00 is planned at 11:59 of that day,
running at 12:00 and over at 14:00; an incident without an end runs until it is closed.
"""

from __future__ import annotations

from datetime import datetime

CLOSED, PLANNED, OVER, RUNNING, AVAILABLE = "closed", "planned", "over", "running", "available"
_INCIDENT, _RELEASE = "industry_incident", "product_release"


def stage(
    kind: str, starts_at: datetime | None, ends_at: datetime | None, closed_at: datetime | None, at: datetime
) -> str:
    """One of the words above, at the aware instant `at`; the instants are the advisory's own."""
    if closed_at is not None:
        return CLOSED
    if kind != _INCIDENT and starts_at is not None and starts_at > at:
        return PLANNED
    if ends_at is not None and ends_at <= at:
        return OVER
    return AVAILABLE if kind == _RELEASE else RUNNING
