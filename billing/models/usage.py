"""What the provider's cloud reported as used, load by load, and the months that it changed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns


class Category(models.TextChoices):
    """Only cloud services count towards the incremental support fee."""

    CLOUD_SERVICE = "cloud_service", _("Cloud service")
    SUPPORT_PLAN = "support_plan", _("Support plan")
    PROFESSIONAL_SERVICE = "professional_service", _("Professional service")
    MARKETPLACE = "marketplace", _("Marketplace")


class UsageLoad(models.Model):
    """One batch or file: how far it got and what was turned away. It belongs to no tenant."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    source = models.CharField(_("source"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RUNNING)
    total_bytes = models.BigIntegerField(_("size"), default=0)
    read_bytes = models.BigIntegerField(_("read"), default=0)
    read_lines = models.PositiveBigIntegerField(_("lines read"), default=0, db_default=0)
    accepted = models.PositiveBigIntegerField(_("accepted"), default=0)
    duplicates = models.PositiveBigIntegerField(_("duplicates"), default=0)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0)
    # Stored upload, worked off by a worker; empty for API batches and the command.
    file = models.FileField(_("file"), upload_to="usage-loads", blank=True)
    failure = models.TextField(_("failed because"), blank=True, default="")
    by = columns.person(_("by"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("usage load")
        verbose_name_plural = _("usage loads")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.source


class UsageReject(models.Model):
    """A record that was turned away: where it stood and why. Of a large file the first thousand are kept."""

    load = models.ForeignKey(UsageLoad, models.CASCADE, related_name="rejects", db_index=False)
    # The index in an API batch, the line of a file.
    index = models.PositiveBigIntegerField(_("position"))
    record_id = models.CharField(_("record"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=40)
    detail = models.CharField(_("detail"), max_length=300)

    class Meta:
        verbose_name = _("rejected usage record")
        verbose_name_plural = _("rejected usage records")
        ordering = ["load", "index"]
        indexes = [models.Index(fields=["load", "index"], name="rejects_in_order")]

    def __str__(self) -> str:
        return f"{self.index} {self.code}"


class UsageRecord(models.Model):
    """What was consumed, before discounts; `[starts_on, ends_on)`, one day for on-demand."""

    class ChargeMode(models.TextChoices):
        ON_DEMAND = "on_demand", _("On demand")
        PREPAID = "prepaid", _("Prepaid")

    # Unique by a constraint: `unique=True` would bring a second index, for LIKE, that every record pays for.
    record_id = models.CharField(_("record"), max_length=100)
    # Without a constraint of the database: a load looks every organization up once, not once per record.
    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("organization"),
    )
    product = models.CharField(_("product"), max_length=100)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    charge_mode = models.CharField(_("charge mode"), max_length=10, choices=ChargeMode.choices)
    payment_form = models.CharField(_("form of payment"), max_length=100)
    list_amount = columns.amount(_("list amount"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day after it"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("usage record")
        verbose_name_plural = _("usage records")
        constraints = [
            models.UniqueConstraint(fields=["record_id"], name="one_usage_record_per_id"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="usage_has_days"),
        ]
        indexes = [
            models.Index(fields=["organization", "starts_on"], name="usage_by_day"),
            models.Index(
                fields=["organization", "ends_on"], name="prepaid_usage_by_end", condition=Q(charge_mode="prepaid")
            ),
        ]

    def __str__(self) -> str:
        return self.record_id


class ChangedMonth(models.Model):
    """A month whose counted usage changed and is not settled since: what late usage leaves for the next run.

    A load writes it with ON CONFLICT DO UPDATE and so waits for a settlement that is just taking it away; a
    settlement deletes it before it reads the usage.
    """

    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("organization"),
    )
    month = models.DateField(_("month"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("month with changed usage")
        verbose_name_plural = _("months with changed usage")
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="one_mark_per_changed_month")]
        indexes = [models.Index(fields=["month"], name="changed_months")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
