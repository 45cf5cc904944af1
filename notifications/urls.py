"""Pages of the notification centre; the sandbox's mail exists only where nothing is really sent."""

from django.conf import settings
from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications", views.CentrePage.as_view(), name="list"),
    path("notifications/bell", views.BellFragment.as_view(), name="bell"),
    path("notifications/<int:number>", views.OpenNotice.as_view(), name="open"),
]
if settings.EMAIL_URL.startswith("sandbox://"):
    urlpatterns += [
        path("sandbox/mail", views.SandboxMailPage.as_view(), name="sandbox_mails"),
        path("sandbox/mail/<int:number>", views.SandboxMail.as_view(), name="sandbox_mail"),
        path("sandbox/mail/<int:number>/html", views.SandboxMailHtml.as_view(), name="sandbox_mail_html"),
    ]
