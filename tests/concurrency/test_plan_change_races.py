"""Two changes of one plan at once: one is carried out, the other finds its quote stale."""

from datetime import datetime

import pytest

from billing.buying import orders
from billing.buying.quotes import QuoteStale
from billing.models import Order
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans import versions
from supportplans.models import Term
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests.billing.conftest import quote
from tests.concurrency.test_quota_races import at_once

MARCH = datetime(2026, 3, 1, 10, tzinfo=BEIJING)
LAST = datetime(2026, 3, 31, 10, tzinfo=BEIJING)
TIERS = ("developer", "enterprise")


@pytest.fixture
def ready(transactional_db, people):
    load_files()
    with tenancy.organization(people.acme.pk), clock.at(MARCH):
        start_subscription(
            organization=people.acme, tier="business", cycle="monthly", at=MARCH, order_number="O-1", by=None
        )
    yield people
    versions.forget()


def test_of_eight_changes_at_once_one_is_carried_out(ready):
    """On the last day of the term, where each is fulfilled in the answer."""
    quotes = [quote(ready.acme, ready.owner, "change_tier", when=LAST, tier=TIERS[n % 2]) for n in range(8)]

    def place(number: int) -> Order:
        with tenancy.organization(ready.acme.pk), clock.at(LAST):
            return orders.place_order(organization=ready.acme, quote_id=quotes[number].pk, at=LAST, by=ready.owner)

    results = at_once(place, 8)
    assert sorted(type(result).__name__ for result in results) == [Order.__name__] + [QuoteStale.__name__] * 7
    with tenancy.everything():
        assert Term.objects.filter(left_at=None).count() == 1
        assert Order.objects.count() == 1
