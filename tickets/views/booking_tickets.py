"""The tickets of a booking, which its page asks for by htmx: what was filed, and the way to file one more."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from addons import access as bookings
from addons.event_targets import events_to_come, priority_services
from common import clock
from supportplans.entitlements import entitlements
from tickets import own_tickets
from tickets.views.customer import CustomerPage


class BookingTickets(CustomerPage):
    """`/o/<slug>/bookings/<number>/tickets`: a fragment."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        at, booking = clock.now(), bookings.booking_of(self.organization, number)
        held = entitlements(self.organization, at)
        event_priority = held.catalogue.event_priority
        may_file = self.reach.may("tickets", "W") and not self.reach.is_staff and not self.organization.is_disabled
        context = {
            "booking": booking,
            "shown": own_tickets.of_booking(self.organization, booking.pk),
            "may_file": may_file and booking in events_to_come(self.organization, held, at=at),
            "minutes": event_priority.target_minutes if booking.service in priority_services(held.catalogue) else None,
        }
        return self.render("tickets/_booking_tickets.html", context)
