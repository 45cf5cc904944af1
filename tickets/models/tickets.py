"""A ticket, what was said on it, and who watches it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import EndCustomer, Organization
from tickets.models.kinds import ACTIVE, Channel, Kind, Side, Status
from tickets.models.owner import ticket_owner
from tickets.queue_order import NEVER_DUE

_IS_ACTIVE = Q(status__in=ACTIVE)
_RARE = (Channel.EMAIL, Channel.PHONE, Channel.IM)
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

    # Where a merged ticket went: later messages go there.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    # Code of the reason, of a ticket that was closed as out of scope.
    out_of_scope_reason = models.CharField(
        _("out of scope because"), max_length=40, blank=True, default="", db_default=""
    )
    # What was answered to the category's own questions: {code: text}.
    answers = models.JSONField(_("answers"), default=dict, blank=True, db_default=Value({}, models.JSONField()))
    # The booking it belongs to, by its id: an event that runs comes first.
    booking_id = models.BigIntegerField(_("booking"), null=True)
    # The customer waits to be called back; the number to call is in CallbackRequest.
    callback_wanted = models.BooleanField(_("call back"), default=False, db_default=False)
    # 1 to 5, and when it was first said: it may be changed for seven days.
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True)
    satisfaction_comment = models.TextField(_("comment"), blank=True, default="", db_default="")
    rated_at = models.DateTimeField(null=True)

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
            models.Index(fields=["tier", *_QUEUE], name="queue_of_tier", condition=_IS_ACTIVE),
            models.Index(fields=["severity", *_QUEUE], name="queue_of_severity", condition=_IS_ACTIVE),
            models.Index(fields=["handler_level", *_QUEUE], name="queue_of_level", condition=_IS_ACTIVE),
            # What routing hands out: without it a team would read over all that is not of its level.
            models.Index(
                fields=["product", "handler_level", *_QUEUE],
                name="queue_to_hand_out",
                condition=_IS_ACTIVE & Q(assignee=None),
            ),
            # The portal and its API bring nearly everything: only the rest is worth an index of its own.
            models.Index(
                fields=["channel", *_QUEUE], name="queue_of_rare_channel", condition=_IS_ACTIVE & Q(channel__in=_RARE)
            ),
            models.Index(fields=_QUEUE, name="queue_at_risk", condition=_IS_ACTIVE & Q(at_risk=True)),
            models.Index(fields=_QUEUE, name="queue_waiting", condition=Q(status=Status.WAITING_CUSTOMER)),
            models.Index(fields=_QUEUE, name="queue_callbacks", condition=_IS_ACTIVE & Q(callback_wanted=True)),
            models.Index(fields=["quiet_at"], name="tickets_quiet", condition=Q(quiet_at__isnull=False)),
            # The lead page and the averages of an organization: few tickets are rated, and few of them lately.
            models.Index(fields=["rated_at"], name="tickets_rated", condition=Q(rated_at__isnull=False)),
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


class Message(models.Model):
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    organization = ticket_owner()
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
    organization = ticket_owner()
    name = models.CharField(max_length=150)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name


class TicketWatcher(models.Model):
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="watchers", db_index=False)
    organization = ticket_owner()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watches_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.person_id}"


class TicketTag(models.Model):
    """A tag of a ticket once more, by its name: under row-level security no index on `tags` itself is used."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    organization = ticket_owner()
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("tag of a ticket")
        verbose_name_plural = _("tags of tickets")
        constraints = [models.UniqueConstraint(fields=["name", "ticket"], name="a_tag_is_borne_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.name}"


class NumberingKey(models.Model):
    """The key of the permutation behind ticket numbers: made once, never changed (tickets/numbering.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return "numbering key"
