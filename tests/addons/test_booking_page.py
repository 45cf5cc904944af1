"""The page of one booking, and what can be done with it there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from addons import booking_news, booking_progress
from addons.models import Booking, BookingDuty
from common import clock, tenancy
from common.beijing import BEIJING
from notifications.models import Notification
from tests.addons.booking_visits import EVENT, only_booking, orbit, text, visit
from tests.addons.conftest import LATER, act, book, hold, listed
from tests.cast import browser_of
from tickets.models import Ticket

__all__ = ["orbit", "visit"]
LAST_DAY = datetime(2026, 7, 7, 12, tzinfo=BEIJING)


# ---- a booking ------------------------------------------------------------------------------------------------------


def test_the_page_says_how_far_it_is_and_what_was_booked(orbit, visit, people):
    visit("/bookings/new", EVENT)
    shown = text(visit(f"/bookings/{only_booking(orbit).pk}"))
    for said in (
        "Waiting for our staff",
        "Three times as many orders",
        "CN North-Beijing4",
        "Promotion",
        "Ann, 1380000",
    ):
        assert said in shown
    assert "You confirmed that it binds your yearly plan." in shown
    assert "2 (Natural days) come back to your quota. Then 3 of 3 are left." in " ".join(
        shown.replace("The days are free again, and ", "").split()
    )


def test_a_booking_that_nobody_confirmed_in_time_says_what_to_do(orbit, visit, people):
    booking = book(orbit, people.outsider)
    the_day_before, first_day = (datetime(2026, 7, day, 12, tzinfo=BEIJING) for day in (5, 6))
    late, badge = "The first day has come, and this booking is not confirmed", "Not confirmed in time"
    assert late not in text(visit(f"/bookings/{booking.pk}", at=the_day_before))
    assert badge not in text(visit("/bookings", at=the_day_before))
    shown = text(visit(f"/bookings/{booking.pk}", at=first_day))
    for said in (late, "so that they decide now.", "/o/orbit/tickets/new"):
        assert said in shown
    assert badge in text(visit("/bookings", at=first_day))
    way_back = visit(f"/bookings/{booking.pk}/reschedule", at=first_day)
    assert (way_back.status_code, way_back["Location"]) == (302, f"/o/orbit/bookings/{booking.pk}")
    act(booking_progress.confirm, booking, people.lead, first_day)
    assert late not in text(visit(f"/bookings/{booking.pk}", at=first_day))
    assert badge not in text(visit("/bookings", at=first_day))


def test_preparation_roster_and_people_are_shown_once_it_is_confirmed(orbit, visit, people):
    booking = act(booking_progress.confirm, book(orbit, people.outsider), people.lead)
    with tenancy.everything():
        Booking.objects.filter(pk=booking.pk).update(service_manager=people.tam, im_group="wecom: Orbit sale")
        start = datetime(2026, 7, 6, tzinfo=BEIJING)
        BookingDuty.objects.create(
            booking=booking,
            organization=orbit,
            person=people.expert,
            task="war_room",
            starts_at=start,
            ends_at=start + timedelta(hours=12),
        )
    shown = text(visit(f"/bookings/{booking.pk}"))
    for said in ("How we get ready", "Load analysis", "0 of 6 ready", "wecom: Orbit sale", "Tam", "War-room expert"):
        assert said in shown
    assert "6 Jul 2026, 12:00" in shown


def test_the_report_and_its_sections_are_read_and_loaded(orbit, visit, people):
    booking = book(orbit, people.outsider, service="availability_check")
    act(booking_progress.confirm, booking, people.lead)
    on_the_day = datetime(2026, 7, 6, 12, tzinfo=BEIJING)
    act(booking_progress.start, booking, people.lead, on_the_day)
    act(
        booking_progress.complete,
        booking,
        people.lead,
        on_the_day,
        summary="All in all well.",
        sections={"limits": "Raise the quota of ECS.\nSoon."},
        report=SimpleUploadedFile("check.pdf", b"%PDF-1.7 the check"),
    )
    shown = text(visit(f"/bookings/{booking.pk}", at=on_the_day))
    for said in ("All in all well.", "Limits: quotas and bandwidth", "Raise the quota of ECS.<br>Soon.", "check.pdf"):
        assert said in shown
    assert "High availability across zones" not in shown
    file = visit(f"/bookings/{booking.pk}/report", at=on_the_day)
    assert b"".join(file.streaming_content) == b"%PDF-1.7 the check"


def test_withdrawing_gives_the_days_back(orbit, visit, people):
    booking = book(orbit, people.outsider, days=2)
    assert visit(f"/bookings/{booking.pk}/withdraw", {}).status_code == 303
    assert only_booking(orbit).status == "withdrawn"
    assert listed(orbit, LATER)["escort_basic"] == (3, 0, 3)


def test_withdrawing_on_the_first_day_is_refused_on_the_page(orbit, visit, people):
    booking = book(orbit, people.outsider)
    first_day = datetime(2026, 7, 6, 12, tzinfo=BEIJING)
    shown = text(visit(f"/bookings/{booking.pk}/withdraw", {}, at=first_day), status=409)
    assert 'data-problem="booking_begun"' in shown
    assert "confirm-withdraw" not in shown
    assert only_booking(orbit).status == "requested"


def test_moving_shows_the_difference_and_then_takes_it(orbit, visit, people):
    booking = book(orbit, people.outsider, days=2)
    preview = text(visit(f"/bookings/{booking.pk}/reschedule/days?starts_on=2026-07-08&days=3"))
    assert '<dd id="takes">1 more</dd>' in preview
    assert "<strong>0 of 3</strong>" in preview
    assert "Until now" in preview
    assert visit(f"/bookings/{booking.pk}/reschedule", {"starts_on": "2026-07-08", "days": "3"}).status_code == 303
    moved = only_booking(orbit)
    assert (moved.starts_on, moved.ends_on, moved.days) == (date(2026, 7, 8), date(2026, 7, 10), 3)
    assert listed(orbit, LATER)["escort_basic"] == (3, 3, 0)


def test_a_refused_move_keeps_the_days_that_were_typed(orbit, visit, people):
    booking = book(orbit, people.outsider)
    shown = text(visit(f"/bookings/{booking.pk}/reschedule", {"starts_on": "2026-07-08", "days": "4"}), status=409)
    assert 'data-problem="quota_insufficient"' in shown
    assert 'value="2026-07-08"' in shown
    assert text(visit(f"/bookings/{booking.pk}/reschedule", {"starts_on": "", "days": "4"}), status=400)
    assert only_booking(orbit).starts_on == date(2026, 7, 6)


def test_a_booking_of_another_organization_is_not_found(orbit, visit, people):
    booking = book(orbit, people.outsider)
    hold(people.acme, "enterprise")
    for path in ("", "/report", "/reschedule", "/reschedule/days", "/tickets"):
        assert visit(f"/bookings/{booking.pk}{path}", by=people.owner, slug="acme").status_code == 404
    assert visit(f"/bookings/{booking.pk}/withdraw", {}, by=people.owner, slug="acme").status_code == 404
    assert only_booking(orbit).status == "requested"


def test_notices_lead_to_the_page(orbit, people):
    booking = act(booking_progress.confirm, book(orbit, people.outsider), people.lead)
    assert booking_news.url_of(booking, orbit) == f"/o/orbit/bookings/{booking.pk}"
    with tenancy.everything():
        told = Notification.objects.filter(person=people.outsider, kind="booking.confirmed").first()
    assert told is not None
    assert told.url == f"/o/orbit/bookings/{booking.pk}"


# ---- its tickets ----------------------------------------------------------------------------------------------------


def test_its_tickets_are_listed_and_one_more_can_be_filed(orbit, visit, people):
    booking = act(booking_progress.confirm, book(orbit, people.outsider), people.lead)
    shown = text(visit(f"/bookings/{booking.pk}/tickets", **{"HX-Request": "true"}))
    assert f'href="/o/orbit/tickets/new?kind=technical&amp;booking={booking.pk}"' in shown
    assert "answered within 10 min" in shown
    form = text(visit(f"/tickets/new?kind=technical&booking={booking.pk}"))
    assert f'<option value="{booking.pk}" selected>' in form
    with clock.at(LATER):
        sent = {"kind": "technical", "severity": "guidance", "region": "cn-north-4", "subject": "Sale", "body": "Hm",
                "booking": booking.pk}  # fmt: skip
        answer = browser_of(people.outsider).post("/api/v1/orgs/orbit/tickets", sent, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["number"] in text(visit(f"/bookings/{booking.pk}/tickets"))
    with tenancy.organization(orbit.pk):
        assert Ticket.objects.get().booking_id == booking.pk
