"""What ties tickets together, and what customers add to theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from tickets.models.owner import ticket_owner
from tickets.models.tickets import Ticket


class TicketLink(models.Model):
    """`ticket` is the parent, child, duplicate or relative of `other`; both belong to one organization."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("Parent")
        CHILD = "child", _("Child")
        DUPLICATE = "duplicate", _("Duplicate")
        RELATED = "related", _("Related")
        FOLLOW_UP = "follow_up", _("Follow-up")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="links", db_index=False)
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="linked_from")
    organization = ticket_owner()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="linked_once"),
            models.CheckConstraint(condition=~Q(ticket=F("other")), name="no_ticket_is_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class SecretField(models.Model):
    """A password or key that the customer gives for the work: encrypted, every look audited, gone when it closes."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="secrets")
    organization = ticket_owner()
    label = models.CharField(_("label"), max_length=100)
    # Encrypted; empty once it was deleted.
    sealed = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("secret field")
        verbose_name_plural = _("secret fields")

    def __str__(self) -> str:
        return self.label


class CallbackRequest(models.Model):
    """Call this number; the ticket says what about."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks")
    organization = ticket_owner()
    phone = models.CharField(_("phone number"), max_length=40)
    # In the customer's words: "after 14:00".
    when = models.CharField(_("when"), max_length=100, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    called_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("call-back request")
        verbose_name_plural = _("call-back requests")
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(called_at=None), name="one_open_callback_per_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.phone}"


class CategoryQuestion(models.Model):
    """A question that administrators add to a category of the filing form."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Short text")
        LONG = "long", _("Long text")
        TIME = "time", _("Date and time")
        CHOICE = "choice", _("Choice")

    family = models.CharField(_("plan family"), max_length=40)
    category = models.CharField(_("category"), max_length=40)
    code = models.SlugField(_("code"), max_length=40)
    label_en = models.CharField(_("question (English)"), max_length=200)
    label_zh = models.CharField(_("question (Chinese)"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # One choice a line.
    choices = models.TextField(_("choices"), blank=True)
    required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question of a category")
        verbose_name_plural = _("questions of categories")
        ordering = ["family", "category", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["family", "category", "code"], name="one_question_per_code")]

    def __str__(self) -> str:
        return self.label_en


class Draft(models.Model):
    """What somebody has begun to write: a new ticket (`ticket` empty) or a message; it survives a closed tab."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+", db_index=False)
    # The form's fields as typed; never secret fields.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "ticket"], nulls_distinct=False, name="one_draft_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.saved_at:%Y-%m-%d %H:%M}"
