"""The last 90 days of the status page, day by day (spec page 4.5). Pure.

A day is as bad as the worst incident that ran on it; without one it shows a change, else it was calm. Days are days in
Beijing.

Worked example, which also stands in the test: on 2026-11-24, with a critical incident from 2026-11-22 23:30 to
2026-11-23 01:00, the 22nd and the 23rd are critical and the other 88 days are calm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.beijing import date_of

DAYS = 90
CALM, MAINTENANCE = "calm", "maintenance"
# The worst last.
_ORDER = (CALM, MAINTENANCE, "low", "medium", "high", "critical")


@dataclass(frozen=True)
class Span:
    """What was on from `began_at`; `ended_at` None: it goes on. `look`: a severity, or maintenance."""

    look: str
    title: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Day:
    """`look` is the worst of the day, `titles` what was on."""

    on: date
    look: str
    titles: tuple[str, ...]


def days(spans: Iterable[Span], today: date, count: int = DAYS) -> list[Day]:
    """The last `count` days up to `today`, the oldest first."""
    rows = [(date_of(span.began_at), date_of(span.ended_at) if span.ended_at else today, span) for span in spans]
    found = []
    for back in range(count - 1, -1, -1):
        on = today - timedelta(days=back)
        here = [span for first, last, span in rows if first <= on <= last]
        look = max((span.look for span in here), key=_ORDER.index, default=CALM)
        found.append(Day(on, look, tuple(span.title for span in here)))
    return found
