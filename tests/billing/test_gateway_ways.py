"""Which ways to pay are offered, by what gateways say of themselves (page 3.8)."""

from decimal import Decimal

import pytest

from billing.buying import orders
from billing.models import PaymentMethod
from billing.paying import ways_to_pay
from billing.paying.ways_to_pay import Choice, NoWayToPay
from common import tenancy
from common.problems import FieldErrors
from tests.billing.conftest import NOON, order, payment_of, quote
from tests.cast import browser_of, client_of

REAL = ("alipay", "stripe", "bank_transfer")


@pytest.fixture
def real(settings, at_noon):
    settings.PAYMENT_GATEWAYS = REAL
    settings.ALIPAY_APP_ID = settings.ALIPAY_PRIVATE_KEY = settings.ALIPAY_PUBLIC_KEY = "x"
    settings.STRIPE_SECRET_KEY = settings.STRIPE_WEBHOOK_SECRET = "x"


def method_of(organization, gateway="sandbox", **fields) -> PaymentMethod:
    with tenancy.organization(organization.pk):
        return PaymentMethod.objects.create(
            organization=organization, gateway=gateway, token="succeed-1", label="Test card", created_at=NOON, **fields
        )


def offered(organization, action: str, amount: str) -> list[str]:
    with tenancy.organization(organization.pk):
        return [way.value for way in ways_to_pay.offered(organization, action=action, amount=Decimal(amount))]


def test_a_wallet_takes_no_large_sums_and_a_bank_nothing_urgent(people, real):
    for action, amount, codes in [
        ("subscribe", "8400.00", ["alipay", "stripe", "bank_transfer"]),
        ("subscribe", "500000.00", ["alipay", "stripe", "bank_transfer"]),
        ("subscribe", "500000.01", ["stripe", "bank_transfer"]),
        ("subscribe", "1200000.00", ["bank_transfer"]),
        ("renew", "1200000.00", ["bank_transfer"]),
        ("change_tier", "842281.65", ["stripe"]),
        ("buy_pack", "1000.00", ["alipay", "stripe"]),
        ("change_tier", "1200000.00", []),
        ("", "2000000.00", ["bank_transfer"]),
    ]:
        assert offered(people.acme, action, amount) == [f"gateway:{code}" for code in codes], (action, amount)


def test_the_largest_payment_of_a_wallet_is_a_setting(people, real, settings):
    settings.WALLET_LARGEST_PAYMENT = Decimal("100.00")
    assert offered(people.acme, "subscribe", "100.01") == ["gateway:stripe", "gateway:bank_transfer"]


def test_a_yearly_enterprise_plan_is_not_paid_by_wallet(people, real):
    placed = order(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    assert payment_of(placed).gateway == "bank_transfer"
    assert placed.pay_until > NOON
    made = quote(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    with tenancy.organization(people.acme.pk), pytest.raises(FieldErrors) as refused:
        orders.place_order(
            organization=people.acme, quote_id=made.pk, at=NOON, by=people.owner, pay_with=Choice(gateway="alipay")
        )
    assert refused.value.errors == {"gateway": ["This way to pay takes at most ¥500,000.00. Choose another."]}


def test_where_nothing_takes_the_sum_it_is_said_so(people, settings, real):
    settings.PAYMENT_GATEWAYS = ("alipay",)
    made = quote(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    with tenancy.organization(people.acme.pk), pytest.raises(NoWayToPay):
        orders.place_order(organization=people.acme, quote_id=made.pk, at=NOON, by=people.owner)


def test_stored_methods_come_first_the_default_one_before_all(people, at_noon):
    plain, default = method_of(people.acme), method_of(people.acme, is_default=True)
    removed, stale = method_of(people.acme, removed_at=NOON), method_of(people.acme, gateway="stripe")
    assert offered(people.acme, "subscribe", "1.00") == [
        f"method:{default.pk}",
        f"method:{plain.pk}",
        "gateway:sandbox",
    ]
    assert removed.pk != stale.pk


def test_a_way_that_is_not_there_is_a_mistake_in_the_field(people, at_noon):
    theirs, stale, own = method_of(people.orbit), method_of(people.acme, gateway="stripe"), method_of(people.acme)
    client = client_of(people.owner)
    wish = {"action": "subscribe", "tier": "business", "cycle": "yearly"}
    made = client.post("/api/v1/orgs/acme/quotes", wish, format="json").json()
    for fields, wrong in [
        ({"gateway": "alipay"}, "gateway"),
        ({"gateway": "nonsense"}, "gateway"),
        ({"payment_method": 999999}, "payment_method"),
        ({"payment_method": theirs.pk}, "payment_method"),
        ({"payment_method": stale.pk}, "payment_method"),
        ({"payment_method": own.pk, "gateway": "bank_transfer"}, "gateway"),
    ]:
        answer = client.post("/api/v1/orgs/acme/orders", {"quote": made["id"]} | fields, format="json")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong]), fields
    assert client.get("/api/v1/orgs/acme/orders").json()["results"] == []


def test_another_way_is_chosen_on_a_page_and_the_first_stays_open(people, at_noon, settings):
    settings.PAYMENT_GATEWAYS = ("sandbox", "bank_transfer")
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    browser = browser_of(people.owner)
    page = browser.get(f"/o/acme/orders/{placed.number}/pay-with").content.decode()
    assert 'value="gateway:sandbox" checked' in page
    assert 'value="gateway:bank_transfer"' in page
    answer = browser.post(f"/o/acme/orders/{placed.number}/pay", {"way": "gateway:bank_transfer"})
    assert (answer.status_code, answer["Location"]) == (303, f"/o/acme/orders/{placed.number}/proforma")
    answer = browser.post(f"/o/acme/orders/{placed.number}/pay", {"way": "gateway:sandbox"})
    assert answer["Location"].startswith("/sandbox/payments/P-")
    assert browser.post(f"/o/acme/orders/{placed.number}/pay", {"way": "gateway:cash"}).status_code == 400
    with tenancy.everything():
        assert sorted(placed.payments.values_list("gateway", "status")) == [
            ("bank_transfer", "pending"),
            ("sandbox", "pending"),
            ("sandbox", "pending"),
        ]
