"""Tickets and everything that hangs on them. Every row carries its organization (row-level security).

Rows are written by the actions of this app alone: no logic in save(), no signals.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import EndCustomer, Organization
from tickets.queue_order import NEVER_DUE


class Kind(models.TextChoices):
    TECHNICAL = "technical", _("Technical")
    BUSINESS = "business", _("Business")


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for customer")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


# The work that lies on the desk.
ACTIVE = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING_CUSTOMER)
FINISHED = (Status.RESOLVED, Status.CLOSED)


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    EMAIL = "email", pgettext_lazy("channel of a ticket", "E-mail")
    PHONE = "phone", _("Phone")
    IM = "im", _("IM")


class Side(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Support")
    SYSTEM = "system", _("Portal")


_IS_ACTIVE = Q(status__in=ACTIVE)
_QUEUE = ["queue_rank", "sort_due", "number"]


class Ticket(models.Model):
    number = models.CharField(_("number"), max_length=20, unique=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    severity = models.CharField(_("severity"), max_length=30)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    subject = models.CharField(_("subject"), max_length=200)
    product = models.CharField(_("product"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    software = models.CharField(_("third-party software"), max_length=40, blank=True)
    software_version = models.CharField(_("version"), max_length=60, blank=True)
    end_customer = models.ForeignKey(EndCustomer, models.PROTECT, null=True, related_name="+", db_index=False)
    tried = models.TextField(_("what you tried"), blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    # The plan it was filed under: what was promised then, whatever the plan became.
    tier = models.CharField(_("tier"), max_length=40)
    resolution_priority = models.CharField(_("resolution priority"), max_length=20)
    handler_level = models.CharField(_("handler level"), max_length=20)

    created_at = models.DateTimeField(_("filed"))
    # The first public answer of a person of the staff.
    first_reply_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    # Who spoke last in public: a ticket is resolved only after an answer.
    last_side = models.CharField(max_length=10, choices=Side.choices, default=Side.CUSTOMER)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    # When silence has its next consequence: a reminder, resolving, closing.
    quiet_at = models.DateTimeField(null=True)

    # The latest timer, so that lists need no join.
    response_due_at = models.DateTimeField(null=True)
    response_state = models.CharField(max_length=10)
    # The order of the queue (tickets/queue_order.py), kept where an index can hold it.
    queue_rank = models.PositiveSmallIntegerField()
    sort_due = models.DateTimeField(default=NEVER_DUE)
    # Set by the sweep at 80 % of the target: no column of a ticket moves by itself when time passes.
    at_risk = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["organization", "-id"], name="tickets_of_organization"),
            models.Index(fields=_QUEUE, name="queue_all", condition=_IS_ACTIVE),
            models.Index(fields=_QUEUE, name="queue_unassigned", condition=_IS_ACTIVE & Q(assignee=None)),
            models.Index(
                fields=["assignee", *_QUEUE], name="queue_mine", condition=_IS_ACTIVE & Q(assignee__isnull=False)
            ),
            models.Index(fields=["product", *_QUEUE], name="queue_of_product", condition=_IS_ACTIVE),
            models.Index(fields=["organization", *_QUEUE], name="queue_of_organization", condition=_IS_ACTIVE),
            models.Index(fields=_QUEUE, name="queue_at_risk", condition=_IS_ACTIVE & Q(at_risk=True)),
            models.Index(fields=_QUEUE, name="queue_waiting", condition=Q(status=Status.WAITING_CUSTOMER)),
            models.Index(fields=["quiet_at"], name="tickets_quiet", condition=Q(quiet_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_is_known"),
            models.CheckConstraint(
                condition=_IS_ACTIVE | Q(sort_due=NEVER_DUE, at_risk=False), name="finished_tickets_owe_no_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_active(self) -> bool:
        """Whether it lies on the desk."""
        return self.status in ACTIVE


def _ticket_owner() -> models.ForeignKey:
    """The ticket's organization once more, for row-level security; the ticket's own row vouches that it exists."""
    return models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, db_constraint=False)


class Message(models.Model):
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    organization = _ticket_owner()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    side = models.CharField(max_length=10, choices=Side.choices)
    body = models.TextField(_("message"))
    # Rendered when written: a long conversation is read far more often than it grows.
    body_html = models.TextField()
    public = models.BooleanField(default=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["ticket", "id"], name="messages_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.side} {self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    # Not to be guessed, and the name of the stored file as well.
    key = models.CharField(max_length=43, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attachments", db_index=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments", db_index=False)
    organization = _ticket_owner()
    name = models.CharField(max_length=150)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name


class ResponseTimer(models.Model):
    """We owe this ticket an answer by an instant (spec page 4.3). Owed until `ended_at` is set."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        MET = "met", _("Met")
        BREACHED = "breached", _("Breached")
        CANCELLED = "cancelled", _("Cancelled")
        MERGED = "merged", _("Merged")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="timers", db_index=False)
    organization = _ticket_owner()
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
    # The next step of the ladder in percent, and when it is crossed; both empty when all are, or it has ended.
    next_step = models.PositiveSmallIntegerField(null=True)
    next_step_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("response timer")
        verbose_name_plural = _("response timers")
        indexes = [
            models.Index(fields=["ticket", "id"], name="timers_of_ticket"),
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
    organization = _ticket_owner()
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


class TicketWatcher(models.Model):
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="watchers", db_index=False)
    organization = _ticket_owner()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watches_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.person_id}"


class NumberingKey(models.Model):
    """The key of the permutation behind ticket numbers: made once, never changed (tickets/numbering.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return "numbering key"
