"""One quote, one order; what ends an order that is not paid: page 3.3."""

import re
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.buying import cancellation, orders
from billing.buying.quotes import QuoteExpired, QuoteStale
from billing.models import Invoice, Order, Payment, Quote, SandboxCharge
from common import clock, outbox, tenancy
from common.beijing import BEIJING, midnight
from common.models import AuditEntry
from common.problems import NotFound, OrganizationDisabled
from supportplans.models import Term
from supportplans.subscriptions import start_subscription
from tests.billing.conftest import NOON, now, order, payment_of, place, quote, snapshot

DAY = timedelta(days=1)


def subscribe_otherwise(organization, at=NOON):
    """The plan begins by another road than the order at hand."""
    with tenancy.organization(organization.pk), clock.at(at):
        start_subscription(
            organization=organization, tier="developer", cycle="monthly", at=at, order_number="O-OTHER", by=None
        )


def act(action, placed, by, at=NOON):
    with tenancy.organization(placed.organization_id), clock.at(at):
        return action(order=placed, at=at, by=by)


def test_an_order_awaits_its_payment(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    assert re.fullmatch(r"O-2026-[0-9A-Z]{10}", placed.number)
    assert (placed.status, placed.total, placed.currency) == ("awaiting_payment", Decimal("8400.00"), "CNY")
    assert placed.pay_until == NOON + DAY
    assert placed.terms_version == "2022-01-06"
    assert placed.placed_by == people.owner
    payment = payment_of(placed)
    assert (payment.status, payment.amount, payment.gateway) == ("pending", Decimal("8400.00"), "sandbox")
    charge = SandboxCharge.objects.get(reference=payment.reference)
    assert (charge.amount, charge.currency) == (Decimal("8400.00"), "CNY")
    with tenancy.everything():
        assert not Term.objects.exists()
        assert not Invoice.objects.exists()
        assert list(
            AuditEntry.objects.filter(organization_id=people.acme.pk).order_by("pk").values_list("action", "by")
        ) == [
            ("order.created", "Owner"),
            ("payment.started", "Owner"),
        ]


def test_order_numbers_tell_nothing(people, at_noon):
    numbers = {
        order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly").number for _ in range(20)
    }
    assert len(numbers) == 20
    assert len({number[7:9] for number in numbers}) > 5


def test_an_expired_quote_cannot_be_ordered(people, at_noon):
    made = quote(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    before = snapshot()
    with pytest.raises(QuoteExpired):
        place(people.acme, people.owner, made, when=NOON + timedelta(minutes=30))
    assert snapshot() == before
    assert place(people.acme, people.owner, made, when=NOON + timedelta(minutes=30, microseconds=-1)).number


def test_a_quote_of_yesterday_is_expired(people, catalogue):
    late = datetime(2026, 11, 22, 23, 55, tzinfo=BEIJING)
    made = quote(people.acme, people.owner, "subscribe", when=late, tier="developer", cycle="monthly")
    with pytest.raises(QuoteExpired):
        place(people.acme, people.owner, made, when=midnight(date(2026, 11, 23)))


def test_a_quote_dies_when_the_plan_changes_under_it(people, at_noon):
    made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    subscribe_otherwise(people.acme)
    before = snapshot()
    with pytest.raises(QuoteStale):
        place(people.acme, people.owner, made)
    assert snapshot() == before


def test_a_quote_is_ordered_once(people, at_noon):
    made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    place(people.acme, people.owner, made)
    before = snapshot()
    with pytest.raises(QuoteStale):
        place(people.acme, people.owner, made)
    assert snapshot() == before


def test_another_organizations_quote_does_not_exist(people, at_noon):
    made = quote(people.orbit, people.outsider, "subscribe", tier="business", cycle="monthly")
    before = snapshot()
    for quote_id in (made.pk, uuid.uuid4()):
        with pytest.raises(NotFound), tenancy.organization(people.acme.pk):
            orders.place_order(organization=people.acme, quote_id=quote_id, at=NOON, by=people.owner)
    assert snapshot() == before


def test_a_disabled_organization_orders_nothing(people, at_noon):
    made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    before = snapshot()
    with pytest.raises(OrganizationDisabled):
        place(people.acme, people.owner, made)
    assert snapshot() == before


def test_a_newer_order_of_a_kind_cancels_the_older(people, at_noon):
    older = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    newer = order(people.acme, people.billing, "subscribe", tier="developer", cycle="monthly")
    assert (now(older).status, now(older).cancel_reason) == ("cancelled", "replaced")
    assert now(newer).status == "awaiting_payment"


def test_orders_of_other_kinds_and_organizations_stay(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    elsewhere = order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    pack = order(people.pine, people.partner_owner, "buy_pack", quantity=1)
    order(people.orbit, people.outsider, "subscribe", tier="developer", cycle="monthly")
    assert now(elsewhere).status == now(pack).status == "awaiting_payment"


def test_an_unpaid_order_can_be_cancelled(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    cancelled = act(orders.cancel_order, placed, people.billing, NOON + timedelta(hours=1))
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "asked")
    assert cancelled.cancelled_at == NOON + timedelta(hours=1)
    before = snapshot()
    assert act(orders.cancel_order, placed, people.owner, NOON + timedelta(hours=2)).cancelled_at == (
        NOON + timedelta(hours=1)
    )
    assert snapshot() == before


def test_a_fulfilled_order_is_neither_cancelled_nor_paid_again(people, buy):
    done = buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    before = snapshot()
    for action in (orders.cancel_order, orders.pay_again):
        with pytest.raises(orders.OrderFulfilled):
            act(action, done, people.owner)
    assert snapshot() == before


def test_an_unpaid_order_is_cancelled_after_24_hours_by_the_instant_itself(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    assert cancellation.status_at(placed, NOON + DAY - timedelta(microseconds=1)) == "awaiting_payment"
    assert cancellation.status_at(placed, NOON + DAY) == "cancelled"
    before = snapshot()
    with pytest.raises(orders.OrderCancelled):
        act(orders.pay_again, placed, people.owner, NOON + DAY)
    assert snapshot() == before


def test_the_job_writes_down_the_true_instant_once(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    assert cancellation.expire_unpaid(at=NOON + DAY - timedelta(microseconds=1)) == 0
    assert cancellation.expire_unpaid(at=NOON + 3 * DAY) == 1
    assert cancellation.expire_unpaid(at=NOON + 3 * DAY) == 0
    expired = now(placed)
    assert (expired.status, expired.cancel_reason, expired.cancelled_at) == ("cancelled", "expired", NOON + DAY)


def test_an_unpaid_order_is_cancelled_when_the_plan_changes_under_it(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    subscribe_otherwise(people.acme)
    outbox.relay()
    assert (now(placed).status, now(placed).cancel_reason) == ("cancelled", "plan_changed")


def test_an_unpaid_pack_order_survives_a_change_of_the_plan(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    pack = order(people.pine, people.partner_owner, "buy_pack", quantity=1)
    with tenancy.everything():
        Term.objects.update(left_at=NOON + timedelta(minutes=1), left_because="cancelled")
    assert cancellation.cancel_overtaken(organization_id=people.pine.pk, at=NOON + timedelta(minutes=2)) == 0
    assert now(pack).status == "awaiting_payment"


def test_a_pending_payment_is_kept_a_declined_one_is_followed_by_a_new_one(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    first = payment_of(placed)
    act(orders.pay_again, placed, people.billing)
    assert payment_of(placed) == first
    with tenancy.everything():
        Payment.objects.update(status="declined")
    act(orders.pay_again, placed, people.billing)
    second = payment_of(placed)
    assert second != first
    assert (second.status, second.amount) == ("pending", Decimal("700.00"))
    assert now(placed).status == "awaiting_payment"


def test_the_database_holds_one_unfulfilled_order_per_kind(people, at_noon):
    from django.db import IntegrityError

    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    spare = quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    with pytest.raises(IntegrityError, match="one_unfulfilled_order_per_kind"), tenancy.everything():
        Order.objects.create(
            number="O-X",
            organization=people.acme,
            quote=Quote.objects.get(pk=spare.pk),
            action="subscribe",
            total=placed.total,
            placed_at=NOON,
            pay_until=NOON,
        )
