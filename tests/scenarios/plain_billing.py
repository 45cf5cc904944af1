"""Page 3 of the specification once more, as plainly as a person would do it with paper and a calendar.

Nothing of the portal is used here: day by day, with fractions, without any cleverness. The histories of
test_billing_histories.py compare the portal with it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

DAY = timedelta(days=1)

# monthly price, yearly price, brackets (from, rate in percent), rank
CUSTOMER = {
    "developer": (200, 2_400, [(0, 3)], 1),
    "business": (700, 8_400, [(0, 10), (70_000, 7), (560_000, 5), (1_750_000, 3)], 2),
    "enterprise": (100_000, 1_200_000, [(0, 10), (1_050_000, 7), (3_500_000, 5), (7_000_000, 3)], 3),
}
PARTNER = {
    "standard": (5_000, 50_000, [], 1),
    "premium": (20_000, 200_000, [], 2),
}
PACK_PRICE = 1_000


def fen(amount: Fraction | int) -> Fraction:
    """Two places, half away from zero."""
    hundredths = abs(Fraction(amount)) * 100
    whole = (hundredths + Fraction(1, 2)).__floor__()
    return Fraction(whole if amount >= 0 else -whole, 100)


def tax_inside(total: Fraction) -> Fraction:
    return fen(total * 6 / 106)


def as_money(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal("0.01"))


def later(anchor: int, day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(anchor, calendar.monthrange(year, month)[1]))


@dataclass
class PlainTerm:
    tier: str
    cycle: str
    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


@dataclass
class PlainAccount:
    """One organization's plan and money."""

    prices: dict[str, tuple]
    today: date
    anchor: int = 0
    term: PlainTerm | None = None
    queued: PlainTerm | None = None
    next_tier: str = ""
    next_cycle: str = ""
    auto_renew: bool = False
    paid: Fraction = Fraction(0)
    refunded: Fraction = Fraction(0)
    # What invoices and credit notes of each kind come to.
    plan_net: Fraction = Fraction(0)
    packs_net: Fraction = Fraction(0)
    usage_net: Fraction = Fraction(0)
    unpaid: Fraction = Fraction(0)
    tier_of_day: dict[date, str] = field(default_factory=dict)
    usage_of_day: dict[date, Fraction] = field(default_factory=dict)
    billed_month: dict[tuple[int, int], Fraction] = field(default_factory=dict)

    def price(self, tier: str, cycle: str) -> Fraction:
        return Fraction(self.prices[tier][0 if cycle == "monthly" else 1])

    # Time

    def go_to_next_day(self) -> None:
        """Midnight: a term that ended makes room for the queued one, or for nothing."""
        self.today += DAY
        if self.term and self.today >= self.term.ends_on:
            self.term, self.queued = self.queued, None
            if self.term is None:
                self.next_tier = self.next_cycle = ""
                self.auto_renew = False
        if self.term:
            self.tier_of_day.setdefault(self.today, self.term.tier)

    def renew_by_itself(self, *, can_pay: bool) -> None:
        """Seven days before the end, and daily until then, where the owner asked for it."""
        wants = self.term and self.auto_renew and can_pay and not self.queued
        if wants and (self.term.ends_on - self.today).days <= 7:
            self.renew()

    # The plan: each returns what is charged now (negative: refunded)

    def subscribe(self, tier: str, cycle: str) -> Fraction:
        self.anchor = self.today.day
        months = 1 if cycle == "monthly" else 12
        self.term = PlainTerm(tier, cycle, self.today, later(self.anchor, self.today, months))
        self.tier_of_day.setdefault(self.today, tier)
        return self._plan_money(self.price(tier, cycle))

    def unused(self, tier: str) -> Fraction:
        assert self.term
        left = (self.term.ends_on - self.today).days - 1
        return fen(self.price(tier, self.term.cycle) * left / self.term.days)

    def change_tier(self, tier: str) -> Fraction:
        assert self.term
        amount = self.unused(tier) - self.unused(self.term.tier)
        self.term.tier = tier
        if self.queued:
            amount += self.price(tier, self.queued.cycle) - self.price(self.queued.tier, self.queued.cycle)
            self.queued.tier = tier
        self.next_tier = ""
        return self._plan_money(amount)

    def change_next(self, tier: str = "", cycle: str = "") -> Fraction:
        assert self.term
        if not self.queued:
            if tier:
                self.next_tier = "" if tier == self.term.tier else tier
            if cycle:
                self.next_cycle = "" if cycle == self.term.cycle else cycle
            return Fraction(0)
        old = self.price(self.queued.tier, self.queued.cycle)
        self._queue(tier or self.queued.tier, cycle or self.queued.cycle)
        return self._plan_money(self.price(self.queued.tier, self.queued.cycle) - old)

    def renew(self) -> Fraction:
        assert self.term
        self._queue(self.next_tier or self.term.tier, self.next_cycle or self.term.cycle)
        self.next_tier = self.next_cycle = ""
        return self._plan_money(self.price(self.queued.tier, self.queued.cycle))

    def _queue(self, tier: str, cycle: str) -> None:
        assert self.term
        starts_on = self.term.ends_on
        months = 1 if cycle == "monthly" else 12
        self.queued = PlainTerm(tier, cycle, starts_on, later(self.anchor, starts_on, months))

    def leave(self) -> Fraction:
        assert self.term
        amount = -self.unused(self.term.tier)
        amount -= self.price(self.queued.tier, self.queued.cycle) if self.queued else 0
        self.term = self.queued = None
        self.next_tier = self.next_cycle = ""
        self.auto_renew = False
        return self._plan_money(amount)

    def leave_at_renewal(self) -> Fraction:
        amount = -self.price(self.queued.tier, self.queued.cycle) if self.queued else Fraction(0)
        self.queued, self.auto_renew = None, False
        self.next_tier = self.next_cycle = ""
        return self._plan_money(amount)

    def buy_packs(self, quantity: int) -> Fraction:
        amount = Fraction(quantity * PACK_PRICE)
        self.packs_net += amount
        self.paid += amount
        return amount

    def _plan_money(self, amount: Fraction) -> Fraction:
        self.plan_net += amount
        if amount > 0:
            self.paid += amount
        else:
            self.refunded -= amount
        return amount

    # Invoices of settlements

    def bill_settlement(self, total: Fraction, *, can_pay: bool) -> None:
        """Charged at once where a method is stored; a negative one first reduces what is unpaid."""
        if total < 0:
            reduced = min(self.unpaid, -total)
            self.unpaid -= reduced
            self.refunded += -total - reduced
        elif can_pay:
            self.paid += total
        else:
            self.unpaid += total

    def pay_everything(self) -> None:
        self.paid, self.unpaid = self.paid + self.unpaid, Fraction(0)

    # Usage

    def use(self, amount: Fraction, starts_on: date, ends_on: date) -> None:
        """On demand: one day. Prepaid: day k of n gets round(A·k/n) − round(A·(k−1)/n)."""
        days = (ends_on - starts_on).days
        for k in range(1, days + 1):
            day = starts_on + (k - 1) * DAY
            share = fen(amount * k / days) - fen(amount * (k - 1) / days)
            self.usage_of_day[day] = self.usage_of_day.get(day, Fraction(0)) + share

    def fee_of_month(self, year: int, month: int) -> Fraction:
        """The incremental fee as page 3.6 says, summed over its lines."""
        length = calendar.monthrange(year, month)[1]
        days: dict[str, int] = {}
        usage: dict[str, Fraction] = {}
        for number in range(1, length + 1):
            day = date(year, month, number)
            tier = self.tier_of_day.get(day)
            if tier:
                days[tier] = days.get(tier, 0) + 1
                usage[tier] = usage.get(tier, Fraction(0)) + self.usage_of_day.get(day, Fraction(0))
        total = sum(usage.values(), Fraction(0))
        fee = Fraction(0)
        for tier, held in days.items():
            gross = self._bracket_fee(tier, total) * usage[tier] / total if total > 0 else Fraction(0)
            included = Fraction(self.prices[tier][0]) * held / length
            fee += fen(max(Fraction(0), gross - included))
        return fee

    def _bracket_fee(self, tier: str, usage: Fraction) -> Fraction:
        brackets = self.prices[tier][2]
        fee = Fraction(0)
        for position, (start, percent) in enumerate(brackets):
            end = brackets[position + 1][0] if position + 1 < len(brackets) else None
            inside = max(Fraction(0), (usage if end is None else min(usage, Fraction(end))) - start)
            fee += inside * percent / 100
        return fee

    def settle(self, year: int, month: int) -> Fraction:
        """Settle one month, and put right what changed in settled months before it; returns the total."""
        total = Fraction(0)
        for earlier in sorted(self.billed_month):
            if earlier < (year, month):
                total += self._bill(earlier)
        if any(self.tier_of_day.get(date(year, month, 1) + n * DAY) for n in range(31) if self._inside(year, month, n)):
            total += self._bill((year, month))
        self.usage_net += total
        return total

    def _inside(self, year: int, month: int, offset: int) -> bool:
        return offset < calendar.monthrange(year, month)[1]

    def _bill(self, month: tuple[int, int]) -> Fraction:
        now = self.fee_of_month(*month)
        difference = now - self.billed_month.get(month, Fraction(0))
        self.billed_month[month] = now
        return difference

    # The books

    def deferred(self) -> Fraction:
        """What of the prepaid fees is for days to come, without the tax in it."""
        worth = Fraction(0)
        if self.term:
            worth += self.unused(self.term.tier)
        if self.queued:
            worth += self.price(self.queued.tier, self.queued.cycle)
        return worth - tax_inside(worth)
