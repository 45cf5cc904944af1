"""Pages of mail that waits for a person: `/desk/mail`."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.views import parked_mail

MAIL = "desk/mail/<int:mail>"

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
