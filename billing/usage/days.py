"""What an organization used in a month, by day and product: what counts towards the incremental fee, and what does not.

On-demand usage stands on its day; prepaid usage gives each of its days the share that billing/pricing/amortization.py
names. Like records are taken together, what has passed of them at the beginning of each day is summed, and a day gets
the difference to the next one: the same figures in less work (spec page 3, section 3.5; page 7, `GET usage`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.models import Organization
from billing.pricing.amortization import sql_amount_until
from billing.usage.records import COUNTED
from common.beijing import Month
from common.money import ZERO, Money, round_fen

_DAYS = f"""
WITH prepaid AS (
    SELECT product, category = %(counted)s AS is_counted, list_amount, starts_on, ends_on, count(*) AS times
      FROM billing_usagerecord
     WHERE organization_id = %(organization)s AND charge_mode = 'prepaid'
       AND ends_on > %(first)s AND starts_on < %(after)s
     GROUP BY 1, 2, 3, 4, 5
), passed AS (
    SELECT mark, product, is_counted,
           sum(times * {sql_amount_until("list_amount", "starts_on", "ends_on", "mark")}) AS amount
      FROM prepaid
     CROSS JOIN (SELECT %(first)s + n AS mark FROM generate_series(0, %(days)s) AS n) AS marks
     GROUP BY 1, 2, 3
), amounts AS (
    SELECT mark AS day, product, is_counted,
           lead(amount) OVER (PARTITION BY product, is_counted ORDER BY mark) - amount AS amount
      FROM passed
     UNION ALL
    SELECT starts_on, product, category = %(counted)s, sum(list_amount)
      FROM billing_usagerecord
     WHERE organization_id = %(organization)s AND charge_mode = 'on_demand'
       AND starts_on >= %(first)s AND starts_on < %(after)s
     GROUP BY 1, 2, 3
)
SELECT day, product, sum(amount) FILTER (WHERE is_counted), sum(amount) FILTER (WHERE NOT is_counted)
  FROM amounts WHERE amount <> 0
 GROUP BY day, product ORDER BY day, product
"""  # noqa: S608 (an expression of our own)


@dataclass(frozen=True)
class ProductDay:
    """What was used of a product on a day; negative where corrections outweigh it."""

    day: date
    product: str
    counted: Money
    not_counted: Money


@dataclass(frozen=True)
class UsageOfMonth:
    """The days on which something was used, in order of day and product, and their sums."""

    month: Month
    days: list[ProductDay]

    @property
    def counted(self) -> Money:
        return sum((row.counted for row in self.days), ZERO)

    @property
    def not_counted(self) -> Money:
        return sum((row.not_counted for row in self.days), ZERO)


def usage_of_month(organization: Organization, month: Month) -> UsageOfMonth:
    """The usage of a Beijing month as it is known now, days to come included; one statement, in the tenant's scope."""
    asked: dict[str, Any] = {
        "counted": COUNTED,
        "organization": organization.pk,
        "first": month.first_day,
        "after": month.last_day + timedelta(days=1),
        "days": month.days,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, asked)
        return UsageOfMonth(month, list(_product_days(cursor.fetchall())))


def _product_days(rows: Iterable[tuple[date, str, Money | None, Money | None]]) -> Iterable[ProductDay]:
    for day, product, counted, not_counted in rows:
        yield ProductDay(day, product, round_fen(counted or ZERO), round_fen(not_counted or ZERO))
