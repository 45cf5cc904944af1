"""The tickets of a booking on the desk's page of it, which asks for them by htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from addons import access as bookings
from tickets import own_tickets
from tickets.views.desk_queue import DeskPage


class DeskBookingTickets(DeskPage):
    """`/desk/bookings/<number>/tickets`: a fragment."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        booking = bookings.any_booking(number)
        context = {"booking": booking, "shown": own_tickets.of_booking(booking.organization, booking.pk)}
        return self.render("tickets/desk/_booking_tickets.html", context)
