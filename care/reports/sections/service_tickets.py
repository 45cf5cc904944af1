"""The tickets of a report: counts, the list, response compliance, time to solve, satisfaction (spec page 6.2).

Everything is counted by the database, so that a tenant with 100,000 tickets in a month costs seconds and no memory. The
list shows the newest ones; the whole list is a CSV beside the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from accounts.models import Organization
from care.reports.period import Period
from common.api import api_time
from tickets.compliance.figures import ALL, Figures, compliance

MOST_LISTED = 200
TECHNICAL, BUSINESS = "technical", "business"

_FILED = """
SELECT kind, severity, COALESCE(NULLIF(product, ''), 'none'), status, (created_at AT TIME ZONE 'Asia/Shanghai')::date,
       count(*), count(*) FILTER (WHERE resolved_at < %(ends_at)s)
  FROM tickets_ticket
 WHERE organization_id = %(organization)s AND created_at >= %(starts_at)s AND created_at < %(ends_at)s
 GROUP BY 1, 2, 3, 4, 5
"""
_SOLVED = """
SELECT (resolved_at AT TIME ZONE 'Asia/Shanghai')::date, count(*)
  FROM tickets_ticket
 WHERE organization_id = %(organization)s AND resolved_at >= %(starts_at)s AND resolved_at < %(ends_at)s
 GROUP BY 1
"""
_TIME_TO_SOLVE = """
SELECT count(*), avg(minutes), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY minutes)
  FROM (SELECT extract(epoch FROM resolved_at - created_at) / 60 AS minutes
          FROM tickets_ticket
         WHERE organization_id = %(organization)s AND resolved_at >= %(starts_at)s AND resolved_at < %(ends_at)s) AS one
"""
_RATINGS = """
SELECT satisfaction, count(*) FROM tickets_ticket
 WHERE organization_id = %(organization)s AND rated_at >= %(starts_at)s AND rated_at < %(ends_at)s
   AND satisfaction IS NOT NULL
 GROUP BY 1
"""
_LIST = """
SELECT number, subject, kind, severity, product, status, created_at, resolved_at
  FROM tickets_ticket
 WHERE organization_id = %(organization)s AND created_at >= %(starts_at)s AND created_at < %(ends_at)s
 ORDER BY created_at DESC, id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Filed:
    """Tickets that are alike."""

    kind: str
    severity: str
    product: str
    status: str
    day: date
    count: int
    solved: int


def data(organization: Organization, period: Period, at: datetime) -> dict[str, Any]:
    """The section; seven statements, inside the organization's scope."""
    given = {
        "organization": organization.pk,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "most": MOST_LISTED,
    }
    filed = [Filed(*row) for row in _rows(_FILED, given)]
    solved: dict[date, int] = dict(_rows(_SOLVED, given))
    total = sum(one.count for one in filed)
    kinds = _counted((one.kind, one.count) for one in filed)
    listed = [_ticket(*row) for row in _rows(_LIST, given)] if total else []
    return {
        "total": total,
        "technical": kinds.get(TECHNICAL, 0),
        "business": kinds.get(BUSINESS, 0),
        "solved": sum(solved.values()),
        "still_open": total - sum(one.solved for one in filed),
        "by_kind": _keyed(kinds),
        "by_severity": _keyed(_counted((one.severity, one.count) for one in filed)),
        "by_product": _keyed(_counted((one.product, one.count) for one in filed)),
        "by_status": _keyed(_counted((one.status, one.count) for one in filed)),
        "technical_by_product": _keyed(
            _counted((one.product, one.count) for one in filed if one.kind == TECHNICAL and one.product != "none")
        ),
        "by_day": _by_day(period, _counted((one.day, one.count) for one in filed), solved),
        "compliance": _compliance(organization, period, at, ALL),
        "compliance_by_severity": _compliance(organization, period, at, "severity"),
        "time_to_solve": _time_to_solve(given),
        "csat": _csat(given),
        "listed": len(listed),
        "is_capped": total > len(listed),
        "tickets": listed,
    }


def _by_day(period: Period, filed: Counter[date], solved: dict[date, int]) -> list[dict[str, Any]]:
    return [{"day": day.isoformat(), "filed": filed.get(day, 0), "solved": solved.get(day, 0)} for day in period.days()]


def _compliance(organization: Organization, period: Period, at: datetime, by: str) -> list[dict[str, Any]]:
    rows = compliance(since=period.first_day, until=period.last_day, by=by, at=at, organization=organization)
    return [_figures(row) for row in rows]


def _figures(row: Figures) -> dict[str, Any]:
    return {
        "key": row.key,
        "timer": row.timer,
        "due": row.due,
        "met": row.met,
        "breached": row.breached,
        "rate": str(row.rate),
        "median_minutes": _text(row.median_minutes),
        "p90_minutes": _text(row.p90_minutes),
    }


def _time_to_solve(given: dict[str, Any]) -> dict[str, Any]:
    """Minutes round the clock from filing to solving, of the tickets solved in the period."""
    ((count, average, parts),) = _rows(_TIME_TO_SOLVE, given)
    median, p90 = parts or (None, None)
    return {
        "solved": count,
        "average_minutes": _minutes(average),
        "median_minutes": _minutes(median),
        "p90_minutes": _minutes(p90),
    }


def _csat(given: dict[str, Any]) -> dict[str, Any]:
    """The ratings given in the period, 1 to 5; the average with two decimals, null where nobody rated."""
    scores: dict[int, int] = dict(_rows(_RATINGS, given))
    total = sum(scores.values())
    average = None
    if total:
        points = Decimal(sum(score * count for score, count in scores.items()))
        average = str((points / total).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return {
        "ratings": total,
        "average": average,
        "scores": [{"key": str(score), "count": scores.get(score, 0)} for score in range(1, 6)],
    }


def _ticket(
    number: str,
    subject: str,
    kind: str,
    severity: str,
    product: str,
    status: str,
    created_at: datetime,
    solved_at: datetime | None,
) -> dict[str, Any]:
    return {
        "id": number,
        "description": subject,
        "kind": kind,
        "severity": severity,
        "product": product,
        "status": status,
        "created_at": api_time(created_at),
        "solved_at": api_time(solved_at),
    }


def _counted(pairs: Iterable[tuple[Any, int]]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for key, count in pairs:
        found[key] += count
    return found


def _keyed(counts: Counter[Any]) -> list[dict[str, Any]]:
    """The most frequent first, then by name."""
    return [{"key": key, "count": counts[key]} for key in sorted(counts, key=lambda key: (-counts[key], key))]


def _minutes(value: Any) -> str | None:
    return None if value is None else str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _rows(statement: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
