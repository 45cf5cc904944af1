"""Bookings and the quota ledger.

Entries of the ledger are only ever inserted; the counter of a period is their sum, kept ready to be taken from. For
every counter: used − packs_granted + packs_lapsed = −Σ quantity of its entries, kind by kind, and a booking's entries
are the days it holds (addons/quota_check.py proves both).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


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


class Booking(models.Model):
    """Days or an occasion of a service, held against the quota of the period that granted it (spec page 5.3)."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        CONFIRMED = "confirmed", _("Confirmed")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # A code of the catalogue's entitlements, and its unit as it was booked.
    service = models.CharField(_("service"), max_length=40)
    unit = models.CharField(_("unit"), max_length=20)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.REQUESTED)
    # Both inclusive. A later correction of the calendar does not move them.
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days"))
    # The first day of the period whose quota it holds.
    period_start = models.DateField(_("period"))
    # Later than the notice that is recommended: staff must confirm it all the same.
    short_notice = models.BooleanField(_("short notice"), default=False)
    acknowledged_binding = models.BooleanField(_("knows that it binds the plan"), default=False)
    contact = models.CharField(_("contact"), max_length=200)
    description = models.TextField(_("description"))
    # What addons/booking_details.py names, as far as it is known.
    details = models.JSONField(_("details"), default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("requested by")
    )
    created_at = models.DateTimeField(_("created at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    # Rejected or withdrawn: why and when.
    ended_at = models.DateTimeField(_("ended at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    # {section: text}; addons/completion_reports.py names the sections of each service.
    sections = models.JSONField(_("sections of the report"), default=dict)
    # The report's file in the storage, under a name that nobody can guess; empty: none.
    report_key = models.CharField(max_length=64, blank=True)
    report_name = models.CharField(_("report"), max_length=150, blank=True)
    report_size = models.PositiveIntegerField(_("size"), default=0)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organization", "-id"], name="bookings_of_organization"),
            models.Index(
                fields=["starts_on"],
                name="bookings_to_come",
                condition=Q(status__in=["requested", "confirmed", "in_progress"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on"), days__gte=1, period_start__lte=F("starts_on")),
                name="a_booking_has_days_in_its_period",
            ),
            # The second wall: two bookings of one service never share a day, whatever races there are.
            ExclusionConstraint(
                name="one_booking_of_a_service_a_day",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status__in=["rejected", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_on}"


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
