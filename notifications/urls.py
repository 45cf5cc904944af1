"""Pages of the notification centre, webhooks and IM groups; the sandbox's mail where nothing is really sent."""

from django.conf import settings
from django.urls import path

from notifications import views
from notifications.outbound import views as outbound
from notifications.settings_views import NoticeSettingsPage

app_name = "notifications"
urlpatterns = [
    path("notifications", views.CentrePage.as_view(), name="list"),
    path("account/notifications", NoticeSettingsPage.as_view(), name="settings"),
    path("notifications/bell", views.BellFragment.as_view(), name="bell"),
    path("notifications/<int:number>/mark", views.MarkNotice.as_view(), name="mark"),
    path("notifications/<int:number>", views.OpenNotice.as_view(), name="open"),
    path("o/<slug:slug>/webhooks", outbound.ListPage.as_view(), name="webhooks"),
    path("o/<slug:slug>/im-groups", outbound.GroupsPage.as_view(), name="im_groups"),
    path("o/<slug:slug>/webhooks/<int:number>/secret", outbound.RotatePage.as_view(), name="webhook_secret"),
]
for _page, _rest, _name in (
    (outbound.OnePage, "", ""),
    (outbound.TestPage, "/test", "_test"),
    (outbound.SwitchPage, "/switch", "_switch"),
    (outbound.DeletePage, "/delete", "_delete"),
    (outbound.ResendPage, "/deliveries/<int:delivery>/resend", "_resend"),
):
    _webhook, _group = outbound.both(_page)
    urlpatterns += [
        path(f"o/<slug:slug>/webhooks/<int:number>{_rest}", _webhook.as_view(), name=f"webhook{_name}"),
        path(f"o/<slug:slug>/im-groups/<int:number>{_rest}", _group.as_view(), name=f"im_group{_name}"),
    ]
if settings.EMAIL_URL.startswith("sandbox://"):
    urlpatterns += [
        path("sandbox/mail", views.SandboxMailPage.as_view(), name="sandbox_mails"),
        path("sandbox/mail/<int:number>", views.SandboxMail.as_view(), name="sandbox_mail"),
        path("sandbox/mail/<int:number>/html", views.SandboxMailHtml.as_view(), name="sandbox_mail_html"),
    ]
