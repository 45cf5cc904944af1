"""The month's housekeeping changes nothing for anyone, whenever it runs: page 4.2."""

from datetime import datetime, timedelta

from addons.models import QuotaCounter, QuotaEntry
from addons.quota_check import differences
from addons.rollover import month_rollover
from common import clock, tenancy
from common.beijing import BEIJING
from tests.addons.conftest import NOON, balance, buy, counter, entries, give_back, take

DECEMBER = datetime(2026, 12, 1, tzinfo=BEIJING)
JUST_BEFORE = DECEMBER - timedelta(microseconds=1)


def roll(at=DECEMBER):
    with clock.at(at):
        return month_rollover(at=at)


def everything_of(*organizations):
    return [(entries(organization), balance(organization, DECEMBER)) for organization in organizations]


def test_it_opens_the_months_row_of_everyone(people, catalogue):
    assert roll()["opened"] == 4
    assert counter(people.acme, DECEMBER) == (0, 0, 0)
    assert roll() == {"month": "2026-12", "opened": 0, "closed": 0, "lapses": 0, "lapsed_tickets": 0}


def test_leftover_packs_lapse_with_an_entry_at_the_months_end(people, on_tier):
    pine = on_tier(people.pine, "standard")
    for number in range(30):
        take(pine, f"T-2026-{number}")
    buy(pine, 2)
    for number in range(30, 33):
        take(pine, f"T-2026-{number}")
    report = roll()
    assert (report["closed"], report["lapses"], report["lapsed_tickets"]) == (1, 1, 17)
    assert entries(pine)[-1] == ("lapse", -17, "month_ended", "")
    assert counter(pine, NOON) == (33, 20, 17)
    with tenancy.organization(pine.pk):
        assert QuotaEntry.objects.get(kind="lapse").at == DECEMBER
    assert differences() == []


def test_used_up_packs_leave_nothing_to_lapse(people, on_tier):
    pine = on_tier(people.pine, "standard")
    buy(pine)
    for number in range(40):
        take(pine, f"T-2026-{number}")
    report = roll()
    assert (report["closed"], report["lapses"]) == (1, 0)
    assert entries(pine)[-1][0] == "use"


def test_at_the_edge_a_ticket_belongs_to_its_own_month_whether_or_not_the_job_ran(people, on_tier):
    pine = on_tier(people.pine, "standard")
    for number in range(30):
        take(pine, f"T-2026-{number}", at=JUST_BEFORE)
    assert balance(pine, JUST_BEFORE).remaining == 0
    assert balance(pine, DECEMBER).remaining == 30
    take(pine, "T-2026-first", at=DECEMBER)
    roll()
    assert balance(pine, DECEMBER).remaining == 29
    assert counter(pine, JUST_BEFORE) == (30, 0, 0)


def test_twice_and_late_changes_nothing_for_anyone(people, on_tier):
    pine, acme = on_tier(people.pine, "standard"), people.acme
    buy(pine)
    take(acme)
    roll()
    once = everything_of(pine, acme)
    take(pine, "T-2026-dec", at=DECEMBER + timedelta(days=1))
    give_back(pine, "T-2026-dec", at=DECEMBER + timedelta(days=2))
    with_december = everything_of(pine, acme)
    roll()
    roll(DECEMBER + timedelta(days=20))
    assert everything_of(pine, acme) == with_december
    assert once[0][1].remaining == with_december[0][1].remaining == 30
    assert differences() == []


def test_a_ticket_returned_after_the_months_end_does_not_lapse_twice(people, on_tier):
    pine = on_tier(people.pine, "standard")
    for number in range(30):
        take(pine, f"T-2026-{number}")
    buy(pine)
    take(pine, "T-2026-31")
    roll()
    assert counter(pine, NOON) == (31, 10, 9)
    give_back(pine, "T-2026-31", at=DECEMBER, reason="merged")
    roll()
    assert counter(pine, NOON) == (30, 10, 9)
    assert differences() == []


def test_missed_months_are_closed_each_at_its_own_end(people, on_tier):
    pine = on_tier(people.pine, "standard")
    january = datetime(2027, 1, 1, tzinfo=BEIJING)
    buy(pine, order="O-NOVEMBER")
    buy(pine, at=DECEMBER, order="O-DECEMBER")
    february = datetime(2027, 2, 1, tzinfo=BEIJING)
    assert roll(february)["closed"] == 2
    with tenancy.organization(pine.pk):
        lapses = QuotaEntry.objects.filter(kind="lapse").order_by("at").values_list("at", "quantity")
        assert list(lapses) == [(DECEMBER, -10), (january, -10)]


def test_the_running_month_is_never_closed(people, on_tier):
    pine = on_tier(people.pine, "standard")
    buy(pine)
    roll(NOON)
    assert counter(pine) == (0, 10, 0)
    with tenancy.organization(pine.pk):
        assert QuotaCounter.objects.get().closed_at is None


def test_packs_of_who_left_the_metered_tier_lapse_by_what_it_allowed(people, on_tier):
    """Bought on standard (30 + 10), 35 used; the tier of the month's end does not matter."""
    pine = on_tier(people.pine, "standard")
    buy(pine)
    for number in range(35):
        take(pine, f"T-2026-{number}")
    with tenancy.organization(pine.pk):
        from supportplans.models import Term

        Term.objects.update(left_at=NOON + timedelta(days=1), left_because="cancelled")
    assert roll()["lapsed_tickets"] == 5
