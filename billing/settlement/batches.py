"""One batch of a month's settlement: some hundred organizations in one transaction (spec page 3, section 3.7).

Accounts are locked in the order of their keys; under the lock a batch settles who is not settled yet, so that it can
be run again, stopped and resumed anywhere, and two workers at once share the work. Marks of changed months are taken
away before the usage is read: a load that commits later leaves its mark for the next run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from billing.settlement import documents as settlement_documents
from billing.settlement import month_fees
from billing.settlement import rows as settlement_rows
from billing.settlement.rows import MonthAgain, MonthSettled
from common import tenancy
from common.beijing import Month
from common.money import Money
from supportplans.paid_history import PAID_MONTHS, organizations_with_paid_terms, plans_with_usage_fees

# Organizations that one transaction looks at: a checkout never waits longer than such a batch takes.
BATCH = 500

_NEXT = "SELECT max(id) FROM (SELECT id FROM accounts_organization WHERE id > %s ORDER BY id LIMIT %s) AS next"

# Open adjustments: usage of a month that is settled already has changed since.
_CHANGED = """
SELECT DISTINCT mark.organization_id FROM billing_changedmonth AS mark
  JOIN billing_settlement AS settled ON settled.organization_id = mark.organization_id AND settled.month = mark.month
 WHERE mark.organization_id > %(after)s AND mark.organization_id <= %(until)s AND mark.month < %(month)s
"""

_HOLD = "SELECT id FROM accounts_organization WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

_SETTLED = "SELECT organization_id FROM billing_settlement WHERE month = %s AND organization_id = ANY(%s)"

# The month's own mark, and those of settled months before it; in order, as loads write them.
_TAKE_MARKS = """
WITH taken AS (
  SELECT mark.id FROM billing_changedmonth AS mark
   WHERE mark.organization_id = ANY(%(held)s)
     AND (mark.month = %(month)s OR mark.month < %(month)s AND EXISTS (
           SELECT 1 FROM billing_settlement AS settled
            WHERE settled.organization_id = mark.organization_id AND settled.month = mark.month))
   ORDER BY mark.organization_id, mark.month FOR UPDATE
)
DELETE FROM billing_changedmonth AS mark USING taken WHERE mark.id = taken.id RETURNING mark.organization_id, mark.month
"""

_BILLED = """
SELECT settled.organization_id, settled.incremental + COALESCE((
         SELECT sum(later.amount) FROM billing_settlementadjustment AS later
          WHERE later.organization_id = settled.organization_id AND later.month = settled.month), 0)
  FROM billing_settlement AS settled
 WHERE settled.month = %s AND settled.organization_id = ANY(%s)
"""

# Usage of months without a plan: nobody will ask for it. What a load is just writing waits for the next run.
_DROP_IDLE_MARKS = f"""
WITH idle AS (
  SELECT mark.id FROM billing_changedmonth AS mark
   WHERE mark.organization_id > %(after)s AND mark.organization_id <= %(until)s AND mark.month <= %(last_month)s
     AND NOT EXISTS (SELECT 1 FROM billing_settlement AS settled
                      WHERE settled.organization_id = mark.organization_id AND settled.month = mark.month)
     AND NOT EXISTS (SELECT 1 FROM ({PAID_MONTHS} AND term.organization_id = mark.organization_id) AS paid
                      WHERE paid.month = mark.month)
   ORDER BY mark.organization_id, mark.month FOR UPDATE SKIP LOCKED
)
DELETE FROM billing_changedmonth AS mark USING idle WHERE mark.id = idle.id
"""  # noqa: S608


@dataclass(frozen=True)
class Span:
    """Organizations with an id in (after, until]."""

    after: int
    until: int


def next_span(after: int) -> Span | None:
    """The organizations that the next batch looks at; None where there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [after, BATCH])
        until = cursor.fetchone()[0]
    return None if until is None else Span(after, until)


def settle_span(span: Span, month: Month, *, at: datetime, waits: bool) -> tuple[int, bool]:
    """Settle who in `span` is to be settled and is not: how many that were, and whether any was passed over.

    One transaction. Without `waits`, accounts that somebody else has locked are passed over.
    """
    with tenancy.everything():
        wanted = _unsettled(_candidates(span, month), month)
        held = _hold(wanted, waits=waits)
        # Again under the lock: who held it before may have settled them.
        settled = _settle(_unsettled(held, month), month, at)
    return settled, len(held) < len(wanted)


def drop_idle_marks(span: Span, month: Month) -> None:
    """Forget changed usage, up to `month`, of months in which nothing was paid for. One transaction."""
    given = plans_with_usage_fees() | {
        "after": span.after,
        "until": span.until,
        "last_month": month.first_day,
        "ends_at": month.ends_at,
    }
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_DROP_IDLE_MARKS, given)


def _candidates(span: Span, month: Month) -> list[int]:
    """Who had a paid-tier day in the month or has an open adjustment."""
    paid = organizations_with_paid_terms(month, after=span.after, until=span.until)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"after": span.after, "until": span.until, "month": month.first_day})
        changed = [organization_id for (organization_id,) in cursor.fetchall()]
    return sorted({*paid, *changed})


def _unsettled(organizations: Sequence[int], month: Month) -> list[int]:
    if not organizations:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [month.first_day, list(organizations)])
        done = {organization_id for (organization_id,) in cursor.fetchall()}
    return [organization_id for organization_id in organizations if organization_id not in done]


def _hold(organizations: list[int], *, waits: bool) -> list[int]:
    """Lock accounts in the order of their keys, as billing/locks.py does for one."""
    if not organizations:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HOLD + ("" if waits else " SKIP LOCKED"), [organizations])
        return [organization_id for (organization_id,) in cursor.fetchall()]


def _settle(held: list[int], month: Month, at: datetime) -> int:
    if not held:
        return 0
    changed = _take_marks(held, month)
    charged = month_fees.fees_of_month(month, held)
    again = _months_again(changed)
    settled = [
        MonthSettled(organization_id, month, charged.get(organization_id, []), again.get(organization_id, []))
        for organization_id in held
        if organization_id in charged or organization_id in again
    ]
    ids = settlement_rows.insert(settled, month=month, at=at)
    settlement_documents.issue([(ids[one.organization_id], one) for one in settled], at=at)
    return len(settled)


def _take_marks(held: list[int], month: Month) -> Mapping[Month, list[int]]:
    """Take the marks away; the settled months before `month` that changed, oldest first, and whose."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_MARKS, {"held": held, "month": month.first_day})
        rows = cursor.fetchall()
    changed: dict[Month, list[int]] = defaultdict(list)
    for organization_id, first_day in sorted(rows, key=lambda row: (row[1], row[0])):
        if first_day < month.first_day:
            changed[Month.of(first_day)].append(organization_id)
    return changed


def _months_again(changed: Mapping[Month, list[int]]) -> dict[int, list[MonthAgain]]:
    """The adjustments by organization; changes that come to nothing are none."""
    found: dict[int, list[MonthAgain]] = defaultdict(list)
    for month, organizations in changed.items():
        billed = _billed(month, organizations)
        charged = month_fees.fees_of_month(month, organizations)
        for organization_id in organizations:
            again = MonthAgain(month, charged.get(organization_id, []), billed[organization_id])
            if again.amount:
                found[organization_id].append(again)
    return found


def _billed(month: Month, organizations: list[int]) -> dict[int, Money]:
    """What was billed for a settled month so far, adjustments included."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [month.first_day, organizations])
        return dict(cursor.fetchall())
