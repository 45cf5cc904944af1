"""The test clock of a running portal: a year in a minute, travellers in turn, never back, kept over a restart (page 7)."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta

import httpx
import pytest

from common.beijing import BEIJING, Month, midnight
from tests.faults.house import House, until

pytestmark = pytest.mark.faults

# Seconds. A year takes a minute on a machine with nothing else to do (docs/figures.md); this says only that it ends.
PATIENCE_OF_A_YEAR = 900


def now(admin: httpx.Client) -> datetime:
    return datetime.fromisoformat(admin.get("operator/clock").json()["now"])


def travel(admin: httpx.Client, to: datetime) -> httpx.Response:
    return admin.put("operator/clock", json={"now": to.isoformat()}, timeout=PATIENCE_OF_A_YEAR)


def rollovers(house: House) -> list[str]:
    """The months that travellers have opened, in the order in which they were."""
    lines = [json.loads(line) for line in house.log_of("web").splitlines() if "quota.month_rollover" in line]
    return [line["month"] for line in lines]


def months_after(start: datetime, end: datetime) -> list[str]:
    """The months that began after `start`, until `end`."""
    months, month = [], Month.of_instant(start).next()
    while month.starts_at <= end:
        months.append(str(month))
        month = month.next()
    return months


def work_of(house: House) -> float:
    """Seconds of computing that the portal's web server and its database have taken."""
    processes = [house.program("web"), house.program("postgres")]
    times = [process.cpu_times() for process in processes]
    return sum(one.user + one.system for one in times) + sum(one.children_user + one.children_system for one in times)


def test_a_year_passes_and_every_job_at_its_own_instant(house: House, admin: httpx.Client):
    partner = house.portal.client("owner@pine.example")
    house.subscribe(partner, "pine", "standard", "monthly")
    buy_pack(house, partner)
    number = house.file(partner, "pine").json()["number"]
    start = now(admin)
    end = start + timedelta(days=365)
    before, started = len(rollovers(house)), time.monotonic()

    answer = travel(admin, end)

    took = time.monotonic() - started
    assert (answer.status_code, datetime.fromisoformat(answer.json()["now"])) == (200, end)
    print(f"a year took {took:.1f} s")
    assert rollovers(house)[before:] == months_after(start, end)
    last_month, today = Month.of_instant(end), end.astimezone(BEIJING).date()
    ran = dict(house.rows("SELECT name, last_due_at FROM common_jobrun"))
    assert ran["addons.rollover"] == last_month.starts_at
    assert ran["supportplans.lapse"] == midnight(today)
    # What the jobs wrote carries the instants at which it became true.
    over = midnight(Month.of_instant(start).next().first_day)
    assert house.rows("SELECT quantity, at FROM addons_quotaentry WHERE kind = 'lapse'") == [(-10, over)]
    steps = house.rows(
        "SELECT step, event.at <= timer.started_at + (timer.due_at - timer.started_at) * step / 100 "
        "FROM tickets_ticketevent AS event JOIN tickets_responsetimer AS timer ON timer.id = timer_id "
        "JOIN tickets_ticket AS ticket ON ticket.id = event.ticket_id WHERE number = %s AND step IS NOT NULL ORDER BY step",
        number,
    )
    assert steps == [(50, True), (80, True), (100, True), (200, True)]
    partner.close()


def buy_pack(house: House, partner: httpx.Client) -> None:
    quoted = partner.post("orgs/pine/quotes", json={"action": "buy_pack", "quantity": 1}).json()
    ordered = partner.post("orgs/pine/orders", json={"quote": quoted["id"]}).json()
    house.pay(ordered)


class Watch:
    """Somebody who looks at the clock again and again."""

    def __init__(self, admin: httpx.Client) -> None:
        self.admin, self.seen, self.enough = admin, [now(admin)], threading.Event()

    def look(self) -> None:
        while not self.enough.wait(0.02):
            self.seen.append(now(self.admin))


def test_two_travellers_at_once_take_turns_and_the_clock_never_goes_back(house: House, admin: httpx.Client):
    """Whoever comes second goes on from where the first has arrived, or is told that this is in the past."""
    start = now(admin)
    near, far = start + timedelta(days=5), start + timedelta(days=35)
    before = len(rollovers(house))
    watch = Watch(admin)
    with ThreadPoolExecutor(3) as pool:
        watching = pool.submit(watch.look)
        try:
            to_near, to_far = pool.map(lambda to: travel(admin, to), (near, far))
        finally:
            watch.enough.set()
        watching.result()
    assert to_far.status_code == 200
    if to_near.status_code != 200:
        assert (to_near.status_code, to_near.json()["code"]) == (409, "clock_backwards")
    assert rollovers(house)[before:] == months_after(start, far)
    assert watch.seen == sorted(watch.seen)
    assert far.replace(microsecond=0) <= now(admin) < far + timedelta(minutes=5)


def test_a_second_traveller_who_has_waited_starts_where_the_first_arrived(house: House, admin: httpx.Client):
    """The same with the order fixed: the first is on the way to a later instant when the second asks."""
    start = now(admin)
    near, far = start + timedelta(days=2), start + timedelta(days=35)
    before = len(rollovers(house))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(travel, admin, far)
        until(lambda: house.one("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 8202612"))
        second = pool.submit(travel, admin, near)
    assert first.result().status_code == 200
    assert (second.result().status_code, second.result().json()["code"]) == (409, "clock_backwards")
    assert rollovers(house)[before:] == months_after(start, far)
    assert now(admin) >= far.replace(microsecond=0)


def test_backwards_is_refused_and_nothing_moves(house: House, admin: httpx.Client):
    start = now(admin)
    with ExitStack() as still:
        # No job runs of its own accord meanwhile.
        for one in (house.program("beat"), house.program("worker"), *house.pool()):
            still.enter_context(house.frozen(one))
        ran = house.rows("SELECT * FROM common_jobrun ORDER BY name")
        answer = travel(admin, start - timedelta(seconds=1))
        assert (answer.status_code, answer.json()["code"]) == (409, "clock_backwards")
        assert start <= now(admin) < start + timedelta(minutes=5)
        assert house.rows("SELECT * FROM common_jobrun ORDER BY name") == ran


def test_a_restart_goes_on_from_the_travelled_clock(house: House, admin: httpx.Client):
    assert travel(admin, now(admin) + timedelta(days=3)).status_code == 200
    since, before = time.monotonic(), now(admin)
    house.restart()
    after, passed = now(admin), timedelta(seconds=time.monotonic() - since)
    assert before <= after <= before + passed + timedelta(seconds=2)
    # The web server that has never travelled itself runs on the same clock, and travels on.
    assert travel(admin, now(admin) + timedelta(hours=2)).status_code == 200
