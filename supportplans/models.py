"""Catalogue versions, what each organization holds and since when, and what staff set up for it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from supportplans.terms import Bounds


class CatalogueVersion(models.Model):
    """A version of the catalogue, as in its file. A published one never changes: a trigger of the table sees to it."""

    number = models.CharField(_("version"), max_length=40, unique=True)
    effective_on = models.DateField(_("effective on"))
    document = models.JSONField(_("document"))
    created_at = models.DateTimeField(_("created at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")
        ordering = ["-effective_on", "-published_at"]
        indexes = [
            models.Index(
                fields=["-effective_on", "-published_at"],
                name="published_by_effective_date",
                condition=Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Subscription(models.Model):
    """What belongs to an organization's chain of terms as a whole; made when it first pays."""

    organization = models.OneToOneField(
        "accounts.Organization",
        models.PROTECT,
        primary_key=True,
        related_name="subscription",
        verbose_name=_("organization"),
    )
    # Day of the month on which the chain's first term began: 1 to 31.
    anchor_day = models.PositiveSmallIntegerField(_("anchor day"))
    # First day of the service year's count (spec page 5.2): kept by who returns within 12 months.
    paid_since = models.DateField(_("paid since"))
    auto_renew = models.BooleanField(_("renews by itself"), default=False)
    # What the next term will have; empty: the same as this one.
    next_tier = models.CharField(_("next tier"), max_length=40, blank=True, db_default="")
    next_cycle = models.CharField(_("next cycle"), max_length=10, blank=True, db_default="")
    # From this instant, which may be to come: the oldest unpaid settlement is then too long overdue.
    suspended_at = models.DateTimeField(_("suspended from"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.CheckConstraint(condition=Q(anchor_day__range=(1, 31)), name="anchor_is_a_day_of_the_month")
        ]

    def __str__(self) -> str:
        return str(self.organization)


class BeijingMidnight(Func):
    """The instant at which a date begins in Beijing."""

    template = "((%(expressions)s)::timestamp AT TIME ZONE 'Asia/Shanghai')"
    output_field = models.DateTimeField()


class Term(models.Model):
    """A tier held over a term, or over the part of it between two changes.

    `[starts_on, ends_on)` are the whole term's Beijing dates; the tier is held from `began_at` until `left_at`,
    or until 00:00 of `ends_on` while nothing else happens. A term that begins later is queued.
    """

    class Left(models.TextChoices):
        NOT_YET = "", _("Running or to come")
        CHANGED = "changed", _("Changed to another tier")
        CANCELLED = "cancelled", _("Left before its end")
        RENEWED = "renewed", _("Ended and renewed")
        LAPSED = "lapsed", _("Ended")
        NOT_BEGUN = "not_begun", _("Replaced or cancelled before it began")

    class Cycle(models.TextChoices):
        MONTHLY = "monthly", _("Monthly")
        YEARLY = "yearly", _("Yearly")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="terms", db_index=False, verbose_name=_("organization")
    )
    family = models.CharField(_("plan family"), max_length=40)
    tier = models.CharField(_("tier"), max_length=40)
    cycle = models.CharField(_("cycle"), max_length=10, choices=Cycle.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day after it"))
    began_at = models.DateTimeField(_("held from"))
    left_at = models.DateTimeField(_("held until"), null=True, blank=True)
    left_because = models.CharField(_("left because"), max_length=10, choices=Left.choices, blank=True, default="")
    catalogue_version = models.ForeignKey(
        CatalogueVersion, models.PROTECT, related_name="+", verbose_name=_("catalogue version")
    )
    # List price of the whole term at this tier, tax included.
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2)
    # The order that made this row, and the one that bought the term: the same through all changes inside it.
    order_number = models.CharField(_("order"), max_length=40, blank=True)
    bought_by = models.CharField(_("bought by order"), max_length=40, blank=True)
    # Its people were last told that it ends when so many days were left.
    reminded_days = models.PositiveSmallIntegerField(_("reminded at days"), null=True, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-began_at"]
        indexes = [
            models.Index(fields=["organization", "-began_at"], name="terms_of_organization"),
            models.Index(fields=["ends_on"], name="terms_to_close", condition=Q(left_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="a_term_has_days"),
            models.CheckConstraint(
                condition=Q(left_at=None, left_because="") | (Q(left_at__gte=F("began_at")) & ~Q(left_because="")),
                name="left_for_a_reason",
            ),
            # The second wall against two plans at once, whatever races there are: periods never overlap.
            ExclusionConstraint(
                name="one_tier_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    (
                        Func(
                            "began_at",
                            Coalesce("left_at", BeijingMidnight("ends_on")),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.starts_on} – {self.ends_on}"

    @property
    def bounds(self) -> Bounds:
        """The whole term's days."""
        return Bounds(self.starts_on, self.ends_on)


class ChangeOverride(models.Model):
    """A staff member's leave for one tier change in spite of `too_frequent_changes`, within seven days."""

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    order_number = models.CharField(_("used by order"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("override of frequent changes")
        verbose_name_plural = _("overrides of frequent changes")
        indexes = [models.Index(fields=["organization", "-at"], name="overrides_newest_first")]

    def __str__(self) -> str:
        return f"{self.organization} {self.at:%Y-%m-%d}"


class ProvisioningTask(models.Model):
    """A line, a group or a person that staff set up for an organization whose tier includes it (spec page 2.4)."""

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        RETIRED = "retired", _("Retired")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # An entitlement that the catalogue marks as provisioned: enterprise_line, im_group, tam.
    kind = models.CharField(_("kind"), max_length=40)
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name=_("opened by term"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    # The registered number and menu digit, or the group's name or id.
    reference = models.CharField(_("line or group"), max_length=200, blank=True)
    # Numbers that the organization calls the line from.
    callers = models.JSONField(
        _("callers' numbers"), default=list, blank=True, db_default=Value([], models.JSONField())
    )
    # The chat of the group: a kind of notifications.Endpoint; and the robot's address, where one was given.
    chat = models.CharField(_("chat"), max_length=10, blank=True, default="", db_default="")
    endpoint = models.ForeignKey(
        "notifications.Endpoint", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("robot")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )
    opened_at = models.DateTimeField(_("opened at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    # What was set up and then retired has been taken down: the number, the people in the group.
    cleared_at = models.DateTimeField(_("taken down at"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken down by"),
    )

    class Meta:
        verbose_name = _("provisioning task")
        verbose_name_plural = _("provisioning tasks")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=~Q(state="retired"),
                name="one_live_provisioning_task_per_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.organization}"

    @property
    def is_to_clear(self) -> bool:
        """Whether it was set up, is retired, and nobody has taken it down yet."""
        return self.state == self.State.RETIRED and self.done_at is not None and self.cleared_at is None


class TamNote(models.Model):
    """What a technical service manager notes of an organization's needs and plans (spec page 6.1); for staff alone."""

    class Kind(models.TextChoices):
        NEED = "need", _("Need")
        PLAN = "plan", pgettext_lazy("what an organization intends", "Plan")

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    body = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    # The day on which somebody comes back to it, and when that was done.
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("followed up at"), null=True, blank=True)
    followed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("followed up by"),
    )

    class Meta:
        verbose_name = _("note of needs and plans")
        verbose_name_plural = _("notes of needs and plans")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organization", "-id"], name="notes_of_organization"),
            models.Index(
                fields=["organization", "follow_up_on"],
                name="notes_to_follow_up",
                condition=Q(follow_up_on__isnull=False, followed_up_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(followed_up_at=None) | Q(follow_up_on__isnull=False), name="only_a_follow_up_is_followed_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
