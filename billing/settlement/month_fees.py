"""The incremental fee of a month for many organizations at once (spec page 3, section 3.6).

What the pure rules need is read by two statements for all of them: the tiers held, and the usage on their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from billing.pricing.incremental_fee import SegmentFee, SegmentUsage, settle_month
from billing.pricing.paid_days import HeldTier, Segment, segments
from billing.usage.of_month import UsageRange, usage_of_ranges
from common.beijing import Month
from common.money import ZERO, Money, plain
from supportplans.catalogue import Tier
from supportplans.paid_history import PaidTerm, paid_terms


@dataclass(frozen=True)
class PaidSegment:
    """Days of a month at one tier, with what the tier costs."""

    days: Segment
    tier: Tier


@dataclass(frozen=True)
class ChargedSegment:
    """What the days of a month at one tier cost beyond the base fee."""

    fee: SegmentFee
    tier: Tier


def fees_of_month(
    month: Month, organizations: Sequence[int], *, day_after: date | None = None
) -> dict[int, list[ChargedSegment]]:
    """The fees of each organization that had a paid-tier day in `month`, in order of time; the others are left out.

    Inside a scope that sees them all. Terms that begin after the month do not matter, whenever it is asked. With
    `day_after` only the month's days before it count: what it costs so far.
    """
    held = {
        organization_id: paid_segments(terms, month, day_after)
        for organization_id, terms in groupby(paid_terms(month, organizations), key=lambda term: term.organization_id)
    }
    usage = usage_of_ranges(
        [
            UsageRange(organization_id, position, first_day, day_after)
            for organization_id, found in held.items()
            for position, segment in enumerate(found)
            for first_day, day_after in segment.days.ranges
        ]
    )
    return {
        organization_id: _charged(
            found, [usage[organization_id, position] for position in range(len(found))], month.days
        )
        for organization_id, found in held.items()
        if found
    }


def paid_segments(terms: Iterable[PaidTerm], month: Month, day_after: date | None = None) -> list[PaidSegment]:
    """The paid segments of one organization's month, in order of time; of its days before `day_after`."""
    tiers: dict[tuple[str, str], Tier] = {}
    history = []
    for term in terms:
        code, version = term.tier.code, term.catalogue.version
        tiers[code, version] = term.tier
        history.append(HeldTier.of_term(code, version, term.began_at, term.left_at, term.ends_on))
    held = segments(history, month)
    if day_after is not None:
        held = [cut for found in held if (cut := _cut(found, day_after)).days]
    return [PaidSegment(found, tiers[found.tier, found.catalogue_version]) for found in held]


def _cut(segment: Segment, day_after: date) -> Segment:
    ranges = tuple((first, min(after, day_after)) for first, after in segment.ranges if first < day_after)
    return replace(segment, ranges=ranges, days=sum((after - first).days for first, after in ranges))


def _charged(found: Sequence[PaidSegment], usage: Sequence[Money], days_in_month: int) -> list[ChargedSegment]:
    used = [_used(segment, amount) for segment, amount in zip(found, usage, strict=True)]
    fees = settle_month(used, days_in_month)
    return [ChargedSegment(fee, segment.tier) for fee, segment in zip(fees, found, strict=True)]


def _used(segment: PaidSegment, usage: Money) -> SegmentUsage:
    return SegmentUsage(
        tier_code=segment.days.tier,
        version=segment.days.catalogue_version,
        days=segment.days.days,
        usage=usage,
        brackets=segment.tier.usage_brackets,
        mode=segment.tier.usage_mode,
        monthly_price=segment.tier.prices.monthly,
    )


def incremental_of(charged: Iterable[ChargedSegment]) -> Money:
    """What a month costs beyond the base fee: its segments' incremental fees added up."""
    return sum((segment.fee.incremental for segment in charged), ZERO)


def as_stored(charged: Iterable[ChargedSegment]) -> list[dict[str, Any]]:
    """As `Settlement.segments` keeps them: amounts as text with two decimals."""
    return [
        {
            "tier": segment.fee.tier_code,
            "catalogue_version": segment.fee.version,
            "days": segment.fee.days,
            "usage": plain(segment.fee.usage),
            "gross": plain(segment.fee.gross),
            "included": plain(segment.fee.included),
            "incremental": plain(segment.fee.incremental),
        }
        for segment in charged
    ]
