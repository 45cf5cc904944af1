"""The month's housekeeping at a million subscriptions, and filing while it runs (spec page 9.1).

    BENCH_HOME=… python -m bench.rollover

A home of its own: a million organizations, each on a plan; every hundredth has a pack left over from the last month
(`--every`). The floor is one bare statement that makes as many counters. Filing is one client of the portal's web
process, alone and while the housekeeping runs beside it on the same two cores.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import threading
import time

from bench.data import make
from bench.house import House, open_house, timed
from bench.load import Outcome, press
from bench.served import Client, clients_of, served

# The last month with its packs, and nothing of this one.
BEGIN_ANEW = """
TRUNCATE addons_quotacounter, addons_quotaentry;
INSERT INTO addons_quotacounter (organization_id, code, period_start, used, packs_granted, packs_lapsed, metered_plan,
                                 told_low, told_exhausted)
SELECT id, 'technical_tickets', (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - interval '1 month')::date,
       id % 40, CASE WHEN id % {every} = 0 THEN 10 ELSE 0 END, 0, 30, false, false
  FROM accounts_organization;
"""
FLOOR = """
INSERT INTO addons_quotacounter (organization_id, code, period_start, used, packs_granted, packs_lapsed, told_low,
                                 told_exhausted)
SELECT id, 'bench_floor', '2001-01-01', 0, 0, 0, false, false FROM accounts_organization
"""
ALONE_SECONDS = 4.0


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.rollover")
    options.add_argument("--organizations", type=int, default=1_000_000)
    options.add_argument("--every", type=int, default=100, help="how seldom an organization has a pack left over")
    chosen = options.parse_args()
    with open_house() as house:
        make(house, organizations=chosen.organizations, tickets=10_000, still_open=1_000)
        _begin_anew(house, chosen.every)
        floor = timed(lambda: house.run(FLOOR))
        _begin_anew(house, chosen.every)
        grown = -resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first, report = _rolled_over()
        again, nothing = _rolled_over()
        grown += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"housekeeping {first:.2f} s (floor {floor:.2f} s): {report}; +{grown / 1024:.0f} MB")
        print(f"again        {again:.2f} s: {nothing}")
        with served("portal.asgi:application") as port:
            _filing(house, port, clients_of(house, 1)[0], chosen.every)


def _begin_anew(house: House, every: int) -> None:
    house.run(BEGIN_ANEW.format(every=every))


def _rolled_over() -> tuple[float, dict[str, int | str]]:
    from addons.rollover import month_rollover
    from common import clock

    began = time.monotonic()
    report = month_rollover(at=clock.now())
    return time.monotonic() - began, report


def _filing(house: House, port: int, client: Client, every: int) -> None:
    """Prints how long filing takes alone and beside the housekeeping."""
    alone = press(port, client.case(), clients=1, seconds=ALONE_SECONDS)
    _begin_anew(house, every)
    taken: list[float] = []
    working = threading.Thread(target=lambda: taken.append(_rolled_over()[0]))
    beside = Outcome()
    working.start()
    while working.is_alive():
        part = press(port, client.case(), clients=1, seconds=0.5)
        beside.latencies += part.latencies
        beside.unexpected |= part.unexpected
    working.join()
    share = statistics.median(beside.latencies) / statistics.median(alone.latencies)
    for name, outcome in (("filing alone", alone), ("filing beside", beside)):
        row = outcome.row()
        print(f"{name:<14} {row['requests']:>6} median {row['median ms']} ms, 95 % {row['95 % ms']} ms")
    print(f"beside the housekeeping ({taken[0]:.2f} s) {share:.2f} times as long; unexpected {beside.unexpected or 0}")


if __name__ == "__main__":
    main()
