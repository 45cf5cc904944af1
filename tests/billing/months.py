"""Plans held and cloud used in tests of settlements: rows as orders and loads leave them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from billing.models import ChangedMonth, Invoice, LedgerBalance, Settlement
from billing.settlement import months as settlement
from billing.usage import loading as usage_loading
from billing.usage.records import UsageRow
from common import clock, tenancy
from common.beijing import BEIJING, Month, date_of, midnight
from supportplans.models import CatalogueVersion, Subscription, Term
from supportplans.terms import term_bounds

DAY = timedelta(days=1)
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
_ids = itertools.count(1)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


# When the job settles November.
FIRST_OF_DECEMBER = beijing("2026-12-01T02:00")


def hold(
    organization: Organization,
    tier: str,
    began: str,
    *,
    left: str = "",
    because: str = "cancelled",
    cycle: str = "yearly",
    starts_on: date | None = None,
    family: str = "customer",
) -> Term:
    """The organization holds a tier from `began` (Beijing time) until `left`, or until its term is over."""
    began_at = beijing(began)
    starts_on = starts_on or date_of(began_at)
    with tenancy.organization(organization.pk):
        Subscription.objects.get_or_create(
            organization=organization, defaults={"anchor_day": starts_on.day, "paid_since": starts_on}
        )
        return Term.objects.create(
            organization=organization,
            family=family,
            tier=tier,
            cycle=cycle,
            starts_on=starts_on,
            ends_on=term_bounds(starts_on.day, starts_on, cycle).ends_on,
            began_at=began_at,
            left_at=beijing(left) if left else None,
            left_because=because if left else "",
            catalogue_version=CatalogueVersion.objects.get(),
            price=Decimal(1),
        )


def upgrade(organization: Organization, earlier: str, later: str, began: str, changed: str) -> None:
    """A tier from `began`, another one from `changed` on, inside one yearly term."""
    first = hold(organization, earlier, began, left=changed, because="changed")
    hold(organization, later, changed, starts_on=first.starts_on)


def used(
    organization: Organization,
    amount: str | Decimal,
    first: date,
    days: int = 1,
    *,
    prepaid: bool = False,
    category: str = "cloud_service",
) -> list[UsageRow]:
    """Records: `amount` on each of `days` days, or once for all of them where it is prepaid."""
    shape = (organization.slug, "ecs", category, "prepaid" if prepaid else "on_demand", "", Decimal(amount))
    if prepaid:
        return [UsageRow(f"r{next(_ids)}", *shape, first, first + days * DAY)]
    return [UsageRow(f"r{next(_ids)}", *shape, first + n * DAY, first + (n + 1) * DAY) for n in range(days)]


def load(*records: Iterable[UsageRow], at: datetime = FIRST_OF_DECEMBER) -> None:
    """The provider's feed brings records, with the marks of the months that they change."""
    rows = [row for some in records for row in some]
    with tenancy.everything():
        outcome = usage_loading.store(enumerate(rows), at=at)
    assert outcome.accepted == len(rows)


def settle(month: Month = NOVEMBER, *, at: datetime | None = None) -> tuple[int, int]:
    """Settle a month at 02:00 on the 1st of the next."""
    at = at or midnight(month.next().first_day) + timedelta(hours=2)
    with clock.at(at):
        return settlement.settle(month, at=at, by=None)


def settlements(organization: Organization) -> list[Settlement]:
    with tenancy.everything():
        rows = Settlement.objects.filter(organization=organization).prefetch_related("adjustments")
        return list(rows.order_by("month", "pk"))


def figures(organization: Organization) -> list[tuple[str, str]]:
    """Month and total of each settlement, oldest first."""
    return [(str(one), str(one.total)) for one in settlements(organization)]


def documents(organization: Organization) -> list[Invoice]:
    """Invoices and credit notes, oldest first."""
    with tenancy.everything():
        return list(
            Invoice.objects.filter(organization=organization)
            .select_related("credits", "settlement")
            .prefetch_related("lines")
            .order_by("pk")
        )


def lines(document: Invoice) -> list[tuple[str, str]]:
    return [(line.code, str(line.amount)) for line in document.lines.all()]


def marks(organization: Organization) -> list[str]:
    """The months whose usage changed and is not settled since."""
    with tenancy.everything():
        months = ChangedMonth.objects.filter(organization=organization).order_by("month")
        return [str(Month.of(mark.month)) for mark in months]


def balances(organization: Organization) -> dict[str, str]:
    with tenancy.everything():
        kept: Any = LedgerBalance.objects.filter(organization=organization).exclude(balance=0)
        return {row.account: str(row.balance) for row in kept}
