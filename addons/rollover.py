"""The month's housekeeping, on the 1st at 00:00 Beijing (spec page 4, section 4.2).

It opens the month's rows for everyone and closes the months before: leftover packs lapse, with an entry dated at the
month's end. Months start and end by their dates alone, so a late, repeated or missed run changes nothing for anyone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, connection

from addons.ticket_quota import TECHNICAL_TICKETS
from common import tenancy
from common.beijing import Month

# Small transactions: a filing never waits for more than one of them.
BATCH = 20_000
MOST_DISTURBED = 100
log = structlog.get_logger(__name__)

# Only what is missing is inserted, and plainly: ON CONFLICT would cost a million rows half as much again. The range of
# ids is told, so that the batch's own rows are read and not the whole month.
_OPEN = """
WITH batch AS MATERIALIZED (
    SELECT id FROM accounts_organization WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
), opened AS (
    INSERT INTO addons_quotacounter (organization_id, code, period_start, used, packs_granted, packs_lapsed,
                                     told_low, told_exhausted)
    SELECT id, %(code)s, %(period)s, 0, 0, 0, false, false
      FROM batch
     WHERE id NOT IN (SELECT organization_id FROM addons_quotacounter
                       WHERE code = %(code)s AND period_start = %(period)s
                         AND organization_id > %(after)s AND organization_id <= (SELECT max(id) FROM batch))
    RETURNING 1
)
SELECT (SELECT max(id) FROM batch), (SELECT count(*) FROM opened)
"""

# A month in Beijing ends 8 hours before the date does in UTC, whatever the time zone of the session.
_CLOSE = """
WITH leftover AS (
    SELECT id, organization_id, code, period_start,
           LEAST(packs_granted, GREATEST(0, metered_plan + packs_granted - used)) AS quantity
      FROM addons_quotacounter
     WHERE packs_granted > 0 AND closed_at IS NULL AND code = %(code)s AND period_start < %(period)s
     ORDER BY id LIMIT %(batch)s
       FOR UPDATE
), closed AS (
    UPDATE addons_quotacounter AS held SET packs_lapsed = leftover.quantity, closed_at = %(at)s
      FROM leftover WHERE held.id = leftover.id
    RETURNING held.id
), entry AS (
    INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                                   ticket_number, order_number, by_id, at)
    SELECT organization_id, code, period_start, -quantity, 'lapse', 'month_ended', '', '', NULL,
           (period_start + interval '1 month' - interval '8 hours') AT TIME ZONE 'UTC'
      FROM leftover WHERE quantity > 0
    RETURNING quantity
)
SELECT (SELECT count(*) FROM closed), (SELECT count(*) FROM entry), (SELECT COALESCE(-sum(quantity), 0) FROM entry)
"""


def month_rollover(*, at: datetime) -> dict[str, int | str]:
    """Open the month of `at`, close all before it. Returns what was done: month, opened, closed, lapses, tickets."""
    month = Month.of_instant(at)
    report: dict[str, int | str] = {"month": str(month), "opened": _open(month)}
    report |= _close_before(month, at)
    log.info("quota.month_rollover", **report)
    return report


def _open(month: Month) -> int:
    opened, disturbed = 0, 0
    after: int | None = 0
    while after is not None:
        values: dict[str, Any] = {"after": after, "batch": BATCH, "code": TECHNICAL_TICKETS, "period": month.first_day}
        try:
            with tenancy.everything(), connection.cursor() as cursor:
                cursor.execute(_OPEN, values)
                after, made = cursor.fetchone()
        except IntegrityError:
            # Who files first in a month makes their own row: it came meanwhile, and the batch is read again.
            disturbed += 1
            if disturbed > MOST_DISTURBED:
                raise
        else:
            opened += made
    return opened


def _close_before(month: Month, at: datetime) -> dict[str, int]:
    done = {"closed": 0, "lapses": 0, "lapsed_tickets": 0}
    while True:
        values: dict[str, Any] = {"batch": BATCH, "code": TECHNICAL_TICKETS, "period": month.first_day, "at": at}
        with tenancy.everything(), connection.cursor() as cursor:
            cursor.execute(_CLOSE, values)
            closed, lapses, tickets = cursor.fetchone()
        if not closed:
            return done
        done = {
            "closed": done["closed"] + closed,
            "lapses": done["lapses"] + lapses,
            "lapsed_tickets": done["lapsed_tickets"] + int(tickets),
        }
