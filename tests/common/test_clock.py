"""The one clock: the machine's, or the portal's own in demo and test (spec pages 7 'Time' and 8.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from common import clock
from common.models import TestClock as ClockRow

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CLOSE = timedelta(minutes=1)


@pytest.fixture
def travelling(db, settings):
    settings.PORTAL_TEST_CLOCK = "1"


def test_without_the_setting_it_is_the_machines_clock(settings, django_assert_num_queries):
    settings.PORTAL_TEST_CLOCK = ""
    assert abs(clock.now() - clock.real_now()) < CLOSE
    assert not clock.is_test_clock()


def test_reading_it_costs_no_statement_without_the_setting(db, settings, django_assert_num_queries):
    settings.PORTAL_TEST_CLOCK = ""
    with django_assert_num_queries(0):
        clock.now()


def test_it_stands_still_inside_a_block_and_blocks_nest():
    with clock.at(NOON):
        assert clock.now() == NOON
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_it_goes_on_after_a_fault_in_the_block():
    with pytest.raises(ZeroDivisionError), clock.at(NOON):
        1 / 0  # noqa: B018
    assert clock.now() != NOON


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 11, 22)):  # noqa: DTZ001
        pass


def test_today_is_the_date_in_beijing():
    with clock.at(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 22)
    with clock.at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 23)


def test_the_first_reading_starts_it_at_the_real_time(travelling):
    assert not ClockRow.objects.exists()
    assert abs(clock.now() - clock.real_now()) < CLOSE
    assert ClockRow.objects.count() == 1


def test_or_at_the_instant_of_the_setting(db, settings):
    settings.PORTAL_TEST_CLOCK = "2027-01-01T09:00:00+08:00"
    start = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
    assert timedelta() <= clock.now() - start < CLOSE
    settings.PORTAL_TEST_CLOCK = "2030-01-01T09:00:00+08:00"
    assert clock.now() - start < CLOSE, "a restart goes on from the row, whatever the setting says"


def test_moving_it_moves_it_for_everybody_and_it_ticks_on(travelling):
    clock.now()
    clock.move_to(NOON)
    first = clock.now()
    assert timedelta() <= first - NOON < CLOSE
    assert clock.now() > first
    # What another process sees: the row alone.
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_at FROM common_testclock")
        assert cursor.fetchall() == [(NOON,)]


def test_a_request_reads_the_row_once(travelling, django_assert_num_queries):
    clock.now()
    with django_assert_num_queries(1), clock.steady():
        clock.now()
        clock.now()
        clock.today()


def test_moving_it_inside_a_request_is_seen_there(travelling):
    clock.now()
    with clock.steady():
        clock.move_to(NOON)
        assert timedelta() <= clock.now() - NOON < CLOSE


def test_heartbeats_and_leases_keep_to_real_time(travelling):
    clock.move_to(NOON + timedelta(days=400))
    with clock.at(NOON):
        assert abs(clock.real_now() - datetime.now(UTC)) < CLOSE
