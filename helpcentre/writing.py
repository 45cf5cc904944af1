"""Writing articles: a draft, published in both languages, retired when it is out of date (spec page 4.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from common import audit, words
from common.problems import FieldErrors
from common.safe_markdown import rendered
from helpcentre import access
from helpcentre.models import Article, ArticleVersion, Category, MissedSearch
from helpcentre.refusals import ArticleIncomplete, ArticleNotPublished

LONGEST_BODY = 50_000
LONGEST_TITLE = 150
MOST_TAGS, LONGEST_TAG = 10, 40
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
RESERVED = frozenset({"new", "preview", "missed"})


@dataclass(frozen=True)
class Draft:
    """What a writer gives; texts are Markdown."""

    slug: str = ""
    category: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    title_en: str = ""
    title_zh: str = ""
    body_en: str = ""
    body_zh: str = ""


def as_draft(article: Article, **changes: Any) -> Draft:
    """The article as a writer has it before him, with `changes`."""
    names = [field.name for field in fields(Draft)]
    draft = Draft(**{name: getattr(article, name) for name in names} | {"tags": tuple(article.tags)})
    if "tags" in changes:
        changes["tags"] = tuple(changes["tags"])
    return replace(draft, **changes)


def write_article(*, draft: Draft, products: tuple[str, ...], by: Person, at: datetime) -> Article:
    """Store a new draft; without a slug it is made from the English title. Raises FieldErrors."""
    draft = _checked(draft, products, existing=None)
    article = Article(author=by, created_at=at, updated_at=at, **_columns(draft))
    article.save(force_insert=True)
    _keep_version(article, by, at)
    _record("article.written", article, by)
    return article


def change_article(*, article: Article, draft: Draft, products: tuple[str, ...], by: Person, at: datetime) -> Article:
    """Write an article anew; a published one stays published and must stay complete.

    Raises FieldErrors, ArticleIncomplete.
    """
    article = access.locked(article)
    draft = _checked(draft, products, existing=article)
    columns = _columns(draft)
    for name, value in columns.items():
        setattr(article, name, value)
    if article.is_published:
        _require_complete(article)
    article.version += 1
    article.updated_at = at
    article.save(update_fields=[*columns, "version", "updated_at"])
    _keep_version(article, by, at)
    _record("article.changed", article, by)
    return article


def publish(*, article: Article, by: Person, at: datetime) -> Article:
    """Show it to everybody; once more for a published one changes nothing. Raises ArticleIncomplete."""
    article = access.locked(article)
    if article.is_published:
        return article
    _require_complete(article)
    article.status, article.published_at, article.retired_at = Article.Status.PUBLISHED, at, None
    article.save(update_fields=["status", "published_at", "retired_at"])
    _record("article.published", article, by)
    return article


def retire(*, article: Article, by: Person, at: datetime) -> Article:
    """Take it from the readers; it can be published again. Raises ArticleNotPublished for one that is not published."""
    article = access.locked(article)
    if not article.is_published:
        raise ArticleNotPublished
    article.status, article.retired_at = Article.Status.RETIRED, at
    article.save(update_fields=["status", "retired_at"])
    _record("article.retired", article, by)
    return article


def tick_off(*, missed: MissedSearch, by: Person) -> None:
    """A search without a result has been answered, or never will be."""
    audit.record(by=by, organization_id=None, action="missed_search.ticked_off", object=missed.text)
    missed.delete()


def _checked(draft: Draft, products: tuple[str, ...], *, existing: Article | None) -> Draft:
    errors: dict[str, list[str]] = {}
    texts = {name: getattr(draft, name).strip() for name in ("title_en", "title_zh", "body_en", "body_zh")}
    for name, text in texts.items():
        most = LONGEST_TITLE if name.startswith("title") else LONGEST_BODY
        if len(text) > most:
            errors[name] = [_("Use at most %(longest)s characters.") % {"longest": most}]
    if not (texts["title_en"] or texts["title_zh"]):
        errors["title_en"] = [_("Give it a title in one language at least.")]
    if draft.category not in Category.values:
        errors["category"] = [_("Choose one of these.")]
    if draft.product and draft.product not in products:
        errors["product"] = [_("Choose one of these.")]
    tags = tuple(dict.fromkeys(tag.strip().lower() for tag in draft.tags if tag.strip()))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        errors["tags"] = [
            _("Use at most %(most)s tags of %(longest)s characters.") % {"most": MOST_TAGS, "longest": LONGEST_TAG}
        ]
    slug = existing.slug if existing else draft.slug.strip() or _NOT_IN_SLUG.sub("-", texts["title_en"].lower())
    slug = slug[:80].strip("-") if not draft.slug.strip() else slug
    if not existing and (not _SLUG.fullmatch(slug) or slug in RESERVED):
        errors["slug"] = [_("Use small letters, digits and hyphens.")]
    elif not existing and Article.objects.filter(slug=slug).exists():
        errors["slug"] = [_("Another article has this address.")]
    if errors:
        raise FieldErrors(errors)
    return Draft(slug=slug, category=draft.category, product=draft.product, tags=tags, **texts)


def _columns(draft: Draft) -> dict[str, object]:
    head = words.words_of(draft.title_en, draft.title_zh, *draft.tags)
    rest = words.words_of(draft.body_en, draft.body_zh) - head
    return {
        "slug": draft.slug,
        "category": draft.category,
        "product": draft.product,
        "tags": list(draft.tags),
        "title_en": draft.title_en,
        "title_zh": draft.title_zh,
        "body_en": draft.body_en,
        "body_zh": draft.body_zh,
        "html_en": rendered(draft.body_en),
        "html_zh": rendered(draft.body_zh),
        "words": words.vector(head, weight="A") + " " + words.vector(rest, weight="D"),
    }


def _require_complete(article: Article) -> None:
    missing = [name for name in ("title_en", "body_en", "title_zh", "body_zh") if not getattr(article, name)]
    if missing:
        raise ArticleIncomplete(missing=missing)


def _keep_version(article: Article, by: Person, at: datetime) -> None:
    texts = {name: getattr(article, name) for name in ("title_en", "title_zh", "body_en", "body_zh")}
    ArticleVersion.objects.create(article=article, number=article.version, by=by, at=at, **texts)


def _record(action: str, article: Article, by: Person) -> None:
    after = {"status": str(article.status), "version": article.version}
    audit.record(by=by, organization_id=None, action=action, object=article.slug, after=after)
