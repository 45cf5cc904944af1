"""Response timers, and the history that they are explained and rebuilt from."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tickets.models.owner import ticket_owner
from tickets.models.tickets import Ticket


class ResponseTimer(models.Model):
    """We owe this ticket an answer by an instant (spec page 4.3). Owed until `ended_at` is set."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        MET = "met", _("Met")
        BREACHED = "breached", _("Breached")
        CANCELLED = "cancelled", _("Cancelled")
        MERGED = "merged", _("Merged")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="timers", db_index=False)
    organization = ticket_owner()
    kind = models.CharField(max_length=5, choices=[("first", _("First answer")), ("next", _("Next answer"))])
    tier = models.CharField(max_length=40)
    severity = models.CharField(max_length=30)
    started_at = models.DateTimeField()
    target_minutes = models.PositiveIntegerField(null=True)
    target_working_days = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Left out of compliance figures: its ticket was regraded because it had been misjudged.
    excluded = models.BooleanField(default=False, db_default=False)
    # When the customer last urged; once per half target.
    urged_at = models.DateTimeField(null=True)
    # The next step of the ladder in percent, and when it is crossed; both empty when all are, or it has ended.
    next_step = models.PositiveSmallIntegerField(null=True)
    next_step_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("response timer")
        verbose_name_plural = _("response timers")
        indexes = [
            models.Index(fields=["ticket", "id"], name="timers_of_ticket"),
            # Timers are written in the order in which they start: a period is found at no cost when filing.
            BrinIndex(fields=["started_at"], name="timers_by_start", autosummarize=True, pages_per_range=32),
            models.Index(fields=["next_step_at"], name="timers_to_sweep", condition=Q(next_step_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_answer_is_owed_at_a_time"),
            models.CheckConstraint(
                condition=Q(target_minutes=None, target_working_days__gt=0)
                | Q(target_minutes__gt=0, target_working_days=None),
                name="a_target_is_minutes_or_working_days",
            ),
            models.CheckConstraint(
                condition=Q(breached_at=None) | Q(breached_at=F("due_at")), name="a_breach_is_at_the_due_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="met") | Q(answered_at__lt=F("due_at"), breached_at=None),
                name="met_is_strictly_before_due",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(ended_at=F("answered_at")), name="an_answer_ends_the_timer"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(next_step_at=None), name="an_ended_timer_waits_for_no_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.state}"


class TicketEvent(models.Model):
    """The history of a ticket and the record of its timers; only ever inserted.

    `at` is when it became true, not when it was noticed. Rows with a timer are what the timer explains
    itself from.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", db_index=False)
    organization = ticket_owner()
    # Timers are never deleted, and a sweep writes this row a hundred thousand times: no check by the database.
    timer = models.ForeignKey(
        ResponseTimer, models.PROTECT, null=True, related_name="events", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    event = models.CharField(max_length=30)
    # Of an escalation: the share of the target in percent.
    step = models.PositiveSmallIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        indexes = [models.Index(fields=["ticket", "id"], name="events_of_ticket")]
        constraints = [
            # Two sweeps cannot record the same step of a timer, whatever else fails.
            models.UniqueConstraint(
                fields=["timer", "step"], condition=Q(step__isnull=False), name="each_step_is_recorded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.event}"
