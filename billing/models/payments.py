"""Payments are asked of a gateway and settled by its word; refunds go back to the payment they came from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns
from billing.models.orders import Order


class Payment(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        DECLINED = "declined", _("Declined")
        HELD = "held", _("Held for a person")
        REFUNDED = "refunded", _("Refunded")

    # Part of the gateway page's address: not guessable.
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    organization = columns.organization()
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order"))
    gateway = models.CharField(_("gateway"), max_length=20)
    amount = columns.amount(_("amount"))
    currency = columns.currency()
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    refunded = columns.amount(_("refunded"), default=0)
    created_at = models.DateTimeField(_("created at"))
    # The gateway's success instant.
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    held_reason = models.CharField(_("held because"), max_length=200, blank=True, default="")
    # When the gateway is asked next what became of it; None once it is settled.
    query_at = models.DateTimeField(_("ask the gateway at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")),
                name="never_refund_more_than_paid",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="payments_newest_first"),
            models.Index(fields=["query_at"], name="payments_to_query", condition=Q(query_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference


class Refund(models.Model):
    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        COMPLETED = "completed", _("Completed")

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    organization = columns.organization()
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount = columns.amount(_("amount"))
    reason = models.CharField(_("reason"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_at = models.DateTimeField(_("requested at"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refunds_are_positive")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="refunds_newest_first"),
            models.Index(fields=["requested_at"], name="refunds_to_send", condition=Q(status="requested")),
        ]

    def __str__(self) -> str:
        return self.reference
