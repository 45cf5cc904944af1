"""Staff's part of a booking: its states, its report, and who hears of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from addons import booking_progress, bookings, completion_reports
from addons.models import Booking
from addons.quota_check import differences
from addons.refusals import BookingBegun, BookingNotBegun, BookingNotOpen
from common import clock, tenancy
from common.beijing import BEIJING, midnight
from common.problems import FieldErrors, NotFound
from notifications.models import Notification
from tests.addons.conftest import LATER, act, book, hold, listed, movements

JULY = date(2026, 7, 6)
FIRST_DAY = datetime(2026, 7, 6, 10, tzinfo=BEIJING)
CHECK = "availability_check"


@pytest.fixture
def orbit(catalogue, people):
    return hold(people.orbit, "enterprise")


@pytest.fixture
def booking(orbit, people):
    return book(orbit, people.outsider, service=CHECK)


def told(kind: str) -> set[str]:
    with tenancy.everything():
        return set(Notification.objects.filter(kind=kind).values_list("person__email", flat=True))


def begin(at: datetime) -> int:
    with clock.at(at):
        return booking_progress.begin_due_bookings(at=at)["begun"]


def stored(booking) -> Booking:
    with tenancy.everything():
        return Booking.objects.get(pk=booking.pk)


def test_a_booking_goes_from_requested_to_completed(booking, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    confirmed = act(booking_progress.confirm, booking, people.lead)
    assert (confirmed.status, confirmed.confirmed_by, confirmed.confirmed_at) == ("confirmed", people.lead, LATER)
    started = act(booking_progress.start, booking, people.tam, at=FIRST_DAY)
    assert (started.status, started.started_at) == ("in_progress", FIRST_DAY)
    report = SimpleUploadedFile("../Orbit\u202e.pdf", b"%PDF-1.7 all is well")
    done = act(
        booking_progress.complete,
        booking,
        people.tam,
        at=FIRST_DAY,
        summary="Two zones.",
        sections={"limits": "Raise the quota of EIPs."},
        report=report,
    )
    assert (done.status, done.completed_at, done.summary) == ("completed", FIRST_DAY, "Two zones.")
    assert (done.sections, done.report_name, done.report_size) == (
        {"limits": "Raise the quota of EIPs."},
        "Orbit.pdf",
        20,
    )
    answer = completion_reports.download(done)
    assert answer.file_to_stream.read() == b"%PDF-1.7 all is well"
    answer.file_to_stream.close()
    assert answer["Content-Type"] == "application/pdf"
    assert told("booking.confirmed") == told("booking.completed") == {"owner@orbit.example"}
    assert listed(booking.organization, FIRST_DAY)[CHECK] == (1, 1, 0)
    assert differences() == []


def test_what_the_organization_told_meanwhile_is_kept_with_the_confirmation(booking, people):
    confirmed = act(booking_progress.confirm, booking, people.lead, details={"regions": ["cn-north-4"]})
    assert confirmed.details == {"regions": ["cn-north-4"]}
    other = book(booking.organization, people.outsider)
    with pytest.raises(FieldErrors):
        act(booking_progress.confirm, other, people.lead, details={"regions": ["mars"]})
    assert stored(other).status == "requested"


def test_a_rejected_booking_gives_its_quota_back_and_says_why(booking, people):
    act(booking_progress.confirm, booking, people.lead)
    rejected = act(booking_progress.reject, booking, people.lead, reason="Nobody is free.")
    assert (rejected.status, rejected.reason, rejected.ended_at) == ("rejected", "Nobody is free.", LATER)
    assert listed(booking.organization, LATER)[CHECK] == (1, 0, 1)
    assert movements(booking.organization, CHECK)[1:] == [("return", 1, "booking_rejected", booking.pk)]
    with tenancy.everything():
        notice = Notification.objects.get(kind="booking.rejected")
    assert (notice.person.email, notice.params["reason"]) == ("owner@orbit.example", "Nobody is free.")
    assert differences() == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_rejection_says_why(reason):
    with pytest.raises(FieldErrors):
        booking_progress.require_reason(reason)
    assert booking_progress.require_reason(" Nobody is free. ") == "Nobody is free."


def test_it_does_not_start_before_its_first_day(booking, people):
    act(booking_progress.confirm, booking, people.lead)
    with pytest.raises(BookingNotBegun) as refused:
        act(booking_progress.start, booking, people.lead, at=datetime(2026, 7, 5, 23, 59, tzinfo=BEIJING))
    assert refused.value.members == {"starts_on": "2026-07-06"}
    assert stored(booking).status == "confirmed"


STEPS = {"confirm": {}, "reject": {"reason": "No"}, "start": {}, "complete": {}}
ALLOWED = {
    "requested": {"confirm", "reject"},
    "confirmed": {"reject", "start"},
    # to start again what has begun changes nothing
    "in_progress": {"start", "complete"},
    "completed": set(),
    "rejected": set(),
    "withdrawn": set(),
}


@pytest.mark.parametrize("status", ALLOWED)
def test_no_other_step_is_possible(booking, people, status):
    for step, more in STEPS.items():
        with tenancy.everything():
            Booking.objects.update(status=status)
        if step in ALLOWED[status]:
            continue
        with pytest.raises(BookingNotOpen) as refused:
            act(getattr(booking_progress, step), booking, people.lead, at=FIRST_DAY, **more)
        assert refused.value.members == {"booking_status": status}
        assert stored(booking).status == status


def test_a_confirmed_booking_begins_by_itself_at_the_first_instant_of_its_first_day(orbit, booking, people):
    waiting = book(orbit, people.outsider)
    act(booking_progress.confirm, booking, people.lead)
    assert begin(datetime(2026, 7, 5, tzinfo=BEIJING)) == 0
    assert begin(datetime(2026, 7, 9, tzinfo=BEIJING)) == 1, "also days late"
    assert (stored(booking).status, stored(booking).started_at) == ("in_progress", midnight(JULY))
    assert stored(waiting).status == "requested", "nobody has confirmed it"
    assert begin(datetime(2026, 7, 9, tzinfo=BEIJING)) == 0
    again = act(booking_progress.start, booking, people.lead, at=FIRST_DAY)
    assert (again.status, again.started_at) == ("in_progress", midnight(JULY))


@pytest.mark.parametrize(
    ("report", "field"),
    [({"report": SimpleUploadedFile("r.pdf", b"<html>")}, "report"), ({"sections": {"cost": "High"}}, "sections")],
)
def test_a_report_is_a_pdf_with_the_sections_of_its_service(booking, people, report, field):
    act(booking_progress.confirm, booking, people.lead)
    act(booking_progress.start, booking, people.lead, at=FIRST_DAY)
    with pytest.raises(FieldErrors) as refused:
        act(booking_progress.complete, booking, people.lead, at=FIRST_DAY, **report)
    assert list(refused.value.errors) == [field]
    assert stored(booking).status == "in_progress"


def test_a_booking_without_a_report_has_nothing_to_download(booking):
    with pytest.raises(NotFound):
        completion_reports.download(booking)


def test_a_booking_in_progress_is_not_withdrawn(booking, people):
    act(booking_progress.confirm, booking, people.lead)
    act(booking_progress.start, booking, people.lead, at=FIRST_DAY)
    with pytest.raises(BookingBegun):
        act(bookings.withdraw, booking, people.outsider, at=FIRST_DAY)
