"""The year as a wall planner: worked numbers of addons/booking_year.py."""

from __future__ import annotations

from datetime import date

from addons.booking_year import Booked, PocketSheet, Run, WallSheet, days_of_kind, kind_of, picture, runs
from common.working_days import WorkingCalendar

CALENDAR = WorkingCalendar()


def year(*bookings: Booked, first=date(2026, 3, 15), end=date(2027, 3, 15), today=date(2026, 9, 30), lanes=2,
         sheet_of=WallSheet):  # fmt: skip
    return picture(first, end, today=today, calendar=CALENDAR, bookings=bookings, lanes=lanes, sheet_of=sheet_of)


def booked(first: date, last: date, lane: int = 0) -> Booked:
    return Booked(7, "Escort · Requested", lane, "requested", first, last)


def test_months_are_rows_and_weekends_stand_under_each_other():
    seen = year()
    assert [row.first_day for row in seen.rows][::6] == [date(2026, 3, 1), date(2026, 9, 1), date(2027, 3, 1)]
    assert (seen.width, seen.height) == (882, 488)
    saturdays = [n.x for n in seen.numbers if n.kind == "weekend" and (n.x - 68) // 22 % 7 == 5]
    assert len(saturdays) > 40
    assert len(seen.columns) == 37
    assert seen.columns[5] == (68 + 5 * 22 + 11, 13, 5)


def test_the_first_of_october_stands_in_the_column_of_thursdays():
    assert "M134 272h21v35h-21z" in year().paths["holiday"]


def test_today_is_marked_by_its_place():
    # 2026-09-30 is a Wednesday in the fifth week of a month that begins on a Tuesday, in the seventh row.
    assert year().today == (68 + (1 + 29) * 22, 20 + 6 * 36)
    assert year(today=date(2028, 1, 1)).today is None


def test_a_booking_goes_on_in_the_next_month():
    september, october = year(booked(date(2026, 9, 29), date(2026, 10, 2))).bars
    assert (september.x, september.y, september.width) == (68 + 29 * 22, 20 + 6 * 36 + 16, 43)
    assert (october.x, october.y, october.width) == (68 + 3 * 22, 20 + 7 * 36 + 16, 43)


def test_each_service_has_its_lane():
    (upper, lower) = year(
        booked(date(2026, 7, 6), date(2026, 7, 6)), booked(date(2026, 7, 6), date(2026, 7, 6), lane=1)
    ).bars
    assert lower.y - upper.y == 9
    assert upper.height == 8


def test_what_lies_outside_the_year_is_not_drawn():
    assert year(booked(date(2028, 1, 1), date(2028, 1, 3))).bars == ()
    outside = [n for n in year().numbers if n.kind == "outside"]
    assert len(outside) == 14 + 17


def test_days_are_worked_weekends_holidays_or_made_up():
    kinds = {date(2026, 9, 30): "worked", date(2026, 10, 1): "holiday", date(2026, 10, 10): "make_up"}
    kinds |= {date(2026, 10, 11): "weekend", date(2026, 2, 21): "holiday", date(2026, 2, 14): "make_up"}
    # A Sunday between days of the National Day is one of them.
    kinds |= {date(2026, 10, 4): "holiday", date(2026, 9, 26): "weekend"}
    assert {day: kind_of(day, CALENDAR) for day in kinds} == kinds


def test_holidays_are_told_as_runs():
    assert days_of_kind("holiday", date(2026, 9, 1), date(2026, 11, 1), CALENDAR) == [
        Run(date(2026, 9, 25), date(2026, 9, 25)),
        Run(date(2026, 10, 1), date(2026, 10, 7)),
    ]
    assert runs([]) == []


def test_years_without_a_published_calendar_are_named():
    assert year().estimated == (2027,)
    assert year(end=date(2026, 12, 1)).estimated == ()


def test_on_a_phone_two_months_stand_side_by_side_in_weeks():
    seen = year(sheet_of=PocketSheet)
    # March 2026 begins on a Sunday and has six weeks; the later pairs have 5, 6, 5, 6, 5 and 5 (a month alone).
    assert [(row.x, row.y) for row in seen.rows[:3]] == [(0, 13), (174, 13), (0, 34 + 6 * 26 + 10 + 13)]
    assert (seen.width, seen.height) == (328, 7 * 44 + sum((6, 5, 6, 5, 6, 5, 5)) * 26)
    assert seen.columns[:8:7] == ((11, 28, 0), (185, 28, 0))
    october = 3 * 44 + (6 + 5 + 6) * 26 + 34
    assert f"M240 {october}h21v25h-21z" in seen.paths["holiday"]
    assert len(seen.numbers) == len(year().numbers)


def test_on_a_phone_a_booking_goes_on_in_the_next_week_and_the_next_month():
    # Friday to Monday; then Tuesday 2026-09-29 to Friday 2026-10-02 over the end of the month.
    friday, monday = year(booked(date(2026, 7, 10), date(2026, 7, 13)), sheet_of=PocketSheet).bars
    assert (friday.x, friday.width, monday.x, monday.width) == (4 * 22, 65, 0, 21)
    assert monday.y - friday.y == 26
    september, october = year(booked(date(2026, 9, 29), date(2026, 10, 2)), sheet_of=PocketSheet).bars
    assert (september.width, october.x, october.width) == (43, 240, 43)
    assert year(booked(date(2028, 1, 1), date(2028, 1, 3)), sheet_of=PocketSheet).bars == ()
