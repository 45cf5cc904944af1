"""Settlements run late, again, side by side, killed anywhere: one per organization and month, ever (page 3.7)."""

import random
import threading
import time as real_time
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization
from billing.models import ChangedMonth, Invoice, LedgerEntry, Settlement, UsageRecord
from billing.settlement import batches as settlement_batches
from billing.settlement import documents as settlement_documents
from billing.settlement import months as settlement
from billing.settlement.month_fees import as_stored, fees_of_month, incremental_of
from common import clock, jobs, tenancy
from common.beijing import Month
from portal.celery import job_named
from tests import cast
from tests.billing.conftest import catalogue  # noqa: F401
from tests.billing.months import (
    DAY,
    DECEMBER,
    FIRST_OF_DECEMBER,
    NOVEMBER,
    balances,
    beijing,
    documents,
    figures,
    hold,
    load,
    settle,
    settlements,
    upgrade,
    used,
)
from tests.billing.test_no_half_states import Killed, killed_after
from tests.concurrency.test_quota_races import at_once


def spender(number: int, amount: str = "20000.00") -> Organization:
    """On business since the start of November, with usage that costs 1,300.00 in it."""
    organization = cast.organization(f"shop-{number}")
    hold(organization, "business", "2026-11-01T00:00")
    load(used(organization, amount, date(2026, 11, 3)))
    return organization


def run_job(at) -> dict[str, int]:
    with clock.at(at):
        return settlement.settle_missed_months(at=at)


def everything() -> dict[str, list]:
    """All that a settlement writes, numbers of rows aside."""
    with tenancy.everything():
        return {
            "settlements": list(Settlement.objects.order_by("organization", "month").values_list("month", "total")),
            "invoices": list(Invoice.objects.order_by("number").values_list("number", "total", "status")),
            "entries": list(LedgerEntry.objects.order_by("source").values_list("kind", "source")),
            "marks": list(ChangedMonth.objects.values_list("organization", "month")),
        }


@pytest.fixture
def small_batches(monkeypatch):
    """Two organizations a transaction."""
    monkeypatch.setattr(settlement_batches, "BATCH", 2)


# ---- late and again ----------------------------------------------------------------------------------------------


def test_after_three_months_asleep_three_months_are_settled_oldest_first(catalogue, people):
    hold(people.acme, "business", "2026-09-01T00:00")
    for month in (9, 10, 11):
        load(used(people.acme, "10000.00", date(2026, month, 5)))
    assert run_job(FIRST_OF_DECEMBER) == {"2026-09": 1, "2026-10": 1, "2026-11": 1}
    assert figures(people.acme) == [("2026-09", "300.00"), ("2026-10", "300.00"), ("2026-11", "300.00")]
    assert [(one.number, str(one.settlement)) for one in documents(people.acme)] == [
        ("INV-2026-000001", "2026-09"),
        ("INV-2026-000002", "2026-10"),
        ("INV-2026-000003", "2026-11"),
    ]
    assert run_job(FIRST_OF_DECEMBER) == {"2026-11": 0}
    assert len(documents(people.acme)) == 3


def test_only_the_months_that_somebody_misses_are_run(catalogue, people):
    hold(people.acme, "business", "2026-09-20T10:00", cycle="monthly")
    hold(people.orbit, "business", "2026-11-20T10:00")
    assert run_job(beijing("2027-01-01T02:00")) == {"2026-09": 1, "2026-10": 1, "2026-11": 1, "2026-12": 1}
    assert run_job(beijing("2027-02-01T02:00")) == {"2027-01": 1}


def test_who_subscribed_later_does_not_miss_the_months_before(catalogue, people):
    hold(people.acme, "business", "2026-10-31T23:59")
    assert run_job(FIRST_OF_DECEMBER) == {"2026-10": 1, "2026-11": 1}
    assert [one.segments[0]["days"] for one in settlements(people.acme)] == [1, 30]


def test_the_first_instant_of_a_month_in_beijing_belongs_to_it(catalogue, people):
    hold(people.acme, "business", "2026-11-01T00:00")
    assert run_job(FIRST_OF_DECEMBER) == {"2026-11": 1}


def test_an_operator_who_asks_for_a_month_settles_what_is_missing_before_it(catalogue, people):
    hold(people.acme, "business", "2026-10-15T00:00")
    assert settle(NOVEMBER) == (1, 0)
    assert [month for month, _total in figures(people.acme)] == ["2026-10", "2026-11"]


def test_a_late_run_of_the_job_dates_its_invoices_on_the_day_it_runs(catalogue, people):
    """The machines stood still until the 20th: nobody is overdue on an invoice that is just issued."""
    organization = spender(1)
    with clock.at(beijing("2026-12-20T10:00")):
        assert jobs.run_if_due(job_named("billing.settlement"))
        assert not jobs.run_if_due(job_named("billing.settlement"))
    (invoice,) = documents(organization)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 12, 20), date(2026, 12, 30))


# ---- the time zone -----------------------------------------------------------------------------------------------


@contextmanager
def living_in(zone: str, monkeypatch):
    """The process and its session of the database count their hours there."""
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setitem(connections["default"].__dict__, "timezone", ZoneInfo(zone))
    monkeypatch.setitem(connections["default"].__dict__, "timezone_name", zone)
    real_time.tzset()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE %s", [zone])
    yield
    monkeypatch.undo()
    real_time.tzset()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_neither_the_process_nor_the_session_decides_what_a_day_is(catalogue, people, zone, monkeypatch):
    """Bought, changed and left within the first and the last hours of days in Beijing."""
    hold(people.acme, "developer", "2026-11-01T00:30", left="2026-11-10T23:30", because="changed")
    hold(people.acme, "business", "2026-11-10T23:30", starts_on=date(2026, 11, 1), left="2026-11-30T23:59")
    hold(people.orbit, "business", "2026-12-01T00:00")
    hold(people.pine, "business", "2026-11-01T00:30", left="2026-11-01T00:45")
    load(used(people.acme, "100.00", date(2026, 11, 1), 10), used(people.acme, "5000.00", date(2026, 11, 11), 20))
    with living_in(zone, monkeypatch):
        assert run_job(FIRST_OF_DECEMBER) == {"2026-11": 2}
    assert figures(people.acme) == [("2026-11", "8612.54")]
    assert settlements(people.pine)[0].segments[0]["days"] == 1
    assert settlements(people.acme)[0].settled_at == FIRST_OF_DECEMBER


# ---- stopped and resumed -----------------------------------------------------------------------------------------


def test_a_run_that_dies_between_batches_goes_on_where_it_was(catalogue, db, small_batches, monkeypatch):
    organizations = [spender(number) for number in range(5)]
    with monkeypatch.context() as broken:
        issue, calls = settlement_documents.issue, []

        def die_in_the_second(*args, **kwargs):
            calls.append(1)
            if len(calls) == 2:
                raise Killed
            issue(*args, **kwargs)

        broken.setattr(settlement_documents, "issue", die_in_the_second)
        with pytest.raises(Killed):
            settle()
    assert sum(len(settlements(organization)) for organization in organizations) == 2
    assert settle() == (3, 2)
    assert [figures(organization) for organization in organizations] == [[("2026-11", "1300.00")]] * 5
    assert [number for number, *_rest in everything()["invoices"]] == [f"INV-2026-{n:06d}" for n in range(1, 6)]


def test_killed_after_any_statement_and_resumed_it_settles_each_once(catalogue, db, small_batches):
    organizations = [spender(number) for number in range(5)]
    load(used(organizations[0], "500.00", date(2026, 11, 4)))
    deaths = 0
    for statements in range(1, 400, 3):
        try:
            with killed_after(statements):
                settle()
            break
        except Killed:
            deaths += 1
    assert deaths > 10
    written = everything()
    assert sorted(total for _month, total in written["settlements"]) == [Decimal(1300)] * 4 + [Decimal(1350)]
    assert [number for number, *_rest in written["invoices"]] == [f"INV-2026-{n:06d}" for n in range(1, 6)]
    assert len(written["entries"]) == 5
    assert written["marks"] == []
    assert settle() == (0, 5)
    assert everything() == written


# ---- side by side ------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db, catalogue):
    """Rows that every connection sees."""


def test_four_workers_on_one_month_settle_each_once(committed, small_batches):
    organizations = [spender(number) for number in range(12)]
    results = at_once(lambda number: settle(), 4)
    assert [fault for fault in results if isinstance(fault, Exception)] == []
    assert sum(settled for settled, _already in results) == 12
    assert [figures(organization) for organization in organizations] == [[("2026-11", "1300.00")]] * 12
    assert [number for number, *_rest in everything()["invoices"]] == [f"INV-2026-{n:06d}" for n in range(1, 13)]


def test_an_account_that_somebody_holds_is_passed_over_and_settled_at_the_end(committed, small_batches):
    held, *others = [spender(number) for number in range(6)]
    locked, others_done = threading.Event(), threading.Event()

    def hold_it() -> None:
        with transaction.atomic():
            Organization.objects.select_for_update(no_key=True).get(pk=held.pk)
            locked.set()
            assert others_done.wait(240)
        connection.close()

    somebody = threading.Thread(target=hold_it)
    somebody.start()
    assert locked.wait(240)
    span = settlement_batches.Span(0, held.pk)
    assert settlement_batches.settle_span(span, NOVEMBER, at=FIRST_OF_DECEMBER, waits=False) == (0, True)
    rest = settlement_batches.Span(held.pk, others[-1].pk)
    assert settlement_batches.settle_span(rest, NOVEMBER, at=FIRST_OF_DECEMBER, waits=False) == (5, False)
    others_done.set()
    assert settle() == (1, 5)
    somebody.join()


def test_a_load_that_commits_during_a_settlement_leaves_its_mark(committed, monkeypatch):
    """The settlement has read the usage already: what comes now is the next run's adjustment."""
    organization = spender(1)
    records = used(organization, "1000.00", date(2026, 11, 20))
    insert = settlement_batches.settlement_rows.insert
    loading = threading.Thread(target=lambda: (load(records), connection.close()))

    def load_meanwhile(*args, **kwargs):
        loading.start()
        return insert(*args, **kwargs)

    monkeypatch.setattr(settlement_batches.settlement_rows, "insert", load_meanwhile)
    settle()
    monkeypatch.undo()
    loading.join(240)
    assert not loading.is_alive()
    settle(DECEMBER)
    assert figures(organization) == [("2026-11", "1300.00"), ("2026-12", "100.00")]


# ---- the order of records ----------------------------------------------------------------------------------------


RECORDS = st.lists(
    st.tuples(st.decimals(-50000, 90000, places=2), st.integers(-40, 40), st.integers(1, 60), st.booleans()),
    min_size=1,
    max_size=8,
)


@given(records=RECORDS, seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_in_which_usage_arrives_is_irrelevant(two_alike, records, seed):
    first, second = two_alike
    rows = [
        (organization, amount, date(2026, 11, 1) + day * DAY, days if prepaid else 1, prepaid)
        for organization in (first, second)
        for amount, day, days, prepaid in records
    ]
    shuffled = random.Random(seed).sample(rows, len(rows))
    with tenancy.everything(), transaction.atomic():
        UsageRecord.objects.all().delete()
    load(*(used(one, amount, day, days, prepaid=prepaid) for one, amount, day, days, prepaid in shuffled))
    with tenancy.everything():
        fees = fees_of_month(NOVEMBER, [first.pk, second.pk])
    assert as_stored(fees[first.pk]) == as_stored(fees[second.pk])
    plain_sum = sum(_in_november(record) for record in records)
    assert sum(segment.fee.usage for segment in fees[first.pk]) == plain_sum


def _in_november(record) -> Decimal:
    """Day by day, as page 3.5 says."""
    amount, offset, days, prepaid = record
    first = date(2026, 11, 1) + offset * DAY
    if not prepaid:
        return amount if Month.of(first) == NOVEMBER else Decimal(0)
    parts = [(amount * k / days).quantize(Decimal("0.01"), "ROUND_HALF_UP") for k in range(days + 1)]
    return sum(
        (parts[k + 1] - parts[k] for k in range(days) if Month.of(first + k * DAY) == NOVEMBER), start=Decimal(0)
    )


@pytest.fixture
def two_alike(catalogue, people):
    for organization in (people.acme, people.orbit):
        upgrade(organization, "developer", "business", "2026-11-01T00:00", "2026-11-10T12:00")
    return people.acme, people.orbit


# ---- any history of usage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_whatever_arrives_whenever_what_is_billed_is_what_the_months_cost(two_alike, seed):
    """After each run: billed per month = the month computed afresh; documents = settlements; the ledger knows it."""
    chance, months = random.Random(seed), []
    month = NOVEMBER
    for _run in range(5):
        for organization in two_alike:
            for _record in range(chance.randrange(4)):
                amount = Decimal(chance.randrange(-3_000_000, 9_000_000)).scaleb(-2)
                first = date(2026, 10, 20) + chance.randrange(180) * DAY
                load(used(organization, amount, first, chance.randrange(1, 50), prepaid=True))
        settle(month)
        months.append(month)
        for organization in two_alike:
            assert billed(organization) == costs(organization, months)
            issued = sum(document.total for document in documents(organization))
            assert issued == sum(one.total for one in settlements(organization))
            assert Decimal(balances(organization).get("receivable", "0.00")) == issued
        month = month.next()


def billed(organization: Organization) -> dict[str, Decimal]:
    by_month = {str(one): one.incremental for one in settlements(organization)}
    for one in settlements(organization):
        for adjustment in one.adjustments.all():
            by_month[str(Month.of(adjustment.month))] += adjustment.amount
    return by_month


def costs(organization: Organization, months: list[Month]) -> dict[str, Decimal]:
    with tenancy.everything():
        return {
            str(month): incremental_of(fees_of_month(month, [organization.pk])[organization.pk]) for month in months
        }
