"""50 people file at once against one unit left: exactly one is served (page 4.2, page 9.2)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts.models import Organization
from addons import ticket_quota
from addons.models import QuotaCounter, QuotaEntry
from addons.quota_check import differences
from addons.rollover import month_rollover
from addons.ticket_quota import QuotaExhausted
from common import tenancy
from tests.addons.conftest import NOON, balance, buy, catalogue, counter, entries, give_back, on_tier, take  # noqa: F401

PEOPLE = 50


@pytest.fixture
def pine(transactional_db, people, on_tier):
    return on_tier(people.pine, "standard")


def at_once(work: Callable[[int], object], count: int = PEOPLE) -> list[object]:
    """Run `work(0…count-1)` in threads that start together; what each returned or raised."""
    together = threading.Barrier(count)

    def one(number: int) -> object:
        try:
            connection.ensure_connection()
            together.wait(timeout=120)
            return work(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def outcomes(results: list[object]) -> tuple[int, int, list[object]]:
    refused = [result for result in results if isinstance(result, QuotaExhausted)]
    faults = [result for result in results if isinstance(result, Exception) and not isinstance(result, QuotaExhausted)]
    return len(results) - len(refused) - len(faults), len(refused), faults


def test_exactly_one_of_50_gets_the_last_unit(pine):
    for number in range(29):
        take(pine, f"T-2026-{number}")
    served, refused, faults = outcomes(at_once(lambda number: take(pine, f"T-2026-R{number}")))
    assert (served, refused, faults) == (1, 49, [])
    assert counter(pine) == (30, 0, 0)
    assert len(entries(pine)) == 30
    assert differences() == []


def test_exactly_30_of_50_get_a_fresh_months_units(pine):
    """Nobody has made the month's row yet: making it is part of the race."""
    served, refused, faults = outcomes(at_once(lambda number: take(pine, f"T-2026-R{number}")))
    assert (served, refused, faults) == (30, 20, [])
    assert counter(pine) == (30, 0, 0)
    assert differences() == []


def take_by_reading_first(pine, number: int) -> None:
    """What the one statement protects from: look, then write."""
    looked.wait(timeout=120) if balance(pine).remaining else None
    with tenancy.organization(pine.pk):
        left = balance(pine)
    looked.wait(timeout=120)
    if not left.remaining:
        raise ticket_quota.QuotaExhausted
    with tenancy.organization(pine.pk):
        QuotaCounter.objects.filter(organization=pine).update(used=left.used + 1)
        QuotaEntry.objects.create(
            organization=pine,
            code=ticket_quota.TECHNICAL_TICKETS,
            period_start=left.month.first_day,
            quantity=-1,
            kind="use",
            reason="ticket_filed",
            ticket_number=f"T-2026-R{number}",
            at=NOON,
        )


looked = threading.Barrier(10)


def test_reading_first_and_writing_then_serves_too_many(pine):
    """The negative control: without the conditional statement the same race is lost."""
    for number in range(29):
        take(pine, f"T-2026-{number}")
    served, _refused, faults = outcomes(at_once(lambda number: take_by_reading_first(pine, number), 10))
    assert (served, faults) == (10, [])
    assert differences() != []


def test_one_unit_is_given_back_once_by_20(pine):
    take(pine)
    results = at_once(lambda number: give_back(pine), 20)
    assert sorted(map(str, results)) == ["False"] * 19 + ["True"]
    assert counter(pine) == (0, 0, 0)
    assert differences() == []


def test_filing_buying_returning_and_the_months_job_at_once_keep_the_sums(pine):
    for number in range(20):
        take(pine, f"T-2026-{number}")

    def anything(number: int) -> object:
        if number % 5 == 0:
            return buy(pine, 1, order=f"O-{number}")
        if number % 5 == 1:
            return give_back(pine, f"T-2026-{number % 20}")
        if number % 5 == 2:
            return month_rollover(at=NOON)
        return take(pine, f"T-2026-R{number}")

    _served, _refused, faults = outcomes(at_once(anything, 40))
    assert faults == []
    used, granted, lapsed = counter(pine)
    assert (granted, lapsed) == (80, 0)
    assert used == 20 + 16 - 4
    assert differences() == []


def test_a_first_filing_in_the_middle_of_the_months_job_keeps_its_own_row(pine):
    """Its row is there, not committed, when the job comes to it: the job waits, and reads the batch again."""
    month = {"code": ticket_quota.TECHNICAL_TICKETS, "period_start": NOON.date().replace(day=1)}
    reported: list[dict[str, int | str]] = []
    job = threading.Thread(target=lambda: (reported.append(month_rollover(at=NOON)), connections.close_all()))
    with tenancy.organization(pine.pk):
        take(pine)
        job.start()
        until_somebody_waits_for_us()
    job.join(120)
    assert counter(pine) == (1, 0, 0)
    with tenancy.everything():
        assert QuotaCounter.objects.filter(**month).count() == Organization.objects.count()
    assert reported[0]["opened"] == Organization.objects.count() - 1


def until_somebody_waits_for_us() -> None:
    """Until another session wants what the open transaction has written."""
    deadline = time.monotonic() + 120
    # Locks are told as they are; pg_stat_activity would stay as it was at the transaction's first look.
    waiting = (
        "SELECT count(*) FROM pg_locks AS wanted JOIN pg_locks AS ours USING (transactionid) "
        "WHERE NOT wanted.granted AND ours.granted AND ours.pid = pg_backend_pid()"
    )
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited")


def test_a_notice_goes_out_once_however_many_cross_the_line(pine):
    from common.models import OutboxEvent

    at_once(lambda number: take(pine, f"T-2026-R{number}"), 40)
    assert list(
        OutboxEvent.objects.filter(topic__startswith="quota.").order_by("pk").values_list("topic", flat=True)
    ) == [
        "quota.low",
        "quota.exhausted",
    ]
