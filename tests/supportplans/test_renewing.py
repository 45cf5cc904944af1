"""What follows the running term: queued, wished, undone, ended: pages 2, 3.1 and 3.3."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from common import clock, tenancy
from common.beijing import midnight
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors
from supportplans import access
from supportplans.eligibility import AlreadyRenewed, NotEligible, NotSubscribed
from supportplans.models import Subscription, Term
from supportplans.publishing import publish
from supportplans.renewing import change_next, end_with_term, planned, queue_term
from supportplans.standing import standing
from supportplans.subscriptions import lapse_ended_terms, set_auto_renew
from tests.supportplans.catalogue_versions import with_prices, without_tier
from tests.supportplans.conftest import START
from tests.supportplans.test_changing import act, everything_about, held, live_tasks, rows

DAY = timedelta(days=1)
APRIL = midnight(date(2026, 4, 1))


def queued(organization, at=START) -> Term | None:
    with tenancy.organization(organization.pk):
        return access.queued_term(organization, at)


def test_a_renewal_is_queued_at_the_end_of_the_running_term(people, subscribe):
    subscribe(people.acme, "business", "monthly", order_number="O-FIRST")
    term = act(queue_term, people.acme, START, "O-RENEW", people.owner)
    assert (term.tier, term.cycle, term.price) == ("business", "monthly", Decimal("700.00"))
    assert (term.starts_on, term.ends_on) == (date(2026, 4, 1), date(2026, 5, 1))
    assert (term.began_at, term.order_number, term.bought_by) == (APRIL, "O-RENEW", "O-RENEW")
    assert held(people.acme, APRIL - timedelta(microseconds=1)).term.bought_by == "O-FIRST"
    assert held(people.acme, APRIL).term.bought_by == "O-RENEW"
    with tenancy.everything():
        entry = AuditEntry.objects.get(action="subscription.queued")
        assert (entry.by, entry.after["next_tier"], entry.after["order"]) == ("Owner", "business", "O-RENEW")
        assert OutboxEvent.objects.filter(topic="subscription.changed", payload__change="queued").count() == 1


def test_at_most_one_term_is_queued(people, subscribe):
    subscribe(people.acme, "business")
    act(queue_term, people.acme, START)
    before = everything_about(people.acme)
    with pytest.raises(AlreadyRenewed) as refused:
        act(queue_term, people.acme, START + DAY)
    assert refused.value.document()["code"] == "already_renewed"
    assert everything_about(people.acme) == before


def test_once_the_queued_term_runs_the_next_can_be_bought(people, subscribe):
    subscribe(people.acme, "business")
    act(queue_term, people.acme, START, "O-1")
    assert act(queue_term, people.acme, APRIL, "O-2").starts_on == date(2026, 5, 1)


@pytest.mark.parametrize("action", [queue_term, end_with_term])
def test_the_free_tier_has_no_next_term(people, catalogue, action):
    with pytest.raises(NotSubscribed):
        act(action, people.acme, START)
    with pytest.raises(NotSubscribed):
        act(change_next, people.acme, START, tier="business")


def chain(organization, starts: datetime, cycle: str, renewals: int, subscribe) -> list[date]:
    """The first days of a chain of terms, each renewed on its first day."""
    term = subscribe(organization, "developer", cycle, at=starts)
    days = [term.starts_on]
    for number in range(renewals):
        term = act(queue_term, organization, term.began_at, f"O-{number}")
        days.append(term.starts_on)
    return [*days, term.ends_on]


def test_a_monthly_chain_from_31_january_returns_to_the_31st(people, subscribe):
    days = chain(people.acme, datetime(2026, 1, 31, 2, tzinfo=UTC), "monthly", 3, subscribe)
    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_yearly_chain_from_29_february_returns_to_the_29th(people, subscribe):
    days = chain(people.acme, datetime(2024, 2, 29, 2, tzinfo=UTC), "yearly", 3, subscribe)
    assert days == [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_the_anchor_outlives_a_change_of_cycle(people, subscribe):
    subscribe(people.acme, "developer", "monthly", at=datetime(2026, 1, 31, 2, tzinfo=UTC))
    february = datetime(2026, 2, 1, 2, tzinfo=UTC)
    act(change_next, people.acme, february, "O-1", cycle="yearly")
    term = act(queue_term, people.acme, february, "O-2")
    assert (term.starts_on, term.ends_on) == (date(2026, 2, 28), date(2027, 2, 28))
    monthly = act(change_next, people.acme, february, "O-3", cycle="monthly")
    assert (monthly.starts_on, monthly.ends_on) == (date(2026, 2, 28), date(2026, 3, 31))


def test_a_wish_for_the_next_term_is_noted_and_taken_by_the_renewal(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    assert act(change_next, people.acme, START, "O-1", people.owner, tier="enterprise") is None
    assert act(change_next, people.acme, START, "O-2", people.owner, cycle="yearly") is None
    now = held(people.acme, START)
    assert (now.tier.code, now.next_tier, now.next_cycle) == ("business", "enterprise", "yearly")
    assert planned(now, None) == ("enterprise", "yearly")
    with tenancy.everything():
        entry = AuditEntry.objects.filter(action="subscription.wished").latest("pk")
        assert (entry.by, entry.before, entry.after) == (
            "Owner",
            {"next_tier": "enterprise", "next_cycle": ""},
            {"next_tier": "enterprise", "next_cycle": "yearly"},
        )
        assert OutboxEvent.objects.filter(topic="subscription.changed", payload__change="next").count() == 2
    term = act(queue_term, people.acme, START, "O-3")
    assert (term.tier, term.cycle, term.price) == ("enterprise", "yearly", Decimal("1200000.00"))
    now = held(people.acme, START)
    assert (now.next_tier, now.next_cycle) == ("", "")
    assert live_tasks(people.acme) == {"enterprise_line", "im_group"}
    with clock.at(APRIL):
        lapse_ended_terms(at=APRIL)
    assert live_tasks(people.acme) == {"enterprise_line", "im_group", "tam"}


def test_wishing_for_the_tier_and_cycle_one_has_undoes_the_wish(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    act(change_next, people.acme, START, "O-1", tier="enterprise")
    act(change_next, people.acme, START, "O-2", cycle="yearly")
    act(change_next, people.acme, START, "O-3", tier="business")
    assert (held(people.acme, START).next_tier, held(people.acme, START).next_cycle) == ("", "yearly")
    act(change_next, people.acme, START, "O-4", cycle="monthly")
    assert (held(people.acme, START).next_tier, held(people.acme, START).next_cycle) == ("", "")


def test_a_queued_term_takes_another_tier_and_cycle(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    act(queue_term, people.acme, START, "O-RENEW")
    term = act(change_next, people.acme, START, "O-1", tier="enterprise")
    assert (term.tier, term.cycle, term.price, term.bought_by, term.order_number) == (
        "enterprise",
        "monthly",
        Decimal("100000.00"),
        "O-RENEW",
        "O-1",
    )
    term = act(change_next, people.acme, START, "O-2", cycle="yearly")
    assert (term.tier, term.cycle, term.price, term.ends_on) == (
        "enterprise",
        "yearly",
        Decimal("1200000.00"),
        date(2027, 4, 1),
    )
    assert queued(people.acme) == term
    assert held(people.acme, START).next_tier == ""
    assert [row[0] for row in rows(people.acme)] == ["business", "business", "enterprise", "enterprise"]


def test_a_wish_that_cannot_be_is_refused_and_changes_nothing(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    before = everything_about(people.acme)
    for wish, refusal in (
        ({"tier": "standard"}, NotEligible),
        ({"tier": "gold"}, FieldErrors),
        ({"tier": "basic"}, FieldErrors),
        ({"cycle": "weekly"}, FieldErrors),
    ):
        with pytest.raises(refusal):
            act(change_next, people.acme, START, **wish)
    assert everything_about(people.acme) == before


def test_a_plan_can_be_let_end_with_its_term(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    act(queue_term, people.acme, START, "O-RENEW")
    with tenancy.organization(people.acme.pk), clock.at(START):
        set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner)
    act(end_with_term, people.acme, START + DAY, by=people.owner)
    assert rows(people.acme)[1][1:4] == (APRIL, APRIL, "not_begun")
    now = held(people.acme, START + DAY)
    assert (now.tier.code, now.auto_renew, now.next_tier) == ("business", False, "")
    assert held(people.acme, APRIL).tier.code == "basic"
    with tenancy.everything():
        entry = AuditEntry.objects.get(action="subscription.ends")
        assert (entry.by, entry.before["auto_renew"], entry.before["order"]) == ("Owner", True, "O-RENEW")
    again = act(queue_term, people.acme, START + 2 * DAY, "O-AGAIN")
    assert (again.starts_on, again.bought_by) == (date(2026, 4, 1), "O-AGAIN")


def test_a_wish_ends_with_the_plan(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    act(change_next, people.acme, START, tier="enterprise")
    with clock.at(APRIL):
        lapse_ended_terms(at=APRIL)
    with tenancy.everything():
        assert Subscription.objects.get().next_tier == ""


@pytest.fixture
def dearer(people, catalogue):
    """From 1 April 2026 business costs 800.00 a month and 9,000.00 a year."""
    with tenancy.everything(), clock.at(START):
        publish(document=with_prices("2026-04-01", business=("800.00", "9000.00")), by=people.admin)


def test_a_renewal_takes_the_version_that_is_effective_on_its_first_day(people, subscribe, dearer):
    subscribe(people.acme, "business", "monthly")
    term = act(queue_term, people.acme, START)
    assert (term.price, term.catalogue_version.number) == (Decimal("800.00"), "2026-04-01")
    with tenancy.organization(people.acme.pk):
        assert standing(people.acme, START).catalogue.version == "2022-01-06"
        assert standing(people.acme, APRIL).catalogue.version == "2026-04-01"


def test_a_renewal_that_begins_a_day_earlier_keeps_the_old_prices(people, subscribe, dearer):
    subscribe(people.acme, "business", "monthly", at=START - DAY)
    term = act(queue_term, people.acme, START)
    assert (term.starts_on, term.price) == (date(2026, 3, 28), Decimal("700.00"))


def test_a_queued_term_keeps_the_version_it_was_bought_under(people, subscribe):
    subscribe(people.acme, "business", "monthly")
    act(queue_term, people.acme, START)
    with tenancy.everything(), clock.at(START):
        publish(document=with_prices("2026-04-01", business=("800.00", "9000.00")), by=people.admin)
    term = act(change_next, people.acme, START, cycle="yearly")
    assert (term.price, term.catalogue_version.number) == (Decimal("8400.00"), "2022-01-06")


def test_a_quoted_version_stays_the_one_that_is_bought(people, subscribe, dearer):
    subscribe(people.acme, "business", "monthly")
    term = act(queue_term, people.acme, START, catalogue_version="2022-01-06")
    assert (term.price, term.catalogue_version.number) == (Decimal("700.00"), "2022-01-06")


def test_a_tier_that_is_not_sold_any_more_cannot_be_renewed_but_exchanged(people, subscribe):
    subscribe(people.acme, "developer", "monthly")
    with tenancy.everything(), clock.at(START):
        publish(document=without_tier("2026-04-01", "developer"), by=people.admin)
    before = everything_about(people.acme)
    with pytest.raises(NotEligible) as refused:
        act(queue_term, people.acme, START)
    assert "not sold any more" in refused.value.detail
    assert everything_about(people.acme) == before
    act(change_next, people.acme, START, "O-1", tier="business")
    assert act(queue_term, people.acme, START, "O-2").tier == "business"
