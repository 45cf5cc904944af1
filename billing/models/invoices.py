"""Invoices and credit notes with gapless numbers, and the series that count them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns
from billing.models.orders import Order
from billing.models.payments import Payment
from billing.models.settlements import Settlement


class NumberSeries(models.Model):
    """The last number given, per kind and Beijing year. Its row is locked last and until the commit."""

    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}"


class Invoice(models.Model):
    """An invoice, or a credit note: then `credits` is the invoice that it credits, and the total is negative.

    Of an invoice, `credited` is the sum of its credit notes, `paid` what payments brought it and `refunded` what of
    that went back: total − credited − (paid − refunded) is still to be paid.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    number = models.CharField(_("number"), max_length=20, unique=True)
    organization = columns.organization()
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="invoice", verbose_name=_("order")
    )
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("settlement")
    )
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("credits")
    )
    # Of a credit note: the change that it refunds, where an order caused it.
    refunds_order = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("refunds the order")
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("payment")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    issued_at = models.DateTimeField(_("issued at"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    total = columns.amount(_("total"))
    tax_included = columns.amount(_("tax included"))
    credited = columns.amount(_("credited"), default=0)
    paid = columns.amount(_("paid"), default=0)
    refunded = columns.amount(_("refunded"), default=0)
    currency = columns.currency()
    # The last step of dunning that was told, in days after `due_on`: each is told once (billing/settlement/dunning.py).
    dunned = models.PositiveSmallIntegerField(_("dunned"), default=0, db_default=0)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.CheckConstraint(
                condition=Q(credits=None, total__gt=0) | Q(credits__isnull=False, total__lt=0),
                name="only_credit_notes_are_negative",
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=False) | (Q(credited__gte=0) & Q(credited__lte=F("total"))),
                name="never_credit_more_than_invoiced",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("paid")), name="never_refund_more_than_was_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="invoices_newest_first"),
            models.Index(fields=["due_on"], name="invoices_unpaid", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.credits_id is not None

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; 0 of a credit note."""
        if self.is_credit_note:
            return Decimal("0.00")
        return self.total - self.credited - (self.paid - self.refunded)


class InvoiceLine(models.Model):
    """A line says what by `code` and `params`; billing/wording.py puts it into the reader's language."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", db_index=False)
    organization = columns.organization()
    position = models.PositiveSmallIntegerField()
    code = models.CharField(_("code"), max_length=40)
    params = models.JSONField(default=dict)
    quantity = models.PositiveIntegerField(_("quantity"))
    days = models.PositiveIntegerField(_("days"), null=True)
    of_days = models.PositiveIntegerField(_("of days"), null=True)
    amount = columns.amount(_("amount"))
    # The period it pays for, last day not included; None where it has none.
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("until"), null=True)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="one_line_per_position")]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"
