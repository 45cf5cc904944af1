"""API paths of the desk's bookings, under /api/v1/; those that stand in the contract are in addons/api_urls.py."""

from django.urls import path

from addons.desk import api

_BOOKING = "desk/bookings/<str:number>"
_CAPACITY = "desk/booking-capacity"

urlpatterns = [
    path(f"{_BOOKING}/preparation/<str:code>", api.TickView.as_view(), name="api-desk-booking-preparation"),
    path(f"{_BOOKING}/duties", api.DutiesView.as_view(), name="api-desk-booking-duties"),
    path(f"{_BOOKING}/duties/<str:duty>", api.DutyView.as_view(), name="api-desk-booking-duty"),
    path(f"{_BOOKING}/patrol", api.PatrolView.as_view(), name="api-desk-booking-patrol"),
    path("desk/booking-loads", api.LoadsView.as_view(), name="api-desk-booking-loads"),
    path(_CAPACITY, api.CapacitiesView.as_view(), name="api-desk-booking-capacities"),
    path(f"{_CAPACITY}/<str:service>", api.CapacityView.as_view(), name="api-desk-booking-capacity"),
    path(f"{_CAPACITY}/<str:service>/<str:day>", api.CapacityDayView.as_view(), name="api-desk-booking-capacity-day"),
]
