"""A quote is what was promised; an order executes exactly one."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns


class Quote(models.Model):
    """What a change would cost and what else would happen, line by line, as shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = columns.organization()
    action = models.CharField(_("action"), max_length=20)
    tier = models.CharField(_("tier"), max_length=40, blank=True)
    cycle = models.CharField(_("cycle"), max_length=10, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True)
    # "now" or "renewal".
    at = models.CharField(_("takes effect"), max_length=10, default="now")
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    # [{code, params, quantity, days, of_days, amount}], amounts as text with two decimals.
    lines = models.JSONField(_("lines"))
    # [{code, …}]: facts; billing/wording.py says them in the reader's language.
    effects = models.JSONField(_("effects"))
    effective = models.CharField(_("effective"), max_length=20)
    total = columns.amount(_("total"))
    currency = columns.currency()
    # Of the subscription it was made for: a quote dies when that changes.
    fingerprint = models.CharField(max_length=64)
    created_by = columns.person(_("by"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        indexes = [models.Index(fields=["organization", "-created_at"], name="quotes_newest_first")]

    def __str__(self) -> str:
        return f"{self.action} {self.total}"


class Order(models.Model):
    class Status(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
        FULFILLED = "fulfilled", _("Fulfilled")
        CANCELLED = "cancelled", _("Cancelled")

    class CancelReason(models.TextChoices):
        ASKED = "asked", _("Cancelled on request")
        REPLACED = "replaced", _("Replaced by a newer order")
        EXPIRED = "expired", _("Not paid in time")
        PLAN_CHANGED = "plan_changed", _("The plan changed meanwhile")
        NOT_POSSIBLE = "not_possible", _("Not possible any more when the payment came")

    number = models.CharField(_("number"), max_length=24, unique=True)
    organization = columns.organization()
    quote = models.OneToOneField(Quote, models.PROTECT, related_name="order", verbose_name=_("quote"))
    action = models.CharField(_("action"), max_length=20)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.AWAITING_PAYMENT)
    total = columns.amount(_("total"))
    currency = columns.currency()
    # Terms of service accepted with this order (spec page 1 'Joining and leaving').
    terms_version = models.CharField(_("terms of service"), max_length=40)
    placed_by = columns.person(_("by"))
    placed_at = models.DateTimeField(_("placed at"))
    # Unpaid at this instant it is cancelled, by the instant itself.
    pay_until = models.DateTimeField(_("payable until"))
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=20, choices=CancelReason.choices, blank=True, default="")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "action"],
                condition=Q(status="awaiting_payment"),
                name="one_unfulfilled_order_per_kind",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="orders_newest_first"),
            models.Index(fields=["pay_until"], name="orders_unpaid", condition=Q(status="awaiting_payment")),
        ]

    def __str__(self) -> str:
        return self.number
