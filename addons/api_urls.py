"""API paths of quotas and bookings, under /api/v1/."""

from django.urls import include, path

from addons import api, booking_api

urlpatterns = [
    path("orgs/<str:slug>/quotas", api.QuotasView.as_view(), name="api-quotas-list"),
    path("orgs/<str:slug>/quotas/<str:code>/entries", api.QuotaEntriesView.as_view(), name="api-quota-entries"),
    path("orgs/<str:slug>/bookings", booking_api.BookingsView.as_view(), name="api-bookings"),
    path("orgs/<str:slug>/bookings/<str:number>", booking_api.BookingView.as_view(), name="api-booking"),
    path(
        "orgs/<str:slug>/bookings/<str:number>/withdraw",
        booking_api.WithdrawView.as_view(),
        name="api-booking-withdraw",
    ),
    path(
        "orgs/<str:slug>/bookings/<str:number>/reschedule",
        booking_api.RescheduleView.as_view(),
        name="api-booking-reschedule",
    ),
    path(
        "orgs/<str:slug>/bookings/<str:number>/report",
        booking_api.BookingReportView.as_view(),
        name="api-booking-report",
    ),
    path("desk/bookings", booking_api.DeskBookingsView.as_view(), name="api-desk-bookings"),
    path("desk/bookings/<str:number>", booking_api.DeskBookingView.as_view(), name="api-desk-booking"),
    path("desk/bookings/<str:number>/confirm", booking_api.ConfirmView.as_view(), name="api-desk-booking-confirm"),
    path("desk/bookings/<str:number>/reject", booking_api.RejectView.as_view(), name="api-desk-booking-reject"),
    path("desk/bookings/<str:number>/start", booking_api.StartView.as_view(), name="api-desk-booking-start"),
    path("desk/bookings/<str:number>/complete", booking_api.CompleteView.as_view(), name="api-desk-booking-complete"),
    path("desk/bookings/<str:number>/report", booking_api.DeskReportView.as_view(), name="api-desk-booking-report"),
    path("", include("addons.desk.api_urls")),
    path("", include("addons.training.api_urls")),
]
