"""The demo's bookings: every page of them shows something, on whatever day the demo starts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from addons import capacity_plan, checklist
from addons.completion_reports import download
from addons.models import Booking, BookingDuty, PatrolEntry
from addons.quota_check import differences
from common import clock, tenancy
from common.beijing import BEIJING, date_of
from portal.demo import bookings, cast, plans
from portal.management.commands.load_demo import BOUGHT
from tests.addons.conftest import catalogue  # noqa: F401
from tickets.models import ResponseTimer, Ticket


@pytest.fixture
def demo(catalogue, settings, tmp_path):
    """`demo(now)`: people, plans and bookings as they stand at that instant."""
    settings.MEDIA_ROOT = tmp_path

    def begin(now: datetime) -> list[Booking]:
        with clock.at(now):
            players = cast.gather(now - timedelta(days=210))
            for slug, wish, days in BOUGHT:
                at = now - timedelta(days=days) if days else now.replace(day=1, hour=0, minute=0)
                plans.buy(organization=players.organizations[slug], by=players.owner(slug), wish=wish, at=at)
            assert bookings.load(players, now=now) == 12
        with tenancy.everything():
            return list(Booking.objects.select_related("organization").order_by("pk"))

    return begin


def test_bookings_stand_in_every_state_and_an_event_runs(demo):
    now = datetime(2026, 11, 19, 15, tzinfo=BEIJING)
    rows = demo(now)
    assert Counter(row.status for row in rows) == {
        "completed": 4,
        "in_progress": 2,
        "confirmed": 2,
        "requested": 2,
        "rejected": 1,
        "withdrawn": 1,
    }
    assert {row.organization.slug for row in rows} == {"zenith", "orbit", "summit", "pine"}
    event = next(row for row in rows if row.status == "in_progress" and row.service == "escort_basic")
    with tenancy.everything(), clock.at(now):
        assert event.starts_on <= date_of(now) < event.ends_on
        assert checklist.open_items(checklist.checklist(event)) == []
        assert BookingDuty.objects.filter(booking=event, starts_at__lte=now, ends_at__gt=now).count() == 2
        assert PatrolEntry.objects.filter(booking=event, all_well=False).count() == 1
        assert all(entry.at <= now for entry in PatrolEntry.objects.all())
        waiting = Ticket.objects.filter(booking_id=event.pk).order_by("-created_at").first()
        timer = ResponseTimer.objects.filter(ticket=waiting).get()
        assert (timer.target_minutes, timer.due_at - now) == (10, timedelta(minutes=7))
        launch = next(row for row in rows if row.organization.slug == "orbit" and row.status == "confirmed")
        assert {item.code for item in checklist.open_items(checklist.checklist(launch))} == {
            "capacity_forecast",
            "agreed_with_organization",
            "duty_roster",
        }
        report = download(next(row for row in rows if row.service == "availability_check"))
        assert report.file_to_stream.read(5) == b"%PDF-"
        report.file_to_stream.close()
        loads = capacity_plan.loads(now, date_of(now), date_of(now) + timedelta(days=30))
        assert [load.day - date_of(now) for load in loads["event_assurance"] if load.is_over] == [timedelta(days=17)]
    assert differences() == []


def test_it_can_be_told_in_a_holiday_in_the_first_minute_of_a_month(demo):
    """The first of October: half of what is worked begins before it, half after it."""
    running = [row for row in demo(datetime(2026, 10, 1, 0, 1, tzinfo=BEIJING)) if row.status == "in_progress"]
    assert {row.service for row in running} == {"escort_basic", "architecture_consulting"}
    assert differences() == []
