"""What a booking would be before it is made: the rule's own answers, day by day."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accounts.models import Organization
from addons.booking_months import months_to_choose
from addons.booking_outlook import Outlook, outlook
from addons.booking_year import Run
from common import clock, tenancy
from common.beijing import BEIJING, Month
from common.problems import FieldErrors
from supportplans.models import Subscription
from tests.addons.conftest import book, consume, hold

BEFORE_HOLIDAYS = datetime(2026, 9, 30, 12, tzinfo=BEIJING)


def look(organization: Organization, service: str, at: datetime = BEFORE_HOLIDAYS, **choice) -> Outlook:
    with tenancy.organization(organization.pk), clock.at(at):
        seen = outlook(organization=organization, service=service, at=at, **{"days": 1} | choice)
        # Read inside the scope: all of it comes from the facts of this moment.
        assert seen.by_notice >= seen.facts.today
        return seen


@pytest.fixture
def pine(catalogue, people):
    return hold(people.pine, "standard")


@pytest.fixture
def orbit(catalogue, people):
    return hold(people.orbit, "enterprise")


def test_the_earliest_day_and_the_last_one_across_the_national_day(pine):
    seen = look(pine, "architecture_consulting", starts_on=date(2026, 10, 10), days=3)
    assert seen.earliest == date(2026, 10, 10)
    assert seen.booked.ends_on == date(2026, 10, 13)
    assert seen.not_counted == [Run(date(2026, 10, 11), date(2026, 10, 11))]
    assert seen.make_up_days == [Run(date(2026, 10, 10), date(2026, 10, 10))]
    assert (seen.booked.quantity, seen.after.remaining, seen.after.allowance) == (3, 1, 4)


def test_days_are_closed_for_the_reason_of_the_rule(pine, people):
    book(pine, people.partner_owner, BEFORE_HOLIDAYS, service="architecture_consulting", starts_on=date(2026, 10, 20))
    seen = look(pine, "architecture_consulting", days=2)
    closed = {day: seen.mark(date(2026, 10, day)).closed for day in (9, 10, 11, 17, 19, 20, 21)}
    assert closed == {9: "notice", 10: "", 11: "rest", 17: "rest", 19: "taken", 20: "taken", 21: ""}
    assert seen.mark(date(2026, 9, 29)).closed == "past"
    assert seen.mark(date(2027, 3, 1)).closed == "period"


def test_the_earliest_day_leaves_out_what_is_taken(pine, people):
    book(
        pine,
        people.partner_owner,
        BEFORE_HOLIDAYS,
        service="architecture_consulting",
        starts_on=date(2026, 10, 10),
        days=2,
    )
    # 10 and 12 October are booked.
    assert look(pine, "architecture_consulting", days=2).earliest == date(2026, 10, 13)


def test_days_inside_that_do_not_count_are_marked_as_skipped(pine):
    seen = look(pine, "architecture_consulting", starts_on=date(2026, 10, 10), days=2)
    parts = [seen.mark(date(2026, 10, day)).part for day in (9, 10, 11, 12, 13)]
    assert parts == ["", "first", "skipped", "counted", ""]
    assert [seen.mark(date(2026, 10, day)).kind for day in (7, 10, 11)] == ["holiday", "make_up", "weekend"]


def test_advice_of_notice_names_the_day_that_heeds_it(orbit):
    seen = look(orbit, "escort_basic")
    assert seen.earliest == date(2026, 10, 20)
    early = look(orbit, "escort_basic", starts_on=date(2026, 10, 1))
    assert early.booked.short_notice
    assert early.mark(date(2026, 10, 1)).short_notice
    assert not early.mark(date(2026, 10, 20)).short_notice


def test_at_the_end_of_a_term_short_notice_is_what_is_left(orbit):
    seen = look(orbit, "escort_basic", datetime(2027, 2, 25, 12, tzinfo=BEIJING))
    assert (seen.by_notice, seen.earliest) == (date(2027, 3, 11), date(2027, 2, 25))


def test_a_refusal_of_every_day_is_known_before_one_is_chosen(orbit, people):
    with tenancy.organization(orbit.pk):
        Subscription.objects.filter(organization=orbit).update(suspended_at=BEFORE_HOLIDAYS)
    assert look(orbit, "escort_basic").problem.code == "account_overdue"
    assert look(orbit, "escort_basic").earliest is None
    assert look(people.acme, "escort_basic").problem.code == "not_entitled"


def test_too_little_left_is_said_with_the_day_still_named(orbit):
    consume(orbit, "escort_basic", 2)
    seen = look(orbit, "escort_basic", starts_on=date(2026, 10, 20), days=2)
    assert seen.problem.code == "quota_insufficient"
    assert (seen.earliest, seen.booked, seen.after) == (date(2026, 10, 20), None, None)


def test_no_number_of_days_is_a_mistake_in_the_field(orbit):
    seen = look(orbit, "escort_basic", starts_on=date(2026, 10, 20), days=0)
    assert isinstance(seen.problem, FieldErrors)
    assert list(seen.problem.errors) == ["days"]


def test_a_day_that_is_not_worked_leads_to_the_next_one(orbit):
    seen = look(orbit, "availability_check", starts_on=date(2026, 10, 11))
    assert list(seen.problem.errors) == ["starts_on"]
    assert seen.next_start == date(2026, 10, 12)


def test_a_year_far_away_is_a_mistake_and_not_a_fault(orbit):
    seen = look(orbit, "availability_check", starts_on=date(9999, 12, 31))
    assert list(seen.problem.errors) == ["starts_on"]
    assert seen.next_start is None
    assert months_to_choose(seen).shown == Month(2026, 10)


def test_moving_shows_the_difference_alone(orbit, people):
    booking = book(orbit, people.outsider, BEFORE_HOLIDAYS, starts_on=date(2026, 11, 2), days=2)
    longer = look(orbit, "escort_basic", starts_on=date(2026, 11, 3), days=3, moving=booking)
    assert (longer.more, longer.after.remaining) == (1, 0)
    shorter = look(orbit, "escort_basic", starts_on=date(2026, 11, 3), days=1, moving=booking)
    assert (shorter.gives_back, shorter.after.remaining) == (1, 2)
    same = look(orbit, "escort_basic", starts_on=date(2026, 11, 3), days=2, moving=booking)
    assert (same.more, same.after.remaining) == (0, 1)


def test_only_some_services_bind_the_plan(orbit, pine):
    assert look(orbit, "escort_basic").binds
    assert not look(pine, "architecture_consulting").binds


def test_two_months_are_shown_from_the_day_that_matters(pine):
    seen = look(pine, "architecture_consulting")
    choice = months_to_choose(seen)
    assert [month.first_day for month in choice.months] == [date(2026, 10, 1), date(2026, 11, 1)]
    assert (choice.earlier, choice.later, choice.reached) == (Month(2026, 9), Month(2026, 11), date(2026, 10, 10))
    assert [mark and mark.day.day for mark in choice.months[0].weeks[0]] == [None, None, None, 1, 2, 3, 4]


def test_months_before_today_are_not_offered(pine):
    choice = months_to_choose(look(pine, "architecture_consulting"), Month(2020, 1))
    assert (choice.shown, choice.earlier) == (Month(2026, 9), None)
    assert months_to_choose(look(pine, "architecture_consulting"), Month(2027, 1)).estimated == [2027]
