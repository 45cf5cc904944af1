"""API paths of the notification centre, of webhooks and of IM groups, under /api/v1/."""

from django.urls import path

from notifications import api
from notifications.outbound import api as outbound
from notifications.settings_api import NoticeSettingsView

CENTRE = "orgs/<str:slug>/notifications"
HOOK = "orgs/<str:slug>/webhooks/<int:number>"
GROUP = "orgs/<str:slug>/im-groups/<int:number>"
urlpatterns = [
    path(CENTRE, api.NotificationsView.as_view(), name="api-notifications"),
    path(f"{CENTRE}/read-all", api.NotificationsReadAllView.as_view(), name="api-notifications-read"),
    path(f"{CENTRE}/<int:number>", api.NotificationView.as_view(), name="api-notification-one"),
    path("notifications", api.OwnNotificationsView.as_view(), name="api-own-notifications"),
    path("notifications/read-all", api.OwnNotificationsReadAllView.as_view(), name="api-own-notifications-read"),
    path("notifications/<int:number>", api.OwnNotificationView.as_view(), name="api-own-notification"),
    path("me/notification-settings", NoticeSettingsView.as_view(), name="api-notification-settings"),
    path(f"{CENTRE}/<int:number>/read", api.NotificationReadView.as_view(), name="api-notification"),
    path("orgs/<str:slug>/webhooks", outbound.WebhooksView.as_view(), name="api-webhooks"),
    path(HOOK, outbound.WebhookView.as_view(), name="api-webhook"),
    path(f"{HOOK}/rotate-secret", outbound.RotateSecretView.as_view(), name="api-webhook-secret"),
    path(f"{HOOK}/test", outbound.WebhookTestView.as_view(), name="api-webhook-test"),
    path(f"{HOOK}/deliveries", outbound.WebhookDeliveriesView.as_view(), name="api-webhook-deliveries"),
    path(f"{HOOK}/deliveries/<int:delivery>/resend", outbound.WebhookResendView.as_view(), name="api-webhook-resend"),
    path("orgs/<str:slug>/im-groups", outbound.ImGroupsView.as_view(), name="api-im-groups"),
    path(GROUP, outbound.ImGroupView.as_view(), name="api-im-group"),
    path(f"{GROUP}/test", outbound.ImGroupTestView.as_view(), name="api-im-group-test"),
    path(f"{GROUP}/deliveries", outbound.ImGroupDeliveriesView.as_view(), name="api-im-group-deliveries"),
    path(f"{GROUP}/deliveries/<int:delivery>/resend", outbound.ImGroupResendView.as_view(), name="api-im-group-resend"),
]
