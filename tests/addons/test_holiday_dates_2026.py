"""Notice and last days of every service across the holidays of 2026, worked out by hand from the official notice.

Off: 1 to 3 January, 15 to 23 February (Spring Festival), 4 to 6 April, 1 to 5 May (Labour Day), 19 to 21 June, 25 to
27 September, 1 to 7 October (National Day). Worked instead: Sunday 4 January, Saturdays 14 and 28 February, Saturday
9 May, Sunday 20 September, Saturday 10 October.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings as project

from addons import booking_rules
from addons.booking_rules import Facts
from addons.refusals import NoticeTooShort
from addons.service_allowance import Account, QuotaPeriod
from addons.service_quotas import ServiceBalance
from common.problems import FieldErrors
from common.working_days import WorkingCalendar
from supportplans import catalogue_reading

CALENDAR = WorkingCalendar()
YEAR = QuotaPeriod(date(2025, 1, 1), date(2028, 1, 1))

CONSULTING = "architecture_consulting"  # working days, 3 of notice
CHECK = "availability_check"  # an occasion, 3 of notice
ASSURANCE = "event_assurance"  # natural days, 5 of notice
ONSITE = "onsite_training"  # an occasion, 10 of notice
ESCORT = "escort_basic"  # natural days, 10 of notice, which are advice


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    path = project.BASE_DIR / "supportplans/catalogues/2022-01-06.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    return {each.code: each for each in catalogue_reading.read(document).entitlements}


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def booked(service, today: date, first: date, days: int = 1) -> booking_rules.Days:
    """A booking that nothing but its days can stand against."""
    facts = Facts(
        today=today,
        calendar=CALENDAR,
        is_disabled=False,
        held=SimpleNamespace(suspended=False, excluded_regions=()),
        balance=ServiceBalance(service, YEAR, Account(20, 0), included=True),
        paid_until=None,
    )
    return booking_rules.check(service, first, days, (), facts)


OFF = ["01-01", "01-02", "01-03", *(f"02-{n}" for n in range(15, 24)), "04-04", "04-05", "04-06",
       *(f"05-0{n}" for n in range(1, 6)), "06-19", "06-20", "06-21", "09-25", "09-26", "09-27",
       *(f"10-0{n}" for n in range(1, 8))]  # fmt: skip
WORKED = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_the_calendar_is_the_notice_of_the_state_council():
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    exceptions = {each for each in year if CALENDAR.is_working_day(each) is not (each.weekday() < 5)}
    assert exceptions == {day(each) for each in OFF if day(each).weekday() < 5} | {day(each) for each in WORKED}
    assert CALENDAR.is_published(2026)


NOTICE = [
    # Spring Festival
    ("the week before is ordinary", CONSULTING, "02-06", "02-11"),
    ("the third day is the Friday before", CHECK, "02-10", "02-13"),
    ("the make-up Saturday before counts as the third day", CONSULTING, "02-11", "02-14"),
    ("the third day lies behind nine days off", CHECK, "02-12", "02-24"),
    ("Saturday 14 counts, then it goes on the 24th", CONSULTING, "02-13", "02-25"),
    ("booked on the make-up Saturday, which is not counted", CHECK, "02-14", "02-26"),
    ("booked on the first day off", CONSULTING, "02-15", "02-26"),
    ("booked on the last day off", CHECK, "02-23", "02-26"),
    ("booked on the first day worked again", CONSULTING, "02-24", "02-27"),
    ("the make-up Saturday after counts as the third day", CHECK, "02-25", "02-28"),
    ("Saturday 28 counts, Sunday does not", CONSULTING, "02-26", "03-02"),
    ("booked on the make-up Saturday after", CHECK, "02-28", "03-04"),
    ("the fifth day is the make-up Saturday", ASSURANCE, "02-09", "02-14"),
    ("the fifth day lies behind the holiday", ASSURANCE, "02-10", "02-24"),
    ("two before and three after the holiday", ASSURANCE, "02-12", "02-26"),
    ("booked inside the holiday, five days on is a Saturday", ASSURANCE, "02-17", "02-28"),
    ("five days on over the make-up Saturday after", ASSURANCE, "02-24", "03-02"),
    ("ten days end on the make-up Saturday", ONSITE, "02-02", "02-14"),
    ("ten days end behind the holiday", ONSITE, "02-03", "02-24"),
    ("ten days hold both make-up Saturdays", ONSITE, "02-11", "03-03"),
    ("ten days from the middle of the holiday", ONSITE, "02-20", "03-06"),
    # Labour Day
    ("the third day is the eve", CONSULTING, "04-27", "04-30"),
    ("the third day lies behind five days off", CHECK, "04-28", "05-06"),
    ("one day before and two after", CONSULTING, "04-29", "05-07"),
    ("booked on the first of May", CHECK, "05-01", "05-08"),
    ("booked on the fifth of May", CONSULTING, "05-05", "05-08"),
    ("the make-up Saturday of May is the third day", CHECK, "05-06", "05-09"),
    ("it counts, the Sunday after it does not", CONSULTING, "05-07", "05-11"),
    ("booked on the make-up Saturday of May", CHECK, "05-09", "05-13"),
    ("booked on the Sunday after it", CONSULTING, "05-10", "05-13"),
    ("the fifth day is the eve", ASSURANCE, "04-23", "04-30"),
    ("the fifth day is the first one worked again", ASSURANCE, "04-24", "05-06"),
    ("five days from the eve take the make-up Saturday in", ASSURANCE, "04-30", "05-11"),
    ("booked on a Saturday that is off", ASSURANCE, "05-02", "05-11"),
    ("ten days end on the eve", ONSITE, "04-16", "04-30"),
    ("ten days end on the first day worked again", ONSITE, "04-17", "05-06"),
    ("ten days over the holiday and its Saturday", ONSITE, "04-29", "05-15"),
    ("ten days from the Friday before the make-up Saturday", ONSITE, "05-08", "05-21"),
    # Mid-Autumn and National Day
    ("a Sunday is worked and counts as the second day", CONSULTING, "09-17", "09-21"),
    ("booked on the Friday, Saturday is off and Sunday worked", CHECK, "09-18", "09-22"),
    ("booked on the make-up Sunday", CONSULTING, "09-20", "09-23"),
    ("Mid-Autumn takes Friday and the weekend", CHECK, "09-22", "09-28"),
    ("between the two holidays three days are worked", CONSULTING, "09-26", "09-30"),
    ("the third day is the first after National Day", CHECK, "09-28", "10-08"),
    ("the third day is the second after it", CONSULTING, "09-29", "10-09"),
    ("the eve: the specification's example", CONSULTING, "09-30", "10-10"),
    ("booked on the first of October, as on the eve", CHECK, "10-01", "10-10"),
    ("booked on the last day off, as on the eve", CONSULTING, "10-07", "10-10"),
    ("the make-up Saturday of October counts, Sunday does not", CHECK, "10-08", "10-12"),
    ("booked on the make-up Saturday of October", CONSULTING, "10-10", "10-14"),
    ("the fifth day is a Sunday that is worked", ASSURANCE, "09-14", "09-20"),
    ("both holidays lie between", ASSURANCE, "09-24", "10-09"),
    ("booked on Mid-Autumn", ASSURANCE, "09-25", "10-09"),
    ("five days from the eve", ASSURANCE, "09-30", "10-13"),
    ("ten days end on the eve of National Day", ONSITE, "09-16", "09-30"),
    ("ten days end on the first day after it", ONSITE, "09-17", "10-08"),
    ("ten days from the eve", ONSITE, "09-30", "10-20"),
    ("ten days from the middle of National Day", ONSITE, "10-05", "10-20"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "booked_on", "earliest"), [row[1:] for row in NOTICE], ids=[r[0] for r in NOTICE])
def test_the_earliest_first_day(services, service, booked_on, earliest):
    today, first = day(booked_on), day(earliest)
    assert booked(services[service], today, first).starts_on == first
    before = first - timedelta(days=1)
    while services[service].unit != "natural_day" and not CALENDAR.is_working_day(before):
        before -= timedelta(days=1)
    with pytest.raises(NoticeTooShort) as refused:
        booked(services[service], today, before)
    assert refused.value.members == {"earliest": f"2026-{earliest}"}


ADVICE = [
    ("ten days end on the make-up Saturday before Spring Festival", "02-02", "02-14"),
    ("ten days hold Spring Festival and both Saturdays", "02-11", "03-03"),
    ("ten days end behind Labour Day", "04-17", "05-06"),
    ("ten days over Labour Day and its Saturday", "04-29", "05-15"),
    ("ten days over the make-up Sunday and Mid-Autumn", "09-16", "09-30"),
    ("ten days from the eve of National Day", "09-30", "10-20"),
]  # fmt: skip


@pytest.mark.parametrize(("booked_on", "earliest"), [row[1:] for row in ADVICE], ids=[row[0] for row in ADVICE])
def test_escort_inside_its_notice_is_taken_and_marked(services, booked_on, earliest):
    today, first = day(booked_on), day(earliest)
    assert booked(services[ESCORT], today, first).short_notice is False
    assert booked(services[ESCORT], today, first - timedelta(days=1)).short_notice is True
    assert booked(services[ESCORT], today, today).short_notice is True


LAST_DAYS = [
    # Spring Festival
    ("one working day before the make-up Saturday", CONSULTING, "02-13", 1, "02-13"),
    ("the make-up Saturday is worked", CONSULTING, "02-13", 2, "02-14"),
    ("from Saturday over nine days off", CONSULTING, "02-13", 3, "02-24"),
    ("it starts on the make-up Saturday", CONSULTING, "02-14", 1, "02-14"),
    ("eight working days hold both Saturdays", CONSULTING, "02-12", 8, "02-28"),
    ("Friday, the make-up Saturday, Monday", CONSULTING, "02-27", 3, "03-02"),
    ("from the make-up Saturday over a Sunday", CONSULTING, "02-28", 2, "03-02"),
    ("natural days run into the holiday", ASSURANCE, "02-14", 8, "02-21"),
    ("natural days start on the first day off", ESCORT, "02-15", 1, "02-15"),
    ("natural days inside the holiday", ASSURANCE, "02-16", 8, "02-23"),
    ("natural days to the last day off", ESCORT, "02-21", 3, "02-23"),
    ("natural days over the end of February", ASSURANCE, "02-27", 4, "03-02"),
    ("an occasion on the make-up Saturday", CHECK, "02-14", 1, "02-14"),
    # Labour Day
    ("working days over five days off", CONSULTING, "04-29", 3, "05-06"),
    ("eight working days from the eve hold the Saturday", CONSULTING, "04-30", 8, "05-13"),
    ("Friday and the make-up Saturday", CONSULTING, "05-08", 2, "05-09"),
    ("the make-up Saturday and Monday", CONSULTING, "05-09", 2, "05-11"),
    ("the whole holiday by natural days", ASSURANCE, "05-01", 5, "05-05"),
    ("natural days from a Saturday that is off", ESCORT, "05-02", 3, "05-04"),
    ("natural days from the make-up Saturday to Sunday", ESCORT, "05-09", 2, "05-10"),
    ("an occasion on the first day worked again", ONSITE, "05-06", 1, "05-06"),
    # Mid-Autumn and National Day
    ("Friday and the Sunday that is worked", CONSULTING, "09-18", 2, "09-20"),
    ("from the make-up Sunday to Thursday", CONSULTING, "09-20", 5, "09-24"),
    ("over Mid-Autumn", CONSULTING, "09-24", 2, "09-28"),
    ("over National Day", CONSULTING, "09-30", 2, "10-08"),
    ("eight working days over National Day and its Saturday", CONSULTING, "09-29", 8, "10-14"),
    ("to the make-up Saturday of October", CONSULTING, "10-09", 2, "10-10"),
    ("from it over Sunday", CONSULTING, "10-10", 2, "10-12"),
    ("eight natural days from the first of October", ASSURANCE, "10-01", 8, "10-08"),
    ("from the eve into the holiday", ESCORT, "09-30", 3, "10-02"),
    ("from the make-up Saturday to a Sunday that is off", ESCORT, "10-10", 2, "10-11"),
    ("one natural day on a Saturday that is off", ESCORT, "09-26", 1, "09-26"),
    ("an occasion on the Sunday that is worked", ONSITE, "09-20", 1, "09-20"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "first", "days", "last"), [row[1:] for row in LAST_DAYS], ids=[row[0] for row in LAST_DAYS]
)
def test_the_last_day(services, service, first, days, last):
    assert booked(services[service], date(2026, 1, 2), day(first), days).ends_on == day(last)


NO_START = [
    ("the Saturday of New Year's days, Sunday is worked", CONSULTING, "01-03", "01-04"),
    ("the first day of Spring Festival", CONSULTING, "02-15", "02-24"),
    ("a Saturday inside Spring Festival", CHECK, "02-21", "02-24"),
    ("a Saturday inside Labour Day", ONSITE, "05-02", "05-06"),
    ("the Sunday after the make-up Saturday of May", CONSULTING, "05-10", "05-11"),
    ("a Saturday before the Sunday that is worked", CHECK, "09-19", "09-20"),
    ("Mid-Autumn, a Friday", CONSULTING, "09-25", "09-28"),
    ("the first of October", ONSITE, "10-01", "10-08"),
    ("the Sunday after the make-up Saturday of October", CHECK, "10-11", "10-12"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "first", "following"), [row[1:] for row in NO_START], ids=[r[0] for r in NO_START])
def test_a_service_that_is_worked_does_not_start_on_a_day_off(services, service, first, following):
    with pytest.raises(FieldErrors) as refused:
        booked(services[service], date(2025, 12, 1), day(first))
    sentence = f"This service starts on a working day. The next one is 2026-{following}."
    assert refused.value.errors == {"starts_on": [sentence]}
    assert booked(services[service], date(2025, 12, 1), day(following)).starts_on == day(following)
