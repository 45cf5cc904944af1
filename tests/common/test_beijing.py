from datetime import UTC, date, datetime

import pytest

from common.beijing import Month, add_months, date_of, midnight, read_day


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_day_begins_eight_hours_before_utc():
    assert midnight(date(2026, 11, 1)) == utc(2026, 10, 31, 16)
    assert date_of(utc(2026, 10, 31, 16)) == date(2026, 11, 1)
    assert date_of(utc(2026, 10, 31, 15, 59, 59)) == date(2026, 10, 31)


def test_a_naive_instant_has_no_date():
    with pytest.raises(ValueError):
        date_of(utc(2026, 1, 1).replace(tzinfo=None))


def test_a_month_runs_from_midnight_to_midnight():
    november = Month(2026, 11)
    assert november.starts_at == utc(2026, 10, 31, 16)
    assert november.ends_at == utc(2026, 11, 30, 16)
    assert (november.first_day, november.last_day, november.days) == (
        date(2026, 11, 1),
        date(2026, 11, 30),
        30,
    )


def test_months_follow_one_another_over_the_year():
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2027, 1).previous() == Month(2026, 12)
    assert Month(2026, 5).next() == Month(2026, 6)
    assert Month(2026, 5).previous() == Month(2026, 4)
    assert Month(2026, 12) < Month(2027, 1)
    assert Month(2026, 12).ends_at == Month(2027, 1).starts_at


def test_the_month_of_a_day_and_of_an_instant():
    assert Month.of(date(2028, 2, 29)) == Month(2028, 2)
    assert Month.of_instant(utc(2026, 12, 31, 16)) == Month(2027, 1)
    assert Month(2028, 2).days == 29


@pytest.mark.parametrize(
    "text", ["", "20260706", "2026-W28-1", "2026-7-6", "2026-02-30", "２０２６-07-06", "2026-07-06T"]
)
def test_other_writings_are_no_day(text):
    assert read_day("2026-07-06") == date(2026, 7, 6)
    with pytest.raises(ValueError):
        read_day(text)


def test_a_month_is_written_and_read_as_year_and_month():
    assert str(Month(2026, 3)) == "2026-03"
    assert Month.parse("2026-03") == Month(2026, 3)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-3", "2026-13", "2026-00", "0001-01", "9999-12", "2026-01-01", "２０２６-01"]
)
def test_anything_else_is_no_month(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize(
    ("anchor", "day", "months", "expected"),
    [
        (31, date(2026, 1, 31), 1, date(2026, 2, 28)),
        (31, date(2026, 2, 28), 1, date(2026, 3, 31)),
        (31, date(2028, 1, 31), 1, date(2028, 2, 29)),
        (29, date(2028, 2, 29), 12, date(2029, 2, 28)),
        (15, date(2026, 12, 15), 1, date(2027, 1, 15)),
        (31, date(2026, 3, 31), -1, date(2026, 2, 28)),
        (30, date(2026, 1, 30), 0, date(2026, 1, 30)),
    ],
)
def test_months_are_added_on_the_anchor_day_or_the_last(anchor, day, months, expected):
    assert add_months(anchor, day, months) == expected
