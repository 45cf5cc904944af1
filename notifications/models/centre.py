"""What people were told, and in demo and test the mail that would have been sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person

KEY_LENGTH = 180


class Notification(models.Model):
    """One person is told one thing once: `key` names the thing, and a repeat of it is not stored again."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    # NULL where no organization is concerned; such a row is seen in the person's own centre only.
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=KEY_LENGTH)
    created_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    # False: the person wants it by other roads only; the row is kept for its mail.
    in_centre = models.BooleanField(default=True, db_default=True)
    # False: no mail was asked for, so that it belongs into the daily digest.
    mailed = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notices_of_person"),
            models.Index(fields=["person"], name="notices_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id}"


class SentMail(models.Model):
    """A mail as the sandbox kept it instead of sending it: demo and test only (spec page 7)."""

    at = models.DateTimeField()
    sender = models.CharField(max_length=320)
    # A list of addresses, as the mail's recipients were.
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("sent mail")
        verbose_name_plural = _("sent mails")

    def __str__(self) -> str:
        return self.subject
