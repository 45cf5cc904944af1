"""A settled month explained: segment by segment, with the brackets that the whole month's usage picked (page 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from billing.models import Invoice, Settlement, SettlementAdjustment
from billing.pricing import brackets
from billing.pricing.brackets import BracketRow
from common.beijing import Month
from common.money import ZERO, Money
from supportplans import versions
from supportplans.catalogue import Tier


@dataclass(frozen=True)
class SegmentView:
    """`share`: gross, this segment's part of the fee that the whole month's usage costs at its tier."""

    tier: Tier
    days: int
    usage: Money
    share: Money
    included: Money
    incremental: Money
    month_fee: Money
    brackets: list[BracketRow]


@dataclass(frozen=True)
class SettlementView:
    """`usage`: of all segments; `adjustments` of earlier months in it; `later`: what was adjusted of it since."""

    settlement: Settlement
    month: Month
    segments: list[SegmentView]
    adjustments: list[SettlementAdjustment]
    later: list[SettlementAdjustment]
    documents: list[Invoice]

    @property
    def usage(self) -> Money:
        return sum((segment.usage for segment in self.segments), ZERO)


def settlement_of(organization: Organization, month: Month) -> SettlementView | None:
    """The settlement of a month, None before it is settled or where there was no paid day; in the tenant's scope."""
    rows = Settlement.objects.filter(organization=organization, month=month.first_day)
    settled = rows.prefetch_related("adjustments", "documents").first()
    if settled is None:
        return None
    later = SettlementAdjustment.objects.filter(organization=organization, month=month.first_day)
    return SettlementView(
        settlement=settled,
        month=month,
        segments=_segments(settled.segments, organization),
        adjustments=list(settled.adjustments.all()),
        later=list(later.select_related("settlement").order_by("settlement__month")),
        documents=list(settled.documents.all()),
    )


def _segments(stored: list[Mapping[str, Any]], organization: Organization) -> list[SegmentView]:
    whole = sum((Decimal(segment["usage"]) for segment in stored), ZERO)
    return [_segment(segment, whole, organization) for segment in stored]


def _segment(stored: Mapping[str, Any], whole: Money, organization: Organization) -> SegmentView:
    tier = versions.version(stored["catalogue_version"]).family_for(organization.kind).tier(stored["tier"])
    rows = [row for row in brackets.rows(tier.usage_brackets, whole, tier.usage_mode) if row.usage]
    return SegmentView(
        tier=tier,
        days=int(stored["days"]),
        usage=Decimal(stored["usage"]),
        share=Decimal(stored["gross"]),
        included=Decimal(stored["included"]),
        incremental=Decimal(stored["incremental"]),
        month_fee=sum((row.fee for row in rows), ZERO),
        brackets=rows,
    )
