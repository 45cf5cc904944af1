"""A plan changed or left inside its term: pages 3.1 and 3.3."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from common import clock, tenancy
from common.beijing import midnight
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors
from supportplans import access
from supportplans.changing import change_tier, leave
from supportplans.eligibility import NotEligible, NotSubscribed, SameTier, TooFrequentChanges
from supportplans.models import ProvisioningTask, Subscription, Term
from supportplans.renewing import change_next, queue_term
from supportplans.standing import standing
from supportplans.subscriptions import lapse_ended_terms, set_auto_renew
from tests.supportplans.conftest import START

DAY = timedelta(days=1)
JUNE = datetime(2026, 6, 15, 2, tzinfo=UTC)


def act(action, organization, at, order_number="O-CHANGE", by=None, **facts):
    with tenancy.organization(organization.pk), clock.at(at):
        return action(organization=organization, at=at, order_number=order_number, by=by, **facts)


def rows(organization) -> list[tuple]:
    with tenancy.everything():
        terms = Term.objects.filter(organization=organization).order_by("began_at", "pk")
        return list(terms.values_list("tier", "began_at", "left_at", "left_because", "price", "bought_by"))


def held(organization, at):
    with tenancy.organization(organization.pk):
        return standing(organization, at)


def live_tasks(organization) -> set[str]:
    with tenancy.everything():
        tasks = ProvisioningTask.objects.filter(organization=organization).exclude(state="retired")
        return set(tasks.values_list("kind", flat=True))


def everything_about(organization):
    with tenancy.everything():
        return (
            list(Term.objects.order_by("pk").values()),
            list(Subscription.objects.values()),
            list(ProvisioningTask.objects.order_by("pk").values()),
            AuditEntry.objects.count(),
            OutboxEvent.objects.count(),
        )


def test_a_change_closes_the_row_and_opens_one_of_the_same_term(people, subscribe):
    subscribe(people.acme, "business", "yearly", order_number="O-FIRST")
    changed = act(change_tier, people.acme, JUNE, "O-UP", people.owner, tier="enterprise").term
    assert rows(people.acme) == [
        ("business", START, JUNE, "changed", Decimal("8400.00"), "O-FIRST"),
        ("enterprise", JUNE, None, "", Decimal("1200000.00"), "O-FIRST"),
    ]
    assert (changed.starts_on, changed.ends_on, changed.cycle) == (date(2026, 3, 1), date(2027, 3, 1), "yearly")
    assert (changed.order_number, changed.catalogue_version.number) == ("O-UP", "2022-01-06")
    now = held(people.acme, JUNE)
    assert (now.tier.code, now.term.price, now.term.bought_by) == ("enterprise", Decimal("1200000.00"), "O-FIRST")
    assert held(people.acme, JUNE - timedelta(microseconds=1)).tier.code == "business"


def test_who_changed_it_is_on_record_and_others_are_told(people, subscribe):
    subscribe(people.acme, "business", "yearly")
    act(change_tier, people.acme, JUNE, by=people.owner, tier="developer")
    with tenancy.everything():
        entry = AuditEntry.objects.get(action="subscription.changed")
        assert (entry.by, entry.before["tier"], entry.after["tier"]) == ("Owner", "business", "developer")
        told = OutboxEvent.objects.get(topic="subscription.changed", payload__change="changed")
        assert (told.payload["tier"], told.payload["at"]) == ("developer", JUNE.isoformat())


def test_lines_groups_and_people_come_and_leave_with_the_tier(people, subscribe):
    subscribe(people.acme, "enterprise")
    assert live_tasks(people.acme) == {"enterprise_line", "im_group", "tam"}
    act(change_tier, people.acme, START + DAY, tier="business")
    assert live_tasks(people.acme) == {"enterprise_line", "im_group"}
    act(change_tier, people.acme, START + 2 * DAY, tier="developer")
    assert live_tasks(people.acme) == set()
    act(change_tier, people.acme, START + 3 * DAY, tier="enterprise")
    assert live_tasks(people.acme) == {"enterprise_line", "im_group", "tam"}


def test_a_queued_term_changes_with_it_and_is_still_the_term_that_was_bought(people, subscribe):
    subscribe(people.acme, "business", "yearly", order_number="O-FIRST")
    act(queue_term, people.acme, JUNE, "O-RENEW")
    changed = act(change_tier, people.acme, JUNE + DAY, "O-UP", tier="enterprise")
    turn = midnight(date(2027, 3, 1))
    assert rows(people.acme)[2:] == [
        ("business", turn, turn, "not_begun", Decimal("8400.00"), "O-RENEW"),
        ("enterprise", turn, None, "", Decimal("1200000.00"), "O-RENEW"),
    ]
    assert (changed.queued.order_number, changed.queued.ends_on) == ("O-UP", date(2028, 3, 1))
    assert held(people.acme, turn).tier.code == "enterprise"
    assert rows(people.acme)[1][5] == "O-FIRST"


def test_a_queued_term_that_has_the_tier_already_stays_as_it_is(people, subscribe):
    subscribe(people.acme, "developer")
    act(queue_term, people.acme, START, "O-RENEW")
    queued = act(change_next, people.acme, START, "O-NEXT", tier="business")
    assert act(change_tier, people.acme, START + DAY, "O-UP", tier="business").queued == queued
    assert len(rows(people.acme)) == 4


def test_an_immediate_change_drops_the_tier_that_was_wished_and_keeps_the_cycle(people, subscribe):
    subscribe(people.acme, "business", "yearly")
    act(change_next, people.acme, START, tier="developer")
    act(change_next, people.acme, START, "O-2", cycle="monthly")
    assert (held(people.acme, START).next_tier, held(people.acme, START).next_cycle) == ("developer", "monthly")
    act(change_tier, people.acme, START + DAY, "O-3", tier="enterprise")
    now = held(people.acme, START + DAY)
    assert (now.next_tier, now.next_cycle) == ("", "monthly")


def test_a_change_that_is_none_or_cannot_be_changes_nothing(people, subscribe):
    subscribe(people.acme, "business", "yearly")
    before = everything_about(people.acme)
    for tier, refusal in (
        ("business", SameTier),
        ("standard", NotEligible),
        ("basic", FieldErrors),
        ("x", FieldErrors),
    ):
        with pytest.raises(refusal):
            act(change_tier, people.acme, JUNE, tier=tier)
    assert everything_about(people.acme) == before


def test_the_free_tier_is_neither_changed_nor_left(people, catalogue):
    for action, facts in ((change_tier, {"tier": "business"}), (leave, {})):
        with pytest.raises(NotSubscribed):
            act(action, people.acme, JUNE, **facts)
    assert rows(people.acme) == []


def test_the_fourth_change_in_ninety_days_is_refused_up_or_down(people, subscribe):
    subscribe(people.acme, "developer", "yearly")
    for day, tier in enumerate(("business", "enterprise", "business"), start=1):
        act(change_tier, people.acme, START + day * DAY, f"O-{day}", tier=tier)
    before = everything_about(people.acme)
    for tier in ("enterprise", "developer"):
        with pytest.raises(TooFrequentChanges):
            act(change_tier, people.acme, START + 91 * DAY - timedelta(microseconds=1), tier=tier)
    assert everything_about(people.acme) == before
    assert act(change_tier, people.acme, START + 91 * DAY, tier="developer").term.tier == "developer"


def test_a_queued_term_of_another_tier_counts_for_nothing_before_and_after_it_began(people, subscribe):
    subscribe(people.acme, "developer")
    act(queue_term, people.acme, START, "O-RENEW")
    act(change_next, people.acme, START, "O-NEXT", tier="enterprise")
    with tenancy.organization(people.acme.pk):
        assert [row.tier for row in access.tier_history(people.acme, START + DAY)] == ["developer"]
        after = access.tier_history(people.acme, midnight(date(2026, 4, 2)))
    assert [(row.tier, row.at_renewal) for row in after] == [("developer", False), ("enterprise", True)]
    for day, tier in enumerate(("business", "enterprise", "business"), start=2):
        act(change_tier, people.acme, midnight(date(2026, 4, day)), f"O-{day}", tier=tier)
    with clock.at(midnight(date(2026, 4, 6))):
        lapse_ended_terms(at=midnight(date(2026, 4, 6)))
    with pytest.raises(TooFrequentChanges):
        act(change_tier, people.acme, midnight(date(2026, 4, 6)), tier="developer")


def test_who_leaves_is_on_the_free_tier_at_once(people, subscribe):
    subscribe(people.acme, "enterprise", "yearly", order_number="O-FIRST")
    with tenancy.organization(people.acme.pk), clock.at(START):
        set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner)
    act(change_next, people.acme, START, tier="business")
    act(leave, people.acme, JUNE, "O-LEAVE", people.owner)
    assert rows(people.acme) == [("enterprise", START, JUNE, "cancelled", Decimal("1200000.00"), "O-FIRST")]
    assert held(people.acme, JUNE).tier.code == "basic"
    assert held(people.acme, JUNE - timedelta(microseconds=1)).tier.code == "enterprise"
    assert live_tasks(people.acme) == set()
    with tenancy.everything():
        chain = Subscription.objects.get()
        assert (chain.auto_renew, chain.next_tier, chain.next_cycle) == (False, "", "")
        entry = AuditEntry.objects.get(action="subscription.left")
        assert (entry.by, entry.before["tier"], entry.after["tier"]) == ("Owner", "enterprise", "basic")


def test_who_leaves_loses_the_queued_term_as_well(people, subscribe):
    subscribe(people.acme, "business", order_number="O-FIRST")
    act(queue_term, people.acme, START, "O-RENEW")
    act(leave, people.acme, START + DAY)
    turn = midnight(date(2026, 4, 1))
    assert rows(people.acme)[1] == ("business", turn, turn, "not_begun", Decimal("700.00"), "O-RENEW")
    assert held(people.acme, turn).tier.code == "basic"
    with clock.at(turn):
        assert lapse_ended_terms(at=turn) == {"closed": 0}


def test_leaving_and_subscribing_again_on_one_day_begins_a_new_chain(people, subscribe):
    subscribe(people.acme, "business", "yearly", order_number="O-FIRST")
    act(leave, people.acme, JUNE)
    again = subscribe(people.acme, "business", "yearly", at=JUNE + timedelta(hours=1), order_number="O-AGAIN")
    assert (again.starts_on, again.ends_on, again.bought_by) == (date(2026, 6, 15), date(2027, 6, 15), "O-AGAIN")
    with tenancy.everything():
        assert Subscription.objects.get().anchor_day == 15


def test_a_change_on_the_last_day_holds_until_midnight(people, subscribe):
    subscribe(people.acme, "developer")
    last = midnight(date(2026, 4, 1)) - timedelta(seconds=30)
    act(change_tier, people.acme, last, tier="business")
    assert held(people.acme, last + timedelta(seconds=29)).tier.code == "business"
    assert held(people.acme, midnight(date(2026, 4, 1))).tier.code == "basic"
