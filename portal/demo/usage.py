"""The demo's cloud usage: months of it for orbit, zenith and acme, loaded as a billing operator would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from billing.settlement import months as settlement
from billing.usage import loads as usage_loads
from billing.usage.lines import Reading
from billing.usage.records import BadRecord, read_record
from common import clock, tenancy
from common.beijing import Month, date_of
from portal.demo import plans
from portal.demo.cast import Players

MONTHS = 7
SEED = 2026


class Habit(NamedTuple):
    """What an organization uses a day, in yuan by product, and how that moves."""

    products: dict[str, int]
    months: int
    weekend_percent: int
    growth_percent_a_month: int


class Purchase(NamedTuple):
    """Something bought ahead: so many months before now, for so many months; each record has its category."""

    slug: str
    product: str
    category: str
    amount: str
    months_ago: int
    for_months: int


HABITS = {
    "orbit": Habit({"ecs": 310, "rds": 165, "obs": 48, "cce": 120, "elb": 22, "eip": 71}, MONTHS, 62, 3),
    "zenith": Habit(
        {"ecs": 14_800, "rds": 9_200, "dcs": 2_650, "cce": 6_400, "obs": 1_900, "waf": 1_150, "evs": 780, "elb": 3_300},
        MONTHS, 71, 2,
    ),
    "acme": Habit({"ecs": 14, "obs": 4, "eip": 3}, 4, 90, 6),
}  # fmt: skip
PURCHASES = (
    Purchase("orbit", "rds", "cloud_service", "36500.00", 5, 12),
    Purchase("orbit", "Route planner licence", "marketplace", "4800.00", 4, 12),
    Purchase("orbit", "Migration workshop", "professional_service", "12000.00", 3, 1),
    Purchase("zenith", "bms", "cloud_service", "1314000.00", 6, 36),
    Purchase("zenith", "obs", "cloud_service", "88000.00", 6, 6),
    Purchase("zenith", "数据库审计授权", "marketplace", "96000.00", 6, 12),
    Purchase("acme", "ecs", "cloud_service", "360.00", 2, 3),
)


def load(players: Players, *, now: datetime) -> int:
    """Load each month soon after its end, and the running one until yesterday; returns how many records."""
    running = Month.of_instant(now)
    months = [running]
    for _turn in range(MONTHS - 1):
        months.insert(0, months[0].previous())
    dice = Random(SEED)  # noqa: S311 (the same demo every time)
    count = 0
    for place, month in enumerate(months):
        at = min(month.ends_at + timedelta(hours=1), now)
        records = [*_daily(month, len(months) - 1 - place, date_of(now), dice), *_bought(month, running)]
        readings: list[Reading] = [read_record(record) for record in records]
        if place == len(months) - 2:
            readings += _mistakes(month)
        with clock.at(at), tenancy.everything():
            outcome = usage_loads.store_batch(
                readings=enumerate(readings, 2),
                source=f"cloud-usage-{month}.csv",
                total_bytes=110 * len(readings),
                most_rejects=100,
                at=at,
                by=players.staff("billing"),
            )
        count += outcome.accepted
        if month < running:
            _settle(month)
    return count


def _settle(month: Month) -> None:
    """On the 1st at 02:00, as the job would; the invoices are paid some days later."""
    settled_at, paid_at = month.ends_at + timedelta(hours=2), month.ends_at + timedelta(days=3, hours=10)
    with clock.at(settled_at):
        settlement.settle(month, at=settled_at, by=None)
    plans.pay_invoices(at=paid_at)


def _daily(month: Month, months_ago: int, today: date, dice: Random) -> Iterator[dict[str, object]]:
    """On-demand usage of the month's days before today: weekly ups and downs, slow growth, a busy month's end."""
    for number in range(month.days):
        day = month.first_day + timedelta(days=number)
        if day >= today:
            return
        for slug, habit in HABITS.items():
            if months_ago >= habit.months:
                continue
            level = 100 + habit.growth_percent_a_month * (MONTHS - months_ago)
            level = level * (habit.weekend_percent if day.weekday() >= 5 else 100) // 100
            level = level * (118 if number >= month.days - 3 else 100) // 100
            for product, yuan in habit.products.items():
                fen = yuan * level * dice.randint(92, 109) // 100
                yield _record(slug, product, day, day + timedelta(days=1), Decimal(fen).scaleb(-2))


def _bought(month: Month, running: Month) -> Iterator[dict[str, object]]:
    for purchase in PURCHASES:
        begins = running
        for _turn in range(purchase.months_ago):
            begins = begins.previous()
        if begins == month:
            ends = begins
            for _turn in range(purchase.for_months):
                ends = ends.next()
            record = _record(
                purchase.slug, purchase.product, begins.first_day, ends.first_day, Decimal(purchase.amount)
            )
            record |= {"category": purchase.category, "charge_mode": "prepaid", "payment_form": "bank transfer"}
            yield record | {"record_id": f"{record['record_id']}-ahead"}
    if month.next() == running:  # something was billed twice and is taken back
        first = month.first_day + timedelta(days=9)
        taken_back = _record("orbit", "eip", first, first + timedelta(days=1), Decimal("-213.40"))
        yield taken_back | {"record_id": f"{taken_back['record_id']}-correction"}


def _record(slug: str, product: str, starts_on: date, ends_on: date, amount: Decimal) -> dict[str, object]:
    return {
        "record_id": f"{starts_on:%Y%m%d}-{slug}-{product}",
        "organization": slug,
        "product": product,
        "category": "cloud_service",
        "charge_mode": "on_demand",
        "payment_form": "voucher" if product == "obs" else "balance",
        "list_amount": amount,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }


def _mistakes(month: Month) -> list[Reading]:
    """What was wrong with the file of a month: its load has rejects to look at."""
    unknown = _record("orbit-old", "ecs", month.first_day, month.first_day + timedelta(days=1), Decimal("18.20"))
    other = _record("orbit", "ecs", month.first_day, month.first_day + timedelta(days=1), Decimal("1.00"))
    broken = BadRecord("not_an_amount", value="1,204.50")
    broken.record_id = f"{month.first_day:%Y%m%d}-zenith-elb-2"
    return [read_record(unknown), read_record(other), broken]
