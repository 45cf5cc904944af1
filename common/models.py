"""Tables that every app leans on: the outbox, the audit trail, idempotency keys, the calendar, jobs and the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """Something that happened in a committed transaction and whose effects are still to leave (spec page 8.2)."""

    topic = models.CharField(_("topic"), max_length=60)
    # A repeat of the same topic and key is the same event: it is stored once.
    key = models.CharField(_("key"), max_length=200, null=True, blank=True)
    organization_id = models.BigIntegerField(_("organization"), null=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created at"))
    # Real time: retries are leases, not business.
    available_at = models.DateTimeField(_("next attempt at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")
        indexes = [
            models.Index(fields=["available_at", "id"], name="outbox_waiting", condition=models.Q(done_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="outbox_once_per_key")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class AuditEntry(models.Model):
    """Who changed what of money, access or plan (spec page 9.3); only ever inserted."""

    at = models.DateTimeField(_("when"))
    organization_id = models.BigIntegerField(_("organization"), null=True)
    by_id = models.BigIntegerField(null=True)
    by = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=60)
    object = models.CharField(_("object"), max_length=200)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["organization_id", "-id"], name="audit_by_organization")]

    def __str__(self) -> str:
        return f"{self.action} {self.object}"


class IdempotencyRecord(models.Model):
    """The first answer to a keyed request, kept for 24 hours (spec page 7)."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "key"], name="idempotency_once_per_key")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"


class CalendarDay(models.Model):
    """An administrator's correction of the official calendar of mainland China."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date} {'working' if self.is_working else 'off'}"


class JobRun(models.Model):
    """How far a periodic job has come."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    last_due_at = models.DateTimeField(_("last due at"), null=True)
    # Real time: who holds the job until when.
    held_until = models.DateTimeField(_("held until"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """The last sign of life of a worker or the beat, in real time."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class TestClock(models.Model):
    """The portal's own clock in demo and test: one row, read by common/clock.py."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    portal_at = models.DateTimeField()
    real_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.portal_at)
