"""Invoices with gapless numbers, and the series that count them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import columns
from billing.models.orders import Order
from billing.models.payments import Payment


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
    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    number = models.CharField(_("number"), max_length=20, unique=True)
    organization = columns.organization()
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="invoice", verbose_name=_("order")
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
    paid = columns.amount(_("paid"))
    currency = columns.currency()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        indexes = [models.Index(fields=["organization", "-id"], name="invoices_newest_first")]

    def __str__(self) -> str:
        return self.number


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
