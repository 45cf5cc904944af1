"""Pages and API of mail that waits for a person: `/desk/mail`, `desk/mail`."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.mail import api
from tickets.views import parked_mail

MAIL = "desk/mail/<int:mail>"

api_patterns: list[URLPattern] = [
    path("desk/mail", api.MailsView.as_view(), name="api-desk-mails"),
    path(MAIL, api.MailView.as_view(), name="api-desk-mail"),
    path(f"{MAIL}/source", api.MailSourceView.as_view(), name="api-desk-mail-source"),
    path(f"{MAIL}/attach", api.AttachMailView.as_view(), name="api-desk-mail-attach"),
    path(f"{MAIL}/file", api.FileMailView.as_view(), name="api-desk-mail-file"),
    path(f"{MAIL}/discard", api.DiscardMailView.as_view(), name="api-desk-mail-discard"),
    path(f"{MAIL}/take-back", api.TakeBackMailView.as_view(), name="api-desk-mail-take-back"),
]
patterns: list[URLPattern] = [
    path("desk/mail", parked_mail.MailPage.as_view(), name="mails"),
    path("desk/mail/count", parked_mail.MailCount.as_view(), name="mail_count"),
    path(MAIL, parked_mail.ParkedMailPage.as_view(), name="mail"),
    path(f"{MAIL}/source", parked_mail.MailSource.as_view(), name="mail_source"),
    path(f"{MAIL}/attach", parked_mail.AttachMail.as_view(), name="mail_attach"),
    path(f"{MAIL}/file", parked_mail.FileMail.as_view(), name="mail_file"),
    path(f"{MAIL}/discard", parked_mail.DiscardMail.as_view(), name="mail_discard"),
    path(f"{MAIL}/take-back", parked_mail.TakeBackMail.as_view(), name="mail_take_back"),
]
