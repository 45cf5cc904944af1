"""Taking, giving back, what is left: page 4.2."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from addons.models import QuotaEntry
from addons.quota_check import differences
from addons.ticket_quota import QuotaExhausted
from common import tenancy
from common.beijing import BEIJING
from common.models import OutboxEvent
from notifications.models import Notification
from tests.addons.conftest import NOON, balance, buy, counter, entries, give_back, take

DECEMBER = datetime(2026, 12, 1, tzinfo=BEIJING)


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def use_up(organization, count=30):
    for number in range(count):
        take(organization, f"T-2026-{number}")


def test_a_unit_is_taken_with_its_entry(people, on_tier):
    pine = on_tier(people.pine, "standard")
    left = take(pine, by=people.partner_member)
    assert (left.allowance, left.used, left.remaining) == (30, 1, 29)
    assert counter(pine) == (1, 0, 0)
    assert entries(pine) == [("use", -1, "ticket_filed", "T-2026-1")]
    with tenancy.organization(pine.pk):
        assert QuotaEntry.objects.get().by == people.partner_member


def test_taking_is_one_statement(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take(pine, "T-2026-2")
    statements = [query["sql"] for query in queries if "addons_" in query["sql"]]
    assert len(statements) == 1


def test_the_31st_ticket_is_refused_with_a_way_out(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine)
    before = entries(pine)
    with pytest.raises(QuotaExhausted) as refused:
        take(pine, "T-2026-31")
    document = refused.value.document()
    assert document["status"] == 409
    assert document["code"] == "quota_exhausted"
    assert (document["used"], document["allowance"]) == (30, 30)
    assert document["resets_at"] == "2026-12-01T00:00:00+08:00"
    assert document["pack_price"] == "1000.00"
    assert document["action_url"] == "/o/pine/checkout?action=buy_pack"
    assert entries(pine) == before
    assert counter(pine) == (30, 0, 0)


def test_a_pack_makes_room_at_once(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine)
    bought = buy(pine)
    assert (bought.allowance, bought.remaining) == (40, 10)
    assert take(pine, "T-2026-31").remaining == 9
    assert entries(pine)[-2:] == [("pack", 10, "pack_bought", "O-2026-PACK"), ("use", -1, "ticket_filed", "T-2026-31")]


def test_a_new_month_starts_by_its_date(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine)
    last_instant = DECEMBER - timedelta(microseconds=1)
    with pytest.raises(QuotaExhausted):
        take(pine, "T-2026-31", at=last_instant)
    assert take(pine, "T-2026-31", at=DECEMBER).remaining == 29
    assert counter(pine, last_instant) == (30, 0, 0)


def test_unlimited_tiers_count_too(people, on_tier):
    pine = on_tier(people.pine, "premium")
    left = take(pine)
    assert (left.allowance, left.used, left.remaining) == (None, 1, None)
    assert entries(pine) == [("use", -1, "ticket_filed", "T-2026-1")]


def test_a_free_customer_is_unlimited(people, catalogue):
    left = take(people.acme)
    assert (left.allowance, left.used, left.remaining) == (None, 1, None)


def test_a_partner_without_a_plan_has_no_technical_tickets(people, catalogue):
    with pytest.raises(QuotaExhausted) as refused:
        take(people.pine)
    assert refused.value.document()["allowance"] == 0
    assert refused.value.action_url == "/plans"
    assert entries(people.pine) == []
    assert counter(people.pine) is None


def test_a_unit_given_back_returns_to_its_own_month(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine, "T-2026-7", at=NOON)
    take(pine, "T-2026-8", at=DECEMBER)
    assert give_back(pine, "T-2026-7", at=DECEMBER, reason="merged")
    assert counter(pine, NOON) == (0, 0, 0)
    assert counter(pine, DECEMBER) == (1, 0, 0)
    assert entries(pine)[-1] == ("return", 1, "merged", "T-2026-7")


def test_a_unit_is_given_back_once(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine)
    assert give_back(pine)
    assert not give_back(pine)
    assert counter(pine) == (0, 0, 0)
    assert len(entries(pine)) == 2


def test_who_took_nothing_gives_nothing_back(people, on_tier):
    pine = on_tier(people.pine, "standard")
    assert not give_back(pine, "T-2026-404")
    assert entries(pine) == []


def test_a_ticket_that_went_and_came_back_holds_one_unit(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine)
    assert give_back(pine, reason="reclassified")
    take(pine, at=DECEMBER, anyway=True)
    assert give_back(pine, at=DECEMBER)
    assert (counter(pine, NOON), counter(pine, DECEMBER)) == ((0, 0, 0), (0, 0, 0))
    assert differences() == []


def test_staff_may_overdraw(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine)
    left = take(pine, "T-2026-99", anyway=True, by=people.engineer)
    assert (left.allowance, left.used, left.remaining) == (30, 31, 0)
    assert entries(pine)[-1] == ("overdraw", -1, "reclassified", "T-2026-99")
    assert give_back(pine, "T-2026-99")
    assert counter(pine) == (30, 0, 0)


def test_staff_reclassify_within_the_allowance_without_overdrawing(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine, anyway=True)
    assert entries(pine) == [("use", -1, "reclassified", "T-2026-1")]


def test_a_partner_without_a_plan_can_be_overdrawn_by_staff(people, catalogue):
    left = take(people.pine, anyway=True)
    assert (left.allowance, left.used, left.remaining) == (0, 1, 0)
    assert entries(people.pine) == [("overdraw", -1, "reclassified", "T-2026-1")]


def told(organization) -> list[tuple[str, str, int]]:
    with tenancy.everything():
        rows = Notification.objects.filter(organization=organization).order_by("pk")
        return [(row.kind, row.person.email, row.params["used"]) for row in rows]


def test_owner_and_billing_are_told_at_80_and_100_percent_once(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine, 23)
    assert told(pine) == []
    take(pine, "T-2026-24")
    assert told(pine) == [("quota.low", "owner@pine.example", 24)]
    give_back(pine, "T-2026-24")
    take(pine, "T-2026-24b")
    assert len(told(pine)) == 1
    for number in range(25, 31):
        take(pine, f"T-2026-{number}b")
    assert told(pine)[1:] == [("quota.exhausted", "owner@pine.example", 30)]
    with tenancy.everything():
        topics = OutboxEvent.objects.filter(topic__startswith="quota.").order_by("pk")
        assert [(event.topic, event.payload["month"]) for event in topics] == [
            ("quota.low", "2026-11"),
            ("quota.exhausted", "2026-11"),
        ]


def test_a_larger_allowance_is_announced_anew(people, on_tier):
    pine = on_tier(people.pine, "standard")
    use_up(pine)
    buy(pine)
    for number in range(30, 40):
        take(pine, f"T-2026-{number}p")
    assert [(kind, used) for kind, _email, used in told(pine)] == [
        ("quota.low", 24),
        ("quota.exhausted", 30),
        ("quota.low", 32),
        ("quota.exhausted", 40),
    ]


def test_entries_are_only_ever_inserted(people, on_tier):
    pine = on_tier(people.pine, "standard")
    take(pine)
    for change in ("UPDATE addons_quotaentry SET quantity = 0", "DELETE FROM addons_quotaentry"):
        with pytest.raises(DatabaseError, match="only ever inserted"), tenancy.everything():
            run(change)


def test_another_organization_sees_and_writes_nothing(people, on_tier):
    take(on_tier(people.pine, "standard"))
    with tenancy.organization(people.acme.pk), connection.cursor() as cursor:
        for table in ("addons_quotacounter", "addons_quotaentry"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    with pytest.raises(DatabaseError, match="row-level security"), tenancy.organization(people.acme.pk):
        run(
            "INSERT INTO addons_quotacounter (organization_id, code, period_start, used, packs_granted,"
            f" packs_lapsed, told_low, told_exhausted) VALUES ({people.pine.pk}, 'x', '2026-11-01', 0, 0, 0, false, false)"
        )


def test_a_month_without_movements_needs_no_row(people, on_tier):
    pine = on_tier(people.pine, "standard")
    left = balance(pine)
    assert (left.allowance, left.used, left.remaining) == (30, 0, 30)
    assert counter(pine) is None
