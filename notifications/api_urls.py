"""API paths of the notification centre, under /api/v1/."""

from django.urls import path

from notifications import api

urlpatterns = [
    path("orgs/<slug>/notifications", api.NotificationsView.as_view(), name="api-notifications"),
    path("orgs/<slug>/notifications/read-all", api.NotificationsReadAllView.as_view(), name="api-notifications-read"),
    path("orgs/<slug>/notifications/<int:number>/read", api.NotificationReadView.as_view(), name="api-notification"),
]
