"""How the desk reaches what belongs to bookings: through their booking, in the scope of staff or of jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import Person, StaffProfile
from addons.access import HOLDING, all_bookings
from addons.models import Booking, BookingDuty, PatrolEntry, PreparationItem, ServiceCapacity
from common.beijing import read_day
from common.models import AuditEntry
from common.problems import NotFound
from common.rows import by_id

# Who can be on duty for an event or be its service manager.
WORKING = (StaffProfile.Role.ENGINEER, StaffProfile.Role.TAM, StaffProfile.Role.LEAD)
MOST_HISTORY = 200


def bookings_between(first: date, last: date) -> QuerySet[Booking]:
    """Bookings of every state that touch the days `first` to `last`, the earliest first."""
    rows = all_bookings().filter(starts_on__lte=last, ends_on__gte=first)
    return rows.select_related("organization", "service_manager").order_by("starts_on", "pk")


def stays_between(first: date, last: date) -> QuerySet[Booking]:
    """Those that hold their days, for counting."""
    rows = Booking.objects.filter(status__in=HOLDING, starts_on__lte=last, ends_on__gte=first)
    return rows.only("service", "unit", "starts_on", "ends_on").order_by()


def bookings_to_decide() -> QuerySet[Booking]:
    """Requested bookings, the soonest first."""
    rows = all_bookings().filter(status=Booking.Status.REQUESTED)
    return rows.select_related("organization", "service_manager").order_by("starts_on", "pk")


def whole_booking(number: str) -> Booking:
    """One booking with everybody whom its page names; raises NotFound."""
    people = ("organization", "requested_by", "confirmed_by", "service_manager")
    return by_id(all_bookings().select_related(*people), number)


def workers() -> list[Person]:
    """Staff who can be on duty, by name."""
    staff = Person.objects.staff().filter(is_active=True, staff__role__in=WORKING).select_related("staff")
    return list(staff.order_by("name", "email"))


def worker(email: str) -> Person | None:
    """One of them by e-mail."""
    wanted = email.strip().lower()
    return next((person for person in workers() if person.email == wanted), None)


def ticked_of(booking_ids: Iterable[int]) -> dict[int, dict[str, PreparationItem]]:
    """{booking: {code: its row}} of the items that somebody ticked or noted something of."""
    rows = PreparationItem.objects.filter(booking_id__in=list(booking_ids)).select_related("done_by")
    found: dict[int, dict[str, PreparationItem]] = defaultdict(dict)
    for row in rows.order_by("pk"):
        found[row.booking_id][row.code] = row
    return found


def duties_of(booking_ids: Iterable[int]) -> dict[int, list[BookingDuty]]:
    """{booking: its roster, in order of time}."""
    rows = BookingDuty.objects.filter(booking_id__in=list(booking_ids)).select_related("person")
    found: dict[int, list[BookingDuty]] = defaultdict(list)
    for row in rows.order_by("starts_at", "ends_at", "pk"):
        found[row.booking_id].append(row)
    return found


def duty_in(booking: Booking, number: str) -> BookingDuty:
    """One duty of its roster by its id; raises NotFound."""
    return by_id(BookingDuty.objects.filter(booking=booking).select_related("person"), number)


def overlapping_duty(person: Person, starts_at: datetime, ends_at: datetime) -> BookingDuty | None:
    """A duty of the person, for any booking that takes place, that touches the time."""
    rows = BookingDuty.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return (
        rows.filter(booking__status__in=HOLDING).select_related("booking__organization").order_by("starts_at").first()
    )


def on_duty(booking: Booking, at: datetime) -> list[Person]:
    """The active people of its roster whose duty runs at `at`."""
    rows = Person.objects.filter(
        pk__in=BookingDuty.objects.filter(booking=booking, starts_at__lte=at, ends_at__gt=at).values("person"),
        is_active=True,
    )
    return list(rows.order_by("pk"))


def roster_of(booking: Booking) -> list[Person]:
    """The active people of its roster, each once."""
    on_it = BookingDuty.objects.filter(booking=booking).values("person")
    return list(Person.objects.filter(pk__in=on_it, is_active=True).order_by("pk"))


def is_on_roster(booking: Booking, person: Person) -> bool:
    return BookingDuty.objects.filter(booking=booking, person=person).exists()


def patrol_of(booking: Booking) -> QuerySet[PatrolEntry]:
    """Its patrol log, newest first."""
    return PatrolEntry.objects.filter(booking=booking).select_related("by").order_by("-pk")


def history_of(booking: Booking) -> list[AuditEntry]:
    """What was done about the booking, newest first."""
    rows = AuditEntry.objects.filter(organization_id=booking.organization_id, object=f"booking {booking.pk}")
    return list(rows.order_by("-pk")[:MOST_HISTORY])


def capacities() -> QuerySet[ServiceCapacity]:
    """The standards (without a day) and the exceptions of every service."""
    return ServiceCapacity.objects.order_by("service", "day")


def exceptions_from(day: date) -> list[ServiceCapacity]:
    """The exceptions of `day` and later days, in order of time."""
    return list(capacities().filter(day__gte=day).order_by("day", "service"))


def capacity_of(service: str, day: date | None) -> ServiceCapacity | None:
    """The exception of a day, or the standard."""
    return ServiceCapacity.objects.filter(service=service, day=day).first()


def named_day(text: str) -> date:
    """The day of an address; raises NotFound."""
    try:
        return read_day(text)
    except ValueError as error:
        raise NotFound from error
