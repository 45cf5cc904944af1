"""When periodic jobs are due, and that one of several callers runs them (spec page 8.2)."""

from __future__ import annotations

import threading
from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from common import clock, jobs
from common.beijing import BEIJING
from common.jobs import Daily, Every, Job, Monthly
from common.models import JobRun


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def due(rule, after, until) -> list[str]:
    return [instant.astimezone(BEIJING).isoformat()[:16] for instant in rule.due_in(beijing(after), beijing(until))]


# ---- rules -------------------------------------------------------------------------------------------------------


def test_a_daily_job_is_due_after_the_start_and_at_the_end():
    rule = Daily(time(4, 0))
    assert due(rule, "2026-11-01T04:00", "2026-11-03T04:00") == ["2026-11-02T04:00", "2026-11-03T04:00"]
    assert due(rule, "2026-11-01T03:59", "2026-11-01T04:00") == ["2026-11-01T04:00"]
    assert due(rule, "2026-11-01T04:00", "2026-11-02T03:59") == []


def test_a_monthly_job_is_due_on_its_day_over_the_year_s_end():
    rule = Monthly(1, time(0, 0))
    assert due(rule, "2026-11-01T00:00", "2027-01-31T00:00") == ["2026-12-01T00:00", "2027-01-01T00:00"]
    assert due(Monthly(3, time(9, 0)), "2026-11-01T00:00", "2026-11-03T09:00") == ["2026-11-03T09:00"]


def test_midnight_is_beijings():
    rule = Daily(time(0, 0))
    after, until = (
        datetime.fromisoformat("2026-11-01T15:59:00+00:00"),
        datetime.fromisoformat("2026-11-01T16:00:00+00:00"),
    )
    assert [instant.isoformat() for instant in rule.due_in(after, until)] == ["2026-11-02T00:00:00+08:00"]


def test_an_interval_job_runs_hourly_on_a_journey_and_at_its_end():
    rule = Every(15)
    assert due(rule, "2026-11-01T00:00", "2026-11-01T02:30") == [
        "2026-11-01T01:00",
        "2026-11-01T02:00",
        "2026-11-01T02:30",
    ]
    assert due(rule, "2026-11-01T00:00", "2026-11-01T00:00") == ["2026-11-01T00:00"]


# ---- runs --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ran() -> list[datetime]:
    return []


def job(ran, work=None) -> Job:
    def note(*, at):
        assert clock.now() == at
        ran.append(at)
        return {"rows": 3}

    return Job("test.job", Daily(time(4, 0)), work or note)


def at(text: str):
    return clock.at(beijing(text))


def test_a_job_runs_once_for_its_instant(db, ran):
    with at("2026-11-02T04:00:10"):
        assert jobs.run_if_due(job(ran))
        assert not jobs.run_if_due(job(ran))
    assert ran == [beijing("2026-11-02T04:00")]
    row = JobRun.objects.get()
    assert (row.last_due_at, row.held_until, row.report) == (beijing("2026-11-02T04:00"), None, {"rows": 3})
    with at("2026-11-03T03:59"):
        assert not jobs.run_if_due(job(ran))
    with at("2026-11-03T04:00"):
        assert jobs.run_if_due(job(ran))


def test_after_a_long_rest_it_runs_once_for_the_latest_instant(db, ran):
    with at("2026-11-02T05:00"):
        jobs.run_if_due(job(ran))
    with at("2026-11-20T05:00"):
        assert jobs.run_if_due(job(ran))
        assert not jobs.run_if_due(job(ran))
    assert ran == [beijing("2026-11-02T04:00"), beijing("2026-11-20T04:00")]


def test_a_job_that_fails_is_run_again_when_its_lease_has_ended(db, ran):
    def fail(*, at):
        ran.append(at)
        raise ZeroDivisionError

    with at("2026-11-02T05:00"):
        with pytest.raises(ZeroDivisionError):
            jobs.run_if_due(job(ran, fail))
        assert not jobs.run_if_due(job(ran)), "somebody may still be at it"
        JobRun.objects.update(held_until=clock.real_now() - timedelta(seconds=1))
        assert jobs.run_if_due(job(ran))
    assert len(ran) == 2


def test_a_travelling_clock_marks_what_it_ran(db, ran):
    jobs.mark_run(job(ran), beijing("2026-11-02T04:00"))
    with at("2026-11-02T05:00"):
        assert not jobs.run_if_due(job(ran))
    with at("2026-11-03T05:00"):
        assert jobs.run_if_due(job(ran))


def test_an_answer_that_is_no_report_is_kept_as_text(db, ran):
    with at("2026-11-02T05:00"):
        jobs.run_if_due(job(ran, lambda *, at: 7))
    assert JobRun.objects.get().report == {"result": "7"}


@pytest.mark.django_db(transaction=True)
def test_of_several_callers_at_once_one_runs_it(ran):
    barrier, outcomes = threading.Barrier(4), []
    entered, leave = threading.Event(), threading.Event()

    def slow(*, at):
        ran.append(at)
        entered.set()
        assert leave.wait(60)

    def call():
        barrier.wait()
        with at("2026-11-02T05:00"):
            outcomes.append(jobs.run_if_due(job(ran, slow)))
        connection.close()

    threads = [threading.Thread(target=call) for _number in range(4)]
    for thread in threads:
        thread.start()
    assert entered.wait(60)
    leave.set()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert ran == [beijing("2026-11-02T04:00")]
