"""Pages of the desk's bookings."""

from django.urls import path

from addons.desk import booking_views, calendar_views

_BOOKING = "desk/bookings/<str:number>"

urlpatterns = [
    path("desk/bookings", calendar_views.BookingsPage.as_view(), name="desk_bookings"),
    path("desk/bookings/capacity", calendar_views.CapacityPage.as_view(), name="desk_capacity"),
    path(
        "desk/bookings/capacity/exceptions",
        calendar_views.CapacityException.as_view(),
        name="desk_capacity_exception",
    ),
    path(
        "desk/bookings/capacity/exceptions/drop",
        calendar_views.CapacityExceptionDropped.as_view(),
        name="desk_capacity_drop",
    ),
    path(_BOOKING, booking_views.BookingPage.as_view(), name="desk_booking"),
    path(f"{_BOOKING}/confirm", booking_views.Confirm.as_view(), name="desk_booking_confirm"),
    path(f"{_BOOKING}/reject", booking_views.Reject.as_view(), name="desk_booking_reject"),
    path(f"{_BOOKING}/start", booking_views.Start.as_view(), name="desk_booking_start"),
    path(f"{_BOOKING}/complete", booking_views.Complete.as_view(), name="desk_booking_complete"),
    path(f"{_BOOKING}/team", booking_views.Team.as_view(), name="desk_booking_team"),
    path(f"{_BOOKING}/preparation/<slug:code>", booking_views.Tick.as_view(), name="desk_booking_tick"),
    path(f"{_BOOKING}/duties", booking_views.Duties.as_view(), name="desk_booking_duties"),
    path(f"{_BOOKING}/duties/<str:duty>/remove", booking_views.DutyRemoved.as_view(), name="desk_booking_duty_removed"),
    path(f"{_BOOKING}/patrol", booking_views.Patrol.as_view(), name="desk_booking_patrol"),
    path(f"{_BOOKING}/report", booking_views.Report.as_view(), name="desk_booking_report"),
]
