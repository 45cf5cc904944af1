"""What the desk works with: views, words and steps kept for reuse, shifts, work on many tickets. No tenant's rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A view with filters that a person keeps under a name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=60)
    view = models.CharField(_("view"), max_length=20)
    # The fields of tickets.queue.Filters that narrow it.
    filters = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A tag that a ticket on the desk bears or bore: what is offered while one is typed (tickets/desk/tagging.py)."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CannedReply(models.Model):
    """An answer kept for reuse, in both languages; {{ variables }} are filled in from the ticket."""

    # Empty: everybody's.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=100)
    body_en = models.TextField(_("text (English)"), blank=True)
    body_zh = models.TextField(_("text (Chinese)"), blank=True)
    # Empty: for every product.
    product = models.CharField(_("product"), max_length=40, blank=True)
    used = models.PositiveIntegerField(_("used"), default=0)

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Macro(models.Model):
    """Several actions in one: [{"do": "reply", "canned_reply": 3}, {"do": "tag", "tag": "vip"}, …]."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    steps = models.JSONField(_("steps"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """Somebody is on duty; a lead on duty is the duty manager of the escalation ladder."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shifts_by_time")]
        constraints = [models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_shift_takes_time")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"


class Handover(models.Model):
    """What one shift leaves to the next, in words."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


class Turn(models.Model):
    """When the desk last gave somebody a ticket: among equally loaded colleagues the one of longest ago is next."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True, verbose_name=_("person")
    )
    # Counts up with every ticket that is given.
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")

    def __str__(self) -> str:
        return f"{self.person_id} {self.number}"


class BulkAction(models.Model):
    """One action on many tickets: how far it got, and what it could not do."""

    action = models.CharField(_("action"), max_length=20)
    params = models.JSONField(default=dict)
    # Numbers in the order of the queue; the first `position` of them are done or refused.
    numbers = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    # Objects with number, code and detail, in order.
    refused = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.position}/{len(self.numbers)}"
