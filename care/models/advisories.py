"""Advisories: what the provider says first, whom it reaches, what the TAM does with it (spec page 6.1)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Advisory(models.Model):
    """One incident, change or release; said to nobody before it is published."""

    class Kind(models.TextChoices):
        INDUSTRY_INCIDENT = "industry_incident", _("Industry incident")
        PLATFORM_CHANGE = "platform_change", _("Platform change")
        PRODUCT_RELEASE = "product_release", _("Product release")

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        # Being handed out to its audience.
        PUBLISHING = "publishing", _("Being published")
        PUBLISHED = "published", _("Published")
        # What it is about is over; updates end.
        CLOSED = "closed", _("Closed")
        # Never published.
        DISCARDED = "discarded", _("Discarded")

    # ADV-2026-0001, given when it is published; empty in a draft.
    number = models.CharField(_("number"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    title_en = models.CharField(_("title (English)"), max_length=150)
    title_zh = models.CharField(_("title (Chinese)"), max_length=150)
    # Markdown.
    body_en = models.TextField(_("what happens (English)"))
    body_zh = models.TextField(_("what happens (Chinese)"))
    advice_en = models.TextField(_("what to do (English)"), blank=True)
    advice_zh = models.TextField(_("what to do (Chinese)"), blank=True)
    # Codes of the catalogue; empty: all.
    products = ArrayField(models.CharField(max_length=40), verbose_name=_("products"), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=40), verbose_name=_("regions"), default=list, blank=True)
    versions = models.CharField(_("versions"), max_length=200, blank=True)
    # When it happens: the window of a change, the duration of an incident, the day of a release.
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    # Whom it reaches, as care/audience.py reads it: {"families": [], "tiers": [], "organizations": [], ...}.
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    on_status_page = models.BooleanField(_("on the public status page"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created at"))
    changed_at = models.DateTimeField(_("changed at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # From when it is being handed out; `handed_out_at`: everybody in its audience has it.
    published_at = models.DateTimeField(_("published at"), null=True)
    handed_out_at = models.DateTimeField(_("handed out at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    # Progress: organizations in the audience, those told, and the last of them in the order of their ids.
    audience_size = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("advisory")
        verbose_name_plural = _("advisories")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-published_at"], name="advisories_by_time"),
            models.Index(fields=["id"], name="advisories_on_the_way", condition=Q(status="publishing")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_advisory_per_number"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at__lte=F("ends_at")), name="an_advisory_takes_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.title_en}"


class AdvisoryUpdate(models.Model):
    """A follow-up to a published advisory: how it goes on, whether it is over."""

    class State(models.TextChoices):
        INVESTIGATING = "investigating", _("Investigating")
        IDENTIFIED = "identified", _("Cause identified")
        MONITORING = "monitoring", _("Mended, being watched")
        IN_PROGRESS = "in_progress", _("In progress")
        RESOLVED = "resolved", _("Resolved")
        NOTE = "note", _("Note")

    advisory = models.ForeignKey(Advisory, models.PROTECT, related_name="updates", verbose_name=_("advisory"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.NOTE)
    body_en = models.TextField(_("update (English)"))
    body_zh = models.TextField(_("update (Chinese)"))
    # Handed out like the advisory itself, to the organizations that have it.
    handed_out_at = models.DateTimeField(_("handed out at"), null=True)
    cursor = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("update of an advisory")
        verbose_name_plural = _("updates of advisories")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.advisory_id} {self.state}"


class AdvisoryAffected(models.Model):
    """An organization that the expert panel marked as affected by a change."""

    advisory = models.ForeignKey(Advisory, models.CASCADE, related_name="affected", verbose_name=_("advisory"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    note = models.CharField(_("how it is affected"), max_length=500, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    marked_at = models.DateTimeField(_("marked at"))

    class Meta:
        verbose_name = _("affected organization")
        verbose_name_plural = _("affected organizations")
        constraints = [models.UniqueConstraint(fields=["advisory", "organization"], name="marked_affected_once")]

    def __str__(self) -> str:
        return f"{self.advisory_id} {self.organization_id}"


class AdvisoryReceipt(models.Model):
    """An advisory in the message centre of one organization, and who acknowledged it there."""

    advisory = models.ForeignKey(Advisory, models.PROTECT, related_name="receipts", verbose_name=_("advisory"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    at = models.DateTimeField(_("received at"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("received advisory")
        verbose_name_plural = _("received advisories")
        ordering = ["-advisory"]
        constraints = [models.UniqueConstraint(fields=["organization", "advisory"], name="an_advisory_comes_once")]

    def __str__(self) -> str:
        return f"{self.advisory_id} {self.organization_id}"


class AdvisoryTask(models.Model):
    """What the TAM does about an advisory for an organization with enterprise care, to done with its result."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        # A release that does not matter to them.
        NOT_RELEVANT = "not_relevant", _("Not relevant")

    advisory = models.ForeignKey(Advisory, models.PROTECT, related_name="tasks", verbose_name=_("advisory"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # Empty: no TAM is assigned to the organization yet.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("TAM")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    # By when the customer should have been spoken to: before a change, at once after an incident.
    due_at = models.DateTimeField(_("due"), null=True)
    contacted_at = models.DateTimeField(_("contacted at"), null=True)
    # Markdown: the assessment and the response plan, and at the end what came of it.
    plan = models.TextField(_("response plan"), blank=True)
    result = models.TextField(_("result"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    # The result's file in the storage, under a name that nobody can guess; empty: none.
    file_key = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(_("file"), max_length=150, blank=True)
    file_size = models.PositiveIntegerField(_("size"), default=0)

    class Meta:
        verbose_name = _("task from an advisory")
        verbose_name_plural = _("tasks from advisories")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "due_at"], name="advisory_tasks_to_do", condition=Q(ended_at=None)),
            models.Index(fields=["organization", "-id"], name="advisory_tasks_of_org"),
        ]
        constraints = [models.UniqueConstraint(fields=["advisory", "organization"], name="one_task_per_advisory")]

    def __str__(self) -> str:
        return f"{self.advisory_id} {self.organization_id} {self.state}"


class AdvisoryTicket(models.Model):
    """A ticket in which an organization asks about an advisory."""

    advisory = models.ForeignKey(Advisory, models.PROTECT, related_name="tickets", verbose_name=_("advisory"))
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+", db_index=False)
    ticket = models.OneToOneField("tickets.Ticket", models.PROTECT, related_name="+", verbose_name=_("ticket"))

    class Meta:
        verbose_name = _("ticket about an advisory")
        verbose_name_plural = _("tickets about advisories")
        indexes = [models.Index(fields=["organization", "advisory"], name="advisory_tickets_of_org")]

    def __str__(self) -> str:
        return f"{self.advisory_id} {self.ticket_id}"
