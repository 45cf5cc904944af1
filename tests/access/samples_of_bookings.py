"""What addresses of bookings name: a completed one with its report and a duty, what can be served a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organization, Person
from addons import completion_reports
from addons.models import Booking, BookingDuty, ServiceCapacity
from common.beijing import date_of


def things(acme: Organization, owner: Person, now: datetime) -> dict[str, Any]:
    """Path parts and what fills them; inside a scope that sees everything."""
    today = date_of(now)
    booking = Booking(
        organization=acme,
        service="availability_check",
        unit="occasion",
        status=Booking.Status.COMPLETED,
        starts_on=today - timedelta(days=7),
        ends_on=today - timedelta(days=7),
        days=1,
        period_start=today - timedelta(days=30),
        contact="Ann Canary",
        description="The canary shop",
        details={"regions": ["cn-north-4"]},
        requested_by=owner,
        created_at=now,
        completed_at=now,
        sections={"limits": "Enough canaries."},
    )
    completion_reports.keep(booking, SimpleUploadedFile("report.pdf", b"%PDF all well"))
    booking.save()
    duty = BookingDuty.objects.create(
        booking=booking, organization=acme, person=owner, starts_at=now - timedelta(hours=8), ends_at=now
    )
    for day in (None, date(2026, 12, 1)):
        ServiceCapacity.objects.create(service="escort_basic", day=day, capacity=2)
    return {
        "preparation/{code}": "preparation/scope_agreed",
        "duties/{duty}": f"duties/{duty.pk}",
        "booking-capacity/{service}": "booking-capacity/escort_basic",
        "bookings/{number}": f"bookings/{booking.pk}",
    }
