"""Response compliance: of the answers that were owed, how many came in time (spec page 4, section 4.5).

A timer counts in the period in which it started, once its outcome is known: `met`, or `breached` as soon as it is
past its due time, answered or not. Timers that ended because the customer ended the ticket, or that were merged, count
only when they had been breached; timers left out by a regrade as misjudged never count.

    due = met + breached        rate = met / due
    median and p90: minutes round the clock from start to answer, of all answered ones (percentiles interpolated)

Worked example, which also stands in tests/tickets/compliance/test_figures.py: answers after 5, 10, 15 and 50 minutes
with a target of half an hour are due 4, met 3, breached 1: rate 0.75, median 12.5 minutes, p90 39.5 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from accounts.models import Organization
from common.beijing import midnight

# What a row can stand for, and the column that says so. Tickets without a product or end customer: "none".
KEYS = {
    "tier": "timer.tier",
    "severity": "timer.severity",
    "product": "COALESCE(NULLIF(ticket.product, ''), 'none')",
    "month": "to_char(timer.started_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
    "organization": "organization.slug",
    "end_customer": "COALESCE(end_customer.name, 'none')",
}
# Everything in one row, whose key is empty.
ALL = "all"
_COLUMNS = KEYS | {ALL: "''::text"}
_JOINS = {
    "product": "JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id",
    "organization": "JOIN accounts_organization AS organization ON organization.id = timer.organization_id",
    "end_customer": "JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id"
    " LEFT JOIN accounts_endcustomer AS end_customer ON end_customer.id = ticket.end_customer_id",
}
_FIGURES = """
SELECT {key} AS key, timer.kind,
       count(*) FILTER (WHERE is_met), count(*) FILTER (WHERE NOT is_met),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY minutes)
  FROM (SELECT *, state = 'met' AS is_met, extract(epoch FROM answered_at - started_at) / 60 AS minutes
          FROM tickets_responsetimer
         WHERE started_at >= %(since)s AND started_at < %(until)s AND NOT excluded
           AND (state = 'met' OR breached_at IS NOT NULL OR (ended_at IS NULL AND due_at <= %(at)s))
           {of_organization}) AS timer
  {joins}
 GROUP BY 1, 2
 ORDER BY 1, 2
"""
# Along its own tickets: a customer's page does not read everybody's year.
_OF_ORGANIZATION = "AND ticket_id = ANY(ARRAY(SELECT id FROM tickets_ticket WHERE organization_id = %(organization)s))"


@dataclass(frozen=True)
class Figures:
    """One row: `timer` is "first" or "next"; the two lengths are None where nothing was answered."""

    key: str
    timer: str
    met: int
    breached: int
    median_minutes: Decimal | None
    p90_minutes: Decimal | None

    @property
    def due(self) -> int:
        """How many answers were owed with a known outcome."""
        return self.met + self.breached

    @property
    def rate(self) -> Decimal:
        """The share that was met, with four decimals; a row has at least one that was due."""
        return (Decimal(self.met) / self.due).quantize(Decimal("0.0001"))


def compliance(
    *, since: date, until: date, by: str, at: datetime, organization: Organization | None = None
) -> list[Figures]:
    """Rows by one of KEYS, or for ALL, for timers that started on the Beijing days `since` to `until`, both included.

    Inside the tenant scope: an organization's own, or everybody's for staff; `organization` narrows the latter. `at`:
    a running timer past its due time is in breach before the sweep has come. One statement. KeyError for another `by`.
    """
    own = _OF_ORGANIZATION if organization else ""
    statement = _FIGURES.format(key=_COLUMNS[by], joins=_JOINS.get(by, ""), of_organization=own)
    facts = {
        "since": midnight(since),
        "until": midnight(until + timedelta(days=1)),
        "at": at,
        "organization": organization.pk if organization else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return [Figures(key, kind, met, breached, *_lengths(parts)) for key, kind, met, breached, parts in cursor]


def _lengths(parts: list[float] | None) -> tuple[Decimal | None, Decimal | None]:
    median, p90 = parts or (None, None)
    return _minutes(median), _minutes(p90)


def _minutes(length: float | None) -> Decimal | None:
    return None if length is None else Decimal(length).quantize(Decimal("0.1"))
