"""What one organization's settlement of a month says, its invoice lines, and how many are written at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import connection

from billing.actions.base import Line, Period
from billing.settlement.month_fees import ChargedSegment, as_stored, incremental_of
from common.beijing import Month
from common.money import ZERO, Money, plain

_INSERT = """
INSERT INTO billing_settlement (organization_id, month, settled_at, segments, incremental, total)
SELECT organization_id, %(month)s, %(at)s, segments, incremental, total
  FROM unnest(%(organizations)s::bigint[], %(segments)s::jsonb[], %(incrementals)s::numeric[], %(totals)s::numeric[])
       AS settled(organization_id, segments, incremental, total)
RETURNING organization_id, id
"""

_INSERT_ADJUSTMENTS = """
INSERT INTO billing_settlementadjustment (settlement_id, organization_id, month, amount, segments)
SELECT * FROM unnest(%(settlements)s::bigint[], %(organizations)s::bigint[], %(months)s::date[],
                     %(amounts)s::numeric[], %(segments)s::jsonb[])
"""


@dataclass(frozen=True)
class MonthAgain:
    """An earlier month as it is now, and what was billed for it before."""

    month: Month
    charged: Sequence[ChargedSegment]
    billed: Money

    @property
    def amount(self) -> Money:
        """What is still to be billed (up), or was billed too much (down)."""
        return incremental_of(self.charged) - self.billed


@dataclass(frozen=True)
class MonthSettled:
    """One organization's month: `charged` is empty where it had no paid day, `again` holds its adjustments."""

    organization_id: int
    month: Month
    charged: Sequence[ChargedSegment]
    again: Sequence[MonthAgain]

    @cached_property
    def incremental(self) -> Money:
        return incremental_of(self.charged)

    @cached_property
    def total(self) -> Money:
        """With adjustments: what is invoiced, or credited where it is negative."""
        return self.incremental + sum((earlier.amount for earlier in self.again), ZERO)

    def lines(self) -> list[tuple[Line, Period]]:
        """A line for each segment that costs something and for each adjustment, with the days it is about."""
        fees = [_fee_line(segment, self.month) for segment in self.charged if segment.fee.incremental > 0]
        return [(line, _whole(self.month)) for line in fees] + [
            (_adjustment_line(earlier), _whole(earlier.month)) for earlier in self.again
        ]


def _fee_line(segment: ChargedSegment, month: Month) -> Line:
    fee, name = segment.fee, segment.tier.name
    return Line(
        code="incremental_fee",
        amount=fee.incremental,
        days=fee.days,
        of_days=month.days,
        params={
            "tier": {"en": name.en, "zh": name.zh},
            "month": str(month),
            "days": fee.days,
            "usage": plain(fee.usage),
            "gross": plain(fee.gross),
            "included": plain(fee.included),
        },
    )


def _adjustment_line(earlier: MonthAgain) -> Line:
    now = incremental_of(earlier.charged)
    return Line(
        code="adjustment",
        amount=earlier.amount,
        params={"month": str(earlier.month), "billed": plain(earlier.billed), "now": plain(now)},
    )


def _whole(month: Month) -> Period:
    return Period(month.first_day, month.next().first_day)


def insert(settled: Sequence[MonthSettled], *, month: Month, at: datetime) -> dict[int, int]:
    """Write settlements of one month with their adjustments; the settlement's id by organization.

    The caller holds the accounts and has seen that none is settled; the database refuses a second one.
    """
    if not settled:
        return {}
    ids = _insert_settlements(settled, month.first_day, at)
    again = [(one, earlier) for one in settled for earlier in one.again]
    if again:
        given: dict[str, Any] = {
            "settlements": [ids[one.organization_id] for one, _earlier in again],
            "organizations": [one.organization_id for one, _earlier in again],
            "months": [earlier.month.first_day for _one, earlier in again],
            "amounts": [earlier.amount for _one, earlier in again],
            "segments": [json.dumps(as_stored(earlier.charged)) for _one, earlier in again],
        }
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_ADJUSTMENTS, given)
    return ids


def _insert_settlements(settled: Sequence[MonthSettled], month: date, at: datetime) -> dict[int, int]:
    given: dict[str, Any] = {
        "month": month,
        "at": at,
        "organizations": [one.organization_id for one in settled],
        "segments": [json.dumps(as_stored(one.charged)) for one in settled],
        "incrementals": [one.incremental for one in settled],
        "totals": [one.total for one in settled],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, given)
        return dict(cursor.fetchall())
