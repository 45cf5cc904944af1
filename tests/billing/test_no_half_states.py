"""A process that dies between any two statements leaves no half state, and a retry finishes the work (page 9.2)."""

from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection

from billing.models import GatewayNotification, Invoice, LedgerBalance, LedgerLine, Recognition
from billing.paying import gateway_notifications, reconciliation
from common import clock, tenancy
from common.models import OutboxEvent
from notifications.models import Notification
from supportplans.models import ProvisioningTask, Subscription, Term
from tests.addons.conftest import balance
from tests.billing.conftest import NOON, notify, now, order, payment_of, place, quote, snapshot
from tests.billing.money_records import misfits


class Killed(Exception):
    """The process is gone."""


@contextmanager
def killed_after(statements: int):
    """Everything stops after so many statements; savepoints and scopes are not counted."""
    seen = 0

    def stop(execute, sql, params, many, context):
        nonlocal seen
        result = execute(sql, params, many, context)
        if "SAVEPOINT" not in sql and "portal.organization" not in sql:
            seen += 1
            if seen == statements:
                raise Killed
        return result

    with connection.execute_wrapper(stop):
        yield


def everything():
    """All that one purchase touches."""
    with tenancy.everything():
        return snapshot() | {
            "subscriptions": list(Subscription.objects.values()),
            "provisioning": list(ProvisioningTask.objects.values()),
            "notices": list(Notification.objects.values("pk")),
            "outbox": list(OutboxEvent.objects.values("pk")),
            "ledger": list(LedgerLine.objects.values("pk")) + list(LedgerBalance.objects.order_by("pk").values()),
            "recognition": list(Recognition.objects.order_by("pk").values()),
        }


def die_everywhere(work: Callable[[], object], unchanged: Callable[[], object], at_least: int) -> None:
    """Run `work` again and again, dying one statement later each time, until it gets through."""
    before = unchanged()
    for statements in range(1, 200):
        try:
            with killed_after(statements):
                work()
        except Killed:
            assert unchanged() == before, f"half a state after statement {statements}"
        else:
            assert statements > at_least
            return
    raise AssertionError("it never got through")


def test_paying_for_a_plan_is_all_or_nothing(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)
    die_everywhere(lambda: notify(payment), everything, at_least=20)
    assert now(placed).status == "fulfilled"
    with tenancy.everything():
        assert Term.objects.count() == 1
        assert list(Invoice.objects.values_list("number", flat=True)) == ["INV-2026-000001"]


def test_paying_for_a_pack_is_all_or_nothing(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    placed = order(people.pine, people.partner_owner, "buy_pack", quantity=1)
    payment = payment_of(placed)
    die_everywhere(lambda: notify(payment), lambda: everything() | {"left": balance(people.pine)}, at_least=15)
    assert balance(people.pine).allowance == 40


def test_ordering_is_all_or_nothing(people, at_noon):
    older = order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    die_everywhere(lambda: place(people.acme, people.owner, made), everything, at_least=6)
    assert now(older).status == "cancelled"


def test_a_change_that_gives_money_back_is_all_or_nothing(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    made = quote(people.acme, people.owner, "change_tier", tier="business")
    die_everywhere(lambda: place(people.acme, people.owner, made), everything, at_least=25)
    with tenancy.everything():
        assert Term.objects.get(left_because="").tier == "business"
        assert list(Invoice.objects.order_by("pk").values_list("number", "credited", "refunded")) == [
            ("INV-2026-000001", Decimal("1188335.34"), Decimal("1188335.34")),
            ("CN-2026-000001", Decimal("0.00"), Decimal("0.00")),
        ]
    assert misfits() == []


@pytest.mark.parametrize("statements", [3, 10, 20])
def test_what_was_stored_but_not_processed_is_picked_up_by_the_job(people, at_noon, statements):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)
    with pytest.raises(Killed), killed_after(statements):
        notify(payment)
    assert GatewayNotification.objects.get().processed_at is None
    assert now(placed).status == "awaiting_payment"
    with clock.at(NOON):
        assert reconciliation.reconcile(at=NOON) == {"notifications": 1}
        assert reconciliation.reconcile(at=NOON) == {}
    assert now(placed).status == "fulfilled"


def test_a_notification_that_dies_before_it_is_stored_is_the_gateways_to_repeat(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)
    with pytest.raises(Killed), killed_after(1):
        notify(payment)
    assert not GatewayNotification.objects.exists()
    gateway_notifications.process(404)  # nothing of that number: nothing happens
    notify(payment)
    assert now(placed).status == "fulfilled"
