"""Articles as each reader may reach them: everybody the published ones, staff all."""

from __future__ import annotations

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from common.problems import NotFound
from helpcentre.models import Article, ArticleFeedback, ArticleVersion, ArticleViews, MissedSearch, TicketSpared

_LONG = ("body_en", "body_zh", "html_en", "html_zh", "words")


def published(*, category: str = "", product: str = "") -> QuerySet[Article]:
    """Published articles, newest first; '' does not narrow."""
    found = Article.objects.filter(status=Article.Status.PUBLISHED).defer("words").order_by("-pk")
    if category:
        found = found.filter(category=category)
    return found.filter(product=product) if product else found


def article(slug: str) -> Article:
    """A published article; NotFound for any other."""
    return _one(Article.objects.filter(status=Article.Status.PUBLISHED), slug)


def any_article(slug: str) -> Article:
    """An article in whatever state, for the staff."""
    return _one(Article.objects.all(), slug)


def _one(articles: QuerySet[Article], slug: str) -> Article:
    found = articles.defer("words").select_related("author").filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def locked(article: Article) -> Article:
    """The article as it now is, its row locked until the transaction ends."""
    return Article.objects.select_for_update().defer("words").get(pk=article.pk)


def all_articles(*, status: str = "") -> QuerySet[Article]:
    """Articles in every state or one, newest first, with their authors."""
    found = Article.objects.defer("words").select_related("author").order_by("-pk")
    return found.filter(status=status) if status else found


def desk_list(*, status: str = "") -> QuerySet[Article]:
    """Every article with what readers made of it: `views`, `helpful`, `voices`, `spared`."""
    views = _total(ArticleViews.objects.all(), Sum("count"))
    spared = _total(TicketSpared.objects.all(), Count("pk"))
    voices = ArticleFeedback.objects.all()
    found = all_articles(status=status).defer(*_LONG)
    return found.annotate(
        views=views,
        spared=spared,
        voices=_total(voices, Count("pk")),
        helpful=_total(voices.filter(helpful=True), Count("pk")),
    )


def _total(rows: QuerySet, counted: Count | Sum) -> Coalesce:
    per_article = rows.filter(article=OuterRef("pk")).order_by().values("article").annotate(total=counted)
    return Coalesce(Subquery(per_article.values("total"), output_field=IntegerField()), 0)


def most_read(*, category: str = "", limit: int = 6) -> list[Article]:
    """The published articles that are read most, then the newest."""
    views = _total(ArticleViews.objects.all(), Sum("count"))
    return list(published(category=category).annotate(views=views).order_by(F("views").desc(), "-pk")[:limit])


def counted_by_category() -> dict[str, int]:
    """How many published articles each category has."""
    rows = published().order_by().values_list("category").annotate(Count("pk"))
    return dict(rows)


def versions_of(article: Article) -> list[ArticleVersion]:
    """What it said before, newest first."""
    return list(article.versions.select_related("by").order_by("-number")[:50])


def comments_on(article: Article) -> list[ArticleFeedback]:
    """Readers' words about it, newest first."""
    return list(article.feedback.filter(~Q(comment="")).select_related("person").order_by("-at")[:50])


def missed_searches() -> list[MissedSearch]:
    """What was looked for in vain, the most often first."""
    return list(MissedSearch.objects.order_by("-count", "-last_at")[:30])


def missed_search(pk: int) -> MissedSearch:
    """One of them; NotFound when it was ticked off."""
    found = MissedSearch.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
