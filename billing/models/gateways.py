"""What gateways said, kept as it came; and the sandbox gateway's own books.

These tables belong to no tenant: a notification is verified and stored before anybody knows whose it is.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns


class GatewayNotification(models.Model):
    """A verified notification, raw. Its effect happens once, however often it comes."""

    class Outcome(models.TextChoices):
        WAITING = "", _("Not processed yet")
        SUCCEEDED = "succeeded", _("Payment succeeded")
        DECLINED = "declined", _("Payment declined")
        HELD = "held", _("Payment held")
        STORED = "stored", _("Payment method stored")
        IGNORED = "ignored", _("Said nothing new")
        UNKNOWN = "unknown_payment", _("No such payment")

    gateway = models.CharField(_("gateway"), max_length=20)
    event_id = models.CharField(_("event"), max_length=100)
    reference = models.CharField(_("payment"), max_length=100)
    raw = models.TextField(_("as received"))
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True, default="")

    class Meta:
        verbose_name = _("gateway notification")
        verbose_name_plural = _("gateway notifications")
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="one_notification_per_event")]
        indexes = [
            models.Index(fields=["received_at"], name="notifications_waiting", condition=Q(processed_at=None)),
            models.Index(fields=["reference"], name="notifications_of_a_payment"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"


class SandboxCharge(models.Model):
    """What the sandbox gateway was asked to collect, and what became of it: its side of the story."""

    reference = models.CharField(max_length=40, unique=True)
    amount = columns.amount(_("amount"))
    currency = columns.currency()
    title = models.CharField(max_length=200)
    return_url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    # Reference of each refund -> amount as text: a repeated request finds its own.
    refunds = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.reference


class SandboxReport(models.Model):
    """A notification that the sandbox sends until the portal has taken it."""

    charge = models.ForeignKey(SandboxCharge, models.CASCADE, related_name="reports")
    event_id = models.CharField(max_length=40, unique=True)
    # The exact bytes that are signed and sent.
    body = models.TextField()
    # Real time: when to call again is no business of the portal's clock.
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="sandbox_reports_waiting", condition=Q(delivered_at=None))]

    def __str__(self) -> str:
        return self.event_id
