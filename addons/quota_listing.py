"""An organization's quotas as they are listed: allowance, used, left, and where the allowance comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from addons import service_quotas, ticket_quota
from addons.service_quotas import ServiceBalance
from addons.ticket_quota import TECHNICAL_TICKETS, Balance
from common.beijing import Month, date_of
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements, entitlements

UNITS: dict[str, Promise] = {
    "ticket": _("Tickets"),
    "natural_day": _("Natural days"),
    "working_day": _("Working days"),
    "occasion": _("Occasions"),
}


@dataclass(frozen=True)
class Source:
    """A part of the allowance; `quantity` None is unlimited."""

    kind: str
    quantity: int | None


@dataclass(frozen=True)
class Quota:
    """One quota of a period. `allowance` and `remaining` are None where it is unlimited, 0 where not included.

    `metered`: packs can be added to it.
    """

    code: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    allowance: int | None
    used: int
    remaining: int | None
    sources: tuple[Source, ...]
    metered: bool
    # None: technical tickets, which are no service of the catalogue.
    name: Text | None = None

    @property
    def month(self) -> Month:
        return Month.of_instant(self.starts_at)

    @property
    def unit_name(self) -> str:
        """What is counted, in the reader's language."""
        return str(UNITS[self.unit])

    @property
    def last_day(self) -> date:
        return date_of(self.ends_at) - timedelta(days=1)


def quotas_of(organization: Organization, at: datetime, held: Entitlements | None = None) -> list[Quota]:
    """All quotas at `at`, technical tickets always first. Four statements, three where `held` is known."""
    held = held or entitlements(organization, at)
    services = service_quotas.balances(organization, at, held)
    return [_technical_tickets(ticket_quota.balance(organization, at, held)), *map(_service, services)]


def _service(balance: ServiceBalance) -> Quota:
    """What was consumed beyond what the plan grants now is a source of its own: the plan was a larger one."""
    kept = balance.allowance - balance.granted
    sources = [Source("plan", balance.granted)] if balance.granted else []
    return Quota(
        code=balance.code,
        unit=balance.unit,
        starts_at=balance.period.starts_at,
        ends_at=balance.period.ends_at,
        allowance=balance.allowance,
        used=balance.used,
        remaining=balance.remaining,
        sources=(*sources, *([Source("consumed", kept)] if kept else [])),
        metered=False,
        name=balance.service.name,
    )


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
