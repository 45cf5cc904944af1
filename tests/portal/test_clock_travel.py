"""Travelling runs every job of the table at its own instants, in order (page 7 'Time')."""

from datetime import datetime, time

import pytest

from common import clock
from common.beijing import BEIJING
from common.jobs import Daily, Every, Job, Monthly
from portal import clock_travel


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.fixture
def ran(monkeypatch, settings, db):
    """What ran when, of a table with one job of each kind; the portal's clock stands at 30 November, 22:30."""
    settings.PORTAL_TEST_CLOCK = "2026-11-30T22:30:00+08:00"
    runs: list[tuple[str, datetime]] = []

    def job(name, rule):
        return Job(name, rule, lambda *, at: runs.append((name, at)))

    table = [job("sweep", Every(15)), job("daily", Daily(time(0, 0))), job("monthly", Monthly(1, time(0, 0)))]
    monkeypatch.setattr(clock_travel, "table", lambda: table)
    clock.move_to(beijing("2026-11-30T22:30:00"))
    return runs


def test_each_job_runs_at_its_own_instants_in_order(ran):
    clock_travel.travel(beijing("2026-12-01T00:10:00"))
    names = [name for name, _at in ran]
    assert names == ["sweep", "daily", "monthly", "sweep"]
    assert [at for name, at in ran if name != "sweep"] == [beijing("2026-12-01T00:00:00")] * 2
    assert ran[-1] == ("sweep", beijing("2026-12-01T00:10:00"))


def test_it_never_goes_back(ran):
    with pytest.raises(clock_travel.ClockBackwards):
        clock_travel.travel(beijing("2026-11-30T22:00:00"))
    assert ran == []
