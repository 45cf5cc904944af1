"""How times and spans are read: the worked readings of common/readings.py, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from common import readings

NOON = datetime(2026, 11, 22, 4, 39, 5, tzinfo=UTC)  # 12:39:05 in Beijing, a Sunday


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (8_040, "2 h 14 min"),
        (590_400, "6 d 20 h"),
        (86_400, "1 d"),
        (7_200, "2 h"),
        (599, "9 min"),
        (41, "0 min"),
        (-300, "5 min"),
    ],
)
def test_a_span_names_at_most_two_units_rounded_down(seconds, shown):
    assert readings.span(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(581, "9 min 41 s"), (600, "10 min"), (601, "10 min"), (540, "9 min"), (41, "41 s"), (0, "0 s")],
)
def test_a_ticking_span_shows_seconds_below_ten_minutes(seconds, shown):
    assert readings.span(seconds, ticking=True) == shown


def test_before_the_due_time_it_says_how_long_is_left():
    assert readings.until(NOON + timedelta(hours=2, minutes=14), NOON) == "in 2 h 14 min"


def test_from_the_due_time_on_it_is_overdue():
    assert readings.until(NOON, NOON) == "overdue by 0 min"
    assert readings.until(NOON - timedelta(minutes=5), NOON) == "overdue by 5 min"


def test_a_part_of_a_second_before_the_due_time_is_not_overdue():
    assert readings.until(NOON + timedelta(milliseconds=200), NOON) == "in 1 s"


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3, seconds=59), "3 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(days=6, hours=23), "6 d ago"),
        (timedelta(days=7), "15 Nov 2026"),
        (timedelta(hours=-3), "in 3 h"),
    ],
)
def test_relative_times_use_one_unit_and_become_dates_after_a_week(ago, shown):
    assert readings.relative(NOON - ago, NOON) == shown


def test_times_are_read_in_beijing():
    assert readings.moment(NOON) == "22 Nov 2026, 12:39"
    assert readings.full(NOON) == "Sunday 22 November 2026, 12:39:05"
    late = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert readings.day(late) == "1 Nov 2026"
    assert readings.month(date(2026, 11, 1)) == "November 2026"


def test_chinese_readers_get_chinese_dates():
    with translation.override("zh-hans"):
        assert readings.moment(NOON) == "2026年11月22日 12:39"
        assert readings.day(date(2026, 1, 5)) == "2026年1月5日"


@pytest.mark.parametrize(
    ("used", "state"),
    [(0, "calm"), (49, "calm"), (50, "soon"), (79, "soon"), (80, "urgent"), (99, "urgent"), (100, "overdue")],
)
def test_the_colour_follows_the_share_of_the_time_used(used, state):
    started = NOON - timedelta(minutes=used)
    assert readings.urgency(started, started + timedelta(minutes=100), NOON) == state


def test_without_a_start_it_stays_calm_until_it_is_overdue():
    assert readings.urgency(None, NOON + timedelta(seconds=1), NOON) == "calm"
    assert readings.urgency(None, NOON, NOON) == "overdue"
