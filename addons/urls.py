"""Pages of the quotas, the bookings and the training."""

from django.urls import include, path

from addons import booking_views, views

app_name = "addons"
_BOOKINGS = "o/<slug:slug>/bookings"
_BOOKING = f"{_BOOKINGS}/<str:number>"
urlpatterns = [
    path("o/<slug:slug>/quotas", views.QuotasPage.as_view(), name="quotas"),
    path(_BOOKINGS, booking_views.BookingsPage.as_view(), name="bookings"),
    path(f"{_BOOKINGS}/new", booking_views.NewBookingPage.as_view(), name="booking_new"),
    path(f"{_BOOKINGS}/new/days", booking_views.NewBookingDays.as_view(), name="booking_new_days"),
    path(_BOOKING, booking_views.BookingPage.as_view(), name="booking"),
    path(f"{_BOOKING}/report", booking_views.BookingReport.as_view(), name="booking_report"),
    path(f"{_BOOKING}/withdraw", booking_views.WithdrawBooking.as_view(), name="booking_withdraw"),
    path(f"{_BOOKING}/reschedule", booking_views.ReschedulePage.as_view(), name="booking_reschedule"),
    path(f"{_BOOKING}/reschedule/days", booking_views.RescheduleDays.as_view(), name="booking_reschedule_days"),
    path("", include("addons.desk.urls")),
    path("", include("addons.training.urls")),
]
