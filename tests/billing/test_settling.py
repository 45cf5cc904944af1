"""What a gateway's word does, once, in whatever order it comes: pages 3.3, 3.8 and 5.1."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from addons.models import QuotaEntry
from billing.buying import orders
from billing.gateways.interface import BadSignature
from billing.gateways.sandbox import SIGNATURE_HEADER, signature_of
from billing.models import GatewayNotification, Invoice, InvoiceLine, Order, Payment, Refund, SandboxCharge
from billing.paying import gateway_notifications
from common import clock, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors, NotFound
from notifications.models import Notification
from supportplans.models import Term
from tests.addons.conftest import balance
from tests.billing.conftest import NOON, body, notify, now, order, payment_of, snapshot

HOUR = timedelta(hours=1)


@pytest.fixture
def placed(people, at_noon) -> Order:
    return order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")


def test_a_success_begins_the_plan_and_is_invoiced(people, placed):
    paid_at = NOON + HOUR
    assert notify(payment_of(placed), at=paid_at, sent=paid_at + timedelta(seconds=3)) is not None
    done, payment = now(placed), payment_of(placed)
    assert (done.status, done.fulfilled_at) == ("fulfilled", paid_at + timedelta(seconds=3))
    assert (payment.status, payment.paid_at, payment.refunded) == ("succeeded", paid_at, Decimal("0.00"))
    with tenancy.everything():
        term = Term.objects.get()
        assert (term.tier, term.cycle, term.order_number) == ("business", "yearly", placed.number)
        assert (term.starts_on, term.ends_on) == (date(2026, 11, 22), date(2027, 11, 22))
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.status, invoice.issued_on) == ("INV-2026-000001", "paid", date(2026, 11, 22))
        assert (invoice.total, invoice.tax_included, invoice.paid) == (
            Decimal("8400.00"),
            Decimal("475.47"),
            Decimal("8400.00"),
        )
        assert (invoice.order, invoice.payment) == (done, payment)
        line = InvoiceLine.objects.get()
        assert (line.code, line.quantity, line.amount) == ("base_fee", 1, Decimal("8400.00"))
        assert (line.starts_on, line.ends_on) == (date(2026, 11, 22), date(2027, 11, 22))


def test_it_is_on_record_and_told(people, placed):
    notify(payment_of(placed))
    with tenancy.everything():
        actions = AuditEntry.objects.filter(organization_id=people.acme.pk).exclude(action="provisioning.opened")
        actions = actions.order_by("pk")
        assert [(entry.action, entry.by) for entry in actions] == [
            ("order.created", "Owner"),
            ("payment.started", "Owner"),
            ("payment.succeeded", "portal"),
            ("subscription.started", "Owner"),
            ("order.fulfilled", "Owner"),
            ("invoice.issued", "portal"),
        ]
        topics = OutboxEvent.objects.exclude(topic="notice.email").order_by("pk").values_list("topic", flat=True)
        assert list(topics) == ["payment.succeeded", "subscription.changed", "invoice.issued"]
        told = Notification.objects.filter(kind="order.fulfilled").values_list("person__email", flat=True)
        assert sorted(told) == ["billing@acme.example", "owner@acme.example"]


def test_the_plan_starts_when_it_is_paid_not_when_it_was_ordered(people, placed):
    later = NOON + timedelta(hours=23)
    notify(payment_of(placed), at=later)
    with tenancy.everything():
        assert Term.objects.get().starts_on == date(2026, 11, 23)


def test_a_repeat_changes_nothing(people, placed):
    payment = payment_of(placed)
    first = notify(payment)
    before = snapshot()
    for _ in range(3):
        assert notify(payment, sent=NOON + HOUR).pk == first.pk
    assert snapshot() == before
    assert GatewayNotification.objects.count() == 1


def test_the_same_success_under_another_event_changes_nothing(people, placed):
    payment = payment_of(placed)
    notify(payment)
    before = snapshot()
    notify(payment, event_id="evt-again")
    assert snapshot() == before
    assert GatewayNotification.objects.get(event_id="evt-again").outcome == "ignored"


def test_a_decline_leaves_the_order_to_be_paid_again(people, placed):
    first = payment_of(placed)
    notify(first, "declined")
    assert (now(first).status, now(placed).status) == ("declined", "awaiting_payment")
    with tenancy.organization(people.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=people.owner)
    second = payment_of(placed)
    assert second.pk != first.pk
    notify(second)
    assert (now(second).status, now(placed).status) == ("succeeded", "fulfilled")


def test_a_decline_that_comes_after_the_success_is_ignored(people, placed):
    payment = payment_of(placed)
    notify(payment)
    before = snapshot()
    notify(payment, "declined", at=NOON - HOUR)
    assert snapshot() == before


def test_a_success_that_follows_a_decline_counts(people, placed):
    payment = payment_of(placed)
    notify(payment, "declined")
    notify(payment, at=NOON + HOUR)
    assert (now(payment).status, now(placed).status) == ("succeeded", "fulfilled")


def refunded_in_full(payment, reason):
    """The refund of a payment is sent and complete, and the gateway has it once."""
    with tenancy.everything():
        refund = Refund.objects.get(payment=payment)
        assert (refund.amount, refund.reason, refund.status) == (payment.amount, reason, "completed")
    assert (now(payment).status, now(payment).refunded) == ("refunded", payment.amount)
    charge = SandboxCharge.objects.get(reference=payment.reference)
    assert charge.refunds == {refund.reference: str(payment.amount)}


def test_paying_twice_gives_the_second_back(people, placed, django_capture_on_commit_callbacks):
    first = payment_of(placed)
    notify(first, "declined")
    with tenancy.organization(people.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=people.owner)
    second = payment_of(placed)
    notify(second)
    with django_capture_on_commit_callbacks(execute=True):
        notify(first, at=NOON + HOUR)
    refunded_in_full(first, "paid_twice")
    assert (now(second).status, now(placed).status) == ("succeeded", "fulfilled")
    with tenancy.everything():
        assert Invoice.objects.count() == Term.objects.count() == 1


@pytest.mark.parametrize("ending", ["asked", "replaced", "expired", "plan_changed"])
def test_a_payment_for_a_cancelled_order_goes_back_in_full(people, placed, ending, django_capture_on_commit_callbacks):
    payment, when = payment_of(placed), NOON + HOUR
    with tenancy.organization(people.acme.pk):
        if ending == "asked":
            orders.cancel_order(order=placed, at=NOON, by=people.owner)
        elif ending == "replaced":
            order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
        elif ending == "plan_changed":
            from tests.billing.test_orders import subscribe_otherwise

            subscribe_otherwise(people.acme)
        else:
            when = NOON + timedelta(hours=24)
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment, at=when)
    refunded_in_full(payment, "plan_changed" if ending == "plan_changed" else "order_cancelled")
    assert (now(placed).status, now(placed).cancel_reason) == ("cancelled", ending)
    with tenancy.everything():
        assert not Invoice.objects.exists()
        assert not Term.objects.filter(order_number=placed.number).exists()
        actions = AuditEntry.objects.filter(action__startswith="refund").order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["refund.requested", "refund.completed"]


@pytest.mark.parametrize(
    "different", [{"amount": "8399.99"}, {"amount": "84000.00"}, {"amount": "8400.001"}, {"currency": "USD"}]
)
def test_an_amount_that_does_not_match_is_held_for_a_person(people, placed, different):
    payment = payment_of(placed)
    notify(payment, **different)
    held = now(payment)
    assert held.status == "held"
    assert held.held_reason.startswith("reported ")
    assert now(placed).status == "awaiting_payment"
    with tenancy.everything():
        assert not Term.objects.exists()
        assert not Invoice.objects.exists()
        assert not Refund.objects.exists()
        told = Notification.objects.filter(kind="payment.held_staff").values_list("person__email", flat=True)
        assert list(told) == ["billing@support.example"]
    before = snapshot()
    notify(payment, event_id="evt-right")
    notify(payment, "declined")
    assert snapshot() == before


def test_equal_amounts_may_be_written_differently(people, placed):
    notify(payment_of(placed), amount=8400)
    assert now(placed).status == "fulfilled"


@pytest.mark.parametrize(
    "tampering", ["body", "no signature", "other secret", "signature of another body", "not ascii"]
)
def test_a_tampered_notification_is_refused_and_not_kept(people, placed, tampering, settings):
    raw = body(payment_of(placed))
    signature = signature_of(raw)
    if tampering == "body":
        raw = raw.replace(b"8400", b"0001")
    elif tampering == "other secret":
        settings.SANDBOX_SECRET = "another"
    elif tampering == "signature of another body":
        signature = signature_of(b"{}")
    headers = {} if tampering == "no signature" else {SIGNATURE_HEADER: "ü" if tampering == "not ascii" else signature}
    before = snapshot()
    with pytest.raises(BadSignature):
        gateway_notifications.take_notification(gateway="sandbox", raw=raw, headers=headers)
    assert snapshot() == before
    assert not GatewayNotification.objects.exists()


@pytest.mark.parametrize(
    ("different", "wrong"),
    [
        ({"event_id": ""}, "event_id"),
        ({"event_id": 7}, "event_id"),
        ({"event_id": "a\x00b"}, "event_id"),
        ({"reference": None}, "reference"),
        ({"outcome": "maybe"}, "outcome"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "1e99"}, "amount"),
        ({"occurred_at": "2026-11-22T12:00:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+08:00"}, "occurred_at"),
        ({"occurred_at": None}, "occurred_at"),
    ],
)
def test_a_signed_notification_that_says_nothing_is_refused(people, placed, different, wrong):
    before = snapshot()
    with pytest.raises(FieldErrors) as refused:
        notify(payment_of(placed), **different)
    assert set(refused.value.errors) == {wrong}
    assert snapshot() == before


def test_a_notification_about_nobodys_payment_is_kept_and_changes_nothing(people, placed):
    before = snapshot()
    notify(payment_of(placed), reference="P-UNKNOWN")
    assert snapshot() == before
    assert GatewayNotification.objects.get().outcome == "unknown_payment"


def test_only_the_configured_gateways_can_report(people, placed):
    with pytest.raises(NotFound):
        gateway_notifications.take_notification(gateway="stripe", raw=b"{}", headers={})


# ---- packs (page 5.1) ------------------------------------------------------------------------------------------


@pytest.fixture
def metered(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    return people.pine


def test_a_pack_counts_from_its_payment(people, metered):
    pack = order(metered, people.partner_owner, "buy_pack", quantity=2)
    assert balance(metered, NOON).allowance == 30
    notify(payment_of(pack), at=NOON + HOUR)
    left = balance(metered, NOON + HOUR)
    assert (left.allowance, left.remaining) == (50, 50)
    with tenancy.organization(metered.pk):
        entry = QuotaEntry.objects.get()
        assert (entry.quantity, entry.kind, entry.order_number) == (20, "pack", pack.number)
        assert (entry.at, entry.by) == (NOON + HOUR, people.partner_owner)
        line = InvoiceLine.objects.get(code="ticket_pack")
        assert (line.quantity, line.amount) == (2, Decimal("2000.00"))
        assert (line.starts_on, line.ends_on) == (date(2026, 11, 22), date(2026, 12, 1))


BEFORE_MIDNIGHT = datetime(2026, 11, 30, 23, 59, 58, tzinfo=BEIJING)
DECEMBER = datetime(2026, 12, 1, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("ordered", "paid", "processed", "month"),
    [
        # The month of the payment, not of the order.
        (BEFORE_MIDNIGHT, DECEMBER, DECEMBER, 12),
        (BEFORE_MIDNIGHT, BEFORE_MIDNIGHT, BEFORE_MIDNIGHT, 11),
        # Processed after the payment's month ended: the month of processing.
        (BEFORE_MIDNIGHT, BEFORE_MIDNIGHT, DECEMBER + timedelta(seconds=5), 12),
        # A gateway whose clock is ahead.
        (BEFORE_MIDNIGHT, DECEMBER + timedelta(seconds=1), BEFORE_MIDNIGHT, 11),
    ],
)
def test_a_pack_counts_in_the_month_of_its_payment(people, metered, ordered, paid, processed, month):
    pack = order(metered, people.partner_owner, "buy_pack", when=ordered, quantity=1)
    notify(payment_of(pack), at=paid, sent=processed)
    assert balance(metered, datetime(2026, month, 25, tzinfo=BEIJING)).allowance == 40
    assert balance(metered, datetime(2026, 23 - month, 25, tzinfo=BEIJING)).allowance == 30


def test_a_pack_paid_after_leaving_the_metered_tier_goes_back(people, metered, django_capture_on_commit_callbacks):
    pack = order(metered, people.partner_owner, "buy_pack", quantity=1)
    with tenancy.everything():
        Term.objects.update(left_at=NOON + timedelta(minutes=1), left_because="cancelled")
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment_of(pack), at=NOON + HOUR)
    refunded_in_full(payment_of(pack), "not_possible")
    assert (now(pack).status, now(pack).cancel_reason) == ("cancelled", "not_possible")
    with tenancy.everything():
        assert not QuotaEntry.objects.exists()
        assert Invoice.objects.count() == 1


def test_what_was_ordered_before_is_fulfilled_for_a_disabled_organization_that_pays(people, metered):
    pack = order(metered, people.partner_owner, "buy_pack", quantity=1)
    metered.disabled_at = NOON
    metered.save(update_fields=["disabled_at"])
    notify(payment_of(pack))
    assert now(pack).status == "fulfilled"


# ---- free of charge ---------------------------------------------------------------------------------------------


def test_an_order_of_nothing_is_fulfilled_in_the_answer(people, at_noon, monkeypatch):
    from dataclasses import replace

    from billing.actions.subscribe import Subscribe

    draft = Subscribe.draft

    def gratis(self, wish, situation):
        priced = draft(self, wish, situation)
        return replace(priced, lines=tuple(replace(line, amount=Decimal("0.00")) for line in priced.lines))

    monkeypatch.setattr(Subscribe, "draft", gratis)
    done = order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    assert done.status == "fulfilled"
    with tenancy.everything():
        assert Term.objects.get().tier == "developer"
        assert not Payment.objects.exists()
        assert not Invoice.objects.exists()


def test_the_year_of_an_invoice_is_beijings(people, placed):
    new_year = datetime(2027, 1, 1, 0, 0, 1, tzinfo=BEIJING)
    with clock.at(new_year - HOUR):
        later = order(
            people.orbit, people.outsider, "subscribe", when=new_year - HOUR, tier="developer", cycle="monthly"
        )
    notify(payment_of(placed))
    notify(payment_of(later), at=new_year)
    with tenancy.everything():
        assert list(Invoice.objects.order_by("pk").values_list("number", flat=True)) == [
            "INV-2026-000001",
            "INV-2027-000001",
        ]
