"""The calendar in force: the official one with the administrators' corrections (spec pages 4.3 and 7)."""

from __future__ import annotations

from datetime import date

import pytest

from common.calendar_days import calendar, correct_day, correction_of
from common.models import CalendarDay
from common.problems import FieldErrors

WEDNESDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 28)


def test_without_corrections_it_is_the_official_one(db):
    assert calendar().is_working_day(WEDNESDAY)
    assert not calendar().is_working_day(SATURDAY)
    assert calendar() is calendar(), "built once while nothing changes"


def test_a_correction_counts_from_the_next_question_on(people):
    correct_day(day=WEDNESDAY, is_working=False, note="Typhoon", by=people.admin)
    correct_day(day=SATURDAY, is_working=True, note="", by=people.admin)
    assert not calendar().is_working_day(WEDNESDAY)
    assert calendar().is_working_day(SATURDAY)
    assert correction_of(WEDNESDAY).note == "Typhoon"
    correct_day(day=WEDNESDAY, is_working=True, note="", by=people.admin)
    assert calendar().is_working_day(WEDNESDAY)
    assert CalendarDay.objects.count() == 2
    CalendarDay.objects.all().delete()
    assert not calendar().is_working_day(SATURDAY)


@pytest.mark.parametrize(
    ("day", "note", "wrong"),
    [(date(1999, 12, 31), "", "date"), (date(2100, 1, 1), "", "date"), (WEDNESDAY, "x" * 201, "note")],
)
def test_wrong_corrections_are_refused(people, day, note, wrong):
    with pytest.raises(FieldErrors) as refused:
        correct_day(day=day, is_working=True, note=note, by=people.admin)
    assert list(refused.value.errors) == [wrong]
    assert not CalendarDay.objects.exists()
