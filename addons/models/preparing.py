"""Getting ready for a booking and doing it: what is prepared, who is on duty, what was seen (spec page 5.3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from addons.models.bookings import Booking


class ServiceCapacity(models.Model):
    """How many bookings of a service the staff can serve on one day; without a day: on every other day."""

    # A code of the catalogue's entitlements.
    service = models.CharField(_("service"), max_length=40)
    day = models.DateField(_("day"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("bookings a day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("capacity of a service")
        verbose_name_plural = _("capacities of services")
        ordering = ["service", "day"]
        constraints = [
            models.UniqueConstraint(fields=["service", "day"], nulls_distinct=False, name="one_capacity_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.day or ''} {self.capacity}"


class PreparationItem(models.Model):
    """One thing to be ready before the first day; addons/preparation.py names those of each service."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="preparation", verbose_name=_("booking"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    code = models.CharField(_("what"), max_length=40)
    note = models.TextField(_("note"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("item of a preparation")
        verbose_name_plural = _("items of preparations")
        constraints = [models.UniqueConstraint(fields=["booking", "code"], name="prepared_once")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.code}"


class BookingDuty(models.Model):
    """Somebody of the staff is on duty for a booking."""

    class Task(models.TextChoices):
        PATROL = "patrol", _("Patrol")
        WAR_ROOM = "war_room", _("War-room expert")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="duties", verbose_name=_("booking"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    task = models.CharField(_("task"), max_length=10, choices=Task.choices, default=Task.PATROL)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("duty of a booking")
        verbose_name_plural = _("duties of bookings")
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_duty_takes_time")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.person_id} {self.starts_at:%Y-%m-%d %H:%M}"


class PatrolEntry(models.Model):
    """What somebody on duty saw and did: the patrol log, only ever added to."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="patrol", verbose_name=_("booking"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    body = models.TextField(_("what was seen and done"))
    # Whether everything was as it should be.
    all_well = models.BooleanField(_("all is well"), default=True)

    class Meta:
        verbose_name = _("entry of the patrol log")
        verbose_name_plural = _("entries of patrol logs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.at:%Y-%m-%d %H:%M}"
