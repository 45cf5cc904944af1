"""The demo's cloud usage: months of it, believable sums, and a load with rejects to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from billing.models import UsageLoad, UsageRecord
from billing.usage.days import usage_of_month
from common import clock, tenancy
from common.beijing import BEIJING, Month
from portal.demo import cast, usage


@pytest.mark.parametrize("day", [1, 17, 31])
@pytest.mark.django_db
def test_every_month_until_yesterday_is_there(day):
    now = datetime(2026, 3, day, 10, 30, tzinfo=BEIJING)
    with clock.at(now):
        players = cast.gather(now - timedelta(days=210))
        count = usage.load(players, now=now)
    loads = list(UsageLoad.objects.order_by("pk"))
    assert [load.source[12:19] for load in loads] == [
        "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
    assert [load.rejected for load in loads] == [0, 0, 0, 0, 0, 3, 0]
    assert all(load.started_at <= now for load in loads)
    with tenancy.everything():
        assert UsageRecord.objects.count() == count == sum(load.accepted for load in loads) > 2_500
        assert UsageRecord.objects.filter(charge_mode="on_demand").latest("starts_on").starts_on == (
            now.date() - timedelta(days=1)
        )
    january = Month(2026, 1)
    counted = {}
    for slug in ("acme", "orbit", "zenith"):
        with tenancy.organization(players.organizations[slug].pk):
            counted[slug] = usage_of_month(players.organizations[slug], january).counted
    assert 500 < counted["acme"] < 1_500
    assert 20_000 < counted["orbit"] < 40_000
    assert 1_050_000 < counted["zenith"] < 3_500_000
