"""API paths of the notification centre, under /api/v1/."""

from django.urls import path

from notifications import api

CENTRE = "orgs/<str:slug>/notifications"
urlpatterns = [
    path(CENTRE, api.NotificationsView.as_view(), name="api-notifications"),
    path(f"{CENTRE}/read-all", api.NotificationsReadAllView.as_view(), name="api-notifications-read"),
    path(f"{CENTRE}/<int:number>/read", api.NotificationReadView.as_view(), name="api-notification"),
]
