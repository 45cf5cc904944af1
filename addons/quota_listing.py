"""An organization's quotas as they are listed: allowance, used, left, and where the allowance comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organization
from addons import ticket_quota
from addons.ticket_quota import TECHNICAL_TICKETS, Balance
from common.beijing import Month
from supportplans.entitlements import Entitlements, entitlements


@dataclass(frozen=True)
class Source:
    """A part of the allowance; `quantity` None is unlimited."""

    kind: str
    quantity: int | None


@dataclass(frozen=True)
class Quota:
    """One quota of a period. `allowance` and `remaining` are None where it is unlimited, 0 where not included."""

    code: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    allowance: int | None
    used: int
    remaining: int | None
    sources: tuple[Source, ...]
    metered: bool

    @property
    def month(self) -> Month:
        return Month.of_instant(self.starts_at)


def quotas_of(organization: Organization, at: datetime, held: Entitlements | None = None) -> list[Quota]:
    """All quotas at `at`; technical tickets are always among them. Two statements, one where `held` is known."""
    held = held or entitlements(organization, at)
    return [_technical_tickets(ticket_quota.balance(organization, at, held))]


def _technical_tickets(balance: Balance) -> Quota:
    return Quota(
        code=TECHNICAL_TICKETS,
        unit="ticket",
        starts_at=balance.month.starts_at,
        ends_at=balance.month.ends_at,
        allowance=balance.allowance,
        used=balance.used,
        remaining=balance.remaining,
        sources=tuple(_sources(balance)),
        metered=balance.of.metered,
    )


def _sources(balance: Balance) -> list[Source]:
    if balance.of.plan == 0:
        return []
    packs = balance.of.counted_packs
    return [Source("plan", balance.of.plan), *([Source("pack", packs)] if packs else [])]
