"""The double-entry ledger: entries are only ever inserted, and the database refuses one that is not balanced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import columns


class Account(models.TextChoices):
    """The accounts of every organization. Debits are positive, credits negative."""

    CASH = "cash", _("Cash")
    RECEIVABLE = "receivable", _("Receivable")
    DEFERRED_REVENUE = "deferred_revenue", _("Deferred revenue")
    PLAN_REVENUE = "plan_revenue", _("Plan revenue")
    PACK_REVENUE = "pack_revenue", _("Pack revenue")
    USAGE_REVENUE = "usage_revenue", _("Usage revenue")
    TAX_PAYABLE = "tax_payable", _("Tax payable")
    SUSPENSE = "suspense", _("Suspense")


class LedgerEntry(models.Model):
    """One movement of money or of what it is owed for."""

    class Kind(models.TextChoices):
        PAYMENT_RECEIVED = "payment_received", _("Payment received")
        INVOICE_ISSUED = "invoice_issued", _("Invoice issued")
        INVOICE_PAID = "invoice_paid", _("Invoice paid")
        CREDIT_NOTE_ISSUED = "credit_note_issued", _("Credit note issued")
        REFUNDED = "refunded", _("Refunded")
        RECOGNIZED = "recognized", _("Revenue recognized")
        DEFERRAL_MOVED = "deferral_moved", _("Deferred revenue brought in step with the plan")

    organization = columns.organization()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    # The Beijing date it belongs to; of a recognition, the day that was served.
    booked_on = models.DateField(_("booked on"))
    # What caused it: number or reference of the invoice, credit note, payment, refund; of a recognition, the date.
    source = models.CharField(_("because of"), max_length=40)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            # The natural key: an effect that is tried twice is booked once.
            models.UniqueConstraint(fields=["organization", "kind", "source"], name="booked_once")
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="ledger_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class LedgerLine(models.Model):
    """A line of an entry; the lines of an entry sum to zero (a deferred trigger of the table sees to it)."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines")
    organization = columns.organization()
    account = models.CharField(_("account"), max_length=20, choices=Account.choices)
    amount = columns.amount(_("amount"))

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="one_line_per_account_and_entry")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class LedgerBalance(models.Model):
    """The sum of an organization's lines on an account, kept by a trigger so that nobody adds up years of lines."""

    organization = columns.organization()
    account = models.CharField(_("account"), max_length=20, choices=Account.choices)
    balance = columns.amount(_("balance"), default=0)

    class Meta:
        verbose_name = _("ledger balance")
        verbose_name_plural = _("ledger balances")
        constraints = [models.UniqueConstraint(fields=["organization", "account"], name="one_balance_per_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.balance}"


class Recognition(models.Model):
    """How far an organization's prepaid fees are recognized: through this Beijing day."""

    organization = models.OneToOneField(
        "accounts.Organization", models.PROTECT, primary_key=True, related_name="+", verbose_name=_("organization")
    )
    through = models.DateField(_("recognized through"))

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        indexes = [models.Index(fields=["through"], name="recognitions_behind")]

    def __str__(self) -> str:
        return f"{self.through}"
