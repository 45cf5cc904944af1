"""`unsubscribe`, at once and at renewal, and what stands against giving a plan up: pages 3.3 and 3.4."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.actions.binding import AccountOverdue, QuotaConsumed
from billing.buying.quotes import QuoteStale
from billing.models import Invoice, Refund, Settlement
from common import clock, tenancy
from common.beijing import midnight
from common.problems import FieldErrors
from supportplans.eligibility import NotSubscribed
from supportplans.models import Subscription, Term
from supportplans.subscriptions import set_auto_renew
from tests.addons.conftest import book, consume
from tests.billing.conftest import order, payment_of, place, quote, snapshot
from tests.billing.test_actions_change_tier import (
    DAY,
    HOUR,
    JUNE,
    MARCH,
    amounts,
    business,
    documents,
    effects,
    held,
)

__all__ = ["business"]
END = midnight(date(2027, 3, 1))


@pytest.fixture
def enterprise(people, buy):
    """acme holds enterprise, yearly from 1 March 2026."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="enterprise", cycle="yearly")
    return people.acme


def renews(organization, on=True, at=JUNE):
    with tenancy.organization(organization.pk), clock.at(at):
        set_auto_renew(organization=organization, on=on, at=at, by=None)


def owe(organization, due_on: date) -> Invoice:
    """An unpaid settlement invoice."""
    with tenancy.everything():
        settlement = Settlement.objects.create(
            organization=organization,
            month=date(2026, 5, 1),
            settled_at=JUNE,
            segments=[],
            incremental=Decimal("100.00"),
            total=Decimal("100.00"),
        )
        return Invoice.objects.create(
            number="INV-2026-900001",
            organization=organization,
            settlement=settlement,
            status="open",
            issued_at=JUNE,
            issued_on=due_on - timedelta(days=10),
            due_on=due_on,
            total=Decimal("100.00"),
            tax_included=Decimal("5.66"),
        )


def test_who_leaves_gets_the_unused_days_back_at_once(people, business, buy):
    done = buy(business, people.owner, "unsubscribe", when=JUNE)
    assert (done.status, str(done.total), payment_of(done)) == ("fulfilled", "-5937.53", None)
    assert held(business, JUNE).tier.code == "basic"
    assert documents(business) == [("INV", "8400.00"), ("CN-", "-5937.53")]
    with tenancy.everything():
        line = Invoice.objects.get(refunds_order=done).lines.get()
        assert (line.code, line.starts_on, line.ends_on) == ("leaving_credit", date(2026, 6, 16), date(2027, 3, 1))
        assert Refund.objects.get().amount == Decimal("5937.53")


def test_on_the_last_day_there_is_nothing_to_give_back(people, business, buy):
    last = END - HOUR
    done = buy(business, people.owner, "unsubscribe", when=last)
    assert (done.status, str(done.total)) == ("fulfilled", "0.00")
    assert held(business, last).tier.code == "basic"
    assert documents(business) == [("INV", "8400.00")]


def test_on_the_first_day_that_day_is_paid_and_both_base_fees_stand(people, business, buy):
    done = buy(business, people.owner, "unsubscribe", when=MARCH + HOUR)
    assert str(done.total) == "-8376.99"
    buy(business, people.owner, "subscribe", when=MARCH + 2 * HOUR, tier="business", cycle="yearly")
    assert documents(business) == [("INV", "8400.00"), ("CN-", "-8376.99"), ("INV", "8400.00")]


def test_a_queued_term_goes_back_in_full(people, business, buy):
    buy(business, people.owner, "renew", when=MARCH)
    made = quote(business, people.owner, "unsubscribe", when=JUNE)
    assert amounts(made) == [("leaving_credit", "-5937.53", 258, 365), ("queued_refund", "-8400.00", None, None)]
    done = buy(business, people.owner, "unsubscribe", when=JUNE)
    assert str(done.total) == "-14337.53"
    with tenancy.everything():
        assert {refund.payment.order.action: str(refund.amount) for refund in Refund.objects.all()} == {
            "renew": "8400.00",
            "subscribe": "5937.53",
        }
        assert not Term.objects.filter(left_at=None).exists()


def test_the_quote_says_what_ends_with_the_plan(people, enterprise, buy):
    renews(enterprise)
    buy(enterprise, people.owner, "change_tier", when=JUNE, tier="business", at="renewal")
    said = effects(quote(enterprise, people.owner, "unsubscribe", when=JUNE))
    assert said["free_plan_now"]["tier"]["en"] == "Basic"
    assert said["wish_dropped"]["tier"]["en"] == "Business"
    assert said["fee_still_settled"]["month"] == "2026-06"
    assert {"included_leaves", "service_ends", "auto_renew_off"} <= set(said)


def test_at_renewal_the_plan_runs_out_and_a_queued_term_goes_back(people, business, buy):
    renews(business)
    buy(business, people.owner, "renew", when=MARCH)
    done = buy(business, people.owner, "unsubscribe", when=JUNE, at="renewal")
    assert (done.status, str(done.total)) == ("fulfilled", "-8400.00")
    now = held(business, JUNE)
    assert (now.tier.code, now.auto_renew) == ("business", False)
    assert held(business, END).tier.code == "basic"


def test_at_renewal_without_a_queued_term_it_costs_nothing(people, business, buy):
    renews(business)
    buy(business, people.owner, "change_tier", when=JUNE, tier="developer", at="renewal")
    made = quote(business, people.owner, "unsubscribe", when=JUNE, at="renewal")
    assert (made.lines, str(made.total), made.effective) == ([], "0.00", "at_renewal")
    assert set(effects(made)) == {"free_plan_from", "auto_renew_off", "wish_dropped"}
    buy(business, people.owner, "unsubscribe", when=JUNE, at="renewal")
    with tenancy.everything():
        chain = Subscription.objects.get()
        assert (chain.auto_renew, chain.next_tier) == (False, "")
    assert documents(business) == [("INV", "8400.00")]


def test_its_quote_dies_when_automatic_renewal_is_switched(people, business):
    made = quote(business, people.owner, "unsubscribe", when=JUNE, at="renewal")
    renews(business)
    before = snapshot()
    with pytest.raises(QuoteStale):
        place(business, people.owner, made, when=JUNE)
    assert snapshot() == before


def test_another_quote_does_not_mind_automatic_renewal(people, business):
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    renews(business)
    assert place(business, people.owner, made, when=JUNE).status == "awaiting_payment"


def test_the_free_tier_cannot_be_left(people, at_noon):
    for at in ("now", "renewal"):
        with pytest.raises(NotSubscribed):
            quote(people.acme, people.owner, "unsubscribe", at=at)
    with pytest.raises(FieldErrors):
        quote(people.acme, people.owner, "unsubscribe", at="later")


GIVING_UP = [("unsubscribe", {}), ("change_tier", {"tier": "developer"})]


def test_while_a_settlement_is_overdue_nothing_is_given_up(people, business):
    owe(business, JUNE.date() - DAY)
    before = snapshot()
    for action, fields in GIVING_UP:
        with pytest.raises(AccountOverdue) as refused:
            quote(business, people.owner, action, when=JUNE, **fields)
        assert refused.value.document()["code"] == "account_overdue"
        assert refused.value.document()["action_url"] == "/o/acme/invoices"
    assert snapshot() == before
    assert order(business, people.owner, "change_tier", when=JUNE, tier="enterprise").status == "awaiting_payment"


def test_what_is_not_due_yet_stands_against_nothing(people, business):
    owe(business, JUNE.date())
    for action, fields in GIVING_UP:
        assert quote(business, people.owner, action, when=JUNE, **fields).total < 0


def test_an_overdue_settlement_keeps_a_queued_term_but_not_who_lets_the_plan_run_out(people, business, buy):
    owe(business, JUNE.date() - DAY)
    for action, fields in GIVING_UP:
        assert quote(business, people.owner, action, when=JUNE, at="renewal", **fields).total == 0
    buy(business, people.owner, "renew", when=JUNE)
    for action, fields in GIVING_UP:
        with pytest.raises(AccountOverdue):
            quote(business, people.owner, action, when=JUNE, at="renewal", **fields)


def test_an_order_is_refused_when_an_invoice_became_overdue_after_its_quote(people, business):
    made = quote(business, people.owner, "unsubscribe", when=JUNE)
    owe(business, JUNE.date() - DAY)
    before = snapshot()
    with pytest.raises(AccountOverdue):
        place(business, people.owner, made, when=JUNE)
    assert snapshot() == before


def test_a_consumed_quota_binds_a_yearly_plan(people, enterprise):
    consume(enterprise, "escort_basic", 2)
    before = snapshot()
    with pytest.raises(QuotaConsumed) as refused:
        quote(enterprise, people.owner, "change_tier", when=JUNE, tier="business")
    assert refused.value.document()["code"] == "quota_consumed"
    assert refused.value.document()["blocking"] == [{"service": "escort_basic", "consumed": 2, "allowed": 1}]
    with pytest.raises(QuotaConsumed) as refused:
        quote(enterprise, people.owner, "unsubscribe", when=JUNE)
    assert refused.value.document()["blocking"] == [{"service": "escort_basic", "consumed": 2, "allowed": 0}]
    assert snapshot() == before


def test_as_much_as_the_new_tier_allows_may_be_consumed(people, enterprise):
    consume(enterprise, "escort_basic", 1)
    said = quote(enterprise, people.owner, "change_tier", when=JUNE, tier="business").effects
    escort = next(effect for effect in said if effect["code"] == "service_changes")
    assert (escort["service"], escort["before"], escort["quantity"], escort["used"]) == ("escort_basic", 3, 1, 1)


def test_changes_at_renewal_are_never_bound(people, enterprise, buy):
    consume(enterprise, "escort_basic", 3)
    buy(enterprise, people.owner, "change_tier", when=JUNE, tier="developer", at="renewal")
    assert buy(enterprise, people.owner, "unsubscribe", when=JUNE, at="renewal").status == "fulfilled"


@pytest.fixture
def booked(people, buy):
    """pine holds standard, yearly and renewed, with event assurance on a day in July."""
    buy(people.pine, people.partner_owner, "subscribe", when=MARCH, tier="standard", cycle="yearly")
    buy(people.pine, people.partner_owner, "renew", when=MARCH)
    return book(people.pine, people.partner_owner, at=MARCH, service="event_assurance", starts_on=date(2026, 7, 6))


def test_bookings_that_leaving_ends_are_listed_and_withdrawn(people, booked, buy):
    made = quote(people.pine, people.partner_owner, "unsubscribe", when=JUNE)
    assert effects(made)["bookings_withdrawn"]["bookings"] == [
        {
            "id": booked.pk,
            "service": "event_assurance",
            "name": {"en": "Event assurance", "zh": "关键事件保障"},
            "starts_on": "2026-07-06",
            "ends_on": "2026-07-06",
        }
    ]
    buy(people.pine, people.partner_owner, "unsubscribe", when=JUNE)
    with tenancy.everything():
        booked.refresh_from_db()
        assert (booked.status, booked.ended_at) == ("withdrawn", JUNE)


def test_a_queued_term_that_goes_back_leaves_the_running_ones_bookings(people, booked, buy):
    made = quote(people.pine, people.partner_owner, "unsubscribe", when=JUNE, at="renewal")
    assert "bookings_withdrawn" not in effects(made)
    buy(people.pine, people.partner_owner, "unsubscribe", when=JUNE, at="renewal")
    with tenancy.everything():
        booked.refresh_from_db()
        assert booked.status == "requested"
