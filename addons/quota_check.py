"""The proof of the quota ledger: every counter is the sum of its entries, kind by kind, and the entries of a booking
are what it holds: its days, or nothing once it was rejected or withdrawn before it began."""

from __future__ import annotations

from django.db import connection

from common import tenancy

_DIFFERING = """
WITH sums AS (
    SELECT organization_id, code, period_start,
           -COALESCE(sum(quantity) FILTER (WHERE kind IN ('use', 'overdraw', 'return')), 0) AS used,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'pack'), 0) AS packs_granted,
           -COALESCE(sum(quantity) FILTER (WHERE kind = 'lapse'), 0) AS packs_lapsed
      FROM addons_quotaentry GROUP BY organization_id, code, period_start
)
SELECT COALESCE(held.organization_id, sums.organization_id), COALESCE(held.code, sums.code),
       COALESCE(held.period_start, sums.period_start),
       ROW(held.used, held.packs_granted, held.packs_lapsed)::text,
       ROW(sums.used, sums.packs_granted, sums.packs_lapsed)::text
  FROM addons_quotacounter AS held
  FULL JOIN sums ON sums.organization_id = held.organization_id AND sums.code = held.code
                AND sums.period_start = held.period_start
 WHERE (COALESCE(held.used, 0), COALESCE(held.packs_granted, 0), COALESCE(held.packs_lapsed, 0))
    IS DISTINCT FROM (COALESCE(sums.used, 0), COALESCE(sums.packs_granted, 0), COALESCE(sums.packs_lapsed, 0))
 ORDER BY 1, 2, 3 LIMIT %s
"""

_UNHELD = """
WITH sums AS (
    SELECT booking_id, sum(quantity) AS quantity
      FROM addons_quotaentry WHERE booking_id IS NOT NULL GROUP BY booking_id
), bookings AS (
    SELECT id, organization_id, service,
           CASE WHEN status IN ('rejected', 'withdrawn') AND started_at IS NULL THEN 0
                WHEN unit = 'occasion' THEN 1 ELSE days END AS held
      FROM addons_booking
)
SELECT organization_id, id, service, held, COALESCE(-sums.quantity, 0)
  FROM bookings LEFT JOIN sums ON sums.booking_id = bookings.id
 WHERE held <> COALESCE(-sums.quantity, 0)
 ORDER BY 1, 2 LIMIT %s
"""


def differences(*, limit: int = 100) -> list[str]:
    """What does not fit, one sentence per counter or booking; [] is the proof."""
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [limit])
        counters = [
            f"organization {organization}, {code} of {period}: counter {held}, entries {entries}"
            for organization, code, period, held, entries in cursor.fetchall()
        ]
        cursor.execute(_UNHELD, [limit])
        bookings = [
            f"organization {organization}, booking {number} of {service}: holds {held}, entries {entries}"
            for organization, number, service, held, entries in cursor.fetchall()
        ]
        return counters + bookings
