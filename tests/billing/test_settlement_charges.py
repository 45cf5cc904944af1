"""A settled month is charged to the stored payment method, once; else it is payable within ten days (page 3.7)."""

from datetime import date, timedelta

import pytest

from billing.models import Payment
from billing.paying import methods as payment_methods
from billing.settlement import charges as settlement_charges
from common import clock, outbox, tenancy
from notifications.kinds import text_of
from notifications.models import Notification
from tests.billing.conftest import at_noon, buy, catalogue  # noqa: F401
from tests.billing.months import FIRST_OF_DECEMBER, NOVEMBER, balances, beijing, documents, hold, load, settle, used


@pytest.fixture
def acme(catalogue, people):
    """20,000.00 on business in November: 1,300.00."""
    hold(people.acme, "business", "2026-11-01T00:00")
    load(used(people.acme, "20000.00", date(2026, 11, 3)))
    return people.acme


def store(organization, by, behaviour: str, when: str = "2026-11-20T10:00") -> None:
    at = beijing(when)
    with tenancy.organization(organization.pk), clock.at(at):
        payment_methods.add(organization=organization, gateway="sandbox", at=at, by=by, fields={"behaviour": behaviour})


def payments() -> list[tuple[str, str]]:
    with tenancy.everything():
        return [(row.status, str(row.amount)) for row in Payment.objects.order_by("pk")]


def charge(at=FIRST_OF_DECEMBER) -> dict[str, int]:
    with clock.at(at):
        return settlement_charges.charge_new(at=at)


@pytest.fixture
def charged(django_capture_on_commit_callbacks):
    """Settle November, and all that follows its commits."""

    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            settle(NOVEMBER)

    return run


def test_the_stored_method_pays_at_once(acme, people, charged):
    store(acme, people.owner, "succeed")
    charged()
    (invoice,) = documents(acme)
    assert (invoice.status, str(invoice.paid), invoice.outstanding) == ("paid", "1300.00", 0)
    assert payments() == [("succeeded", "1300.00")]
    assert balances(acme) == {"cash": "1300.00", "tax_payable": "-73.58", "usage_revenue": "-1226.42"}


def test_a_declined_charge_leaves_the_invoice_to_be_paid(acme, people, charged):
    store(acme, people.owner, "decline")
    charged()
    (invoice,) = documents(acme)
    assert (invoice.status, invoice.due_on) == ("open", date(2026, 12, 11))
    assert payments() == [("declined", "1300.00")]


def test_it_is_tried_once(acme, people, charged, django_capture_on_commit_callbacks):
    store(acme, people.owner, "decline")
    charged()
    with django_capture_on_commit_callbacks(execute=True):
        assert charge(FIRST_OF_DECEMBER + timedelta(days=1)) == {"charged": 0}
    assert len(payments()) == 1


def test_without_a_stored_method_nothing_is_charged(acme, charged):
    charged()
    assert (payments(), documents(acme)[0].status) == ([], "open")


def test_a_method_that_is_stored_later_is_not_charged_by_itself(acme, people, charged):
    charged()
    store(acme, people.owner, "succeed", "2026-12-03T10:00")
    assert charge(beijing("2026-12-03T11:00")) == {"charged": 0}


def test_who_dies_between_settling_and_charging_leaves_it_to_the_next_run(
    acme, people, django_capture_on_commit_callbacks
):
    store(acme, people.owner, "succeed")
    with django_capture_on_commit_callbacks(execute=False):
        settle(NOVEMBER)
    assert payments() == []
    with django_capture_on_commit_callbacks(execute=True):
        assert charge(FIRST_OF_DECEMBER + timedelta(minutes=20)) == {"charged": 1}
    assert documents(acme)[0].status == "paid"


def test_two_chargers_at_once_charge_once(acme, people, django_capture_on_commit_callbacks):
    store(acme, people.owner, "succeed")
    with django_capture_on_commit_callbacks(execute=False):
        settle(NOVEMBER)
    with django_capture_on_commit_callbacks(execute=True):
        assert (charge(), charge()) == ({"charged": 1}, {"charged": 0})
    assert payments() == [("succeeded", "1300.00")]


# ---- what is told ------------------------------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    with tenancy.everything():
        while outbox.relay():
            pass
        notices = Notification.objects.filter(
            kind__in=["invoice.payable", "invoice.charged", "invoice_payment.declined"]
        )
        return [(notice.kind, notice.person.email) for notice in notices.select_related("person").order_by("pk")]


def test_owner_and_billing_are_told_until_when_it_is_to_be_paid(acme, people, charged):
    charged()
    assert told() == [("invoice.payable", people.owner.email), ("invoice.payable", people.billing.email)]
    with tenancy.everything():
        assert text_of("invoice.payable", Notification.objects.filter(kind="invoice.payable")[0].params) == (
            "Invoice INV-2026-000001 of Acme over ¥1,300.00 for the usage of November 2026 is there. "
            "Please pay it until 11 Dec 2026."
        )


def test_or_that_it_is_charged(acme, people, charged):
    store(acme, people.owner, "succeed")
    charged()
    assert [kind for kind, _person in told()] == ["invoice.charged"] * 2


def test_the_invoice_of_an_order_needs_no_word_of_its_own(catalogue, people, buy):
    buy(people.orbit, people.outsider, "subscribe", tier="business", cycle="yearly")
    assert told() == []
