"""`renew`, and changes of the next term by `change_tier` and `change_cycle` at renewal: pages 3.1 and 3.3."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.buying.quotes import QuoteStale
from billing.models import Invoice, Refund
from common import clock, tenancy
from common.beijing import midnight
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.eligibility import AlreadyRenewed, NotEligible, NotSubscribed, SameCycle, SameTier
from supportplans.models import Term
from supportplans.publishing import publish
from supportplans.subscriptions import lapse_ended_terms
from tests.billing.conftest import notify, now, order, payment_of, place, quote, snapshot
from tests.billing.test_actions_change_tier import DAY, HOUR, MARCH, amounts, documents, effects, held, quote_of
from tests.supportplans.catalogue_versions import with_prices

END = date(2026, 4, 1)
TURN = midnight(END)


def queued(organization) -> Term | None:
    with tenancy.everything():
        return Term.objects.filter(organization=organization, left_at=None).order_by("-began_at").first()


@pytest.fixture
def monthly(people, buy):
    """acme holds business, monthly from 1 March 2026."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle="monthly")
    return people.acme


def test_a_renewal_is_paid_now_and_begins_at_the_end(people, monthly, buy):
    made = quote(monthly, people.owner, "renew", when=MARCH)
    assert amounts(made) == [("base_fee", "700.00", None, None)]
    assert (made.effective, effects(made)["next_term"]["ends_on"]) == ("at_renewal", "2026-05-01")
    done = buy(monthly, people.owner, "renew", when=MARCH)
    with tenancy.everything():
        line = Invoice.objects.get(order=done).lines.get()
        assert (line.starts_on, line.ends_on, line.params["term"]) == (END, date(2026, 5, 1), done.number)
    assert queued(monthly).bought_by == done.number
    assert held(monthly, TURN).term.bought_by == done.number


def test_at_most_one_term_is_bought_ahead(people, monthly, buy):
    buy(monthly, people.owner, "renew", when=MARCH)
    before = snapshot()
    with pytest.raises(AlreadyRenewed) as refused:
        quote(monthly, people.owner, "renew", when=MARCH)
    assert refused.value.document()["code"] == "already_renewed"
    assert snapshot() == before


def test_of_two_renewals_one_is_bought_and_the_other_paid_back(people, monthly, buy):
    placed = order(monthly, people.owner, "renew", when=MARCH)
    other = order(monthly, people.billing, "renew", when=MARCH + HOUR)
    assert now(placed).status == "cancelled"
    notify(payment_of(other), at=MARCH + HOUR)
    notify(payment_of(placed), at=MARCH + HOUR)
    with tenancy.everything():
        assert Refund.objects.get().payment.order_id == placed.pk
        assert Term.objects.filter(organization=monthly, left_at=None).count() == 2


def test_a_renewal_can_be_paid_until_the_term_ends(people, monthly):
    last = TURN - 2 * HOUR
    placed = order(monthly, people.owner, "renew", when=last)
    assert placed.pay_until == TURN
    assert order(monthly, people.owner, "renew", when=last - DAY).pay_until == last
    notify(payment_of(placed), at=TURN)
    assert now(placed).status == "cancelled"
    assert held(monthly, TURN).tier.code == "basic"


def test_a_renewal_paid_in_its_last_second_goes_on_without_a_gap(people, monthly):
    placed = order(monthly, people.owner, "renew", when=TURN - HOUR)
    notify(payment_of(placed), at=TURN - timedelta(seconds=1))
    assert held(monthly, TURN).tier.code == "business"
    with clock.at(TURN + HOUR):
        lapse_ended_terms(at=TURN + HOUR)
    with tenancy.everything():
        assert list(Term.objects.order_by("pk").values_list("left_because", flat=True)) == ["renewed", ""]


def test_a_renewal_takes_the_version_of_its_first_day_and_a_quoted_price_holds(people, monthly, buy):
    with tenancy.everything(), clock.at(MARCH):
        publish(document=with_prices("2026-04-01", business=("800.00", "9000.00")), by=people.admin)
    made = quote(monthly, people.owner, "renew", when=MARCH)
    assert (str(made.total), made.catalogue_version) == ("800.00", "2026-04-01")
    placed = place(monthly, people.owner, made, when=MARCH)
    with tenancy.everything(), clock.at(MARCH + HOUR):
        publish(document=with_prices("2026-03-31", business=("900.00", "9900.00")), by=people.admin)
    notify(payment_of(placed), at=MARCH + HOUR)
    assert (queued(monthly).price, queued(monthly).catalogue_version.number) == (Decimal("800.00"), "2026-04-01")
    change = quote(monthly, people.owner, "change_tier", when=MARCH + 2 * HOUR, tier="enterprise")
    assert amounts(change)[0] == ("change_charge", "96774.19", 30, 31)


def test_a_wish_costs_nothing_now_and_the_renewal_buys_it(people, monthly, buy):
    done = buy(monthly, people.owner, "change_tier", when=MARCH, tier="enterprise", at="renewal")
    assert (done.status, str(done.total), payment_of(done)) == ("fulfilled", "0.00", None)
    wished = effects(quote_of(done))
    assert (wished["next_term_wished"]["tier"]["en"], wished["next_term_wished"]["price"]) == (
        "Enterprise",
        "100000.00",
    )
    assert "renew_before" in wished
    buy(monthly, people.owner, "change_cycle", when=MARCH, cycle="yearly", at="renewal")
    assert held(monthly, MARCH).tier.code == "business"
    assert documents(monthly) == [("INV", "700.00")]
    made = quote(monthly, people.owner, "renew", when=MARCH)
    assert (str(made.total), effects(made)["next_term"]["ends_on"]) == ("1200000.00", "2027-04-01")
    buy(monthly, people.owner, "renew", when=MARCH)
    assert (queued(monthly).tier, queued(monthly).cycle) == ("enterprise", "yearly")
    assert (held(monthly, MARCH).next_tier, held(monthly, MARCH).next_cycle) == ("", "")


def test_a_wish_can_be_undone(people, monthly, buy):
    buy(monthly, people.owner, "change_tier", when=MARCH, tier="enterprise", at="renewal")
    with pytest.raises(SameTier):
        quote(monthly, people.owner, "change_tier", when=MARCH, tier="enterprise", at="renewal")
    buy(monthly, people.owner, "change_tier", when=MARCH, tier="business", at="renewal")
    assert held(monthly, MARCH).next_tier == ""
    with pytest.raises(SameTier) as refused:
        quote(monthly, people.owner, "change_tier", when=MARCH, tier="business", at="renewal")
    assert refused.value.document()["code"] == "same_tier"


def test_with_a_queued_term_the_full_difference_is_charged_now(people, monthly, buy):
    renewal = buy(monthly, people.owner, "renew", when=MARCH)
    made = quote(monthly, people.owner, "change_tier", when=MARCH, tier="enterprise", at="renewal")
    assert amounts(made) == [
        ("queued_change_charge", "100000.00", None, None),
        ("queued_change_credit", "-700.00", None, None),
    ]
    placed = place(monthly, people.owner, made, when=MARCH)
    assert (str(placed.total), placed.pay_until) == ("99300.00", midnight(date(2026, 3, 2)))
    notify(payment_of(placed), at=MARCH)
    assert (queued(monthly).tier, queued(monthly).bought_by) == ("enterprise", renewal.number)
    assert held(monthly, MARCH).tier.code == "business"
    back = buy(monthly, people.owner, "change_tier", when=MARCH + HOUR, tier="business", at="renewal")
    assert (back.status, str(back.total)) == ("fulfilled", "-99300.00")
    with tenancy.everything():
        assert Refund.objects.get().payment.order_id == placed.pk


def test_with_a_queued_term_the_cycle_changes_for_the_difference(people, monthly, buy):
    buy(monthly, people.owner, "renew", when=MARCH)
    placed = order(monthly, people.owner, "change_cycle", when=MARCH, cycle="yearly", at="renewal")
    assert (str(placed.total), placed.pay_until) == ("7700.00", MARCH + DAY)
    notify(payment_of(placed), at=MARCH)
    assert (queued(monthly).cycle, queued(monthly).ends_on) == ("yearly", date(2027, 4, 1))
    done = buy(monthly, people.owner, "change_cycle", when=MARCH, cycle="monthly", at="renewal")
    assert (str(done.total), queued(monthly).ends_on) == ("-7700.00", date(2026, 5, 1))
    assert documents(monthly) == [("INV", "700.00"), ("INV", "700.00"), ("INV", "7700.00"), ("CN-", "-7700.00")]


def test_a_running_term_keeps_its_cycle(people, monthly):
    before = snapshot()
    for fields in ({"cycle": "yearly"}, {"cycle": "yearly", "at": "now"}, {"at": "renewal"}):
        with pytest.raises(FieldErrors):
            quote(monthly, people.owner, "change_cycle", when=MARCH, **fields)
    assert snapshot() == before


def test_the_cycle_one_has_is_refused(people, monthly):
    with pytest.raises(SameCycle):
        quote(monthly, people.owner, "change_cycle", when=MARCH, cycle="monthly", at="renewal")


def test_the_free_tier_has_no_next_term(people, at_noon):
    for action, fields in (
        ("renew", {}),
        ("change_tier", {"tier": "business", "at": "renewal"}),
        ("change_cycle", {"cycle": "yearly", "at": "renewal"}),
    ):
        with pytest.raises(NotSubscribed) as refused:
            quote(people.acme, people.owner, action, **fields)
        assert refused.value.document()["code"] == "not_subscribed"


def test_the_other_familys_tier_and_the_free_one_cannot_be_wished(people, monthly):
    with pytest.raises(NotEligible):
        quote(monthly, people.owner, "change_tier", when=MARCH, tier="standard", at="renewal")
    with pytest.raises(FieldErrors):
        quote(monthly, people.owner, "change_tier", when=MARCH, tier="basic", at="renewal")


def test_a_disabled_organization_renews_nothing_and_what_it_paid_begins(people, monthly):
    placed = order(monthly, people.owner, "renew", when=MARCH)
    monthly.disabled_at = MARCH
    monthly.save(update_fields=["disabled_at"])
    with pytest.raises(OrganizationDisabled):
        quote(monthly, people.owner, "renew", when=MARCH)
    notify(payment_of(placed), at=MARCH)
    assert now(placed).status == "fulfilled"


def test_a_wish_makes_the_renewals_quote_stale(people, monthly, buy):
    made = quote(monthly, people.owner, "renew", when=MARCH)
    buy(monthly, people.owner, "change_cycle", when=MARCH, cycle="yearly", at="renewal")
    with pytest.raises(QuoteStale):
        place(monthly, people.owner, made, when=MARCH)


def test_changes_at_renewal_are_not_counted_as_frequent(people, monthly, buy):
    for number, tier in enumerate(("enterprise", "developer", "enterprise", "developer", "enterprise")):
        buy(monthly, people.owner, "change_tier", when=MARCH + number * HOUR, tier=tier, at="renewal")
    made = quote(monthly, people.owner, "change_tier", when=MARCH + DAY, tier="enterprise")
    assert effects(made)["changes_left"]["left"] == 2
