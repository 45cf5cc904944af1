"""Training: sessions and their seats, what partners need, plans made of it, videos (spec page 5.4)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    COMPUTE = "compute", _("Compute")
    STORAGE = "storage", _("Storage")
    NETWORK = "network", _("Network")
    DATABASE = "database", _("Database")
    APPLICATION = "application", _("Application")
    BIG_DATA = "big_data", _("Big data")
    SECURITY = "security", _("Security")
    PAAS = "paas", _("PaaS")
    OPERATIONS = "operations", _("Operations")
    ARCHITECTURE = "architecture", _("Architecture")
    CERTIFICATION = "certification", _("Certification")


class TrainingSession(models.Model):
    """One session that staff hold; seen by organizations of its tiers once it is published."""

    class Mode(models.TextChoices):
        ONLINE = "online", _("Online")
        TELEPRESENCE = "telepresence", _("Telepresence")
        ONSITE = "onsite", _("On site")

    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    title_en = models.CharField(_("title (English)"), max_length=150)
    title_zh = models.CharField(_("title (Chinese)"), max_length=150)
    about_en = models.TextField(_("contents (English)"), blank=True)
    about_zh = models.TextField(_("contents (Chinese)"), blank=True)
    mode = models.CharField(_("mode"), max_length=15, choices=Mode.choices)
    # Of an online session: the meeting's id or address; of the others: where it is.
    meeting = models.CharField(_("meeting id"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    seats = models.PositiveSmallIntegerField(_("seats"))
    # "family/tier" codes that may register.
    tiers = ArrayField(models.CharField(max_length=80), verbose_name=_("tiers"), default=list)
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trainer")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("cancelled because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="training_sessions_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_session_takes_time"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_session_has_seats"),
        ]

    def __str__(self) -> str:
        return self.title_en


class TrainingPlace(models.Model):
    """One person's seat in a session, or their place in the waiting list; rated afterwards."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        WAITING = "waiting", _("Waiting list")
        CANCELLED = "cancelled", _("Cancelled")

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="places", verbose_name=_("session"))
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # Who comes; need not have an account.
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    registered_at = models.DateTimeField(_("registered at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    attended = models.BooleanField(_("attended"), null=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True)

    class Meta:
        verbose_name = _("training place")
        verbose_name_plural = _("training places")
        ordering = ["pk"]
        indexes = [models.Index(fields=["organization", "-id"], name="training_places_of_org")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "email", "organization"],
                condition=~Q(state="cancelled"),
                name="one_place_per_person",
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="training_rating_is_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.email}"


class TrainingNeeds(models.Model):
    """What one organization says that it needs in a quarter: the short survey."""

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    # The quarter's first day.
    quarter = models.DateField(_("quarter"))
    topics = ArrayField(models.CharField(max_length=20), verbose_name=_("topics"), default=list)
    modes = ArrayField(models.CharField(max_length=15), verbose_name=_("modes"), default=list)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    wishes = models.TextField(_("wishes"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("training needs")
        verbose_name_plural = _("training needs")
        constraints = [models.UniqueConstraint(fields=["organization", "quarter"], name="needs_once_a_quarter")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.quarter}"


class TrainingPlan(models.Model):
    """What staff plan for one organization in a quarter, out of its needs; seen by it once it is published."""

    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )
    quarter = models.DateField(_("quarter"))
    body = models.TextField(_("plan"))
    sessions = models.ManyToManyField(TrainingSession, related_name="+", blank=True, verbose_name=_("sessions"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        constraints = [models.UniqueConstraint(fields=["organization", "quarter"], name="one_plan_a_quarter")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.quarter}"


class Video(models.Model):
    """A recorded lesson: for everyone. Lessons of one course stand together, in order."""

    course = models.CharField(_("course"), max_length=40, blank=True)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    title_en = models.CharField(_("title (English)"), max_length=150)
    title_zh = models.CharField(_("title (Chinese)"), max_length=150)
    about_en = models.TextField(_("contents (English)"), blank=True)
    about_zh = models.TextField(_("contents (Chinese)"), blank=True)
    url = models.URLField(_("address"), max_length=300)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["course", "position", "pk"]

    def __str__(self) -> str:
        return self.title_en
