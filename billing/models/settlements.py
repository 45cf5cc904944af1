"""Settled months: one settlement per organization and month, ever; late usage is an adjustment in a later one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import columns


class Settlement(models.Model):
    """A settled month with what it was computed from, so that every fen can be explained later."""

    organization = columns.organization()
    # The month's first day.
    month = models.DateField(_("month"))
    settled_at = models.DateTimeField(_("settled at"))
    # [{tier, catalogue_version, days, usage, gross, included, incremental}] in order of time, amounts as text.
    segments = models.JSONField(_("segments"))
    # The month's own incremental fee, without adjustments of other months.
    incremental = columns.amount(_("incremental fee"))
    # With adjustments: what the invoice or the credit notes amount to.
    total = columns.amount(_("total"))

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="one_settlement_per_month")]
        indexes = [models.Index(fields=["month", "organization"], name="settlements_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SettlementAdjustment(models.Model):
    """An earlier month computed again: the difference to what was billed for it so far."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="adjustments")
    organization = columns.organization()
    month = models.DateField(_("month"))
    amount = columns.amount(_("amount"))
    # As in Settlement.segments: the month as it is now.
    segments = models.JSONField(_("segments"))

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "month"], name="one_adjustment_per_month_and_settlement")
        ]
        indexes = [models.Index(fields=["organization", "month"], name="adjustments_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.amount}"


class Budget(models.Model):
    """What an organization wants to spend at most on incremental fees in a month, and whom it told already."""

    organization = models.OneToOneField(
        "accounts.Organization", models.PROTECT, primary_key=True, related_name="+", verbose_name=_("organization")
    )
    amount = columns.amount(_("monthly budget"))
    # The month of the last alert and its threshold in percent: each is told once a month.
    told_month = models.DateField(_("told in"), null=True, blank=True)
    told_percent = models.PositiveSmallIntegerField(_("told at"), default=0)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")

    def __str__(self) -> str:
        return f"{self.amount}"
