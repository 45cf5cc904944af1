"""API paths."""

from django.urls import path

from helpcentre import api

_DESK = "desk/articles/<slug:slug>"

urlpatterns = [
    path("help/articles", api.ArticlesView.as_view(), name="api-articles"),
    path("help/articles/<slug:slug>", api.ArticleView.as_view(), name="api-article"),
    path("help/articles/<slug:slug>/feedback", api.ArticleFeedbackView.as_view(), name="api-article-feedback"),
    path("desk/articles", api.DeskArticlesView.as_view(), name="api-desk-articles"),
    path(_DESK, api.DeskArticleView.as_view(), name="api-desk-article"),
    path(f"{_DESK}/publish", api.DeskArticlePublishView.as_view(), name="api-desk-article-publish"),
    path(f"{_DESK}/retire", api.DeskArticleRetireView.as_view(), name="api-desk-article-retire"),
]
