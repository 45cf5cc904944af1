"""Where else the portal tells what happens in an organization: its own systems' webhooks and its IM groups' robots.

Both are addresses to which a POST is sent until it is taken, so they share one table of addresses and one of
deliveries, and everything that sends, retries and keeps the log (notifications/outbound/).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person


class Endpoint(models.Model):
    """One address. `kind` says how it wants messages; address and secrets are sealed (common/sealing.py)."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook")
        WECOM = "wecom", _("WeCom")
        WELINK = "welink", _("WeLink")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu / Lark")
        OTHER = "other", _("Another (Slack, Mattermost, Google Chat…)")

    class Off(models.TextChoices):
        NOT = "", _("in use")
        BY_PERSON = "by_person", _("switched off")
        GONE = "gone", _("the receiver said that it is gone (410)")
        FAILING = "failing", _("nothing was taken for days")
        PLAN = "plan", _("the plan does not include it any more")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name=_("organization"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)
    sealed_url = models.TextField()
    # What people may see of it: a robot's key is a secret.
    shown_url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    sealed_secret = models.TextField(blank=True)
    # After a rotation both secrets sign until this instant.
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    off = models.CharField(_("why it is off"), max_length=10, choices=Off.choices, blank=True, default=Off.NOT)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    # Real time: a robot takes twenty messages a minute; what happens until then is told in one.
    free_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("created by"))

    class Meta:
        verbose_name = _("address for events")
        verbose_name_plural = _("addresses for events")
        indexes = [
            models.Index(fields=["organization"], name="endpoints_in_use", condition=models.Q(off="")),
            models.Index(fields=["organization", "kind"], name="endpoints_of_organization"),
        ]

    def __str__(self) -> str:
        return self.name or self.shown_url

    @property
    def is_on(self) -> bool:
        return self.off == self.Off.NOT

    @property
    def is_webhook(self) -> bool:
        return self.kind == self.Kind.WEBHOOK


class Delivery(models.Model):
    """One event for one address, until it is taken or given up; `key` names the event, so it is there once."""

    class Status(models.TextChoices):
        PENDING = "pending", _("on its way")
        SUCCEEDED = "succeeded", _("taken")
        FAILED = "failed", _("given up")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=80)
    type = models.CharField(_("event"), max_length=40)
    body = models.TextField()
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(_("created at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The schedule of tries: when the first was due, when the next is, when it is given up (portal time).
    first_due_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    # Real time: whoever sends holds it until then; a worker that dies lets it go.
    held_until = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    response_excerpt = models.CharField(max_length=1000, blank=True)
    error = models.CharField(max_length=200, blank=True)
    # [{"at", "status", "error", "milliseconds"}], the newest last.
    tries = models.JSONField(default=list)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "key"], name="one_delivery_per_event")]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="deliveries_due", condition=models.Q(status="pending")),
            models.Index(fields=["endpoint", "-id"], name="deliveries_of_endpoint"),
            models.Index(fields=["created_at"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} → {self.endpoint_id}"
