"""Bookings of value-added services (spec page 5.3)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Booking(models.Model):
    """Days or an occasion of a service, held against the quota of the period that granted it (spec page 5.3)."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        CONFIRMED = "confirmed", _("Confirmed")
        IN_PROGRESS = "in_progress", pgettext_lazy("booking status", "In progress")
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
    # Named for an event, whatever the tier: who answers for it, and the group in which people talk.
    service_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("service manager"),
    )
    im_group = models.CharField(_("IM group"), max_length=200, blank=True, default="", db_default="")
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
