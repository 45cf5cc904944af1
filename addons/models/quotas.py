"""The quota ledger.

Entries are only ever inserted; the counter of a period is their sum, kept ready to be taken from. For every counter:
used − packs_granted + packs_lapsed = −Σ quantity of its entries, kind by kind, and a booking's entries are the days it
holds (addons/quota_check.py proves both).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from addons.models.bookings import Booking


class QuotaCounter(models.Model):
    """What one organization took of one quota in one period, made at its first movement."""

    # Without a constraint of the database: the rollover opens a million rows, and checking each costs a third of it.
    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("organization"),
    )
    code = models.CharField(_("quota"), max_length=40)
    period_start = models.DateField(_("period"))
    used = models.PositiveIntegerField(_("used"), default=0)
    packs_granted = models.PositiveIntegerField(_("from packs"), default=0)
    packs_lapsed = models.PositiveIntegerField(_("lapsed"), default=0)
    # The plan's number when a metered tier last took a unit or got a pack: from it the leftover is computed.
    metered_plan = models.PositiveIntegerField(_("of the plan"), null=True)
    told_low = models.BooleanField(_("told at 80 %"), default=False)
    told_exhausted = models.BooleanField(_("told at 100 %"), default=False)
    # The smallest number of days before its end (60, then 30) at which the organization was told what is unused.
    told_days_before = models.PositiveSmallIntegerField(_("told days before its end"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("quota counter")
        verbose_name_plural = _("quota counters")
        constraints = [
            models.UniqueConstraint(fields=["organization", "code", "period_start"], name="one_counter_per_period"),
            models.CheckConstraint(condition=Q(packs_lapsed__lte=F("packs_granted")), name="no_more_lapses_than_given"),
        ]
        indexes = [
            models.Index(
                fields=["period_start", "organization"],
                name="counters_with_open_packs",
                condition=Q(packs_granted__gt=0, closed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period_start}"


class QuotaEntry(models.Model):
    """One movement: granted +, taken −."""

    class Kind(models.TextChoices):
        USE = "use", _("Used")
        OVERDRAW = "overdraw", _("Used beyond the allowance")
        RETURN = "return", _("Given back")
        PACK = "pack", _("Pack bought")
        LAPSE = "lapse", _("Lapsed")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    code = models.CharField(_("quota"), max_length=40)
    period_start = models.DateField(_("period"))
    quantity = models.IntegerField(_("quantity"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=40)
    ticket_number = models.CharField(_("ticket"), max_length=20, blank=True)
    order_number = models.CharField(_("order"), max_length=24, blank=True)
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("booking")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("quota entry")
        verbose_name_plural = _("quota entries")
        indexes = [
            models.Index(fields=["organization", "code", "-id"], name="entries_newest_first"),
            models.Index(
                fields=["organization", "ticket_number"],
                name="entries_of_a_ticket",
                condition=~Q(ticket_number=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "order_number"],
                condition=Q(kind="pack"),
                name="a_pack_order_is_granted_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "code", "period_start"],
                condition=Q(kind="lapse"),
                name="a_period_lapses_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.quantity:+d} {self.reason}"
