"""Articles of the help centre, their versions, and what readers say of them. No tenant's rows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    START = "start", _("Getting started")
    TROUBLE = "trouble", _("Troubleshooting")
    OPERATION = "operation", _("Running your services")
    SECURITY = "security", _("Security and access")
    PLANS = "plans", _("Plans and billing")
    SUPPORT = "support", _("Working with support")


class Article(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of an article", "Draft")
        PUBLISHED = "published", pgettext_lazy("state of an article", "Published")
        RETIRED = "retired", pgettext_lazy("state of an article", "Retired")

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    # A product of the catalogue, or none.
    product = models.CharField(_("product"), max_length=40, blank=True)
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    title_en = models.CharField(_("title (English)"), max_length=150, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=150, blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    body_zh = models.TextField(_("text (Chinese)"), blank=True)
    # Rendered when written: an article is read far more often than it changes.
    html_en = models.TextField(blank=True)
    html_zh = models.TextField(blank=True)
    # Words of both languages, those of titles and tags with the weight A.
    words = SearchVectorField()
    version = models.PositiveIntegerField(_("version"), default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))
    published_at = models.DateTimeField(_("published"), null=True)
    retired_at = models.DateTimeField(_("retired"), null=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        indexes = [
            GinIndex(fields=["words"], name="articles_by_words"),
            models.Index(fields=["category", "-id"], name="articles_public", condition=Q(status="published")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | ~(Q(title_en="") | Q(title_zh="") | Q(body_en="") | Q(body_zh="")),
                name="published_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED


class ArticleVersion(models.Model):
    """An article as somebody left it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title_en = models.CharField(max_length=150, blank=True)
    title_zh = models.CharField(max_length=150, blank=True)
    body_en = models.TextField(blank=True)
    body_zh = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.number}"


class ArticleViews(models.Model):
    """How often an article was read on a day: a row of its own, so that reading rewrites no article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("views of an article")
        verbose_name_plural = _("views of articles")
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="one_count_per_day")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day} {self.count}"


class ArticleFeedback(models.Model):
    """What a reader said of an article: one voice each, and the last word counts."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="feedback")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    # The browser of somebody who is not signed in, as a digest.
    browser = models.CharField(max_length=64, blank=True)
    helpful = models.BooleanField(_("helpful"))
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person"], condition=Q(person__isnull=False), name="one_voice_per_person"
            ),
            models.UniqueConstraint(
                fields=["article", "browser"], condition=Q(person=None), name="one_voice_per_browser"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {'+' if self.helpful else '-'}"


class TicketSpared(models.Model):
    """Somebody who began a ticket found the answer in an article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        verbose_name = _("ticket not filed")
        verbose_name_plural = _("tickets not filed")
        constraints = [models.UniqueConstraint(fields=["article", "person", "day"], name="spared_once_a_day")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day}"


class MissedSearch(models.Model):
    """What readers looked for and no article answers: the writers' list of work."""

    text = models.CharField(_("searched for"), max_length=80, unique=True)
    count = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("search without a result")
        verbose_name_plural = _("searches without a result")
        ordering = ["-count", "-last_at"]

    def __str__(self) -> str:
        return self.text
