"""`change_tier` now, up and down: pages 3.1 to 3.4."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.buying.quotes import QuoteStale
from billing.models import Invoice, Order, Quote, Refund
from common import clock, tenancy
from common.beijing import BEIJING, midnight
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.eligibility import NotEligible, NotSubscribed, SameTier, TooFrequentChanges
from supportplans.models import Term
from supportplans.standing import standing
from tests.billing.conftest import notify, now, order, payment_of, place, quote, snapshot

MARCH = datetime(2026, 3, 1, 10, tzinfo=BEIJING)
JUNE = datetime(2026, 6, 15, 10, tzinfo=BEIJING)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def held(organization, at):
    with tenancy.organization(organization.pk):
        return standing(organization, at)


def amounts(made: Quote) -> list[tuple]:
    return [(line["code"], line["amount"], line["days"], line["of_days"]) for line in made.lines]


def quote_of(placed: Order) -> Quote:
    with tenancy.everything():
        return Quote.objects.get(order=placed)


def effects(made: Quote) -> dict:
    return {effect["code"]: effect for effect in made.effects}


def documents(organization) -> list[tuple[str, str]]:
    with tenancy.everything():
        rows = Invoice.objects.filter(organization=organization).order_by("pk")
        return [(row.number[:3], str(row.total)) for row in rows]


@pytest.fixture
def business(people, buy):
    """acme holds business, yearly from 1 March 2026."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle="yearly")
    return people.acme


def test_the_worked_example_costs_842_281_65(people, business, buy):
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    assert amounts(made) == [
        ("change_charge", "848219.18", 258, 365),
        ("change_credit", "-5937.53", 258, 365),
    ]
    assert (str(made.total), made.effective, made.at) == ("842281.65", "at_payment", "now")
    with clock.at(JUNE):
        placed = place(business, people.owner, made, when=JUNE)
    assert (placed.status, placed.pay_until) == ("awaiting_payment", midnight(date(2026, 6, 16)))
    assert held(business, JUNE).tier.code == "business"
    notify(payment_of(placed), at=JUNE + HOUR)
    after = held(business, JUNE + HOUR)
    assert (after.tier.code, after.term.ends_on, after.term.cycle) == ("enterprise", date(2027, 3, 1), "yearly")
    assert now(placed).status == "fulfilled"
    with tenancy.everything():
        invoice = Invoice.objects.get(order=placed)
        assert (str(invoice.total), invoice.status) == ("842281.65", "paid")
        first, second = invoice.lines.order_by("position")
        assert (first.starts_on, first.ends_on) == (date(2026, 6, 16), date(2027, 3, 1))
        bought_by = Order.objects.get(action="subscribe").number
        assert first.params["term"] == second.params["term"] == bought_by


def test_a_change_downwards_is_carried_out_in_the_answer_and_refunded(people, business, buy):
    done = buy(business, people.owner, "change_tier", when=JUNE, tier="developer")
    # 2,400 × 258 / 365 = 1,696.44 and 8,400 × 258 / 365 = 5,937.53.
    assert (done.status, str(done.total)) == ("fulfilled", "-4241.09")
    assert quote_of(done).effective == "at_once"
    assert payment_of(done) is None
    assert held(business, JUNE).tier.code == "developer"
    assert documents(business) == [("INV", "8400.00"), ("CN-", "-4241.09")]
    with tenancy.everything():
        refund = Refund.objects.get()
        assert (str(refund.amount), refund.payment.order.action) == ("4241.09", "subscribe")


def test_a_change_and_its_reversal_on_one_day_come_to_nothing(people, business, buy):
    up = buy(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    down = buy(business, people.owner, "change_tier", when=JUNE + HOUR, tier="business")
    assert (str(up.total), str(down.total)) == ("842281.65", "-842281.65")
    with tenancy.everything():
        refund = Refund.objects.get()
        assert (refund.amount, refund.payment.order_id) == (Decimal("842281.65"), up.pk)
    after = held(business, JUNE + HOUR)
    assert (after.tier.code, after.term.price) == ("business", Decimal("8400.00"))


def test_the_net_of_a_term_is_the_sum_over_its_segments(people, business, buy):
    """8,400.00 for 365 days, then value(tier, unused at its start) − value(tier, unused at its end) of each tier."""
    done = [
        buy(business, people.owner, "change_tier", when=MARCH + days * DAY, tier=tier)
        for days, tier in ((31, "enterprise"), (50, "developer"), (200, "business"))
    ]
    charged = Decimal("8400.00") + sum(each.total for each in done)
    whole = {"business": 8400, "enterprise": 1200000, "developer": 2400}

    def value(tier: str, days: int) -> Decimal:
        return (Decimal(whole[tier]) * days / 365).quantize(Decimal("0.01"), "ROUND_HALF_UP")

    unused = [364 - days for days in (31, 50, 200)]
    segments = [("business", 365, unused[0]), ("enterprise", *unused[:2]), ("developer", *unused[1:])]
    segments.append(("business", unused[2], 0))
    assert charged == sum(value(tier, start) - value(tier, end) for tier, start, end in segments)


def test_shortly_before_midnight_it_is_priced_for_that_day_and_paid_on_it(people, business):
    late = datetime(2026, 6, 15, 23, 59, 30, tzinfo=BEIJING)
    made = quote(business, people.owner, "change_tier", when=late, tier="enterprise")
    assert (str(made.total), made.expires_at) == ("842281.65", midnight(date(2026, 6, 16)))
    placed = place(business, people.owner, made, when=late + timedelta(seconds=10))
    assert placed.pay_until == midnight(date(2026, 6, 16))
    notify(payment_of(placed), at=late + timedelta(seconds=20))
    assert held(business, late + timedelta(seconds=20)).tier.code == "enterprise"


def test_paid_after_midnight_it_is_refunded_and_nothing_changes(people, business):
    late = datetime(2026, 6, 15, 23, 59, 30, tzinfo=BEIJING)
    placed = order(business, people.owner, "change_tier", when=late, tier="enterprise")
    notify(payment_of(placed), at=midnight(date(2026, 6, 16)))
    assert (now(placed).status, now(placed).cancel_reason) == ("cancelled", "expired")
    assert now(placed).cancelled_at == midnight(date(2026, 6, 16))
    assert held(business, JUNE + DAY).tier.code == "business"
    with tenancy.everything():
        assert Refund.objects.get().amount == Decimal("842281.65")


def test_on_the_first_day_all_days_but_one_are_charged(people, business):
    made = quote(business, people.owner, "change_tier", when=MARCH, tier="enterprise")
    assert amounts(made) == [
        ("change_charge", "1196712.33", 364, 365),
        ("change_credit", "-8376.99", 364, 365),
    ]


def test_on_the_last_day_it_costs_nothing_and_is_still_allowed(people, business, buy):
    last = datetime(2027, 2, 28, 12, tzinfo=BEIJING)
    done = buy(business, people.owner, "change_tier", when=last, tier="enterprise")
    assert (done.status, str(done.total), payment_of(done)) == ("fulfilled", "0.00", None)
    assert amounts(quote_of(done)) == [("change_charge", "0.00", 0, 365), ("change_credit", "0.00", 0, 365)]
    assert held(business, last).tier.code == "enterprise"
    assert held(business, midnight(date(2027, 3, 1))).tier.code == "basic"
    assert documents(business) == [("INV", "8400.00")]


def test_a_queued_term_changes_with_it_at_its_full_difference(people, business, buy):
    buy(business, people.owner, "renew", when=MARCH)
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    assert amounts(made) == [
        ("change_charge", "848219.18", 258, 365),
        ("change_credit", "-5937.53", 258, 365),
        ("queued_change_charge", "1200000.00", None, None),
        ("queued_change_credit", "-8400.00", None, None),
    ]
    assert str(made.total) == "2033881.65"
    assert effects(made)["queued_follows"]["ends_on"] == "2028-03-01"
    placed = place(business, people.owner, made, when=JUNE)
    notify(payment_of(placed), at=JUNE)
    assert held(business, midnight(date(2027, 3, 1))).tier.code == "enterprise"
    with tenancy.everything():
        invoice = Invoice.objects.get(order=placed)
        assert [line.starts_on for line in invoice.lines.order_by("position")] == [
            date(2026, 6, 16),
            date(2026, 6, 16),
            date(2027, 3, 1),
            date(2027, 3, 1),
        ]
        assert len({line.params["term"] for line in invoice.lines.all()}) == 2


def test_downwards_the_queued_terms_difference_is_refunded_as_well(people, business, buy):
    buy(business, people.owner, "renew", when=MARCH)
    done = buy(business, people.owner, "change_tier", when=JUNE, tier="developer")
    assert str(done.total) == "-10241.09"
    with tenancy.everything():
        refunds = {refund.payment.order.action: str(refund.amount) for refund in Refund.objects.all()}
    # The newest payment first: the renewal's 8,400.00, the rest of the first one.
    assert refunds == {"renew": "8400.00", "subscribe": "1841.09"}


def test_it_keeps_the_version_that_the_term_was_bought_under(people, business):
    from supportplans.publishing import publish
    from tests.supportplans.catalogue_versions import with_prices

    with tenancy.everything(), clock.at(JUNE - DAY):
        publish(document=with_prices("2026-06-15", enterprise=("200000.00", "2400000.00")), by=people.admin)
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    assert (str(made.total), made.catalogue_version) == ("842281.65", "2022-01-06")


def test_the_quote_says_what_comes_and_what_only_comes_later(people, business):
    said = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise").effects
    assert said[0] == {
        "code": "tier_changes",
        "tier": {"en": "Enterprise", "zh": "企业级"},
        "effective": "at_payment",
        "starts_on": "2026-03-01",
        "ends_on": "2027-03-01",
    }
    assert said[1] == {"code": "technical_tickets", "allowance": None, "used": 0, "remaining": None}
    come = {effect["entitlement"] for effect in said if effect["code"] == "included_comes"}
    assert come == {"tam", "enterprise_care", "monthly_report"}
    later = {effect["service"]: effect["quantity"] for effect in said if effect["code"] == "service_next_term"}
    assert later == {"escort_basic": 3, "availability_check": 1, "monitoring_optimization": 1}
    assert said[-1] == {"code": "changes_left", "left": 2, "days": 90}


def test_the_quote_says_who_and_what_leaves(people, buy):
    from supportplans.models import ProvisioningTask
    from supportplans.provisioning import complete

    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="enterprise", cycle="yearly")
    with tenancy.everything(), clock.at(MARCH):
        tam = ProvisioningTask.objects.get(kind="tam")
        complete(task=tam, by=people.admin, at=MARCH, person=people.tam, deputy=people.lead)
        group = ProvisioningTask.objects.get(kind="im_group")
        complete(task=group, by=people.admin, at=MARCH, reference="acme-support")
    said = quote(people.acme, people.owner, "change_tier", when=JUNE, tier="developer").effects
    leave = {effect["entitlement"]: effect["who"] for effect in said if effect["code"] == "included_leaves"}
    assert leave == {
        "tam": [people.tam.name, people.lead.name],
        "im_group": ["acme-support"],
        "enterprise_line": [],
        "enterprise_care": [],
        "monthly_report": [],
    }
    assert {effect["service"] for effect in said if effect["code"] == "service_ends"} == {
        "escort_basic",
        "availability_check",
        "monitoring_optimization",
    }


def test_a_partners_quotas_rise_with_the_tier(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", when=MARCH, tier="standard", cycle="yearly")
    said = quote(people.pine, people.partner_owner, "change_tier", when=JUNE, tier="premium").effects
    changes = {
        effect["service"]: (effect["before"], effect["quantity"])
        for effect in said
        if effect["code"] == "service_changes"
    }
    assert changes == {"event_assurance": (4, 8), "architecture_consulting": (4, 8), "onsite_training": (0, 1)}


def test_a_wish_for_the_next_term_is_dropped_and_the_quote_says_so(people, business, buy):
    buy(business, people.owner, "change_tier", when=MARCH, tier="developer", at="renewal")
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    assert effects(made)["wish_dropped"]["tier"]["en"] == "Developer"
    notify(payment_of(place(business, people.owner, made, when=JUNE)), at=JUNE)
    assert held(business, JUNE).next_tier == ""


def test_a_mistake_in_a_field_is_named(people, business):
    before = snapshot()
    for fields, named in (
        ({"tier": "basic"}, "tier"),
        ({"tier": "gold"}, "tier"),
        ({}, "tier"),
        ({"tier": "enterprise", "at": "tomorrow"}, "at"),
    ):
        with pytest.raises(FieldErrors) as refused:
            quote(business, people.owner, "change_tier", when=JUNE, **fields)
        assert named in refused.value.errors
    assert snapshot() == before


def test_the_way_to_the_free_tier_is_named(people, business):
    with pytest.raises(FieldErrors) as refused:
        quote(business, people.owner, "change_tier", when=JUNE, tier="basic")
    assert "unsubscribe" in refused.value.errors["tier"][0]


def test_a_change_that_is_none_or_of_the_other_family_is_refused(people, business):
    before = snapshot()
    for tier, refusal in (("business", SameTier), ("standard", NotEligible)):
        with pytest.raises(refusal):
            quote(business, people.owner, "change_tier", when=JUNE, tier=tier)
    assert snapshot() == before


def test_the_free_tier_has_no_term_to_change(people, at_noon):
    with pytest.raises(NotSubscribed):
        quote(people.acme, people.owner, "change_tier", tier="business")


def test_a_disabled_organization_changes_nothing(people, business):
    business.disabled_at = JUNE
    business.save(update_fields=["disabled_at"])
    with pytest.raises(OrganizationDisabled):
        quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")


def test_the_fourth_change_in_ninety_days_is_refused_and_staff_can_allow_it(people, business, buy):
    from supportplans import overrides

    for day, tier in enumerate(("enterprise", "business", "developer")):
        buy(business, people.owner, "change_tier", when=JUNE + day * DAY, tier=tier)
    later = JUNE + 3 * DAY
    before = snapshot()
    with pytest.raises(TooFrequentChanges) as refused:
        quote(business, people.owner, "change_tier", when=later, tier="business")
    assert refused.value.document()["code"] == "too_frequent_changes"
    assert snapshot() == before
    with tenancy.everything(), clock.at(later):
        overrides.allow_one_change(organization=business, reason="A merger", at=later, by=people.lead)
    made = quote(business, people.owner, "change_tier", when=later, tier="business")
    assert "override_used" in effects(made)
    assert now(buy(business, people.owner, "change_tier", when=later, tier="business")).status == "fulfilled"
    with pytest.raises(TooFrequentChanges):
        quote(business, people.owner, "change_tier", when=later + HOUR, tier="developer")


def test_one_change_makes_the_other_quotes_stale(people, business, buy):
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="developer")
    buy(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    before = snapshot()
    with pytest.raises(QuoteStale):
        place(business, people.owner, made, when=JUNE)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("renew", {}),
        ("change_tier", {"tier": "developer", "at": "renewal"}),
        ("change_cycle", {"cycle": "monthly", "at": "renewal"}),
    ],
)
def test_what_follows_the_term_is_part_of_it_for_a_quote(people, business, buy, action, fields):
    made = quote(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    buy(business, people.owner, action, when=JUNE, **fields)
    with pytest.raises(QuoteStale):
        place(business, people.owner, made, when=JUNE)


def test_an_unpaid_change_is_cancelled_when_the_plan_changes_under_it(people, business, buy):
    placed = order(business, people.owner, "change_tier", when=JUNE, tier="enterprise")
    buy(business, people.owner, "renew", when=JUNE)
    assert (now(placed).status, now(placed).cancel_reason) == ("cancelled", "plan_changed")
    notify(payment_of(placed), at=JUNE)
    with tenancy.everything():
        assert Refund.objects.get().amount == Decimal("842281.65")
        assert Term.objects.filter(left_at=None).count() == 2


def test_a_monthly_term_can_be_made_smaller_whatever_was_used(people, buy):
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="enterprise", cycle="monthly")
    done = buy(people.acme, people.owner, "change_tier", when=MARCH + DAY, tier="business")
    # 31 days from 1 March, 29 unused on the 2nd: 700 × 29 / 31 = 654.84, 100,000 × 29 / 31 = 93,548.39.
    assert str(done.total) == "-92893.55"
