"""Stored payment methods, and what is charged to them by itself (pages 3.8 and 7)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.buying import orders
from billing.models import Invoice, Order, Payment, PaymentMethod, SandboxCharge
from billing.paying import charging
from billing.paying import methods as payment_methods
from billing.paying.reconciliation import reconcile
from billing.paying.ways_to_pay import Choice
from common import clock, tenancy
from common.models import AuditEntry
from notifications.models import Notification
from supportplans.models import Term
from tests.billing.conftest import NOON, notify, now, order, payment_of, quote, snapshot
from tests.cast import browser_of, client_of

METHODS = "/api/v1/orgs/acme/payment-methods"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owner(people, at_noon):
    return client_of(people.owner)


def store(client, **fields):
    return client.post(METHODS, {"gateway": "sandbox"} | fields, format="json")


def listed(client) -> list[tuple[str, bool]]:
    return [(row["label"], row["default"]) for row in client.get(METHODS).json()["results"]]


# ---- by API and by page -----------------------------------------------------------------------------------------


def test_a_method_is_stored_listed_made_default_and_removed(owner):
    made = store(owner, behaviour="succeed", default=True)
    assert made.status_code == 201
    first = made.json()
    assert first == {
        "id": first["id"],
        "gateway": "sandbox",
        "label": "Test card ···· 4242",
        "default": True,
        "created_at": "2026-11-22T12:00:00+08:00",
        "url": None,
    }
    second = store(owner, behaviour="decline", default=True).json()
    assert listed(owner) == [("Test card ···· 0002, always declined", True), ("Test card ···· 4242", False)]
    changed = owner.patch(f"{METHODS}/{first['id']}", {"default": True}, format="json")
    assert (changed.status_code, changed.json()["default"]) == (200, True)
    assert listed(owner) == [("Test card ···· 0002, always declined", False), ("Test card ···· 4242", True)]
    assert owner.get(f"{METHODS}/{first['id']}").json() == first
    assert owner.delete(f"{METHODS}/{second['id']}").status_code == 204
    assert owner.delete(f"{METHODS}/{second['id']}").status_code == 404
    assert owner.patch(f"{METHODS}/{second['id']}", {"default": True}, format="json").status_code == 404
    assert listed(owner) == [("Test card ···· 4242", True)]
    with tenancy.everything():
        actions = AuditEntry.objects.filter(action__startswith="payment_method.").order_by("pk")
        assert [entry.action.removeprefix("payment_method.") for entry in actions] == [
            "added",
            "added",
            "default_changed",
            "removed",
        ]
        assert not any("succeed" in str(entry.after) for entry in actions), "a token is nobody's to read"


@pytest.mark.parametrize(("asked", "is_default"), [({}, True), ({"default": False}, False), ({"default": None}, True)])
def test_the_first_one_is_the_default_unless_it_is_not_wanted(owner, asked, is_default):
    assert store(owner, **asked).json()["default"] is is_default
    assert store(owner).json()["default"] is False


def test_what_cannot_be_stored_is_a_mistake_in_the_field(owner, settings):
    settings.PAYMENT_GATEWAYS = ("sandbox", "bank_transfer")
    for fields, wrong in [
        ({"gateway": "stripe"}, "gateway"),
        ({"gateway": "bank_transfer"}, "gateway"),
        ({"gateway": ""}, "gateway"),
        ({"behaviour": "maybe"}, "behaviour"),
        ({"default": "perhaps"}, "default"),
    ]:
        answer = store(owner, **fields)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong]), fields
    assert listed(owner) == []


def test_nobody_reaches_anothers_method(people, owner):
    number = store(owner).json()["id"]
    outsider = client_of(people.outsider)
    assert outsider.get(f"/api/v1/orgs/orbit/payment-methods/{number}").status_code == 404
    assert outsider.delete(f"/api/v1/orgs/orbit/payment-methods/{number}").status_code == 404
    assert outsider.patch(f"/api/v1/orgs/orbit/payment-methods/{number}", {"default": True}).status_code == 404
    assert client_of(people.member).get(METHODS).status_code == 403
    assert len(listed(owner)) == 1


def test_a_disabled_organization_stores_nothing(people, owner):
    number = store(owner).json()["id"]
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    for answer in (
        store(owner),
        owner.delete(f"{METHODS}/{number}"),
        owner.patch(f"{METHODS}/{number}", {"default": False}, format="json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert owner.post(METHODS, {"gateway": "none"}, format="json").status_code == 400
    assert len(listed(owner)) == 1


def test_there_is_an_end_to_methods(owner, monkeypatch):
    monkeypatch.setattr(payment_methods, "MOST_METHODS", 1)
    store(owner)
    assert store(owner).status_code == 400


def test_on_its_page_a_method_is_stored_made_default_and_removed_after_a_question(people, at_noon):
    browser, path = browser_of(people.owner), "/o/acme/payment-methods"
    assert "No payment method stored" in browser.get(path).content.decode()
    for behaviour in ("succeed", "decline"):
        answer = browser.post(path, {"gateway": "sandbox", "behaviour": behaviour})
        assert (answer.status_code, answer["Location"]) == (303, path)
    with tenancy.everything():
        good, bad = PaymentMethod.objects.order_by("pk")
    assert (good.is_default, bad.is_default) == (True, False)
    assert browser.post(f"{path}/{bad.pk}/default").status_code == 303
    assert now(bad).is_default
    question = browser.get(f"{path}/{bad.pk}/remove").content.decode()
    assert "It is the default: renewals and settlements will not be paid by themselves" in question
    assert now(bad).removed_at is None
    assert browser.post(f"{path}/{bad.pk}/remove").status_code == 303
    assert now(bad).removed_at == NOON
    page = browser.get(path).content.decode()
    assert "Test card ···· 4242" in page
    assert f"{path}/{bad.pk}/remove" not in page
    assert browser.post(path, {"gateway": "sandbox", "behaviour": "maybe"}).status_code == 400


# ---- charged ----------------------------------------------------------------------------------------------------


@pytest.fixture
def method(people, at_noon):
    """`method("succeed")`: acme's default one."""

    def stored(behaviour: str, **different) -> PaymentMethod:
        with tenancy.organization(people.acme.pk):
            return payment_methods.add(
                organization=people.acme,
                gateway="sandbox",
                is_default=True,
                fields={"behaviour": behaviour},
                at=NOON,
                by=people.owner,
                **different,
            )

    return stored


@pytest.fixture
def invoice(people, at_noon) -> Invoice:
    with tenancy.organization(people.acme.pk):
        return Invoice.objects.create(
            number="INV-2026-900001",
            organization=people.acme,
            status="open",
            issued_at=NOON,
            issued_on=date(2026, 11, 22),
            due_on=date(2026, 12, 2),
            total=Decimal("106.00"),
            tax_included=Decimal("6.00"),
        )


@pytest.fixture
def committed(people, django_capture_on_commit_callbacks):
    """`committed(work)`: its value, once what follows the commit has happened."""

    def through(work):
        with clock.at(NOON), django_capture_on_commit_callbacks(execute=True), tenancy.organization(people.acme.pk):
            return work()

    return through


def test_an_order_is_charged_to_a_stored_method(people, method, committed):
    stored = method("succeed")
    made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    placed = committed(
        lambda: orders.place_order(
            organization=people.acme, quote_id=made.pk, at=NOON, by=people.owner, pay_with=Choice(method=str(stored.pk))
        )
    )
    payment = payment_of(placed)
    assert (payment.status, payment.method_id, now(placed).status) == ("succeeded", stored.pk, "fulfilled")
    with tenancy.everything():
        assert Term.objects.count() == 1


@pytest.mark.parametrize(("behaviour", "status"), [("succeed", "succeeded"), ("decline", "declined")])
def test_an_invoice_is_charged_to_the_default_method(people, method, invoice, committed, behaviour, status):
    stored = method(behaviour)
    payment = committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None))
    assert (now(payment).status, payment.amount, payment.method_id) == (status, Decimal("106.00"), stored.pk)
    paid = now(invoice)
    assert (paid.status, paid.paid) == (("paid", Decimal("106.00")) if status == "succeeded" else ("open", 0))
    with tenancy.everything():
        told = Notification.objects.filter(kind="invoice_payment.declined").values_list("person__email", flat=True)
        assert sorted(told) == ([] if status == "succeeded" else ["billing@acme.example", "owner@acme.example"])


@pytest.mark.parametrize("reason", ["none stored", "no default", "removed", "gateway off", "other organization's"])
def test_without_a_default_method_nothing_is_charged(people, method, invoice, committed, settings, reason):
    if reason == "other organization's":
        with tenancy.organization(people.orbit.pk):
            payment_methods.add(organization=people.orbit, gateway="sandbox", at=NOON, by=people.outsider)
    elif reason != "none stored":
        stored = method("succeed")
        with tenancy.organization(people.acme.pk):
            if reason == "no default":
                payment_methods.set_default(method=stored, is_default=False, by=people.owner)
            elif reason == "removed":
                payment_methods.remove(method=stored, at=NOON, by=people.owner)
    if reason == "gateway off":
        settings.PAYMENT_GATEWAYS = ("bank_transfer",)
    assert committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None)) is None
    with tenancy.everything():
        assert not Payment.objects.exists()
    assert not SandboxCharge.objects.exists()


def test_while_a_charge_is_on_its_way_no_other_is_started(people, method, invoice, committed, monkeypatch):
    method("succeed")
    monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    first = committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None))
    assert committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None)) == first
    monkeypatch.undo()
    with clock.at(NOON + 2 * MINUTE):
        assert reconcile(at=clock.now()) == {"silent_payments": 1}
    assert (now(first).status, now(invoice).status) == ("succeeded", "paid")


@pytest.mark.parametrize("dies", ["before the charge", "after the charge", "before the word is kept"])
def test_who_dies_in_between_charges_once(people, method, invoice, committed, monkeypatch, dies):
    method("succeed")
    if dies == "before the charge":
        monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    elif dies == "after the charge":
        monkeypatch.setattr(charging, "_take", _die)
    else:
        monkeypatch.setattr(charging.gateway_notifications, "process", _die)
    payment = committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None))
    assert now(payment).status == "pending"
    monkeypatch.undo()
    for minutes in (2, 4, 8):
        with clock.at(NOON + minutes * MINUTE):
            reconcile(at=clock.now())
    assert (now(payment).status, now(invoice).status, now(invoice).paid) == ("succeeded", "paid", Decimal("106.00"))
    assert SandboxCharge.objects.count() == 1


def _die(*_arguments, **_keywords):
    raise RuntimeError("killed")


def test_a_method_that_was_removed_meanwhile_is_not_charged(people, method, invoice, committed, monkeypatch):
    stored = method("succeed")
    monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    payment = committed(lambda: payment_methods.charge_default(invoice=invoice, at=NOON, by=None))
    monkeypatch.undo()
    committed(lambda: payment_methods.remove(method=stored, at=NOON, by=people.owner))
    with clock.at(NOON + 2 * MINUTE):
        reconcile(at=clock.now())
    assert (now(payment).status, now(invoice).status) == ("declined", "open")
    assert not SandboxCharge.objects.exists()


# ---- invoices, by API and by page -------------------------------------------------------------------------------


def test_an_open_invoice_is_paid_as_an_order_is(people, owner, invoice):
    path = f"/api/v1/orgs/acme/invoices/{invoice.number}/pay"
    answer = owner.post(path)
    said = answer.json()
    assert answer.status_code == 200
    assert said["payment"] == {"reference": said["reference"], "url": said["url"], "status": "pending"}
    assert said["url"] == f"http://127.0.0.1:8000/sandbox/payments/{said['reference']}"
    assert owner.post(path).json()["reference"] == said["reference"], "one that waits is kept"
    with tenancy.everything():
        payment = Payment.objects.get()
    notify(payment)
    assert (now(invoice).status, now(invoice).paid, now(invoice).payment_id) == ("paid", Decimal("106.00"), payment.pk)
    assert owner.post(path).json()["code"] == "invoice_not_open"
    row = owner.get("/api/v1/orgs/acme/payments").json()["results"][0]
    assert (row["order"], row["invoice"], row["status"]) == (None, invoice.number, "succeeded")


def test_an_invoice_is_charged_to_a_stored_method_on_request(
    people, owner, method, invoice, django_capture_on_commit_callbacks
):
    stored = method("succeed")
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.post(
            f"/api/v1/orgs/acme/invoices/{invoice.number}/pay", {"payment_method": stored.pk}, format="json"
        )
    assert answer.json()["url"] == f"http://127.0.0.1:8000/o/acme/invoices/{invoice.number}"
    assert now(invoice).status == "paid"


def test_a_disabled_organization_pays_its_invoices(people, owner, invoice):
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    assert owner.post(f"/api/v1/orgs/acme/invoices/{invoice.number}/pay").status_code == 200


def test_what_comes_late_for_a_paid_invoice_goes_back(people, owner, invoice, django_capture_on_commit_callbacks):
    path = f"/api/v1/orgs/acme/invoices/{invoice.number}/pay"
    first = owner.post(path).json()["reference"]
    with tenancy.everything():
        notify(Payment.objects.get(reference=first), "declined")
    second = owner.post(path).json()["reference"]
    assert second != first
    with django_capture_on_commit_callbacks(execute=True):
        for reference in (second, first):
            with tenancy.everything():
                payment = Payment.objects.get(reference=reference)
            notify(payment, event_id=f"late-{reference}")
    with tenancy.everything():
        states = dict(Payment.objects.values_list("reference", "status"))
    assert states == {first: "refunded", second: "succeeded"}
    assert now(invoice).paid == Decimal("106.00")


def test_another_amount_for_an_invoice_is_held(people, owner, invoice):
    owner.post(f"/api/v1/orgs/acme/invoices/{invoice.number}/pay")
    with tenancy.everything():
        payment = Payment.objects.get()
    notify(payment, amount="100.00")
    held = now(payment)
    assert (held.status, held.received, held.received_currency) == ("held", Decimal("100.00"), "CNY")
    assert now(invoice).status == "open"
    with tenancy.everything():
        kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {"invoice_payment.held", "payment.held_staff"}


def test_payments_have_a_page_and_receipts(people, owner, invoice, buy):
    browser = browser_of(people.owner)
    assert "No payments yet" in browser.get("/o/acme/payments").content.decode()
    placed: Order = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    browser.post(f"/o/acme/invoices/{invoice.number}/pay")
    page = browser.get("/o/acme/payments").content.decode()
    for shown in (payment_of(placed).reference, placed.number, "INV-2026-000001", "INV-2026-900001", "¥8,400.00"):
        assert shown in page
    receipt = browser.get(f"/o/acme/payments/{payment_of(placed).reference}").content.decode()
    assert "Receipt" in receipt
    assert "Demo payment" in receipt
    assert browser_of(people.outsider).get(f"/o/orbit/payments/{payment_of(placed).reference}").status_code == 404


def test_a_receipt_shows_what_went_back(people, at_noon, django_capture_on_commit_callbacks):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment_of(placed), at=NOON + timedelta(hours=25))
    page = browser_of(people.owner).get(f"/o/acme/payments/{payment_of(placed).reference}").content.decode()
    assert "Refunded on" in page
    assert "-¥8,400.00" in page
    before = snapshot()
    assert browser_of(people.owner).get("/o/acme/payments").status_code == 200
    assert snapshot() == before
