"""Stores usage records, whatever their number, in memory of a fixed size (spec page 3, section 3.5).

Records are copied a few thousand at a time into a temporary table; one statement then inserts the new ones in the
order of their ids, and after them the marks of the months that changed, in order as well: two loads that meet wait
for each other and never deadlock. What the insert left over is compared with what is stored: the same content is a
duplicate, other content a conflict. Of several records with one id in a batch the first counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from billing.usage.lines import Reading
from billing.usage.records import COUNTED, BadRecord

COPIED_AT_ONCE = 5_000

_COLUMNS = (
    "record_id, organization, product, category, charge_mode, payment_form, list_amount, starts_on, ends_on"  # as read
)
# Dropped with its transaction: nothing of it is met again on a pooled connection.
_STAGING = """
CREATE TEMPORARY TABLE IF NOT EXISTS usage_staging (
    position bigint, record_id text, organization text, product text, category text, charge_mode text,
    payment_form text, list_amount numeric(14, 2), starts_on date, ends_on date
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS usage_taken (position bigint) ON COMMIT DROP;
TRUNCATE usage_staging, usage_taken;
"""
_COPY = f"COPY usage_staging (position, {_COLUMNS}) FROM STDIN"

# The marks are locked even where they stand already: a settlement that is about to take one away waits for these
# records, or we for it, and either it reads them or the mark outlives it.
_STORE = """
WITH candidate AS MATERIALIZED (
    SELECT DISTINCT ON (staged.record_id) staged.*, organization.id AS organization_id
      FROM usage_staging AS staged
      JOIN accounts_organization AS organization ON organization.slug = staged.organization
     ORDER BY staged.record_id, staged.position
), fresh AS (
    INSERT INTO billing_usagerecord (record_id, organization_id, product, category, charge_mode, payment_form,
                                     list_amount, starts_on, ends_on, received_at)
    SELECT record_id, organization_id, product, category, charge_mode, payment_form, list_amount, starts_on, ends_on,
           %(at)s
      FROM candidate ORDER BY record_id
    ON CONFLICT (record_id) DO NOTHING
    RETURNING record_id, organization_id, category, starts_on, ends_on
), taken AS (
    INSERT INTO usage_taken (position) SELECT candidate.position FROM candidate JOIN fresh USING (record_id)
), span AS (
    SELECT DISTINCT organization_id, date_trunc('month', starts_on::timestamp) AS first,
           date_trunc('month', (ends_on - 1)::timestamp) AS last
      FROM fresh WHERE category = %(counted)s
), marked AS (
    INSERT INTO billing_changedmonth AS mark (organization_id, month, changed_at)
    SELECT DISTINCT organization_id, month::date, %(at)s::timestamptz
      FROM span CROSS JOIN generate_series(first, last, interval '1 month') AS month
     ORDER BY 1, 2
    ON CONFLICT (organization_id, month) DO UPDATE SET changed_at = EXCLUDED.changed_at
     WHERE mark.changed_at <> EXCLUDED.changed_at
)
SELECT count(*) FROM fresh
"""
# Each is looked up by its id: however large the table has grown, a slice costs the same.
_LEFT_OVER = """
SELECT staged.position, staged.record_id, staged.organization, organization.id IS NULL
  FROM usage_staging AS staged
  LEFT JOIN accounts_organization AS organization ON organization.slug = staged.organization
  LEFT JOIN LATERAL (
       SELECT * FROM billing_usagerecord WHERE record_id = staged.record_id LIMIT 1
  ) AS stored ON true
 WHERE NOT EXISTS (SELECT FROM usage_taken AS taken WHERE taken.position = staged.position)
   AND (stored.organization_id, stored.product, stored.category, stored.charge_mode, stored.payment_form,
        stored.list_amount, stored.starts_on, stored.ends_on)
       IS DISTINCT FROM
       (organization.id, staged.product, staged.category, staged.charge_mode, staged.payment_form,
        staged.list_amount, staged.starts_on, staged.ends_on)
 LIMIT %s
"""


class Reject(NamedTuple):
    """A record that was turned away: where it stood, and the code whose sentence `params` complete."""

    position: int
    record_id: str | None
    code: str
    params: dict[str, str | int]


@dataclass
class Outcome:
    """What became of the records of a batch; `rejected` by position."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Reject] = field(default_factory=list)


class TooManyRejects(Exception):
    """More records were turned away than the caller can name."""


def store(readings: Iterable[tuple[int, Reading]], *, at: datetime, most_rejects: int | None = None) -> Outcome:
    """Store records, given with their positions, in the open transaction, whose scope is every organization.

    Raises TooManyRejects when `most_rejects` are exceeded; the caller then undoes everything.
    """
    outcome = Outcome()
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        staged = _copy(cursor, readings, outcome.rejected, most_rejects)
        if staged:
            cursor.execute(_STORE, {"at": at, "counted": COUNTED})
            outcome.accepted = cursor.fetchone()[0]
        if outcome.accepted < staged:
            cursor.execute(_LEFT_OVER, [None if most_rejects is None else most_rejects + 1])
            left_over = [_left_over(*row) for row in cursor.fetchall()]
            outcome.duplicates = staged - outcome.accepted - len(left_over)
            outcome.rejected += left_over
    _check_count(outcome.rejected, most_rejects)
    outcome.rejected.sort()
    return outcome


def _left_over(position: int, record_id: str, organization: str, is_unknown: bool) -> Reject:
    if is_unknown:
        return Reject(position, record_id, "unknown_organization", {"organization": organization})
    return Reject(position, record_id, "record_conflict", {})


def _copy(
    cursor: CursorWrapper, readings: Iterable[tuple[int, Reading]], rejected: list[Reject], most_rejects: int | None
) -> int:
    """Copy the good records to the temporary table and name the others; returns how many were copied."""
    staged = 0
    source = iter(readings)
    while True:
        lines: list[str] = []
        read = 0
        for position, reading in islice(source, COPIED_AT_ONCE):
            read += 1
            if isinstance(reading, BadRecord):
                rejected.append(Reject(position, reading.record_id, reading.code, reading.params))
                continue
            record_id, organization, product, category, mode, form, amount, starts_on, ends_on = reading
            texts = f"{record_id}\t{organization}\t{product}\t{category}\t{mode}\t{form}"
            if "\\" in texts:
                texts = texts.replace("\\", "\\\\")
            lines.append(f"{position}\t{texts}\t{amount}\t{starts_on}\t{ends_on}\n")
        if not read:
            return staged
        _check_count(rejected, most_rejects)
        cursor.copy_expert(_COPY, io.StringIO("".join(lines)), 1 << 16)
        staged += len(lines)


def _check_count(rejected: list[Reject], most_rejects: int | None) -> None:
    if most_rejects is not None and len(rejected) > most_rejects:
        raise TooManyRejects
