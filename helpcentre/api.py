"""API of the help centre: `help/articles…` open to everybody, `desk/articles…` for the writers. Thin doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import PersonAPIView, StaffAPIView
from common import clock
from common.api import PortalAPIView, api_time, listed, whole_list
from common.api_input import read_given, text_parameter
from common.api_schema import PAGES, list_of
from helpcentre import access, finding, voices, writing
from helpcentre.models import Article, Category
from supportplans import versions


class LanguagesShape(serializers.Serializer):
    en = serializers.CharField(allow_blank=True)
    zh = serializers.CharField(allow_blank=True)


class ArticleShape(serializers.Serializer):
    slug = serializers.CharField()
    category = serializers.ChoiceField(Category.choices)
    product = serializers.CharField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    title = LanguagesShape()
    published_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class ArticleTextShape(ArticleShape):
    body = LanguagesShape()
    body_html = LanguagesShape()


class DeskArticleShape(ArticleTextShape):
    status = serializers.ChoiceField(Article.Status.choices)
    version = serializers.IntegerField()
    author = serializers.CharField()


class ArticleIn(serializers.Serializer):
    slug = serializers.CharField(required=False, max_length=80)
    category = serializers.ChoiceField(Category.choices)
    product = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=40)
    tags = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=100)
    title_en = serializers.CharField(required=False, allow_blank=True)
    title_zh = serializers.CharField(required=False, allow_blank=True)
    body_en = serializers.CharField(required=False, allow_blank=True)
    body_zh = serializers.CharField(required=False, allow_blank=True)


class ArticleChangeIn(ArticleIn):
    slug = None  # type: ignore[assignment]
    category = serializers.ChoiceField(Category.choices, required=False)


class FeedbackIn(serializers.Serializer):
    helpful = serializers.BooleanField()
    comment = serializers.CharField(required=False, allow_blank=True, max_length=voices.LONGEST_COMMENT)


class FeedbackShape(serializers.Serializer):
    helpful = serializers.BooleanField()
    comment = serializers.CharField()
    at = serializers.DateTimeField()


def article_document(article: Article) -> dict[str, Any]:
    """An article in a list."""
    return {
        "slug": article.slug,
        "category": article.category,
        "product": article.product or None,
        "tags": article.tags,
        "title": {"en": article.title_en, "zh": article.title_zh},
        "published_at": api_time(article.published_at),
        "updated_at": api_time(article.updated_at),
    }


def article_text(article: Article) -> dict[str, Any]:
    """An article with its texts, as Markdown and as safe HTML."""
    return article_document(article) | {
        "body": {"en": article.body_en, "zh": article.body_zh},
        "body_html": {"en": article.html_en, "zh": article.html_zh},
    }


def desk_document(article: Article) -> dict[str, Any]:
    """What writers see of it."""
    return article_text(article) | {
        "status": article.status,
        "version": article.version,
        "author": article.author.display_name(),
    }


def _products() -> tuple[str, ...]:
    return versions.current(clock.today()).product_codes()


class ArticlesView(PortalAPIView):
    public = True

    @extend_schema(
        operation_id="help_articles_list",
        parameters=[
            OpenApiParameter("q", str),
            OpenApiParameter("category", str, enum=Category.values),
            OpenApiParameter("product", str),
            *PAGES,
        ],
        responses={200: list_of(ArticleShape)},
    )
    def get(self, request: Request) -> Response:
        """Published articles, newest first; with `q` the best of those that hold the words, at most 50."""
        asked = text_parameter(request, "q")
        category = text_parameter(request, "category", tuple(Category.values))
        product = text_parameter(request, "product")
        if product:
            text_parameter(request, "product", _products())
        if asked:
            return whole_list(
                [article_document(each) for each in finding.best(asked, category=category, product=product)]
            )
        return listed(self, access.published(category=category, product=product), article_document)


class ArticleView(PortalAPIView):
    public = True

    @extend_schema(operation_id="help_articles_retrieve", responses=ArticleTextShape)
    def get(self, request: Request, slug: str) -> Response:
        """A published article in both languages."""
        return Response(article_text(access.article(slug)))


class ArticleFeedbackView(PersonAPIView):
    @extend_schema(operation_id="help_articles_feedback", request=FeedbackIn, responses=FeedbackShape)
    def post(self, request: Request, slug: str) -> Response:
        """Say whether it was helpful; said again, the last word counts."""
        article, asked = access.article(slug), read_given(FeedbackIn, request)
        voice = voices.give_feedback(
            article=article,
            helpful=asked["helpful"],
            comment=asked.get("comment", ""),
            at=clock.now(),
            by=self.person,
        )
        return Response({"helpful": voice.helpful, "comment": voice.comment, "at": api_time(voice.at)})


class DeskArticlesView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(
        operation_id="desk_articles_list",
        parameters=[OpenApiParameter("status", str, enum=Article.Status.values), *PAGES],
        responses={200: list_of(DeskArticleShape)},
    )
    def get(self, request: Request) -> Response:
        """Every article, newest first."""
        status = text_parameter(request, "status", tuple(Article.Status.values))
        return listed(self, access.all_articles(status=status), desk_document)

    @extend_schema(operation_id="desk_articles_create", request=ArticleIn, responses={201: DeskArticleShape})
    def post(self, request: Request) -> Response:
        """Write a draft."""
        asked = read_given(ArticleIn, request)
        draft = writing.Draft(**asked | {"tags": tuple(asked.get("tags", ()))})
        article = writing.write_article(draft=draft, products=_products(), by=self.person, at=clock.now())
        return Response(desk_document(article), status=201)


class DeskArticleView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_articles_retrieve", responses=DeskArticleShape)
    def get(self, request: Request, slug: str) -> Response:
        """An article in whatever state."""
        return Response(desk_document(access.any_article(slug)))

    @extend_schema(operation_id="desk_articles_change", request=ArticleChangeIn, responses=DeskArticleShape)
    def patch(self, request: Request, slug: str) -> Response:
        """Change it; what is not sent stays."""
        article, asked = access.any_article(slug), read_given(ArticleChangeIn, request)
        writing.change_article(
            article=article,
            draft=writing.as_draft(article, **asked),
            products=_products(),
            by=self.person,
            at=clock.now(),
        )
        return Response(desk_document(access.any_article(slug)))


class _ArticleStep(StaffAPIView):
    area = "internal_notes"
    rule: ClassVar[Callable[..., Article]]

    def act(self, slug: str) -> Response:
        type(self).rule(article=access.any_article(slug), by=self.person, at=clock.now())
        return Response(desk_document(access.any_article(slug)))


class DeskArticlePublishView(_ArticleStep):
    rule = staticmethod(writing.publish)

    @extend_schema(operation_id="desk_articles_publish", request=None, responses=DeskArticleShape)
    def post(self, request: Request, slug: str) -> Response:
        """Show it to everybody; 409 `article_incomplete` names what is not written yet."""
        return self.act(slug)


class DeskArticleRetireView(_ArticleStep):
    rule = staticmethod(writing.retire)

    @extend_schema(operation_id="desk_articles_retire", request=None, responses=DeskArticleShape)
    def post(self, request: Request, slug: str) -> Response:
        """Take it from the readers."""
        return self.act(slug)
