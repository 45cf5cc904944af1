"""Whether somebody is on duty round the clock (spec page 5, section 5.3; no Django here).

Spans are half-open: a duty until 08:00 and one from 08:00 leave no gap.

Worked example, which also stands in tests/addons/test_preparation.py. Of one day, 00:00 to 24:00, the duties 00:00 to
08:00, 08:00 to 15:00 and 16:00 to 24:00 leave one gap, 15:00 to 16:00; it does not matter that a fourth, 07:00 to
09:00, overlaps two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from common.beijing import midnight

Span = tuple[datetime, datetime]


def span_of(first: date, last: date) -> Span:
    """The instants of whole Beijing days, `last` included."""
    return midnight(first), midnight(last + timedelta(days=1))


def gaps(duties: Iterable[Span], within: Span) -> list[Span]:
    """The parts of `within` in which none of the duties runs, in order of time."""
    found: list[Span] = []
    covered_until, end = within
    for starts_at, ends_at in sorted(duties):
        if starts_at >= end:
            break
        if starts_at > covered_until:
            found.append((covered_until, starts_at))
        covered_until = max(covered_until, ends_at)
    if covered_until < end:
        found.append((covered_until, end))
    return found
