"""The admin shows money and quotas to the roles that may read them, and changes nothing."""

import pytest

from tests.addons.conftest import take
from tests.billing.conftest import notify, order, payment_of, snapshot

MONEY = ("order", "payment", "refund", "invoice", "gatewaynotification")
QUOTAS = ("quotacounter", "quotaentry")


@pytest.fixture
def bought(people, at_noon, client):
    placed = order(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    notify(payment_of(placed))
    take(people.pine)
    return placed


def enter(client, person):
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    client.force_login(person)


def test_administrators_see_every_table(people, bought, client):
    enter(client, people.admin)
    for table in MONEY:
        assert client.get(f"/admin/billing/{table}/").status_code == 200, table
    for table in QUOTAS:
        assert client.get(f"/admin/addons/{table}/").status_code == 200, table


@pytest.mark.parametrize("who", ["engineer", "lead", "partner_owner"])
def test_nobody_without_the_role_sees_money(people, bought, client, who):
    enter(client, getattr(people, who))
    for table in MONEY:
        assert client.get(f"/admin/billing/{table}/").status_code in (302, 403), table


def test_an_order_is_shown_with_its_payments_and_an_invoice_with_its_lines(people, bought, client):
    enter(client, people.admin)
    text = client.get(f"/admin/billing/order/{bought.pk}/change/").content.decode()
    assert bought.number in text
    assert payment_of(bought).reference in text
    assert client.get(f"/admin/billing/payment/{payment_of(bought).pk}/change/").status_code == 200
    from billing.models import Invoice
    from common import tenancy

    with tenancy.everything():
        invoice = Invoice.objects.get()
    assert "base_fee" in client.get(f"/admin/billing/invoice/{invoice.pk}/change/").content.decode()


def test_nothing_is_added_changed_or_deleted(people, bought, client):
    enter(client, people.admin)
    before = snapshot()
    for table in MONEY:
        assert client.get(f"/admin/billing/{table}/add/").status_code == 403
    for action in ("change", "delete"):
        assert client.post(f"/admin/billing/order/{bought.pk}/{action}/", {"status": "cancelled"}).status_code == 403
    for table in QUOTAS:
        assert client.get(f"/admin/addons/{table}/add/").status_code == 403
    assert snapshot() == before
