"""Booking, moving and withdrawing: days, quota and news together, or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from addons import booking_progress, bookings, plan_binding
from addons.models import Booking
from addons.quota_check import differences
from addons.refusals import (
    AccountOverdue,
    BookingBegun,
    BookingNotOpen,
    NotEntitled,
    NoticeTooShort,
    OutsidePeriod,
    OverlappingBooking,
    QuotaInsufficient,
    RegionNotServed,
)
from common import tenancy
from common.beijing import BEIJING
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors, OrganizationDisabled
from notifications.models import Notification
from supportplans.models import Subscription, Term
from tests.addons.conftest import LATER, act, book, hold, listed, movements

ESCORT, CONSULTING, ASSURANCE = "escort_basic", "architecture_consulting", "event_assurance"
JULY = date(2026, 7, 6)


@pytest.fixture
def orbit(catalogue, people):
    return hold(people.orbit, "enterprise")


@pytest.fixture
def pine(catalogue, people):
    return hold(people.pine, "standard")


def nothing_happened(organization) -> bool:
    with tenancy.everything():
        rows = Booking.objects.filter(organization=organization).exists()
    return not rows and all(not movements(organization, code) for code in (ESCORT, CONSULTING, ASSURANCE))


def told(kind: str) -> set[str]:
    with tenancy.everything():
        return set(Notification.objects.filter(kind=kind).values_list("person__email", flat=True))


def test_a_booking_takes_its_days_at_once_and_staff_are_told(orbit, people):
    booking = book(orbit, people.outsider, days=2, details={"regions": ["cn-north-4"], "event_kind": "launch"})
    assert (booking.status, booking.starts_on, booking.ends_on) == ("requested", JULY, date(2026, 7, 7))
    assert (booking.unit, booking.period_start, booking.short_notice) == ("natural_day", date(2026, 3, 1), False)
    assert listed(orbit, LATER)[ESCORT] == (3, 2, 1)
    assert movements(orbit, ESCORT) == [("use", -2, "booked", booking.pk)]
    assert told("booking.requested") == {"lead@support.example"}
    with tenancy.everything():
        event = OutboxEvent.objects.get(topic="booking.updated")
        assert (event.payload["booking"], event.payload["change"], event.payload["days"]) == (
            booking.pk,
            "requested",
            2,
        )
        entry = AuditEntry.objects.get(action="booking.requested")
        assert (entry.by_id, entry.after["starts_on"]) == (people.outsider.pk, "2026-07-06")
    assert differences() == []


def test_working_days_skip_the_weekend(pine, people):
    booking = book(pine, people.partner_owner, service=CONSULTING, starts_on=date(2026, 7, 9), days=4)
    assert booking.ends_on == date(2026, 7, 14)
    assert listed(pine, LATER)[CONSULTING] == (4, 4, 0)


def test_an_occasion_needs_no_number_of_days(orbit, people):
    booking = book(orbit, people.outsider, service="availability_check", days=None)
    assert (booking.days, booking.ends_on) == (1, JULY)
    assert listed(orbit, LATER)["availability_check"] == (1, 1, 0)


def test_the_acknowledgement_that_it_binds_the_plan_is_kept_and_optional(orbit, people):
    assert book(orbit, people.outsider).acknowledged_binding is False
    later = book(orbit, people.outsider, starts_on=date(2026, 7, 8), acknowledge_binding=True)
    assert later.acknowledged_binding is True


MISTAKES = [
    ({"service": "hotline"}, "service"),
    ({"service": "nonsense"}, "service"),
    ({"days": 0}, "days"),
    ({"days": -1}, "days"),
    ({"days": None}, "days"),
    ({"service": "availability_check", "days": 2}, "days"),
    ({"service": "availability_check", "starts_on": date(2026, 7, 5)}, "starts_on"),
    ({"starts_on": date(9999, 12, 31)}, "starts_on"),
    ({"details": {"regions": ["mars"]}}, "details.regions"),
    ({"details": {"products": ["mars"]}}, "details.products"),
]


def test_mistakes_in_fields_come_before_refusals(orbit, people):
    orbit.disabled_at = LATER
    orbit.save()
    for wish, field in MISTAKES:
        with pytest.raises(FieldErrors) as refused:
            book(orbit, people.outsider, **wish)
        assert list(refused.value.errors) == [field], wish
    assert nothing_happened(orbit)


def test_the_next_working_day_is_named(pine, people):
    with pytest.raises(FieldErrors) as refused:
        book(pine, people.partner_owner, service=CONSULTING, starts_on=date(2026, 10, 3))
    assert refused.value.errors == {"starts_on": ["This service starts on a working day. The next one is 2026-10-08."]}


def test_a_disabled_organization_books_moves_and_withdraws_nothing(orbit, people):
    booking = book(orbit, people.outsider)
    orbit.disabled_at = LATER
    orbit.save()
    with pytest.raises(OrganizationDisabled):
        book(orbit, people.outsider, starts_on=date(2026, 8, 6))
    for action, more in ((bookings.withdraw, {}), (bookings.reschedule, {"starts_on": JULY, "days": 2})):
        with pytest.raises(OrganizationDisabled):
            act(action, booking, people.outsider, **more)
    assert listed(orbit, LATER)[ESCORT] == (3, 1, 2)


@pytest.mark.parametrize(
    ("tier", "cycle", "service"),
    [
        ("developer", "yearly", ESCORT),
        ("enterprise", "monthly", ESCORT),
        ("enterprise", "yearly", ASSURANCE),
        ("business", "yearly", "availability_check"),
    ],
)
def test_who_is_granted_nothing_of_a_service_is_not_entitled(catalogue, people, tier, cycle, service):
    hold(people.orbit, tier, cycle, at=LATER)
    with pytest.raises(NotEntitled):
        book(people.orbit, people.outsider, service=service, at=LATER + timedelta(hours=1))
    assert nothing_happened(people.orbit)


def test_the_free_tier_and_an_upgrade_inside_the_term_are_not_entitled(catalogue, people):
    with pytest.raises(NotEntitled):
        book(people.orbit, people.outsider)
    hold(people.orbit, "developer")
    hold(people.orbit, "enterprise", at=LATER - timedelta(days=1))
    with pytest.raises(NotEntitled):
        book(people.orbit, people.outsider)


def test_a_suspended_plan_books_nothing_and_what_was_booked_goes_on(orbit, people):
    booking = book(orbit, people.outsider)
    with tenancy.everything():
        Subscription.objects.update(suspended_at=LATER)
    with pytest.raises(AccountOverdue):
        book(orbit, people.outsider, starts_on=date(2026, 8, 6))
    assert act(booking_progress.confirm, booking, people.lead).status == "confirmed"


def test_a_region_that_is_not_served_is_refused(orbit, people):
    with pytest.raises(RegionNotServed) as refused:
        book(orbit, people.outsider, details={"regions": ["cn-north-4", "eu-paris"]})
    assert refused.value.members == {"regions": ["eu-paris"]}
    assert refused.value.action_url.startswith("mailto:")


def test_binding_notice_names_the_earliest_day(pine, people):
    on_the_eve = datetime(2026, 9, 30, 15, tzinfo=BEIJING)
    with pytest.raises(NoticeTooShort) as refused:
        book(pine, people.partner_owner, at=on_the_eve, service=CONSULTING, starts_on=date(2026, 10, 9))
    assert refused.value.members == {"earliest": "2026-10-10"}
    booking = book(pine, people.partner_owner, at=on_the_eve, service=CONSULTING, starts_on=date(2026, 10, 10))
    assert (booking.starts_on, booking.short_notice) == (date(2026, 10, 10), False)


def test_escort_at_short_notice_is_taken_and_marked(orbit, people):
    assert book(orbit, people.outsider, starts_on=date(2026, 6, 16)).short_notice is True
    with pytest.raises(NoticeTooShort) as refused:
        book(orbit, people.outsider, starts_on=date(2026, 6, 14))
    assert refused.value.members == {"earliest": "2026-06-15"}


def test_a_booking_lies_inside_the_period_that_granted_its_quota(orbit, people):
    last_day = date(2027, 2, 28)
    assert book(orbit, people.outsider, starts_on=last_day).ends_on == last_day
    for starts_on, days in ((date(2027, 2, 27), 3), (date(2027, 3, 1), 1), (JULY, 4000)):
        with pytest.raises(OutsidePeriod) as refused:
            book(orbit, people.outsider, starts_on=starts_on, days=days)
        assert refused.value.members == {"starts_on": "2026-03-01", "ends_on": "2027-02-28"}


def test_days_of_a_service_year_end_inside_paid_or_queued_terms(catalogue, people):
    pine = hold(people.pine, "standard", "monthly", at=datetime(2026, 6, 1, 9, tzinfo=BEIJING))
    wish = {"service": CONSULTING, "starts_on": date(2026, 6, 30), "days": 2}
    with pytest.raises(OutsidePeriod) as refused:
        book(pine, people.partner_owner, **wish)
    assert refused.value.members == {"starts_on": "2026-06-01", "ends_on": "2026-06-30"}
    with tenancy.organization(pine.pk):
        queued = Term.objects.get()
        queued.pk, queued.starts_on, queued.ends_on = None, date(2026, 7, 1), date(2026, 8, 1)
        queued.began_at, queued.bought_by = datetime(2026, 7, 1, tzinfo=BEIJING), "O-2"
        queued.save(force_insert=True)
    assert book(pine, people.partner_owner, **wish).ends_on == date(2026, 7, 1)


def test_two_bookings_of_one_service_share_no_day(orbit, people):
    first = book(orbit, people.outsider, days=2)
    with pytest.raises(OverlappingBooking) as refused:
        book(orbit, people.outsider, starts_on=date(2026, 7, 7))
    assert refused.value.members == {"booking": first.pk}
    book(orbit, people.outsider, service="availability_check", starts_on=date(2026, 7, 7))
    book(orbit, people.outsider, starts_on=date(2026, 7, 8))


def test_the_database_refuses_overlapping_days_whatever_the_code_does(orbit, people):
    booking = book(orbit, people.outsider, days=2)
    booking.pk = None
    with tenancy.organization(orbit.pk), pytest.raises(IntegrityError), transaction.atomic():
        booking.save(force_insert=True)


def test_more_than_is_left_is_refused_with_a_pointer_to_the_standard_edition(orbit, people, settings):
    book(orbit, people.outsider, days=2)
    with pytest.raises(QuotaInsufficient) as refused:
        book(orbit, people.outsider, starts_on=date(2026, 8, 3), days=2)
    assert refused.value.members == {"remaining": 1, "requested": 2}
    assert refused.value.action_url == settings.PAID_EDITIONS[ESCORT]
    assert listed(orbit, LATER)[ESCORT] == (3, 2, 1)


def test_withdrawing_before_the_first_day_gives_the_quota_and_the_days_back(orbit, people):
    booking = book(orbit, people.outsider, days=3)
    withdrawn = act(bookings.withdraw, booking, people.outsider, at=datetime(2026, 7, 5, 23, tzinfo=BEIJING))
    assert withdrawn.status == "withdrawn"
    assert movements(orbit, ESCORT)[1:] == [("return", 3, "booking_withdrawn", booking.pk)]
    assert listed(orbit, LATER)[ESCORT] == (3, 0, 3)
    assert told("booking.withdrawn") == {"lead@support.example"}
    with pytest.raises(BookingNotOpen) as refused:
        act(bookings.withdraw, booking, people.outsider)
    assert refused.value.members == {"booking_status": "withdrawn"}
    book(orbit, people.outsider, days=3)
    assert differences() == []


def test_on_its_first_day_a_booking_is_withdrawn_and_moved_no_more(orbit, people):
    booking = book(orbit, people.outsider)
    midnight = datetime(2026, 7, 6, tzinfo=BEIJING)
    for action, more in ((bookings.withdraw, {}), (bookings.reschedule, {"starts_on": date(2026, 8, 6), "days": 1})):
        with pytest.raises(BookingBegun):
            act(action, booking, people.outsider, at=midnight, **more)
    assert listed(orbit, LATER)[ESCORT] == (3, 1, 2)


@pytest.mark.parametrize(
    ("days", "balance", "entries"),
    [
        (3, (3, 3, 0), [("use", -1, "booking_moved")]),
        (1, (3, 1, 2), [("return", 1, "booking_moved")]),
        (2, (3, 2, 1), []),
    ],
)
def test_moving_takes_or_gives_back_only_the_difference(orbit, people, days, balance, entries):
    booking = book(orbit, people.outsider, days=2)
    moved = act(bookings.reschedule, booking, people.outsider, starts_on=date(2026, 7, 7), days=days)
    assert (moved.starts_on, moved.days) == (date(2026, 7, 7), days), "its own old days do not stand in the way"
    assert listed(orbit, LATER)[ESCORT] == balance
    assert [row[:3] for row in movements(orbit, ESCORT)[1:]] == entries
    assert differences() == []


def test_moving_makes_all_checks_again(orbit, people):
    booking = book(orbit, people.outsider, days=2)
    other = book(orbit, people.outsider, starts_on=date(2026, 8, 3))
    with pytest.raises(QuotaInsufficient) as refused:
        act(bookings.reschedule, booking, people.outsider, starts_on=JULY, days=3)
    assert refused.value.members == {"remaining": 2, "requested": 3}
    with pytest.raises(OverlappingBooking):
        act(bookings.reschedule, booking, people.outsider, starts_on=other.starts_on, days=1)
    with pytest.raises(OutsidePeriod):
        act(bookings.reschedule, booking, people.outsider, starts_on=date(2027, 3, 1), days=1)
    with pytest.raises(FieldErrors):
        act(bookings.reschedule, booking, people.outsider, starts_on=JULY, days=0)
    assert listed(orbit, LATER)[ESCORT] == (3, 3, 0)


def test_new_days_are_confirmed_anew(orbit, people):
    booking = book(orbit, people.outsider)
    act(booking_progress.confirm, booking, people.lead)
    moved = act(bookings.reschedule, booking, people.outsider, starts_on=date(2026, 7, 8), days=1)
    assert (moved.status, moved.confirmed_at, moved.confirmed_by) == ("requested", None, None)


def test_a_partner_whose_plan_became_smaller_still_moves_what_is_booked(catalogue, people):
    hold(people.pine, "premium")
    booking = book(people.pine, people.partner_owner, service="onsite_training")
    hold(people.pine, "standard", at=LATER)
    after = LATER + timedelta(days=1)
    moved = act(bookings.reschedule, booking, people.partner_owner, at=after, starts_on=date(2026, 7, 8), days=1)
    assert moved.starts_on == date(2026, 7, 8)
    with pytest.raises(NotEntitled):
        book(people.pine, people.partner_owner, at=after, service="onsite_training", starts_on=date(2026, 8, 3))


def leave(pine, last_paid_day: date, at: datetime = LATER) -> tuple[list[int], list[int]]:
    with tenancy.organization(pine.pk):
        listed_before = plan_binding.bookings_ended_by(organization=pine, last_paid_day=last_paid_day)
        ended = bookings.withdraw_for_plan_change(organization=pine, last_paid_day=last_paid_day, at=at, by=None)
    return [booking.pk for booking in listed_before], [booking.pk for booking in ended]


def test_leaving_withdraws_what_reaches_beyond_and_tells_both_sides(pine, people):
    july = book(pine, people.partner_owner, service=ASSURANCE, days=2)
    august = book(pine, people.partner_owner, service=CONSULTING, starts_on=date(2026, 8, 3), days=3)
    done = book(pine, people.partner_owner, service=ASSURANCE, starts_on=date(2026, 8, 10))
    act(bookings.withdraw, done, people.partner_owner)
    assert leave(pine, LATER.date()) == ([july.pk, august.pk], [july.pk, august.pk])
    assert listed(pine, LATER) == {ASSURANCE: (4, 0, 4), CONSULTING: (4, 0, 4)}
    assert movements(pine, CONSULTING)[-1] == ("return", 3, "plan_ended", august.pk)
    assert told("booking.ended_by_plan") == {"owner@pine.example", "lead@support.example"}
    assert leave(pine, LATER.date()) == ([], [])
    assert differences() == []


def test_leaving_at_renewal_ends_only_what_lies_in_the_queued_term(pine, people):
    july = book(pine, people.partner_owner, service=ASSURANCE, days=2)
    assert leave(pine, date(2026, 7, 7)) == ([], [])
    assert leave(pine, date(2026, 7, 6)) == ([july.pk], [july.pk])


def test_what_is_in_progress_when_the_plan_ends_gives_nothing_back(pine, people):
    booking = book(pine, people.partner_owner, service=ASSURANCE, days=4)
    act(booking_progress.confirm, booking, people.lead)
    second_day = datetime(2026, 7, 7, 12, tzinfo=BEIJING)
    act(booking_progress.start, booking, people.lead, at=second_day)
    assert leave(pine, second_day.date(), second_day) == ([booking.pk], [booking.pk])
    assert listed(pine, second_day)[ASSURANCE] == (4, 4, 0)
    assert differences() == []
