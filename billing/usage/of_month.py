"""What counts of an organization's cloud usage on given days (spec page 3, sections 3.5 and 3.6).

Only cloud services count, whatever the form of payment. On-demand usage belongs to its first day; a prepaid amount is
spread over its days (billing/pricing/amortization.py). Read for many organizations at once, because a settlement asks
for all of them; dates only, so that no time zone of a session matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from billing.models import Category, UsageRecord
from billing.pricing.amortization import sql_amount_between
from billing.pricing.spending_forecast import DayUsage
from common.money import Money

_CODES = {
    "counted": str(Category.CLOUD_SERVICE),
    "on_demand": str(UsageRecord.ChargeMode.ON_DEMAND),
    "prepaid": str(UsageRecord.ChargeMode.PREPAID),
}

# Sub-queries rather than joins: each range is answered from the organization's own part of an index.
_OF_RANGES = f"""
SELECT wanted.organization_id, wanted.key,
       sum(COALESCE((SELECT sum(used.list_amount) FROM billing_usagerecord AS used
                      WHERE used.organization_id = wanted.organization_id AND used.charge_mode = %(on_demand)s
                        AND used.category = %(counted)s
                        AND used.starts_on >= wanted.first_day AND used.starts_on < wanted.day_after), 0)
         + COALESCE((SELECT sum({
    sql_amount_between("paid.list_amount", "paid.starts_on", "paid.ends_on", "wanted.first_day", "wanted.day_after")
})
                       FROM billing_usagerecord AS paid
                      WHERE paid.organization_id = wanted.organization_id AND paid.charge_mode = %(prepaid)s
                        AND paid.category = %(counted)s
                        AND paid.ends_on > wanted.first_day AND paid.starts_on < wanted.day_after), 0))
  FROM unnest(%(organizations)s::bigint[], %(keys)s::integer[], %(firsts)s::date[], %(afters)s::date[])
       AS wanted(organization_id, key, first_day, day_after)
 GROUP BY wanted.organization_id, wanted.key
"""  # noqa: S608

_BY_DAY = f"""
SELECT day::date,
       COALESCE((SELECT sum(used.list_amount) FROM billing_usagerecord AS used
                  WHERE used.organization_id = %(organization)s AND used.charge_mode = %(on_demand)s
                    AND used.category = %(counted)s AND used.starts_on = day::date), 0),
       COALESCE((SELECT sum({
    sql_amount_between("paid.list_amount", "paid.starts_on", "paid.ends_on", "day::date", "(day::date + 1)")
})
                   FROM billing_usagerecord AS paid
                  WHERE paid.organization_id = %(organization)s AND paid.charge_mode = %(prepaid)s
                    AND paid.category = %(counted)s
                    AND paid.ends_on > day::date AND paid.starts_on <= day::date), 0)
  FROM generate_series(%(first_day)s::timestamp, %(day_after)s::timestamp - interval '1 day', interval '1 day') AS day
"""  # noqa: S608


@dataclass(frozen=True)
class UsageRange:
    """Days `[first_day, day_after)` of an organization; the usage of ranges with the same `key` is added up."""

    organization_id: int
    key: int
    first_day: date
    day_after: date


def usage_of_ranges(ranges: Sequence[UsageRange]) -> dict[tuple[int, int], Money]:
    """The counted usage by (organization_id, key), every given pair included; inside a scope that sees them all."""
    if not ranges:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_RANGES,
            _CODES
            | {
                "organizations": [one.organization_id for one in ranges],
                "keys": [one.key for one in ranges],
                "firsts": [one.first_day for one in ranges],
                "afters": [one.day_after for one in ranges],
            },
        )
        return {(organization_id, key): amount for organization_id, key, amount in cursor.fetchall()}


def usage_by_day(organization_id: int, first_day: date, day_after: date) -> dict[date, DayUsage]:
    """The counted usage of every day of `[first_day, day_after)`; inside the organization's scope."""
    given: dict[str, Any] = {"organization": organization_id, "first_day": first_day, "day_after": day_after}
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, _CODES | given)
        return {day: DayUsage(on_demand, prepaid) for day, on_demand, prepaid in cursor.fetchall()}
