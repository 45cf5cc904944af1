"""Random histories of plans, packs and usage through the portal's own functions, beside a plain model.

Several organizations live through the same calendar, so that the daily jobs run once for all of them. After each
step the ledger is checked and the figures of the organization are compared with plain_billing.py. The number of
histories is HISTORIES (4 in the ordinary test run; `make histories` runs 500), of 50 steps each.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db.models import Sum

from accounts.models import Person
from billing.actions import Wish
from billing.buying import orders, quotes
from billing.buying.auto_renewal import renew_plans
from billing.gateways.sandbox import SIGNATURE_HEADER, signature_of
from billing.ledger import check as ledger_check
from billing.ledger.recognition import recognize
from billing.models import Account, Invoice, LedgerBalance, Order, Payment, Refund
from billing.paying import gateway_notifications, payments
from billing.paying import methods as payment_methods
from billing.settlement.charges import charge_new
from billing.settlement.months import settle_missed_months
from billing.usage import loading as usage_loading
from billing.usage.records import read_record
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans import overrides, subscriptions, versions
from supportplans.eligibility import TooFrequentChanges
from supportplans.publishing import load_files
from tests import cast
from tests.billing.conftest import body
from tests.scenarios.plain_billing import CUSTOMER, DAY, PARTNER, PlainAccount, as_money

HISTORIES = int(os.environ.get("HISTORIES", "4"))
TOGETHER = 25
STEPS = 50
FIRST_DAY = date(2024, 1, 15)
# On how many of a hundred days an organization does something.
BUSY = 25


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=BEIJING)


class History:
    """One organization: what it does in the portal, and in the model."""

    def __init__(self, number: int, chance: random.Random, staff: Person) -> None:
        self.chance, self.staff = chance, staff
        self.is_partner = number % 3 == 0
        kind = "partner" if self.is_partner else "customer"
        self.organization = cast.organization(f"h{number}", kind, "consulting" if self.is_partner else "")
        self.owner = cast.person(f"owner@h{number}.example", self.organization, "owner")
        self.model = PlainAccount(prices=PARTNER if self.is_partner else CUSTOMER, today=FIRST_DAY)
        self.can_pay = number % 2 == 0
        self.steps = self.records = 0
        self.at = at_hour(FIRST_DAY, 9)
        if self.can_pay:
            with self._scope():
                payment_methods.add(
                    organization=self.organization,
                    gateway="sandbox",
                    at=self.at,
                    by=self.owner,
                    fields={"behaviour": "succeed"},
                )

    def _scope(self):
        return tenancy.organization(self.organization.pk)

    # One step

    def act(self, at: datetime) -> str:
        """Do one thing that is possible, chosen by chance; returns its name."""
        self.at, self.steps = at, self.steps + 1
        action = self.chance.choice(self._possible())
        with clock.at(at):
            action()
        return action.__name__

    def _possible(self) -> list[Callable[[], None]]:
        held = self.model
        possible: list[Callable[[], None]] = [self.use_cloud]
        if not held.term:
            return [*possible, self.subscribe, self.subscribe]
        possible += [
            self.change_tier,
            self.change_tier_at_renewal,
            self.change_cycle,
            self.leave,
            self.leave_at_renewal,
        ]
        possible += [self.change_tier, self.switch_auto_renew]
        if not held.queued:
            possible += [self.renew, self.renew]
        if self.is_partner and held.term.tier == "standard":
            possible.append(self.buy_packs)
        return possible

    def subscribe(self) -> None:
        tier, cycle = self.chance.choice(list(self.model.prices)), self.chance.choice(["monthly", "yearly"])
        self._order(Wish("subscribe", tier=tier, cycle=cycle))
        self.expected = self.model.subscribe(tier, cycle)

    def change_tier(self) -> None:
        tier = self._another(self.model.term.tier)
        self._order(Wish("change_tier", tier=tier))
        self.expected = self.model.change_tier(tier)

    def change_tier_at_renewal(self) -> None:
        held = self.model
        planned = held.queued.tier if held.queued else held.next_tier or held.term.tier
        tier = self._another(planned)
        self._order(Wish("change_tier", tier=tier, at="renewal"))
        self.expected = held.change_next(tier=tier)

    def change_cycle(self) -> None:
        held = self.model
        planned = held.queued.cycle if held.queued else held.next_cycle or held.term.cycle
        cycle = "monthly" if planned == "yearly" else "yearly"
        self._order(Wish("change_cycle", cycle=cycle, at="renewal"))
        self.expected = held.change_next(cycle=cycle)

    def renew(self) -> None:
        self._order(Wish("renew"))
        self.expected = self.model.renew()

    def leave(self) -> None:
        if self.chance.random() < 0.6:
            return self.change_tier()
        self._order(Wish("unsubscribe"))
        self.expected = self.model.leave()
        return None

    def leave_at_renewal(self) -> None:
        self._order(Wish("unsubscribe", at="renewal"))
        self.expected = self.model.leave_at_renewal()

    def buy_packs(self) -> None:
        quantity = self.chance.randint(1, 4)
        self._order(Wish("buy_pack", quantity=quantity))
        self.expected = self.model.buy_packs(quantity)

    def switch_auto_renew(self) -> None:
        on = not self.model.auto_renew
        with self._scope():
            subscriptions.set_auto_renew(organization=self.organization, on=on, at=self.at, by=self.owner)
        self.model.auto_renew = on

    def use_cloud(self) -> None:
        """On demand or prepaid, today, some time ago or for days to come; now and then a correction."""
        starts_on = self.model.today + self.chance.randint(-75, 3) * DAY
        is_prepaid = self.chance.random() < 0.3
        ends_on = starts_on + (self.chance.randint(2, 200) if is_prepaid else 1) * DAY
        amount = Fraction(self.chance.randint(-300_000, 40_000_000), 100)
        self.records += 1
        fields = {
            "record_id": f"{self.organization.slug}-{self.records}",
            "organization": self.organization.slug,
            "product": "ecs",
            "category": "cloud_service",
            "charge_mode": "prepaid" if is_prepaid else "on_demand",
            "payment_form": "card",
            "list_amount": str(as_money(amount)),
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        }
        with tenancy.everything():
            outcome = usage_loading.store([(0, read_record(fields))], at=self.at)
        assert (outcome.accepted, outcome.rejected) == (1, [])
        self.model.use(amount, starts_on, ends_on)

    def _another(self, tier: str) -> str:
        return self.chance.choice([other for other in self.model.prices if other != tier])

    # Ordering and paying

    def _order(self, wish: Wish) -> None:
        with self._scope():
            quote = self._quote(wish)
            order = orders.place_order(organization=self.organization, quote_id=quote.pk, at=self.at, by=self.owner)
        self.preview = quote.total
        if order.status == Order.Status.AWAITING_PAYMENT:
            self._pay(Payment.objects.filter(order=order))
        with tenancy.everything():
            assert Order.objects.get(pk=order.pk).status == Order.Status.FULFILLED

    def _quote(self, wish: Wish):
        make = lambda: quotes.make_quote(organization=self.organization, wish=wish, at=self.at, by=self.owner)  # noqa: E731
        try:
            return make()
        except TooFrequentChanges:
            overrides.allow_one_change(
                organization=self.organization, reason="A random history.", at=self.at, by=self.staff
            )
            return make()

    def _pay(self, which) -> None:
        with tenancy.everything():
            payment = which.filter(status=Payment.Status.PENDING).latest("pk")
        raw = body(payment, at=self.at)
        gateway_notifications.take_notification(
            gateway="sandbox", raw=raw, headers={SIGNATURE_HEADER: signature_of(raw)}
        )

    def pay_what_is_due(self, day: date) -> None:
        """Open invoices are paid on their last day."""
        with tenancy.everything():
            due = list(Invoice.objects.filter(organization=self.organization, status="open", due_on=day))
        for invoice in due:
            self.at = at_hour(day, 22)
            with clock.at(self.at), self._scope():
                payments.pay_invoice(invoice=invoice, at=self.at, by=self.owner)
            with clock.at(self.at):
                self._pay(Payment.objects.filter(invoice=invoice))
            with tenancy.everything():
                came = Payment.objects.filter(invoice=invoice, status="succeeded").aggregate(came=Sum("amount"))["came"]
            self.model.paid += Fraction(came)
            self.model.unpaid -= Fraction(came)

    # Comparing

    def compare(self, done: str) -> None:
        where = f"{self.organization.slug} step {self.steps} ({done}) on {self.model.today}"
        with tenancy.everything():
            held = dict(LedgerBalance.objects.filter(organization=self.organization).values_list("account", "balance"))
            paid = _sum(Payment.objects.filter(organization=self.organization, paid_at__isnull=False), "amount")
            refunded = _sum(Refund.objects.filter(organization=self.organization), "amount")
            documents = _sum(Invoice.objects.filter(organization=self.organization), "total")
        model = self.model
        assert sum(held.values()) == 0, where
        assert (paid, refunded) == (as_money(model.paid), as_money(model.refunded)), where
        assert held.get(Account.CASH, 0) == paid - refunded, where
        assert held.get(Account.RECEIVABLE, 0) == as_money(model.unpaid), where
        assert held.get(Account.SUSPENSE, 0) == 0, where
        assert -held.get(Account.DEFERRED_REVENUE, 0) == as_money(model.deferred()), where
        assert documents == as_money(model.plan_net + model.packs_net + model.usage_net), where
        if hasattr(self, "preview"):
            assert self.preview == as_money(self.expected), where
            del self.preview


def _sum(rows, column: str) -> Decimal:
    return rows.aggregate(total=Sum(column))["total"] or Decimal("0.00")


def live_through(histories: list[History]) -> None:
    """Day after day: the jobs of the day, then whoever does something."""
    day = FIRST_DAY
    while any(history.steps < STEPS for history in histories):
        before = sum(history.steps for history in histories)
        for number, history in enumerate(histories):
            busy = history.chance.randint(1, 100) <= BUSY
            while busy and history.steps < STEPS:
                done = history.act(at_hour(day, 9 + number % 12, history.steps))
                history.compare(done)
                busy = history.chance.randint(1, 100) <= BUSY
            history.pay_what_is_due(day)
        if sum(history.steps for history in histories) > before:
            with clock.at(at_hour(day, 23)):
                assert ledger_check.problems() == [], day
        day += DAY
        _midnight(day, histories)


def _midnight(day: date, histories: list[History]) -> None:
    jobs = [
        (at_hour(day, 0), subscriptions.lapse_ended_terms),
        (at_hour(day, 0, 5), recognize),
        (at_hour(day, 0, 10), renew_plans),
    ]
    if day.day == 1:
        jobs += [(at_hour(day, 2), settle_missed_months), (at_hour(day, 2, 1), charge_new)]
    for instant, job in jobs:
        with clock.at(instant):
            job(at=instant)
    for history in histories:
        model = history.model
        model.go_to_next_day()
        model.renew_by_itself(can_pay=history.can_pay)
        if day.day == 1 and not history.is_partner:
            before = day - timedelta(days=1)
            model.bill_settlement(model.settle(before.year, before.month), can_pay=history.can_pay)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("world", range(max(1, (HISTORIES + TOGETHER - 1) // TOGETHER)))
def test_whatever_an_organization_lives_through_its_money_is_right_to_the_fen(world):
    load_files()
    try:
        staff = cast.staff("lead@support.example", "lead")
        first = world * TOGETHER
        numbers = range(first, min(first + TOGETHER, HISTORIES))
        with clock.at(at_hour(FIRST_DAY, 9)):
            histories = [History(number, random.Random(number), staff) for number in numbers]
        live_through(histories)
    finally:
        versions.forget()
