"""API paths of the notification centre, under /api/v1/."""

from django.urls import path

from notifications import api

urlpatterns = [
    path("orgs/<str:slug>/notifications", api.NotificationsView.as_view(), name="api-notifications"),
    path("orgs/<str:slug>/notifications/read-all", api.NotificationsReadAllView.as_view(), name="api-notifications-read"),
    path("orgs/<str:slug>/notifications/<int:number>/read", api.NotificationReadView.as_view(), name="api-notification"),
]
