"""Payments are asked of a gateway and settled by its word; refunds go back to the payment they came from."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models import columns
from billing.models.orders import Order


class PaymentMethod(models.Model):
    """A gateway's token for charging again, never card data."""

    organization = columns.organization()
    gateway = models.CharField(_("gateway"), max_length=20)
    token = models.CharField(_("token"), max_length=200)
    # For the owner's eyes, as the gateway names it: "Visa ···· 4242".
    label = models.CharField(_("label"), max_length=100)
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = columns.person(_("by"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_default=True, removed_at=None),
                name="one_default_payment_method",
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="methods_newest_first")]

    def __str__(self) -> str:
        return self.label


class Payment(models.Model):
    """A payment of an order or of an invoice."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        DECLINED = "declined", _("Declined")
        HELD = "held", _("Held for a person")
        REFUNDED = "refunded", _("Refunded")

    # Part of the gateway page's address: not guessable.
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    organization = columns.organization()
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("order")
    )
    # The invoice it was started for; an order's invoice comes with its fulfilment (Invoice.payment).
    invoice = models.ForeignKey(
        "billing.Invoice", models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("invoice")
    )
    # The stored method that is charged; None where the payer pays on the gateway's page.
    method = models.ForeignKey(
        PaymentMethod, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("payment method")
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    # What the gateway calls the charge that succeeded: refunds name it.
    gateway_id = models.CharField(_("gateway's number"), max_length=100, blank=True, default="")
    amount = columns.amount(_("amount"))
    currency = columns.currency()
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    refunded = columns.amount(_("refunded"), default=0)
    created_at = models.DateTimeField(_("created at"))
    # The gateway's success instant.
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    held_reason = models.CharField(_("held because"), max_length=200, blank=True, default="")
    # What came, where it was not what was asked: the ledger books it, a person decides about it.
    received = columns.amount(_("received"), null=True, blank=True)
    received_currency = models.CharField(_("received currency"), max_length=3, blank=True, default="")
    decided_by = columns.person(_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # When the gateway is asked next what became of it; None once it is settled.
    query_at = models.DateTimeField(_("ask the gateway at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded=0) | Q(refunded__gt=0, refunded__lte=Coalesce(F("received"), F("amount"))),
                name="never_refund_more_than_paid",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False, invoice=None) | Q(order=None, invoice__isnull=False),
                name="a_payment_is_for_one_thing",
            ),
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
    credit_note = models.ForeignKey(
        "billing.Invoice", models.PROTECT, null=True, blank=True, related_name="refunds", verbose_name=_("credit note")
    )
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
