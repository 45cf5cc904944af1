"""Monthly service reports and the feeds they are made from (spec page 6.2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_FIRST_OF_MONTH = Q(month__day=1)


class ReportFeed(models.Model):
    """What the provider's systems say of one organization, month and kind; it serves the report alone."""

    class Kind(models.TextChoices):
        RESOURCES = "resources", _("Resources")
        LOAD = "load", pgettext_lazy("of machines", "Load")
        SECURITY = "security", _("Security")
        CONSUMPTION = "consumption", _("Consumption")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # The first day of the month.
    month = models.DateField(_("month"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    # As care/feeds.py reads and checks them.
    items = models.JSONField(_("items"))
    received_at = models.DateTimeField(_("received at"))
    received_from = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("feed of a report")
        verbose_name_plural = _("feeds of reports")
        constraints = [
            models.UniqueConstraint(fields=["organization", "month", "kind"], name="one_feed_of_a_kind_a_month"),
            models.CheckConstraint(condition=_FIRST_OF_MONTH, name="a_feed_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%Y-%m} {self.kind}"


class ReportExclusion(models.Model):
    """No reports for an organization, and why."""

    class Reason(models.TextChoices):
        POC = "poc", _("Proof of concept")
        DEDICATED_CLOUD = "dedicated_cloud", _("Dedicated cloud")

    organization = models.OneToOneField(
        "accounts.Organization", models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("organization without reports")
        verbose_name_plural = _("organizations without reports")

    def __str__(self) -> str:
        return f"{self.organization_id} {self.reason}"


class MonthlyReport(models.Model):
    """The service report of one organization and month; once sent it does not change."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        NOT_REPORTABLE = "not_reportable", _("Not reportable")
        # Made; the TAM may still edit.
        READY = "ready", _("Ready")
        SENT = "sent", _("Sent")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    month = models.DateField(_("month"))
    status = models.CharField(_("status"), max_length=15, choices=Status.choices, default=Status.SCHEDULED)
    # The days of the month that the report is about: an organization may join or leave in its middle.
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    # Sent by the end of this day (spec page 6.2: the 10th, moved only by statutory holidays).
    due_on = models.DateField(_("due"))
    language = models.CharField(_("language"), max_length=10)
    # Why there is none: a code of ReportExclusion.
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    # [{"code", "title", "data"}] in the order of spec page 6.2, titles in the report's language.
    sections = models.JSONField(_("sections"), default=list)
    made_at = models.DateTimeField(_("made at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    # What the TAM says first.
    foreword = models.TextField(_("foreword"), blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    edited_at = models.DateTimeField(_("edited at"), null=True)
    # The PDF in the storage, under a name that nobody can guess; empty: not typeset yet.
    pdf_key = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(_("size"), default=0)

    class Meta:
        verbose_name = _("monthly service report")
        verbose_name_plural = _("monthly service reports")
        ordering = ["-month"]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="reports_to_send", condition=Q(status__in=["scheduled", "ready"])
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "month"], name="one_report_a_month"),
            models.CheckConstraint(condition=_FIRST_OF_MONTH, name="a_report_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day"), first_day__gte=F("month")), name="a_report_has_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%Y-%m} {self.status}"


class Recommendation(models.Model):
    """One recommendation of a report: found by a named rule with its evidence, or added by the TAM."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="recommendations", verbose_name=_("report"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # A name of care/recommending.py; empty: the TAM's own.
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    text = models.TextField(_("recommendation"))
    # The figures and names that it rests on, as the rule found them.
    evidence = models.JSONField(_("evidence"), default=list)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Left out by the TAM; kept to be seen at the desk.
    left_out = models.BooleanField(_("left out"), default=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    edited_at = models.DateTimeField(_("edited at"), null=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "rule"], condition=~Q(rule=""), name="a_rule_recommends_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.rule}"


class ReportMail(models.Model):
    """A report on its way to one address: written when it is sent, so that nobody gets it twice."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="mails", verbose_name=_("report"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    address = models.EmailField(_("address"))
    queued_at = models.DateTimeField(_("queued at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("mail with a report")
        verbose_name_plural = _("mails with reports")
        constraints = [models.UniqueConstraint(fields=["report", "address"], name="a_report_goes_to_an_address_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.address}"
