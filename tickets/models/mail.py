"""Mail that came in: what became of each, and what waits for a person. The staff's alone: no tenant's rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReceivedMail(models.Model):
    """One mail and what became of it; the same mail a second time finds this row."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", pgettext_lazy("mail", "Became a message")
        PARKED = "parked", pgettext_lazy("mail", "Parked")
        IGNORED = "ignored", pgettext_lazy("mail", "Ignored")
        ANSWERED = "answered", pgettext_lazy("mail", "Answered by the portal")

    # What tells this mail from every other one (tickets/mail/reading.py, `identity`).
    key = models.CharField(max_length=64, unique=True)
    # What it says: the same name with other words is no repetition.
    digest = models.CharField(max_length=64, blank=True, default="")
    message_id = models.CharField(max_length=300, blank=True)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # Why it is no message: a code of tickets/mail/reasons.py.
    reason = models.CharField(max_length=40, blank=True)
    # The beginning of the text of a mail that became no message.
    excerpt = models.TextField(blank=True)
    ticket_number = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        indexes = [models.Index(fields=["outcome", "-id"], name="mails_by_outcome")]

    def __str__(self) -> str:
        return f"{self.sender} {self.subject}"


class ParkedMail(models.Model):
    """A mail that a person decides about. The whole of it is kept in the files' storage."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("parked mail", "Waiting")
        ATTACHED = "attached", pgettext_lazy("parked mail", "Added to a ticket")
        FILED = "filed", pgettext_lazy("parked mail", "Filed as a ticket")
        DISCARDED = "discarded", pgettext_lazy("parked mail", "Discarded")

    mail = models.OneToOneField(ReceivedMail, models.PROTECT, related_name="parked")
    # Name of the stored file, not to be guessed.
    stored_as = models.CharField(max_length=43)
    size = models.PositiveIntegerField(_("size"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    handled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("parked mail")
        verbose_name_plural = _("parked mails")
        indexes = [models.Index(fields=["-id"], name="mails_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.state}"
