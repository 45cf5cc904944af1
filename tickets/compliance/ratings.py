"""How content customers are with what was done (spec page 4.5 'CSAT'): ratings from 1 to 5, by when they were given.

Worked example, which also stands in tests/tickets/compliance/test_ratings.py: 5, 4 and 3 in a month are an average
of 4.00.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from common.beijing import midnight

BEST = 5
SCORES = tuple(range(1, BEST + 1))
_RATINGS = """
SELECT to_char(rated_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), satisfaction,
       count(*), count(*) FILTER (WHERE rated_at >= %(since)s AND rated_at < %(until)s)
  FROM tickets_ticket
 WHERE rated_at >= %(earliest)s AND rated_at < %(until)s AND satisfaction IS NOT NULL
 GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Ratings:
    """How often each score was given."""

    counts: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def average(self) -> Decimal | None:
        """From 1 to 5 with two decimals; None where nobody rated."""
        if not self.total:
            return None
        points = sum(score * count for score, count in self.counts.items())
        return (Decimal(points) / self.total).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Contentment:
    """`period` is what was given on the days that were asked for; `months` ("2026-11") has those with any rating."""

    period: Ratings
    months: dict[str, Ratings]


def ratings(*, earliest: date, since: date, until: date) -> Contentment:
    """Ratings of the Beijing days `since` to `until`, and by month from `earliest` on; in the scope of all tenants.

    One statement.
    """
    values = {
        "earliest": midnight(min(earliest, since)),
        "since": midnight(since),
        "until": midnight(until + timedelta(days=1)),
    }
    months: dict[str, dict[int, int]] = {}
    period: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RATINGS, values)
        for month, score, count, inside in cursor:
            months.setdefault(month, {})[score] = count
            period[score] = period.get(score, 0) + inside
    return Contentment(Ratings(period), {month: Ratings(counts) for month, counts in sorted(months.items())})
